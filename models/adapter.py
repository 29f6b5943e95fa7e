"""Low-rank adapters: small matrices train beside those of a large encoder, which stay as they are."""

import re
from typing import Any

from vicsformer.data.errors import InputError


def add_adapter(encoder: Any, rank: int, *, first_layer: int) -> None:
    """Put a low-rank adapter (LoRA, Hu et al. 2022) beside every linear map of an encoder's layers.

    Parameters
    ----------
    encoder
        Changed in place: its own weights no longer train.
    rank
        Rank of the adapter, at least 1; the scale is 2, whatever the rank.
    first_layer
        Layers below it stay as they are, which saves the way back through them.

    Raises
    ------
    InputError
        The package `peft` is not installed, or the encoder has no linear map from `first_layer` on.
    """
    try:
        from peft import LoraConfig, inject_adapter_in_model
    except ModuleNotFoundError as error:
        raise InputError(
            "adapter: expected the package peft, found none; run `make large` or "
            "`pip install vicsformer[large]`"
        ) from error
    names = [
        name
        for name, module in encoder.named_modules()
        if (layer := re.search(r"\.layer\.(\d+)\.", name))
        and int(layer[1]) >= first_layer
        and type(module).__name__ == "Linear"
    ]
    if not names:
        raise InputError(
            f"adapter: expected linear maps in the encoder's `layer.{first_layer}` or above, found none; "
            "lower adapter_from or give another base"
        )
    config = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules=names)
    inject_adapter_in_model(config, encoder)


def merge_adapter(encoder: Any) -> None:
    """Add the adapter's matrices to the encoder's own, so that coding costs nothing more; for coding only."""
    for module in encoder.modules():
        if hasattr(module, "lora_A"):
            module.merge()


def without_adapter(encoder: Any) -> None:
    """Put the plain linear maps back in the place of those with an adapter, which must have been merged."""
    adapted = [(name, module) for name, module in encoder.named_modules() if hasattr(module, "lora_A")]
    for name, module in adapted:
        parent, _, child = name.rpartition(".")
        setattr(encoder.get_submodule(parent), child, module.base_layer)


def is_own(name: str) -> bool:
    """Whether a weight is stored with an adapted network: adapters and heads are, the base is not."""
    return not name.startswith("encoder.") or ".lora_" in name
