"""Build the sdist, the wheel from it, install that in a clean environment elsewhere and use it."""

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROOMS = {"data", "models", "train", "infer", "evaluate", "annotate"}
EXPECTED = [
    "vicsformer/py.typed",
    "vicsformer/cli.py",
    "vicsformer/data/codebook.py",
    "vicsformer/data/lexicon.tsv",
    "vicsformer/data/norms.csv",
    "vicsformer/data/states.tsv",
    "vicsformer/data/labels/sotu_verbs.tsv",
    "vicsformer/data/suite/negation.tsv",
    "vicsformer/data/CODEBOOK.md",
    "vicsformer/models/default/model.safetensors",
    "vicsformer/models/default/MODEL_CARD.md",
    "vicsformer/models/large/model.safetensors",
    "vicsformer/models/large/MODEL_CARD.md",
    "vicsformer/model_card.md",
    "vicsformer/infer/extract.py",
    "vicsformer/train/loop.py",
    "vicsformer/evaluate/compare.py",
    "vicsformer/annotate/read.py",
]


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Run a command outside the checkout and return what it printed."""
    kept = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env={**kept, **environment}, text=True, capture_output=True
    )
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed with {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def check(condition: bool, problem: str) -> None:
    """Stop with a message unless the condition holds."""
    if not condition:
        sys.exit(f"wheel check: {problem}")


def main() -> None:
    """Build, install elsewhere, use."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run(sys.executable, "-m", "build", "--sdist", "--outdir", folder, ROOT, cwd=folder)
        (sdist,) = folder.glob("*.tar.gz")
        with tarfile.open(sdist) as archive:
            weights = [n for n in archive.getnames() if n.endswith("default/model.safetensors")]
            check(len(weights) == 1, f"the weights are in the sdist {len(weights)} times")
        shutil.unpack_archive(sdist, folder / "source")
        (source,) = (folder / "source").iterdir()
        run(sys.executable, "-m", "build", "--wheel", "--outdir", folder, source, cwd=folder)
        (wheel,) = folder.glob("*.whl")
        names = zipfile.ZipFile(wheel).namelist()
        for file in EXPECTED:
            check(file in names, f"{file} is missing in {wheel.name}")
        top = {n.split("/")[0] for n in names}
        check(not top & ROOMS, f"{', '.join(sorted(top & ROOMS))} would be top-level packages")

        venv.create(folder / "venv", with_pip=True)
        python = folder / "venv" / "bin" / "python"
        constraints = ROOT / "constraints.txt"
        run(python, "-m", "pip", "install", "-q", "--no-compile", "-c", constraints, wheel, cwd=folder)
        site = Path(
            run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip()
        )
        check(not any((site / room).exists() for room in ROOMS), f"a top-level stage reached {site}")
        check(
            "profile" in run(folder / "venv/bin/vicsformer", "--help", cwd=folder), "--help lists no commands"
        )

        corpus = folder / "one.jsonl"
        corpus.write_text(
            '{"leader": "A", "date": "2020", "text": "We condemned the attack. They will pay for it."}\n'
        )
        out = run(folder / "venv/bin/vicsformer", "code", corpus, "-o", folder / "coded.csv", cwd=folder)
        check((folder / "coded.csv").is_file(), f"coding one speech wrote nothing: {out}")
    sys.stdout.write(f"{wheel.name}: built from the sdist, installed elsewhere, coded a speech\n")


if __name__ == "__main__":
    main()
