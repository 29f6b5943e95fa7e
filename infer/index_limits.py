"""Limits of the eighteen indices as they are shown: within their ranges, and right at the kinks of I-4."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from vicsformer.data.codebook import KIND, POWER_CATEGORIES
from vicsformer.infer.indices import INDEX_NAMES
from vicsformer.infer.intervals import Method, Resamples, limits

_Floats = NDArray[np.float64]

_LEAST = np.array(
    [-1 if name[2:] in ("1", "2") else -0.2 if name.endswith("unbiased") else 0 for name in INDEX_NAMES]
)
"""Lower end of each index's range; the upper one is 1."""

_FOLDED = [INDEX_NAMES.index(name) for name in ("I-4a", "I-4b")]
_COOPERATION = INDEX_NAMES.index("I-1")
_SHARES = [INDEX_NAMES.index(f"I-5 {name}") for name in POWER_CATEGORIES]
_WORD = np.array([1.0 if KIND[name] == "word" else -1.0 for name in POWER_CATEGORIES])


def index_limits(resampled: Resamples, *, level: float, method: Method, pooled: bool) -> _Floats:
    """Return the limits of all indices, shape (18, 2).

    I-4a = 1 - |I-1| and I-4b = 1 - |words - deeds| / n have a kink at 1: where a leader is even-handed,
    every draw lies below the truth, and no quantile of them reaches it. The limits of pooled I-4 are
    therefore those of the signed balance, folded: 1 is between them where the balance may be 0. Elsewhere
    nothing changes.

    Parameters
    ----------
    resampled, level, method
        As in `intervals.limits`, with the indices of `INDEX_NAMES`.
    pooled
        Whether they are indices of summed counts. Means of the speeches' own I-4 have no kink.
    """
    if not pooled:
        return within_range(limits(resampled, level=level, method=method).T).T
    unfolded = replace(
        resampled,
        estimate=_unfold(resampled.estimate),
        draws=_unfold(resampled.draws),
        jackknife=_unfold(resampled.jackknife),
    )
    ends = limits(unfolded, level=level, method=method)
    ends[_FOLDED] = _fold(ends[_FOLDED])
    return within_range(ends.T).T


def within_range(values: _Floats) -> _Floats:
    """Put values of the indices, (..., 18), that lie beyond an index's range at its end.

    A limit can lie there ("studentised"), and so can an index of corrected counts. No truth is out there, so
    that an interval covers as often without that part.
    """
    return np.clip(values, _LEAST, 1)


def _unfold(values: _Floats) -> _Floats:
    """Put I-1 in the place of I-4a, and the share of words less that of deeds in the place of I-4b."""
    unfolded = values.copy()
    unfolded[..., _FOLDED] = np.stack([values[..., _COOPERATION], values[..., _SHARES] @ _WORD], axis=-1)
    return unfolded


def _fold(ends: _Floats) -> _Floats:
    """Return the least and the greatest value of 1 - |x| between two limits of x, (..., 2)."""
    size = np.abs(ends)
    nearest = np.where(np.prod(ends, axis=-1) > 0, size.min(axis=-1), 0 * size.min(axis=-1))
    return np.stack([1 - size.max(axis=-1), 1 - nearest], axis=-1)
