"""What few documents do to estimates and intervals: the jackknife's bias, a level that makes up for it."""

from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, stdtrit

from vicsformer.infer.indices import INDEX_NAMES
from vicsformer.infer.intervals import Resamples

_R = TypeVar("_R", bound=Resamples)
_ENDING = " unbiased"
_UNBIASED = [i for i, name in enumerate(INDEX_NAMES) if name.endswith(_ENDING)]
_PLAIN = [INDEX_NAMES.index(INDEX_NAMES[i].removesuffix(_ENDING)) for i in _UNBIASED]


def expanded_level(level: float, units: int) -> float:
    """Return the level at which bootstrap limits of few units cover as often as they say.

    Quantiles of draws of n units are those of a normal distribution whose variance is too small by (n - 1)/n.
    Hesterberg's (2015) expanded percentile interval takes tails of Phi(-t sqrt(n / (n - 1))), t of
    n - 1 degrees of freedom, instead of (1 - level)/2: .968 for .95 and twenty documents.

    Parameters
    ----------
    level
        Coverage wanted, in 0..1.
    units
        Number of documents; with fewer than two nothing helps, and the level stays.

    Returns
    -------
    float
        Below 1 by at least 1e-12: of two documents it would be 1 to the last digit, with tails of nothing.
    """
    if units < 2:
        return level
    t = stdtrit(units - 1, (1 + level) / 2)
    return float(min(2 * ndtr(t * np.sqrt(units / (units - 1))) - 1, 1 - 1e-12))


def jackknife_bias(estimate: NDArray[np.float64], left_out: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (n - 1)(mean of the values without one unit - estimate), shape (indices,) (Quenouille 1956)."""
    return np.asarray((len(left_out) - 1) * (left_out.mean(axis=0) - estimate), dtype=np.float64)


def debiased(resampled: _R, bias: NDArray[np.float64] | None = None) -> _R:
    """Put the plain index less its jackknife bias in the place of each index named "... unbiased".

    The unbiased forms of `indices` take the counts as independent verbs, each seen once and rightly. Expected
    counts scatter less, corrected ones more than that, and either would be corrected by too much or too
    little; the jackknife sees how much they scatter. Of documents with one verb each it gives the same form.

    Draws lose the bias twice: they are too high against the plain estimate as this is against the truth.

    Parameters
    ----------
    resampled
        Of estimated counts (`soft.soft_counts`, `audit.audited_counts`), units left out one by one.
    bias
        Shape (indices,), by default that of `resampled.jackknife`.
    """
    if bias is None:
        bias = jackknife_bias(resampled.estimate, resampled.jackknife)
    parts = {}
    for name, times in (("estimate", 1), ("draws", 2), ("jackknife", 1), ("error", 0), ("draw_errors", 0)):
        values = getattr(resampled, name)
        if values is not None:
            parts[name] = values.copy()
            parts[name][..., _UNBIASED] = values[..., _PLAIN] - times * bias[_PLAIN]
    return replace(resampled, **parts)
