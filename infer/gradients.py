"""How the indices change with each count: what their standard errors are made of."""

import numpy as np
from numpy.typing import NDArray

from vicsformer.data.codebook import INTENSITY, KIND, POWER_CATEGORIES
from vicsformer.infer.indices import INDEX_NAMES, indices, ratio

_Floats = NDArray[np.float64]

_K = len(POWER_CATEGORIES)
_INTENSITY = np.array([INTENSITY[name] for name in POWER_CATEGORIES], dtype=np.float64)
_WORD = np.array([1.0 if KIND[name] == "word" else -1.0 for name in POWER_CATEGORIES])
_IQV = _K / (_K - 1)


def gradients(array: NDArray[np.integer] | NDArray[np.floating]) -> _Floats:
    """Return the derivatives of every index by every count.

    I-4a and I-4b have a kink where cooperation and conflict, or words and deeds, are equally many: the
    derivatives there are those on the cooperative side, on the side of words.

    Parameters
    ----------
    array
        Shape (..., 2, 6): as for `indices.indices`.

    Returns
    -------
    NDArray
        Shape (..., 18, 12): indices in the order of `INDEX_NAMES`; counts of Self, then of Other; NaN where
        the index is missing.
    """
    counts = array.astype(np.float64)
    values = dict(zip(INDEX_NAMES, np.moveaxis(indices(counts), -1, 0)[..., None], strict=True))
    sizes = counts.sum(axis=-1)
    slopes = {name: np.zeros(counts.shape) for name in INDEX_NAMES}
    for side, letter in enumerate("IP"):
        for name, slope in _of_side(counts[..., side, :], sizes[..., side, None], values, letter).items():
            slopes[name][..., side, :] = slope
    own = np.repeat([[1.0], [0.0]], _K, axis=1)
    control = values["P-4"][..., None]
    slopes["P-4"] = ratio(own - control, sizes.sum(axis=-1)[..., None, None])
    slopes["P-5"] = -control * slopes["P-3"] - values["P-3"][..., None] * slopes["P-4"]
    stacked = np.stack([slopes[name] for name in INDEX_NAMES], axis=-3)
    return stacked.reshape(*stacked.shape[:-2], -1)


def _of_side(counts: _Floats, n: _Floats, values: dict[str, _Floats], letter: str) -> dict[str, _Floats]:
    """Return the derivatives of the indices that rest on one side's counts, (..., 6), by name."""
    direction, strength, plug_in, unbiased = (
        values[f"{letter}-{which}"] for which in ("1", "2", "3", "3 unbiased")
    )
    # 1 - IQV = 1 - K/(K-1) (1 - same); same = sum c^2 / n^2, or sum c (c - 1) / (n (n - 1))
    same, same_unbiased = (1 - (1 - value) / _IQV for value in (plug_in, unbiased))
    slopes = {
        f"{letter}-1": ratio(np.sign(_INTENSITY) - direction, n),
        f"{letter}-2": ratio(_INTENSITY / _INTENSITY.max() - strength, n),
        f"{letter}-3": _IQV * ratio(2 * counts - 2 * n * same, n**2),
        f"{letter}-3 unbiased": _IQV * ratio(2 * counts - 1 - (2 * n - 1) * same_unbiased, n * (n - 1)),
    }
    if letter == "I":
        words = ratio((counts * _WORD).sum(axis=-1, keepdims=True), n)
        slopes["I-4a"] = np.where(direction < 0, 1, -1) * slopes["I-1"]
        slopes["I-4b"] = np.where(words < 0, 1, -1) * ratio(_WORD - words, n)
        shares = ratio(counts, n)
        for c, name in enumerate(POWER_CATEGORIES):
            slopes[f"I-5 {name}"] = ratio(np.eye(_K)[c] - shares[..., c, None], n)
    return slopes
