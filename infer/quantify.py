"""Indices corrected by the coder's error rates: true counts solved for, given a confusion of 21 cells."""

import numpy as np
from numpy.typing import NDArray

from vicsformer.data.codebook import CATEGORIES, VALENCE
from vicsformer.infer.expansion import effective_documents
from vicsformer.infer.indices import indices
from vicsformer.infer.intervals import Resamples, resampled_totals
from vicsformer.infer.small_samples import debiased, jackknife_bias
from vicsformer.infer.soft import POWER, SIDES

Floats = NDArray[np.float64]
Counted = NDArray[np.int64] | Floats

_SHAPE = len(SIDES), len(CATEGORIES)
_CELLS = len(SIDES) * len(CATEGORIES)

_PRIOR = 100.0
"""Verbs that the simpler rates count for. Of 30 to 500 it made the codes of held-out labelled verbs likeliest
(the default coder's, in ten parts), and by .02 a verb likelier than independent rates make them."""

_NOTHING = 1e-9
"""Share of all verbs below which a cell is 0 but for rounding."""

_SINGULAR = 1e8
"""Condition number beyond which codes do not tell labels apart."""

_VALENCES = tuple(dict.fromkeys(VALENCE[name] for name in CATEGORIES))
_OF = np.array([_VALENCES.index(VALENCE[name]) for name in CATEGORIES])
_ACTS = np.eye(len(_VALENCES))[_OF]


def transitions(labelled: Counted, known: Counted | None = None) -> Floats:
    """Return P(coded cell | true cell), a cell being a side and a category.

    Three layers, from what is estimated well to what is right in detail: sides and categories that err
    independently, P(side' | side) P(category' | category); sides whose errors depend on the valence of the
    act; and any error at all. The rates of a layer are shrunk towards those of the one before, which count
    for `_PRIOR` verbs: pseudo-Bayes estimates (Fienberg & Holland 1973), means of Dirichlet posteriors.

    Parameters
    ----------
    labelled
        Shape (..., 3, 7, 3, 7): labelled verbs by gold side, gold category, coded side, coded category.
    known
        Verbs of the same shape without the leading axes: a side or category without a labelled verb takes its
        rates from them.

    Returns
    -------
    NDArray
        Shape (..., 21, 21), rows summing to 1; a row of which nothing is known is NaN.
    """
    side, category = labelled.sum(axis=(-3, -1)), labelled.sum(axis=(-4, -2))
    sides, categories = (
        _shares(own, None if known is None else known.sum(axis=axes))
        for own, axes in ((side, (1, 3)), (category, (0, 2)))
    )
    by_valence = np.einsum("...acbd,cv->...vab", labelled, _ACTS)
    by_valence = _shrunk(by_valence, sides[..., None, :, :])
    both = np.einsum("...cab,...cd->...acbd", by_valence[..., _OF, :, :], categories)
    flat = (*labelled.shape[:-4], _CELLS, _CELLS)
    return _shrunk(labelled.reshape(flat), both.reshape(flat))


def correct(coded: Counted, rates: Floats) -> Floats:
    """Return the true numbers of verbs that would be coded like this on average.

    With q the coded verbs and T the error rates as known, q T^-1: adjusted classify-and-count (Forman 2008,
    for two classes), the matrix method of misclassification (Buonaccorsi 2010). It is unbiased for that; a
    cell can come out below 0, and stays so: cut off, or held above 0 by maximum likelihood, it would bias the
    sums.

    Parameters
    ----------
    coded
        Shape (..., 3, 7): coded verbs by side and category, none below 0.
    rates
        Shape (..., 21, 21), as from `transitions`; leading axes are broadcast.

    Returns
    -------
    NDArray
        Shape (..., 3, 7), with the sum of `coded`; NaN where rates are missing or do not tell labels apart.
    """
    verbs = coded.reshape(*coded.shape[:-2], 1, _CELLS).astype(np.float64)
    solved = verbs @ _inverse(rates)
    solved[np.abs(solved) < _NOTHING * verbs.sum(axis=-1, keepdims=True)] = 0
    return np.asarray(solved.reshape(*solved.shape[:-2], *_SHAPE))


