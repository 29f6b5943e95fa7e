"""Bootstrap of serially dependent speeches: blocks of consecutive speeches are drawn, not single ones."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_HELD = 2**20
"""Weights held at a time: bounds memory (8 MB) however many speeches and resamples there are."""

_TIE = 1e-12
"""Indices are of order 1; a smaller difference comes from the order of a sum."""


class Spread(NamedTuple):
    """Indices of a sequence of speeches and how its resamples depart from them.

    Attributes
    ----------
    estimate
        Shape (indices,).
    deviations
        Shape (resamples, indices): resample minus estimate; NaN where a resample leaves nothing to divide by
        or the index rests on a single speech, which shows no spread.
    speeches
        Length of the sequence.
    block
        Length of the blocks, in speeches.
    """

    estimate: Floats
    deviations: Floats
    speeches: int
    block: int


def block_length(speeches: int, block: int | None) -> int:
    """Return the length of the blocks of a sequence of speeches.

    Parameters
    ----------
    speeches
        Length of the sequence.
    block
        Length wanted; the cube root of the number of speeches, rounded, if not given: the order at which the
        bootstrap variance of a mean has the least mean squared error (Künsch 1989; Hall, Horowitz & Jing
        1995).

    Returns
    -------
    int
        At least 1 and at most half of the sequence, so that it has two blocks.
    """
    wanted = round(speeches ** (1 / 3)) if block is None else block
    return max(1, min(wanted, speeches // 2))


def resample_blocks(
    features: Floats,
    finish: Callable[[Floats], Floats],
    *,
    block: int | None,
    resamples: int,
    rng: np.random.Generator,
) -> Spread:
    """Draw blocks of consecutive speeches with replacement: the circular block bootstrap.

    The sequence is closed to a circle, so that every speech is drawn equally often, and blocks of length L
    that begin anywhere are joined until there are n speeches, the last one being cut off (Politis & Romano
    1992). With L = 1 that is the ordinary bootstrap. Even for independent speeches the variance over blocks
    is too small by (n - L) / n, where the ordinary bootstrap lacks (n - 1) / n; deviations are enlarged by
    sqrt((n - 1) / (n - L)), so that longer blocks cost independent speeches no more than that.

    Parameters
    ----------
    features
        Shape (speeches, features), in the order of time: what is summed over speeches.
    finish
        Makes indices (..., indices) of sums (..., features).
    block
        As in `block_length`.
    resamples
        Number of draws.
    rng
        Source of the draws.
    """
    n = len(features)
    length = block_length(n, block)
    total = features.sum(axis=0)
    estimate = finish(total)
    deviations = finish(_resampled_totals(features, length, resamples, rng)) - estimate
    deviations *= np.sqrt((n - 1) / max(n - length, 1))
    deviations[:, np.isnan(finish(total - features)).any(axis=0)] = np.nan
    return Spread(estimate, deviations, n, length)


def basic_interval(estimate: Floats, deviations: Floats, level: float) -> tuple[Floats, Floats, Floats]:
    """Return the limits of the basic bootstrap interval and the p that belongs to it.

    The limits are the estimate minus the upper and the lower quantile of the deviations (Davison & Hinkley
    1997, section 5.2): an index that is biased in small samples is biased in the resamples too, and the
    deviations take that off where percentiles would double it. p is twice the smaller share of deviations
    that are at least, or at most, the estimate: how often resamples around a true value of 0 lie as far out
    (Hall & Wilson 1991), the draws being counted with the estimate itself among them.

    Parameters
    ----------
    estimate
        Shape (indices,).
    deviations
        Shape (resamples, indices); NaN = missing.
    level
        Coverage, in 0..1.

    Returns
    -------
    tuple
        low, high, p, each of shape (indices,); missing where more than half of the deviations are.
    """
    low, high, p = np.full((3, len(estimate)), np.nan)
    valid = np.count_nonzero(~np.isnan(deviations), axis=0)
    usable = 2 * valid >= len(deviations)
    valid, known, centre = valid[usable], deviations[:, usable], estimate[usable]
    if not usable.any():
        return low, high, p
    low[usable], high[usable] = centre - np.nanquantile(known, [(1 + level) / 2, (1 - level) / 2], axis=0)
    above = np.count_nonzero(known >= centre - _TIE, axis=0)
    below = np.count_nonzero(known <= centre + _TIE, axis=0)
    p[usable] = np.minimum(2 * (np.minimum(above, below) + 1) / (valid + 1), 1)
    return low, high, p


def _resampled_totals(features: Floats, length: int, resamples: int, rng: np.random.Generator) -> Floats:
    """Return the sums of the features over blocks drawn with replacement, (resamples, features)."""
    n = len(features)
    rows = max(1, _HELD // n)
    totals = []
    for start in range(0, resamples, rows):
        size = min(rows, resamples - start)
        first = rng.integers(n, size=(size, -(-n // length), 1))
        drawn = ((first + np.arange(length)) % n).reshape(size, -1)[:, :n] + n * np.arange(size)[:, None]
        weights = np.bincount(drawn.ravel(), minlength=size * n).reshape(size, n)
        totals.append(weights.astype(np.float64) @ features)
    return np.concatenate(totals)
