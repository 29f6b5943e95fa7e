"""Planner: which gaps a comparison of leaders can detect, and how many documents it needs."""

from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.optimize.elementwise import find_root
from scipy.special import chdtri, ndtri, stdtrit

from vicsformer.data.errors import InputError
from vicsformer.evaluate.compare import speeches
from vicsformer.evaluate.equivalence import Margins, margin_array
from vicsformer.evaluate.t_power import difference_power, equivalence_power
from vicsformer.evaluate.two_groups import can_be_tested, moments, welch_freedom

Floats = NDArray[np.float64]

PLAN_COLUMNS: dict[str, str] = {
    "a": "first group; a < b by name",
    "b": "second group",
    "index": "which index",
    "sd_a": "standard deviation over the speeches of a that have the index",
    "sd_b": "the same for b",
    "documents_a": "how many speeches of a have it",
    "documents_b": "the same for b",
    "alpha": "threshold of one comparison: that of the verdict over the number of pairs that can be tested, "
    "the first and hardest step of Holm's correction",
    "smallest_gap": "smallest true gap that these documents find divergent with the power asked for",
    "margin": "gaps smaller than this do not matter, as declared; missing where none is",
    "documents_needed_difference": "documents a leader to find a true gap as large as the margin divergent",
    "documents_needed_equivalence": "documents a leader to find a true gap of 0 convergent",
}
"""Columns of the plan, one row a pair and index. The gap and the documents needed are missing where a leader
has fewer than two speeches with the index or neither's scores vary; the documents also without a margin."""

_NEEDED = ("documents_needed_difference", "documents_needed_equivalence")


def plan(
    scores: pd.DataFrame,
    *,
    group: str = "leader",
    indices: Sequence[str] | None = None,
    margins: Margins | None = None,
    alpha: float = 0.05,
    power: float = 0.8,
) -> pd.DataFrame:
    """Plan the three-way verdicts of `compare` from the observed spread of speeches.

    The gap planned for is the declared margin, never the observed gap: power at the observed gap is the p
    value in other words (Hoenig & Heisey 2001).

    Parameters
    ----------
    scores, group, indices, margins, alpha
        As in `compare.compare`.
    power
        Probability of the verdict, from .5 to 1.

    Returns
    -------
    DataFrame
        `PLAN_COLUMNS`, ordered by a, b, index (as given).

    Raises
    ------
    InputError
        As `compare.compare`, or if an option is out of range.
    """
    _check(alpha, power)
    groups, names, values = speeches(scores, group, indices)
    margin = margin_array(margins, names)
    a, b = moments(values, groups).pairs()
    testable = can_be_tested(a, b)
    each = np.broadcast_to(alpha / np.maximum(testable.sum(axis=0), 1), testable.shape)
    of_a, of_b = (np.where(testable, np.sqrt(side.variance), np.nan) for side in (a, b))
    needed = (
        of_leaders(of_a, margin, sd_b=of_b, alpha=each, power=power)
        for of_leaders in (documents_needed, documents_for_equivalence)
    )
    leaders = np.array(list(combinations(np.unique(groups), 2))).T[..., None]
    sizes = np.maximum(a.n, 2), np.maximum(b.n, 2)
    columns = {
        **{"a": leaders[0], "b": leaders[1], "index": np.array(names), "margin": margin, "alpha": each},
        **{"sd_a": np.sqrt(a.variance), "sd_b": np.sqrt(b.variance), "documents_a": a.n, "documents_b": b.n},
        "smallest_gap": smallest_gap(of_a, *sizes, sd_b=of_b, alpha=each, power=power),
        **dict(zip(_NEEDED, needed, strict=True)),
    }
    rows = {name: np.broadcast_to(columns[name], testable.shape).ravel() for name in PLAN_COLUMNS}
    return pd.DataFrame(rows).astype(dict.fromkeys(_NEEDED, "Int64"))


def smallest_gap(
    sd: ArrayLike,
    documents_a: ArrayLike,
    documents_b: ArrayLike,
    *,
    sd_b: ArrayLike | None = None,
    alpha: ArrayLike = 0.05,
    power: float = 0.8,
) -> Floats:
    """Return the smallest true gap that a two-sided t test finds with the power.

    Exact, by the noncentral t distribution, for Student's test of two leaders with one standard deviation;
    with two of them it is Welch's test and its degrees of freedom are taken as known.

    Parameters
    ----------
    sd
        Standard deviation of the speeches of both leaders, or of a's where `sd_b` is given.
    documents_a, documents_b
        Speeches of each leader, at least 2.
    sd_b
        Standard deviation of b's speeches, if another.
    alpha
        Threshold of p, below .5.
    power
        Probability to find the gap, from .5 to 1.

    Returns
    -------
    NDArray
        Above 0, of the shape to which all arguments broadcast; NaN where one is.

    Raises
    ------
    InputError
        If an argument is out of its range.
    """
    _check(alpha, power, spread=_spread(sd, sd_b))
    fewest = np.min(np.minimum(documents_a, documents_b))
    if fewest < 2:
        raise InputError(f"expected at least 2 documents a leader; found {fewest}; a test needs a spread")
    error, freedom = _error(sd, sd_b, documents_a, documents_b)
    error, freedom, alpha = np.broadcast_arrays(error, freedom, np.asarray(alpha, dtype=np.float64))
    # t is passed if neither Z nor the standard error takes more than half of what may go wrong
    half = (1 - power) / 2
    most = -stdtrit(freedom, alpha / 2) * np.sqrt(chdtri(freedom, half) / freedom) - ndtri(half)

    def excess(shift: Floats, freedom: Floats, alpha: Floats) -> Floats:
        return difference_power(shift, freedom, alpha) - power

    found = find_root(excess, (np.zeros_like(most), most), args=(freedom, alpha))
    return np.asarray(error * found.x, dtype=np.float64)


