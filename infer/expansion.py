"""Quantiles of draws of few units: what they lack to hold the truth as often as they say.

Quantiles of draws of n units are those of a normal distribution whose variance is too small by (n - 1)/n.
The expanded percentile interval of Hesterberg (2015) takes the quantile Phi(t sqrt(n / (n - 1))), t the
quantile of Student's t with n - 1 degrees of freedom: tails of .016 for .025 and twenty documents.

Of B draws the i-th is taken for the quantile i / (B + 1), below which the next draw falls with that
probability (Davison & Hinkley 1997, section 2.4); linear interpolation between the first and the last takes
it for (i - 1) / (B - 1), which makes intervals of few draws too narrow.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, stdtrit

_Floats = NDArray[np.float64]


def effective_documents(verbs: NDArray[np.integer] | NDArray[np.floating]) -> float:
    """Return the number of equally long documents that would vary as much, (sum v)^2 / sum v^2 (Kish 1965).

    Parameters
    ----------
    verbs
        Shape (documents,): verbs of each. Without any there are 0 documents.
    """
    squares = np.square(verbs, dtype=np.float64).sum()
    return float(np.square(verbs.sum(dtype=np.float64)) / squares) if squares else 0.0


def expanded_tails(tails: float | _Floats, units: float | _Floats, draws: float) -> _Floats:
    """Return the places of expanded percentile limits among sorted draws, as shares of the way to the last.

    Parameters
    ----------
    tails
        In 0..1: probabilities with which the truth is to be below.
    units
        Number of documents, or infinite, of a shape that goes with the tails; with one or fewer nothing
        helps.
    draws
        Number of draws, at least 1.

    Returns
    -------
    NDArray
        In 0..1; at the ends where a tail would need more draws.
    """
    tails, units = np.broadcast_arrays(np.asarray(tails, np.float64), np.asarray(units, np.float64))
    few = (units > 1) & np.isfinite(units)
    n = np.where(few, units, 2)
    tails = np.where(few, ndtr(stdtrit(n - 1, tails) / np.sqrt(1 - 1 / n)), tails)
    return np.clip((tails * (draws + 1) - 1) / max(draws - 1, 1), 0, 1)


def expanded_draws(draws: _Floats, units: float | _Floats) -> _Floats:
    """Spread draws so that their quantiles are expanded percentile limits at every level.

    Each takes the place of the draw that stands where the expanded limit of its own rank is; ranks, and with
    them what the draws of several indices or leaders have in common, stay.

    Parameters
    ----------
    draws
        Shape (draws, indices), NaN = missing.
    units
        As in `expanded_tails`, of all indices or of each; with infinitely many nothing changes.

    Returns
    -------
    NDArray
        Of the same shape, missing where the draw is.
    """
    spread = draws.copy()
    for column, of_column in zip(spread.T, np.broadcast_to(units, draws.shape[1]), strict=True):
        known = ~np.isnan(column)
        n = int(known.sum())
        if n and 1 < of_column < np.inf:
            rank = np.empty(n)
            rank[np.argsort(column[known], kind="stable")] = np.arange(1, n + 1)
            place = expanded_tails(rank / (n + 1), of_column, n) * (n - 1)
            column[known] = np.interp(place, np.arange(n), np.sort(column[known]))
    return spread
