"""Coefficients of agreement as functions of confusion matrices, vectorised over stacks of them.

Every function takes an array of shape (..., K, K), rows = gold, columns = coded, entries = (weighted) counts,
and returns one value a matrix, or one a class; NaN where there is nothing to divide by. That makes a
bootstrap over documents one call: each resample is a weighted sum of the documents' matrices.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def accuracy(confusion: Floats) -> Floats:
    """Return the share on the diagonal."""
    return ratio(_diagonal(confusion).sum(axis=-1), confusion.sum(axis=(-2, -1)))


def precision(confusion: Floats, false_alarms: Floats | None = None) -> Floats:
    """Return per class the share of the coded that is right, shape (..., K).

    Parameters
    ----------
    confusion
        Shape (..., K, K).
    false_alarms
        Shape (..., K): further rows coded so where the gold has nothing.
    """
    coded = confusion.sum(axis=-2)
    return ratio(_diagonal(confusion), coded if false_alarms is None else coded + false_alarms)


def recall(confusion: Floats) -> Floats:
    """Return per class the share of the gold that is found, shape (..., K)."""
    return ratio(_diagonal(confusion), confusion.sum(axis=-1))


def f1(confusion: Floats) -> Floats:
    """Return per class 2 TP / (gold + coded), shape (..., K); NaN for a class in neither."""
    return ratio(2 * _diagonal(confusion), confusion.sum(axis=-1) + confusion.sum(axis=-2))


def macro_f1(confusion: Floats) -> Floats:
    """Return the mean F1 over the classes that are in the gold or in the coded."""
    scores = f1(confusion)
    present = ~np.isnan(scores)
    return ratio(np.where(present, scores, 0).sum(axis=-1), present.sum(axis=-1).astype(np.float64))


def kappa(confusion: Floats, values: Floats | None = None) -> Floats:
    """Return Cohen's kappa (Cohen 1960), or with values its quadratic-weighted form (Cohen 1968).

    Parameters
    ----------
    confusion
        Shape (..., K, K).
    values
        Shape (K,): the numbers the classes stand for; a disagreement weighs the square of their difference.
    """
    k = confusion.shape[-1]
    weight = 1 - np.eye(k) if values is None else np.square(values[:, None] - values)
    chance = confusion.sum(axis=-1)[..., :, None] * confusion.sum(axis=-2)[..., None, :]
    observed = (weight * confusion).sum(axis=(-2, -1)) * confusion.sum(axis=(-2, -1))
    return 1 - ratio(observed, (weight * chance).sum(axis=(-2, -1)))


def alpha_nominal(confusion: Floats) -> Floats:
    """Return Krippendorff's alpha for two coders without missing values, nominal distance."""
    return _alpha(confusion, 1 - np.eye(confusion.shape[-1]))


def alpha_interval(confusion: Floats, values: Floats) -> Floats:
    """Return Krippendorff's alpha, distance = squared difference of the values, shape (K,)."""
    return _alpha(confusion, np.square(values[:, None] - values))


def alpha_ordinal(confusion: Floats) -> Floats:
    """Return Krippendorff's alpha, ordinal distance; the classes are in their order."""
    used = confusion.sum(axis=-1) + confusion.sum(axis=-2)
    # the distance sum_{c=i..j} n_c - (n_i + n_j) / 2 is the difference of the classes' middle ranks
    middle = np.cumsum(used, axis=-1) - used / 2
    return _alpha(confusion, np.square(middle[..., :, None] - middle[..., None, :]))


def merge(confusion: Floats, classes: NDArray[np.intp]) -> Floats:
    """Return the confusion of coarser classes.

    Parameters
    ----------
    confusion
        Shape (..., K, K).
    classes
        Shape (K,): the coarser class of each class, from 0 without gaps.
    """
    member = np.eye(classes.max() + 1)[classes]
    return np.einsum("ki,...kl,lj->...ij", member, confusion, member)


def ratio(numerator: Floats, denominator: Floats) -> Floats:
    """Divide, with NaN where the denominator is not positive."""
    out = np.full(np.broadcast_shapes(numerator.shape, denominator.shape), np.nan)
    return np.divide(numerator, denominator, out=out, where=denominator > 0)


def _alpha(confusion: Floats, distance: Floats) -> Floats:
    """Return 1 - observed / expected disagreement (Krippendorff 2019, chapter 12) for any distance."""
    used = confusion.sum(axis=-1) + confusion.sum(axis=-2)
    coincidences = confusion + np.swapaxes(confusion, -1, -2)
    observed = (distance * coincidences).sum(axis=(-2, -1)) * (used.sum(axis=-1) - 1)
    return 1 - ratio(observed, (distance * used[..., :, None] * used[..., None, :]).sum(axis=(-2, -1)))


def _diagonal(confusion: Floats) -> Floats:
    return np.diagonal(confusion, axis1=-2, axis2=-1)
