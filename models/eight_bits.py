"""Weights in eight bits: rounding moves a weight by at most 1/254 of the largest one in its row."""

from collections.abc import Mapping

import torch
from torch import Tensor

SCALE = ".scale"
"""What the name of a tensor's scales ends with."""

_LARGEST = 127


def packed(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Store matrices as whole numbers with a scale a row, everything else in half precision.

    Symmetric rounding row by row (Jacob et al. 2018).

    Parameters
    ----------
    weights
        By name.

    Returns
    -------
    dict
        For each matrix, shape (rows, columns): int8 of that shape and, under its name and `.scale`, single
        precision of shape (rows, 1).
    """
    out: dict[str, Tensor] = {}
    for name, weight in weights.items():
        if weight.ndim != 2:
            out[name] = weight.half()
            continue
        # a row of zeros has no scale of its own
        scale = (weight.float().abs().amax(dim=1, keepdim=True) / _LARGEST).clamp(min=1e-12)
        steps = (weight.float() / scale).round().clamp(-_LARGEST, _LARGEST)
        out[name], out[name + SCALE] = steps.to(torch.int8), scale
    return out


def unpacked(stored: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Weights in single precision from what `packed` returned, or from plain half precision."""
    return {
        name: value.float() * stored[name + SCALE] if name + SCALE in stored else value.float()
        for name, value in stored.items()
        if not name.endswith(SCALE)
    }