def documents_needed(
    sd: ArrayLike,
    gap: ArrayLike,
    *,
    sd_b: ArrayLike | None = None,
    alpha: ArrayLike = 0.05,
    power: float = 0.8,
) -> Floats:
    """Return how many documents each leader needs for a two-sided t test to find the gap with the power.

    Parameters
    ----------
    sd, sd_b, alpha, power
        As in `smallest_gap`.
    gap
        True difference of the two means, above 0.

    Returns
    -------
    NDArray
        The smallest whole number that is enough, at least 2; NaN where an argument is.

    Raises
    ------
    InputError
        If an argument is out of its range.
    """
    _check(alpha, power, spread=_spread(sd, sd_b), gap=gap)
    gap, alpha = np.asarray(gap, dtype=np.float64), np.asarray(alpha, dtype=np.float64)

    def power_of(n: Floats) -> Floats:
        error, freedom = _error(sd, sd_b, n, n)
        return difference_power(gap / error, freedom, alpha)

    return _fewest((_spread(sd, sd_b) * (ndtri(1 - alpha / 2) + ndtri(power)) / gap) ** 2, power_of, power)


def documents_for_equivalence(
    sd: ArrayLike,
    margin: ArrayLike,
    *,
    sd_b: ArrayLike | None = None,
    alpha: ArrayLike = 0.05,
    power: float = 0.8,
) -> Floats:
    """Return how many documents each leader needs for a gap of 0 to be found within the margin by TOST.

    Parameters
    ----------
    sd, sd_b, alpha, power
        As in `smallest_gap`.
    margin
        Above 0.

    Returns
    -------
    NDArray
        As from `documents_needed`.

    Raises
    ------
    InputError
        If an argument is out of its range.
    """
    _check(alpha, power, spread=_spread(sd, sd_b), margin=margin)
    margin, alpha = np.asarray(margin, dtype=np.float64), np.asarray(alpha, dtype=np.float64)

    def power_of(n: Floats) -> Floats:
        error, freedom = _error(sd, sd_b, n, n)
        return equivalence_power(margin / error, np.zeros_like(error), freedom, alpha)

    return _fewest(
        (_spread(sd, sd_b) * (ndtri(1 - alpha) + ndtri((1 + power) / 2)) / margin) ** 2, power_of, power
    )


def _fewest(guess: Floats, power_of: Callable[[Floats], Floats], power: float) -> Floats:
    """Return the smallest whole numbers, at least 2, with the power; the guess is what a z test needs."""
    n = np.maximum(2, np.ceil(guess))
    while (short := power_of(n) < power).any():
        n = n + short
    while (spare := (n > 2) & (power_of(np.maximum(n - 1, 2)) >= power)).any():
        n = n - spare
    return n


def _spread(sd: ArrayLike, sd_b: ArrayLike | None) -> Floats:
    """Return the standard error of the gap with one document each."""
    return np.hypot(sd, sd if sd_b is None else sd_b)


def _error(sd: ArrayLike, sd_b: ArrayLike | None, a: ArrayLike, b: ArrayLike) -> tuple[Floats, Floats]:
    """Return the standard error of the gap and its degrees of freedom: Student's, or Welch's with two SDs."""
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    own = np.asarray(sd, dtype=np.float64)
    if sd_b is None:
        return own * np.sqrt(1 / a + 1 / b), a + b - 2
    part_a, part_b = own**2 / a, np.asarray(sd_b, dtype=np.float64) ** 2 / b
    return np.sqrt(part_a + part_b), welch_freedom(part_a, part_b, a, b)


def _check(alpha: ArrayLike, power: float, **amounts: ArrayLike) -> None:
    """Raise an `InputError` that names the first argument out of its range."""
    if not 0.5 <= power < 1:
        raise InputError(f"expected power from 0.5 to below 1; found {power:g}; give for instance 0.8")
    for name, array in {"alpha": alpha, **amounts}.items():
        numbers = np.asarray(array, dtype=np.float64)
        most = 0.5 if name == "alpha" else np.inf
        wrong = (numbers <= 0) | (numbers >= most)
        if wrong.any():
            raise InputError(
                f"expected {name} between 0 and {most}; found {numbers[wrong].flat[0]:g}; correct it"
            )