def resample_confusion(
    coded: Counted,
    labelled: Counted,
    resamples: int,
    *,
    rng: np.random.Generator,
    labelled_rng: np.random.Generator | None = None,
) -> tuple[Resamples, Floats]:
    """Resample the leader's documents and the labelled ones, and correct every draw with its own error rates.

    Parameters
    ----------
    coded
        Shape (documents, 3, 7): coded verbs of the leader by side (Self, Other, rest) and category.
    labelled
        Shape (labelled documents, 3, 7, 3, 7): labelled verbs [gold, coded]; at least two documents.
    resamples
        Number of draws.
    rng
        Source of the draws; the leader's documents are drawn first, as `resample_documents` draws them.
    labelled_rng
        Source of the draws of labelled documents, `rng` where not given: with generators of one state for
        several leaders the error of the rates, which they share, falls out of their differences.

    Returns
    -------
    tuple
        The resampled indices, for expanded limits: the jackknife leaves out each of the leader's documents,
        then each labelled one, which are two samples. And the corrected numbers of verbs of Self and Other,
        shape (2, 6).
    """
    own, verbs = (a.reshape(len(a), -1).astype(np.float64) for a in (coded, labelled))
    total, known = own.sum(axis=0), labelled.sum(axis=0)

    def solve(sums: Floats, of_labels: Floats) -> Floats:
        rates = transitions(of_labels.reshape(-1, *known.shape), known)
        return correct(sums.reshape(-1, *_SHAPE), rates)[:, :2, POWER]

    drawn = resampled_totals(own, resamples, rng)
    counts = solve(total, verbs.sum(axis=0))[0]
    estimate, draws, without_own, without_label = map(
        indices,
        (
            counts,
            solve(drawn, resampled_totals(verbs, resamples, labelled_rng or rng)),
            solve(total - own, verbs.sum(axis=0)),
            solve(total, verbs.sum(axis=0) - verbs),
        ),
    )
    left_out = np.concatenate([without_own, without_label])
    powers = coded[:, :2, POWER].sum(axis=(1, 2))
    units = min(effective_documents(powers), len(labelled))
    resampled = Resamples(estimate, draws, left_out, np.ones(len(left_out)), units)
    bias = jackknife_bias(estimate, without_own) + jackknife_bias(estimate, without_label)
    return debiased(resampled, bias), counts


def _shares(verbs: Counted, known: Counted | None) -> Floats:
    """Return the shares in a row; of a row without verbs those that are known, or NaN."""
    rows = np.full(verbs.shape, np.nan)
    if known is not None:
        rows[...] = _shares(known, None)
    n = verbs.sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(verbs, n, out=rows, where=n > 0), dtype=np.float64)


def _shrunk(verbs: Counted, towards: Floats) -> Floats:
    """Return the shares in a row when `towards` counts for `_PRIOR` further verbs."""
    return np.asarray((verbs + _PRIOR * towards) / (verbs.sum(axis=-1, keepdims=True) + _PRIOR))


def _inverse(rates: Floats) -> Floats:
    """Invert every matrix; NaN where one is missing, or a row of it is (nearly) a mix of others."""
    one = np.eye(_CELLS)
    regular = np.isfinite(rates).all(axis=(-2, -1), keepdims=True)
    # `inv` gives up the whole stack for one zero pivot, which is what makes a determinant 0
    regular &= (np.linalg.det(np.where(regular, rates, one)) != 0)[..., None, None]
    inverse = np.linalg.inv(np.where(regular, rates, one))
    condition = _norm(np.where(regular, rates, one)) * _norm(inverse)
    return np.where(regular & (condition < _SINGULAR), inverse, np.nan)


def _norm(matrices: Floats) -> Floats:
    """Return the largest sum of sizes in a column, (..., 1, 1)."""
    return np.asarray(np.abs(matrices).sum(axis=-2, keepdims=True).max(axis=-1, keepdims=True))
