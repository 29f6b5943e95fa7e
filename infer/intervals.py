"""Bootstrap of the indices by whole documents: expanded percentile, percentile, BCa, studentised intervals.

Both aggregates are functions of sums over documents, so that a resample is a row of multinomial weights and
all resamples are one matrix product.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from vicsformer.infer.expansion import effective_documents, expanded_tails
from vicsformer.infer.indices import INDEX_NAMES, estimated_indices, indices
from vicsformer.infer.standard_errors import mean_errors, pooled_errors, products

Aggregate = Literal["pooled", "speech"]
Method = Literal["expanded", "bca", "percentile", "studentised"]

_Floats = NDArray[np.float64]

_BLOCK = 2**20
"""Weights held at a time: bounds memory (8 MB) however many documents and resamples there are."""

_TIE = 1e-12
"""Indices are of order 1; a smaller difference comes from the order of a sum."""


@dataclass(frozen=True)
class Resamples:
    """The indices of a group, of its resamples, and with one unit left out.

    Attributes
    ----------
    estimate
        Shape (indices,).
    draws
        Shape (resamples, indices); NaN where a resample leaves nothing to divide by.
    jackknife
        Shape (units, indices): the indices without one unit (document or verb).
    multiplicity
        Shape (units,): how many units give the same row of `jackknife`.
    units
        How many equal units would vary as much as those drawn, for "expanded" limits, of all indices or of
        each; infinite where these need no widening.
    error
        Shape (indices,): standard errors of `estimate` by linearisation; None where nobody asked for them.
    draw_errors
        Shape (resamples, indices): the same of every draw, from its own units.
    """

    estimate: _Floats
    draws: _Floats
    jackknife: _Floats
    multiplicity: _Floats
    units: float | _Floats = np.inf
    error: _Floats | None = None
    draw_errors: _Floats | None = None


def resample_documents(
    counts: NDArray[np.integer] | NDArray[np.floating],
    resamples: int,
    *,
    aggregate: Aggregate,
    rng: np.random.Generator,
    errors: bool = False,
) -> Resamples:
    """Draw documents with replacement.

    Parameters
    ----------
    counts
        Shape (documents, 2, 6); estimated counts may be fractions, and negative where corrected.
    resamples
        Number of draws.
    aggregate
        "pooled": the indices of the summed counts; "speech": the mean of the documents' own indices over
        the documents where the index is not missing.
    rng
        Source of the draws; they are the same with and without `errors`.
    errors
        Whether to find the standard errors too, which only "studentised" limits need.
    """
    sums = (_Pooled if aggregate == "pooled" else _Speech)(counts)
    features = np.hstack([sums.features, sums.squares()]) if errors else sums.features
    total, totals = features.sum(axis=0), resampled_totals(features, resamples, rng)
    width = sums.features.shape[1]
    return Resamples(
        estimate=sums.indices(total[:width]),
        draws=sums.indices(totals[:, :width]),
        jackknife=sums.indices(total[:width] - sums.features),
        multiplicity=np.ones(len(features)),
        units=sums.units(),
        error=sums.errors(total[:width], total[width:]) if errors else None,
        draw_errors=sums.errors(totals[:, :width], totals[:, width:]) if errors else None,
    )


def resample_verbs(
    counts: NDArray[np.int64], resamples: int, *, rng: np.random.Generator, errors: bool = False
) -> Resamples:
    """Draw the verbs of one document with replacement, a verb being one of its twelve cells.

    Parameters
    ----------
    counts
        Shape (2, 6).
    resamples
        Number of draws.
    rng
        Source of the draws.
    errors
        As in `resample_documents`.
    """
    cells = counts.ravel().astype(np.float64)
    n = int(cells.sum())
    draws = rng.multinomial(n, cells / max(n, 1), size=resamples).astype(np.float64)
    held = cells > 0  # verbs of one cell leave the same counts behind
    one = np.eye(len(cells))

    def of(total: _Floats) -> _Floats:
        return pooled_errors(total, (total[..., None] * one).reshape(*total.shape[:-1], -1), max(n, 1))

    return Resamples(
        estimate=indices(counts),
        draws=indices(draws.reshape(-1, *counts.shape)),
        jackknife=indices((cells - one)[held].reshape(-1, *counts.shape)),
        multiplicity=cells[held],
        units=n,
        error=of(cells) if errors else None,
        draw_errors=of(draws) if errors else None,
    )


def limits(resampled: Resamples, *, level: float, method: Method) -> _Floats:
    """Return the limits of every index, shape (indices, 2).

    "percentile" takes the quantiles (1 - level)/2 and (1 + level)/2 of the draws, "expanded" those that make
    up for few units and draws (Hesterberg 2015; see `expansion`). "bca" corrects the two quantiles for bias
    and acceleration (Efron 1987; DiCiccio & Efron 1996; Efron & Tibshirani 1993, eq. 14.9-14.15); draws equal
    to the estimate count half below it. "studentised" is the bootstrap-t (Efron & Tibshirani 1993, section
    12.5; Davison & Hinkley 1997, section 5.2.1): quantiles of (draw - estimate) / (the draw's standard
    error), times the standard error of the estimate; it can leave the index's range.

    Missing draws are left out. The limits are missing where more than half of the draws are, where the index
    rests on a single unit (which shows no spread), for "bca" where the estimate lies outside all draws, and
    for "studentised" where there are no standard errors or too many draws show no spread of their own.

    Parameters
    ----------
    resampled
        Estimate, draws and jackknife of the indices.
    level
        Coverage, in 0..1.
    method
        Which interval.
    """
    draws = _pivots(resampled) if method == "studentised" else resampled.draws
    draws = np.sort(draws, axis=0)  # missing draws go last
    valid = np.count_nonzero(~np.isnan(draws), axis=0)
    tails = np.array([(1 - level) / 2, (1 + level) / 2])
    probabilities = np.tile(tails, (draws.shape[1], 1))
    if method == "expanded":
        probabilities[:] = expanded_tails(tails, np.reshape(resampled.units, (-1, 1)), len(draws))
    elif method == "bca":
        probabilities = _bca_probabilities(resampled, valid, ndtri(tails))
    single = np.isnan(resampled.jackknife).any(axis=0)
    missing = single | (2 * valid < len(draws))
    with np.errstate(invalid="ignore"):  # between infinite pivots; such limits are missing
        quantiles = _quantiles(draws, valid, probabilities)
        if method == "studentised" and resampled.error is not None:
            quantiles = resampled.estimate[:, None] - quantiles[:, ::-1] * resampled.error[:, None]
    missing |= ~np.isfinite(quantiles).all(axis=1)
    return np.where(missing[:, None], np.nan, quantiles)


class _Pooled:
    """Sums of counts, and the indices of the sums."""

    def __init__(self, counts: NDArray[np.integer] | NDArray[np.floating]) -> None:
        self.features: _Floats = counts.reshape(len(counts), -1).astype(np.float64)

    def squares(self) -> _Floats:
        return products(self.features)

    def units(self) -> float | _Floats:
        return effective_documents(self.features.sum(axis=1))

    def indices(self, total: _Floats) -> _Floats:
        return indices(total.reshape(*total.shape[:-1], 2, -1))

    def errors(self, total: _Floats, squares: _Floats) -> _Floats:
        return pooled_errors(total, squares, len(self.features))


class _Speech:
    """Sums of the documents' own indices and of how many have them, and the means.

    Fractions are estimated counts: of a single document they have no unbiased P-3 and I-3.
    """

    def __init__(self, counts: NDArray[np.integer] | NDArray[np.floating]) -> None:
        scores = (indices if np.issubdtype(counts.dtype, np.integer) else estimated_indices)(counts)
        present = ~np.isnan(scores)
        self.features: _Floats = np.hstack([np.where(present, scores, 0), present])

    def squares(self) -> _Floats:
        return np.square(self.features[:, : len(INDEX_NAMES)])

    def units(self) -> float | _Floats:
        return self.features[:, len(INDEX_NAMES) :].sum(axis=0)

    def indices(self, total: _Floats) -> _Floats:
        scores, present = np.split(total, 2, axis=-1)
        means: _Floats = np.full(scores.shape, np.nan)
        np.divide(scores, present, out=means, where=present > 0)
        return means

    def errors(self, total: _Floats, squares: _Floats) -> _Floats:
        scores, present = np.split(total, 2, axis=-1)
        return mean_errors(scores, present, squares)


def resampled_totals(features: _Floats, resamples: int, rng: np.random.Generator) -> _Floats:
    """Return the sums of the features over documents drawn with replacement, (resamples, features)."""
    n = len(features)
    rows = max(1, _BLOCK // n)
    blocks = []
    for start in range(0, resamples, rows):
        size = min(rows, resamples - start)
        # counting indices gives multinomial weights several times faster than Generator.multinomial
        drawn = rng.integers(n, size=(size, n)) + n * np.arange(size)[:, None]
        weights = np.bincount(drawn.ravel(), minlength=size * n).reshape(size, n)
        blocks.append(weights.astype(np.float64) @ features)
    return np.concatenate(blocks)


def _pivots(resampled: Resamples) -> _Floats:
    """Return (draw - estimate) / (standard error of the draw), (resamples, indices).

    A draw without spread that differs from the estimate is infinitely many standard errors away from it, one
    that does not differ none.
    """
    if resampled.draw_errors is None:
        return np.full(resampled.draws.shape, np.nan)
    difference = resampled.draws - resampled.estimate
    difference[np.abs(difference) <= _TIE] = 0
    flat = resampled.draw_errors == 0
    away = np.where(difference == 0, 0, np.copysign(np.inf, difference))
    return np.asarray(np.where(flat, away, difference / np.where(flat, 1, resampled.draw_errors)))


def _bca_probabilities(resampled: Resamples, valid: NDArray[np.intp], z: _Floats) -> _Floats:
    """Return the corrected tail probabilities, (indices, 2); NaN where the estimate is outside all draws."""
    difference = resampled.draws - resampled.estimate
    below = np.count_nonzero(difference < -_TIE, axis=0)
    ties = np.count_nonzero(np.abs(difference) <= _TIE, axis=0)
    share = (below + ties / 2) / np.maximum(valid, 1)
    bias = ndtri(np.where((share > 0) & (share < 1), share, np.nan))[:, None]
    shifted = bias + z
    # accelerations are at most 1/6 in size: only an extreme bias brings this to zero, and then the limit
    # is the outermost draw
    scale = np.maximum(1 - _acceleration(resampled)[:, None] * shifted, np.finfo(np.float64).eps)
    return np.asarray(ndtr(bias + shifted / scale), dtype=np.float64)


def _acceleration(resampled: Resamples) -> _Floats:
    """Return sum(d^3) / (6 sum(d^2)^1.5), d = mean of the jackknife minus its values; 0 where all d are."""
    weight = resampled.multiplicity[:, None]
    values = resampled.jackknife
    d = (weight * values).sum(axis=0) / max(weight.sum(), 1) - values
    d[np.abs(d) <= _TIE] = 0
    cubes, squares = (weight * d**3).sum(axis=0), (weight * d**2).sum(axis=0)
    acceleration: _Floats = np.zeros_like(cubes)
    np.divide(cubes, 6 * squares**1.5, out=acceleration, where=squares > 0)
    return acceleration


def _quantiles(draws: _Floats, valid: NDArray[np.intp], probabilities: _Floats) -> _Floats:
    """Return linearly interpolated quantiles of sorted columns, each with its own probabilities."""
    position = np.where(np.isnan(probabilities), 0, probabilities) * np.maximum(valid - 1, 0)[:, None]
    lower = np.floor(position).astype(np.intp)
    upper = np.ceil(position).astype(np.intp)
    low, high = (np.take_along_axis(draws, at.T, axis=0).T for at in (lower, upper))
    quantiles = low + (position - lower) * (high - low)
    return np.where(np.isnan(probabilities), np.nan, quantiles)
