"""Three verdicts on a gap: divergent, convergent (smaller than a declared margin), or inconclusive."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr

from vicsformer.data.errors import InputError
from vicsformer.evaluate.checks import require_fraction

Floats = NDArray[np.float64]
Margins = Mapping[str, float] | pd.Series
"""By index: gaps smaller than this do not matter."""

CONVERGENT, DIVERGENT, INCONCLUSIVE = "convergent", "divergent", "inconclusive"

GAP_VERDICT_COLUMNS: dict[str, str] = {
    "gap": "median of the draws, a minus b",
    "low": "lower limit of the interval of coverage 1 - alpha, a quantile of the gaps of the draws",
    "high": "upper limit",
    "margin": "as declared; missing where none is",
    "p_a_larger": "share of the draws in which a is larger, ties counted half",
    "p_within": "share of the draws in which the gap is smaller than the margin, whichever its sign; missing "
    "without a margin",
    "verdict": "convergent, divergent or inconclusive; missing where more than half of the draws are, or "
    "where they are all the same",
}
"""Columns of the table of verdicts from draws; one row an index."""


def margins_of(sds: Mapping[str, float], *, share: float = 0.5) -> dict[str, float]:
    """Return margins as a share of standard deviations.

    Parameters
    ----------
    sds
        By index, above 0: how much leaders differ, as from `data.norms.norm_sd`.
    share
        Above 0; half a standard deviation is where the verbal ladders leave "average".

    Raises
    ------
    InputError
        The share is not above 0.
    """
    if not (share > 0 and np.isfinite(share)):
        raise InputError(
            f"margins: expected a share of the SD above 0, found {share:g}; give for instance 0.5"
        )
    return {index: share * sd for index, sd in sds.items()}


def margin_array(margins: Margins | None, indices: Sequence[str]) -> Floats:
    """Return the margin of each index, shape (indices,), NaN where none is declared.

    The unbiased form of an index takes the margin of the index unless it has one of its own.

    Parameters
    ----------
    margins
        By index; further indices are not looked at.
    indices
        Names.

    Raises
    ------
    InputError
        A margin is not above 0, or there are margins but none for any of the indices.
    """
    declared = pd.Series({} if margins is None else dict(margins), dtype="float64").dropna()
    wrong = declared[~((declared > 0) & np.isfinite(declared))]
    if len(wrong):
        raise InputError(
            f"margins: expected gaps above 0, found {wrong.iloc[0]:g} for {wrong.index[0]}; correct it"
        )
    plain = declared.reindex([name.removesuffix(" unbiased") for name in indices]).to_numpy()
    found = declared.reindex(list(indices)).to_numpy()
    array = np.where(np.isnan(found), plain, found)
    if len(declared) and np.isnan(array).all():
        raise InputError(
            f"margins: expected some of {', '.join(indices)}, found {', '.join(declared.index)}; rename them"
        )
    return array


def tost_p(gap: Floats, error: Floats, freedom: Floats, margin: Floats) -> Floats:
    """Return the p of equivalence: two one-sided t tests (Schuirmann 1987).

    The larger p of t = (gap + margin) / error against larger values and t = (gap - margin) / error against
    smaller ones: below alpha exactly where the interval of coverage 1 - 2 alpha lies within the margin.

    Parameters
    ----------
    gap, error, freedom
        Difference of two means, its standard error and degrees of freedom.
    margin
        Above 0; all four of one shape, NaN = missing.

    Returns
    -------
    NDArray
        In 0..1; NaN where something is missing.
    """
    # by symmetry the further limit decides
    return np.asarray(stdtr(freedom, (np.abs(gap) - margin) / error), dtype=np.float64)


def three_way(difference_p: Floats, equivalence_p: Floats, *, alpha: float) -> NDArray[np.object_]:
    """Return the verdict of two tests: on a difference, and on equivalence.

    Convergent where equivalence_p < alpha: a gap that can be told from 0 is then, too, known to be smaller
    than the margin. Else divergent where difference_p < alpha, else inconclusive.

    Parameters
    ----------
    difference_p
        Two-sided; the verdict is missing where this is.
    equivalence_p
        As from `tost_p`, corrected like the other one; missing without a margin: nothing is then convergent,
        for a gap that is not significant is no evidence that it is small.
    alpha
        Of both tests.

    Returns
    -------
    NDArray
        Of the shape of the p values; None where the verdict is missing.
    """
    return _verdicts(~np.isnan(difference_p), equivalence_p < alpha, difference_p < alpha)


def gap_verdict(
    draws_a: ArrayLike, draws_b: ArrayLike, *, margin: ArrayLike | None, alpha: float = 0.05
) -> pd.DataFrame:
    """Return verdicts on the gaps of two leaders from draws of their indices.

    Convergent where the interval of coverage 1 - 2 alpha lies within the margin, else divergent where that of
    coverage 1 - alpha leaves 0 out, else inconclusive: the rule of `three_way` with quantiles of the
    gaps. Draws as from `infer.corrected.draw_indices` are spread to make up for few documents.

    Parameters
    ----------
    draws_a, draws_b
        Shape (draws, indices), or (draws,) of one index: resamples or imputations, however corrected; NaN =
        missing. A row of a and the same row of b are one draw: they share what is drawn for both (a coder's
        errors) and are independent otherwise.
    margin
        Shape (indices,) or one number, as from `margin_array`; NaN or None where none is declared.
    alpha
        Below .5.

    Returns
    -------
    DataFrame
        `GAP_VERDICT_COLUMNS`, one row an index.

    Raises
    ------
    InputError
        Draws of different shapes, a margin that is not above 0, or alpha out of range.
    """
    a, b = (np.asarray(draws, dtype=np.float64) for draws in (draws_a, draws_b))
    if a.shape != b.shape or a.ndim not in (1, 2) or not len(a):
        raise InputError(
            f"draws: expected two arrays of one shape, (draws, indices); found {a.shape} and {b.shape}; "
            "draw as often for both"
        )
    gaps = (a - b).reshape(len(a), -1)
    within = np.broadcast_to(np.asarray(np.nan if margin is None else margin, np.float64), gaps.shape[1])
    _check(within, alpha)
    valid, ordered = np.count_nonzero(~np.isnan(gaps), axis=0), np.sort(gaps, axis=0)
    tails = (0, alpha / 2, alpha, 0.5, 1 - alpha, 1 - alpha / 2, 1)
    least, low, inner_low, middle, inner_high, high, most = (_quantile(ordered, valid, at) for at in tails)
    inside = (inner_low > -within) & (inner_high < within)
    known = (2 * valid >= len(gaps)) & (most > least)
    larger, smaller = (
        (gaps > 0).sum(axis=0) + (gaps == 0).sum(axis=0) / 2,
        (np.abs(gaps) < within).sum(axis=0),
    )
    some = np.where(valid, valid, np.nan)
    columns = {
        "gap": middle,
        "low": low,
        "high": high,
        "margin": within,
        "p_a_larger": larger / some,
        "p_within": np.where(np.isnan(within), np.nan, smaller / some),
        "verdict": _verdicts(known, inside, (low > 0) | (high < 0)),
    }
    return pd.DataFrame(columns)[list(GAP_VERDICT_COLUMNS)].astype({"verdict": "str"})


def _quantile(ordered: Floats, valid: NDArray[np.intp], tail: float) -> Floats:
    """Of sorted draws, missing ones last, those at place tail (B + 1) (Davison & Hinkley 1997, 2.4)."""
    place = np.clip(tail * (valid + 1) - 1, 0, np.maximum(valid - 1, 0))
    below = np.floor(place).astype(np.intp)
    above = np.ceil(place).astype(np.intp)
    low, high = (np.take_along_axis(ordered, at[None], axis=0)[0] for at in (below, above))
    return np.asarray(low + (place - below) * (high - low))


def _verdicts(
    known: NDArray[np.bool_], within: NDArray[np.bool_], apart: NDArray[np.bool_]
) -> NDArray[np.object_]:
    """Return the verdicts, None where nothing is known."""
    names = np.select([within, apart], [CONVERGENT, DIVERGENT], INCONCLUSIVE).astype(np.object_)
    names[~known] = None
    return names


def _check(margin: Floats, alpha: float) -> None:
    """Raise an `InputError` that names the option out of its range."""
    require_fraction(alpha, "alpha")
    if alpha >= 0.5:
        raise InputError(f"expected alpha below 0.5; found {alpha}; give for instance 0.05")
    if (margin <= 0).any():
        raise InputError(f"margin: expected gaps above 0, found {np.nanmin(margin):g}; correct it")
