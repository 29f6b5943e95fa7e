"""Coders by name."""

from collections.abc import Sequence
from pathlib import Path

from vicsformer.data.errors import InputError
from vicsformer.models.coder import Coder

DEFAULT_FOLDER = Path(__file__).parent / "default"
LARGE_FOLDER = Path(__file__).parent / "large"
ERROR_RATES = "error_rates.csv"
"""What a coder made of labelled verbs, in its folder: `infer.rates.RATES_COLUMNS` and `coder`."""
MODEL_FOLDER = "model"
"""Where a training run leaves its coder, in the folder of the run; the coder is named after the run."""


def load_coder(name: str) -> Coder:
    """The coder of a name.

    Parameters
    ----------
    name
        `default` (the shipped transformer), `large` (the shipped adapter over a base that `make large`
        installs),
        `dictionary`, `rules`, `majority`, or the folder of a run of `vicsformer train`.

    Raises
    ------
    InputError
        Neither a known name nor such a folder.
    """
    # imported on purpose only when asked for: torch takes seconds to import
    if name == "dictionary":
        from vicsformer.models.dictionary import DictionaryCoder

        return DictionaryCoder()
    if name == "rules":
        from vicsformer.models.rules import RuleCoder

        return RuleCoder()
    if name == "majority":
        from vicsformer.models.majority import MajorityCoder

        return MajorityCoder()
    from vicsformer.models.verb_coder import VerbCoder

    if name in (shipped := {"default": DEFAULT_FOLDER, "large": LARGE_FOLDER}):
        return VerbCoder.load(shipped[name], name)
    folder = Path(name).resolve()
    run = folder if folder.name != MODEL_FOLDER else folder.parent
    return VerbCoder.load(run / MODEL_FOLDER if (run / MODEL_FOLDER).is_dir() else folder, run.name)


def error_rates_file(name: str) -> Path | None:
    """Where the error rates of a shipped coder are; None for another coder, or where none were measured."""
    folders = {"default": DEFAULT_FOLDER, "large": LARGE_FOLDER} | dict.fromkeys(
        ("rules", "dictionary"), DEFAULT_FOLDER
    )
    file = folders[name] / ERROR_RATES if name in folders else None
    return file if file is not None and file.is_file() else None


def load_coders(names: Sequence[str]) -> dict[str, Coder]:
    """The coders of some names, by the name that each gives itself.

    Raises
    ------
    InputError
        As `load_coder`, or two coders have one name: tables and files could not tell them apart.
    """
    coders: dict[str, Coder] = {}
    for name in names:
        coder = load_coder(name)
        if coder.name in coders:
            raise InputError(
                f"coders: expected different names, found {coder.name} twice; rename or leave one out"
            )
        coders[coder.name] = coder
    return coders
