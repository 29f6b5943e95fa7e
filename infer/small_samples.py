"""What few documents do to sums of squares: the jackknife's bias, and draws that scatter too widely."""

from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from vicsformer.data.codebook import POWER_CATEGORIES
from vicsformer.infer.indices import INDEX_NAMES
from vicsformer.infer.intervals import Resamples

_R = TypeVar("_R", bound=Resamples)
_CORRECTED = {"P-3 unbiased": "P-3", "I-3 unbiased": "I-3", "P-5": "P-5"}
"""Indices with a sum of squares, and those whose bias is taken off for them."""
_UNBIASED = [INDEX_NAMES.index(name) for name in _CORRECTED]
_PLAIN = [INDEX_NAMES.index(name) for name in _CORRECTED.values()]
_P5 = list(_CORRECTED).index("P-5")
_FREE = len(POWER_CATEGORIES) - 1


def jackknife_bias(estimate: NDArray[np.float64], left_out: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (n - 1)(mean of the values without one unit - estimate), shape (indices,) (Quenouille 1956)."""
    return np.asarray((len(left_out) - 1) * (left_out.mean(axis=0) - estimate), dtype=np.float64)


def debiased(resampled: _R, bias: NDArray[np.float64] | None = None) -> _R:
    """Take the jackknife's bias off P-5, and put P-3 and I-3 without it in the place of the unbiased ones.

    The unbiased forms of `indices` take the counts as independent verbs, each seen once and rightly. Expected
    counts scatter less, corrected ones more than that, and either would be corrected by too much or too
    little; the jackknife sees how much they scatter. Of documents with one verb each it gives the same form.

    Draws lose the bias b twice: they are too high against the plain estimate as this is against the truth.
    They scatter too widely as well, about shares whose squares are themselves too large by b. With C the
    covariance of the shares, the variance of their sum of squares is too large by 4 tr(C^2), which is at
    least 4 tr(C)^2 / 5 as five shares are free, and b is tr(C): the draws are drawn together by that much.

    Parameters
    ----------
    resampled
        Of estimated counts (`soft.soft_counts`, `audit.audited_counts`), units left out one by one.
    bias
        Shape (indices,), by default that of `resampled.jackknife`. Where it is missing, because an index
        rests on one unit, the unbiased indices are too, and P-5 is the plain one.
    """
    if bias is None:
        bias = jackknife_bias(resampled.estimate, resampled.jackknife)
    bias = bias[_PLAIN]
    bias[_P5] = np.where(np.isnan(bias[_P5]), 0, bias[_P5])
    estimate, draws, jackknife = (
        values.copy() for values in (resampled.estimate, resampled.draws, resampled.jackknife)
    )
    estimate[_UNBIASED] = estimate[_PLAIN] - bias
    jackknife[:, _UNBIASED] = jackknife[:, _PLAIN] - bias
    centred = draws[:, _PLAIN] - bias - estimate[_PLAIN]
    variance = np.nansum(centred**2, axis=0) / np.maximum(np.count_nonzero(~np.isnan(centred), axis=0), 1)
    excess = np.divide(4 / _FREE * bias**2, variance, out=np.zeros(len(bias)), where=variance > 0)
    draws[:, _UNBIASED] = estimate[_UNBIASED] + np.sqrt(np.maximum(1 - excess, 0)) * centred
    return replace(resampled, estimate=estimate, draws=draws, jackknife=jackknife)
