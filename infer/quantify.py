"""Indices corrected by the coder's error rates: adjusted classify-and-count with a confusion matrix."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vicsformer.infer.indices import indices
from vicsformer.infer.intervals import Resamples, _resampled_totals
from vicsformer.infer.small_samples import debiased, jackknife_bias
from vicsformer.infer.soft import POWER

Floats = NDArray[np.float64]

_SINGULAR = 1e8
"""Condition number beyond which a solution has no digit left. Matrices short of it stay: that their solutions
scatter is what the interval has to show."""


@dataclass(frozen=True)
class CorrectedResamples(Resamples):
    """Resamples of corrected counts.

    Attributes
    ----------
    counts
        Shape (2, 6): the corrected numbers of verbs of Self and Other, negative ones set to 0.
    clipped
        Shape (2, 6): share of the draws in which the cell of Self or Other was below 0 and set to 0.
    """

    counts: Floats = field(kw_only=True)
    clipped: Floats = field(kw_only=True)


def correct(coded: Floats, side: Floats, category: Floats) -> Floats:
    """Solve for the true numbers of verbs: P = S^-T Q K^-1.

    Coded numbers Q arise from true ones P by Q = S^T P K where S = P(coded side | true side) and K = P(coded
    category | true category) err independently (Buonaccorsi 2010; Forman 2008, there of two classes).

    Parameters
    ----------
    coded
        Shape (..., 3, 7): coded verbs by side and category.
    side, category
        Shapes (..., 3, 3) and (..., 7, 7): error rates [true, coded], rows summing to 1.

    Returns
    -------
    NDArray
        Shape (..., 3, 7): estimates with the sum of `coded`; cells may be negative. NaN where a matrix of
        error rates is singular or missing.
    """
    return np.swapaxes(_inverse(side), -1, -2) @ coded @ _inverse(category)


def resample_confusion(
    coded: NDArray[np.int64] | Floats,
    side: NDArray[np.int64] | Floats,
    category: NDArray[np.int64] | Floats,
    resamples: int,
    *,
    rng: np.random.Generator,
    labelled_rng: np.random.Generator | None = None,
) -> CorrectedResamples:
    """Resample the leader's documents and the labelled ones, and correct every draw with its own error rates.

    Parameters
    ----------
    coded
        Shape (documents, 3, 7): coded verbs of the leader by side (Self, Other, rest) and category.
    side, category
        Shapes (labelled documents, 3, 3) and (labelled documents, 7, 7): labelled verbs [gold, coded]; at
        least two documents.
    resamples
        Number of draws.
    rng
        Source of the draws; the leader's documents are drawn first, as `resample_documents` draws them.
    labelled_rng
        Source of the draws of labelled documents, `rng` where not given: with generators of one state for
        several leaders the error of the rates, which they share, falls out of their differences.

    Returns
    -------
    CorrectedResamples
        The jackknife leaves out each of the leader's documents, then each labelled one. BCa with several
        samples (as in `scipy.stats.bootstrap`) sums the cubes and squares of (n - 1)/n times the deviations
        from the sample's own mean; the values are scaled and shifted for that, so that `limits`, which
        knows one sample, does the same sums.
    """
    labelled = np.hstack([array.reshape(len(array), -1) for array in (side, category)]).astype(np.float64)
    own = coded.reshape(len(coded), -1).astype(np.float64)
    total, labelled_total = own.sum(axis=0), labelled.sum(axis=0)
    known = _rates(labelled_total, None)

    def solve(sums: Floats, rates: tuple[Floats, Floats]) -> Floats:
        return correct(sums.reshape(-1, *coded.shape[1:]), *rates)

    sums = _resampled_totals(own, resamples, rng)
    drawn = solve(sums, _rates(_resampled_totals(labelled, resamples, labelled_rng or rng), known))
    counts = _positive(solve(total, known))[0]
    estimate = indices(counts)
    without_own = indices(_positive(solve(total - own, known)))
    without_labelled = indices(_positive(solve(total, _rates(labelled_total - labelled, known))))
    resampled = CorrectedResamples(
        estimate=estimate,
        draws=indices(_positive(drawn)),
        jackknife=np.concatenate([_centred(values, estimate) for values in (without_own, without_labelled)]),
        multiplicity=np.ones(len(own) + len(labelled)),
        counts=counts,
        clipped=(drawn[:, :2, POWER] < 0).mean(axis=0),
    )
    bias = jackknife_bias(estimate, without_own) + jackknife_bias(estimate, without_labelled)
    return debiased(resampled, bias)


def _positive(tables: Floats) -> Floats:
    """Return the power cells of Self and Other, (..., 2, 6), of corrected tables, (..., 3, 7).

    Negative cells are set to 0 and the rest scaled to the table's sum, so that the number of verbs stays.
    """
    positive = np.maximum(tables, 0)
    sums, scale = (table.sum(axis=(-2, -1), keepdims=True) for table in (positive, tables))
    shares = np.divide(positive, sums, out=np.full(tables.shape, np.nan), where=sums > 0)
    return np.asarray((shares * scale)[..., :2, POWER], dtype=np.float64)


def _rates(sums: Floats, known: tuple[Floats, Floats] | None) -> tuple[Floats, Floats]:
    """Return the error rates of sums of labelled verbs, (..., 3, 3) and (..., 7, 7), from (..., 58).

    A row without labelled verbs says nothing; it is taken from `known`, or missing.
    """
    rates = []
    for number, (part, k) in enumerate(zip(np.split(sums, [9], axis=-1), (3, 7), strict=True)):
        table = part.reshape(*part.shape[:-1], k, k)
        n = table.sum(axis=-1, keepdims=True)
        rows = np.full(table.shape, np.nan) if known is None else np.broadcast_to(known[number], table.shape)
        rates.append(np.divide(table, n, out=rows.copy(), where=n > 0))
    return rates[0], rates[1]


def _inverse(rates: Floats) -> Floats:
    """Invert every matrix; NaN where one is singular, nearly so, or missing."""
    one = np.eye(rates.shape[-1])
    # `inv` gives up the whole stack for one zero pivot, which is what makes a determinant 0
    regular = np.isfinite(rates).all(axis=(-2, -1), keepdims=True)
    regular &= (np.linalg.det(np.where(regular, rates, one)) != 0)[..., None, None]
    inverse = np.linalg.inv(np.where(regular, rates, one))
    condition = _norm(np.where(regular, rates, one)) * _norm(inverse)
    return np.where(regular & (condition < _SINGULAR), inverse, np.nan)


def _norm(matrices: Floats) -> Floats:
    """Return the largest sum of sizes in a column, (..., 1, 1)."""
    return np.asarray(np.abs(matrices).sum(axis=-2, keepdims=True).max(axis=-1, keepdims=True))


def _centred(left_out: Floats, estimate: Floats) -> Floats:
    """Shift the values of one sample to the estimate and scale their deviations by (n - 1)/n."""
    n = len(left_out)
    return np.asarray(estimate + (left_out - left_out.mean(axis=0)) * (n - 1) / n)
