"""Counts to operational code indices.

Formulas: Walker, Schafer & Young (1998), as in section 6 of the codebook; weights come from `data.codebook`.
"""

import numpy as np
from numpy.typing import NDArray

from vicsformer.data.codebook import INTENSITY, KIND, POWER_CATEGORIES

INDEX_NAMES: tuple[str, ...] = (
    *("P-1", "P-2", "P-3", "P-4", "P-5"),
    *("I-1", "I-2", "I-3", "I-4a", "I-4b"),
    *(f"I-5 {name}" for name in POWER_CATEGORIES),
    *("P-3 unbiased", "I-3 unbiased"),
)
"""The sixteen numbers of a profile, then P-3 and I-3 without their small-sample bias."""

_UNBIASED = [INDEX_NAMES.index(name) for name in ("P-3 unbiased", "I-3 unbiased")]
_K = len(POWER_CATEGORIES)
_INTENSITY = np.array([INTENSITY[name] for name in POWER_CATEGORIES], dtype=np.float64)
_WORD = np.array([1.0 if KIND[name] == "word" else -1.0 for name in POWER_CATEGORIES])
_WEIGHTS = np.stack([np.ones(_K), np.sign(_INTENSITY), _INTENSITY, _WORD], axis=1)


def indices(array: NDArray[np.integer] | NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the indices of every table of counts.

    P-3 and I-3 are 1 - IQV with IQV = (6/5)(1 - sum_c p_c^2), always over six categories. The plug-in form
    is too high by (1 - I-3)/n on average; the unbiased form puts n_c (n_c - 1) / (n (n - 1)) for p_c^2 and so
    needs two verbs.

    Parameters
    ----------
    array
        Shape (..., 2, 6): counts of Self and of Other over `POWER_CATEGORIES`; fractions are allowed. A cell
        below 0, which an estimate of a count can have (`audit`, `quantify`), enters as it is: set to 0 it
        would bias the sums.

    Returns
    -------
    NDArray
        Shape (..., 18), in the order of `INDEX_NAMES`. P-1, P-2, I-1, I-2 are in -1..1, the unbiased P-3
        and I-3 in -0.2..1, all others in 0..1; with cells below 0, or the unbiased forms of fractions,
        also beyond (`index_limits.within_range`); NaN where there is nothing to divide by.

    Raises
    ------
    ValueError
        If the last two axes are not 2 and 6 long.
    """
    if array.shape[-2:] != (2, _K):
        raise ValueError(f"counts of shape {array.shape}; expected (..., 2, {_K})")
    array = array.astype(np.float64)
    n, balance, intensity, words = np.moveaxis(np.tensordot(array, _WEIGHTS, axes=1), -1, 0)
    squares = np.square(array).sum(axis=-1)

    direction = ratio(balance, n)
    strength = ratio(intensity, _INTENSITY.max() * n)
    plug_in = _predictability(ratio(squares, n * n))
    unbiased = _predictability(ratio(squares - n, n * (n - 1)))
    control = ratio(n[..., 0], n.sum(axis=-1))
    own, other = 0, 1
    columns = [
        *(direction[..., other], strength[..., other], plug_in[..., other]),
        *(control, 1 - plug_in[..., other] * control),
        *(direction[..., own], strength[..., own], plug_in[..., own]),
        *(1 - np.abs(direction[..., own]), 1 - np.abs(ratio(words, n)[..., own])),
        *np.moveaxis(ratio(array[..., own, :], n[..., own, None]), -1, 0),
        *(unbiased[..., other], unbiased[..., own]),
    ]
    return np.stack(columns, axis=-1)


def estimated_indices(array: NDArray[np.integer] | NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the indices of estimated counts: as `indices`, the unbiased P-3 and I-3 missing.

    Their form takes counts as whole verbs, each seen once. Expected or corrected counts scatter otherwise,
    and of fewer than two verbs anything can come out. Sums over documents have the jackknife's form in its
    place (`small_samples.debiased`); single documents have none.

    Parameters
    ----------
    array
        As in `indices`.
    """
    scores = indices(array)
    scores[..., _UNBIASED] = np.nan
    return scores


def _predictability(same: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 1 - IQV from the probability that two verbs are of one category."""
    return 1 - _K / (_K - 1) * (1 - same)


def ratio(numerator: NDArray[np.float64], denominator: NDArray[np.float64]) -> NDArray[np.float64]:
    """Divide, with NaN where the denominator is not positive."""
    out = np.full(np.broadcast_shapes(numerator.shape, denominator.shape), np.nan)
    return np.divide(numerator, denominator, out=out, where=denominator > 0)
