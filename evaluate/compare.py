"""Leaders compared pairwise on their speeches, one row a pair, index and test."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any
from zlib import crc32

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from vicsformer.data.errors import InputError
from vicsformer.data.tables import require_columns
from vicsformer.evaluate.checks import require_count, require_fraction, require_seed
from vicsformer.evaluate.effect import hedges_g, welch_interval
from vicsformer.evaluate.equivalence import (
    CONVERGENT,
    DIVERGENT,
    Margins,
    margin_array,
    three_way,
    tost_p,
)
from vicsformer.evaluate.post_hoc import FAMILY_TESTS, benjamini_hochberg, holm, post_hoc
from vicsformer.evaluate.two_groups import TESTS, Moments, moments, permutation_tests, t_tests

COMPARISON_COLUMNS: dict[str, str] = {
    "a": "first group; a < b by name",
    "b": "second group",
    "index": "which index",
    "test": "anova, welch, permutation, tukey or games_howell",
    "statistic": "F, Welch's t, the difference of means, or the studentized range q with the sign of the gap",
    "p": "two-sided; of tukey and games_howell within the family of all pairs of the index",
    "p_holm": "p after Holm's correction over all pairs, within index and test; missing for tukey and "
    "games_howell, whose p needs none",
    "p_bh": "p after Benjamini and Hochberg's correction (false discovery rate), likewise",
    "effect": "Hedges' g, a minus b",
    "low": "lower limit of its noncentral-t interval",
    "high": "upper limit",
    "gap": "difference of means, a minus b",
    "gap_low": "lower limit of its Welch interval",
    "gap_high": "upper limit",
    "margin": "gaps smaller than this do not matter, as declared; missing where none is",
    "tost_p": "p of equivalence: two one-sided Welch tests against the margin",
    "tost_p_holm": "tost_p after Holm's correction over all pairs, within index",
    "verdict": "convergent if tost_p_holm < alpha, else divergent if p_holm of the welch row < alpha, else "
    "inconclusive",
    "verdict_anova_p05": "convergent if the ANOVA's p > alpha, else divergent; so named whatever alpha is",
    "a_mean": "mean over the speeches of a that have the index",
    "b_mean": "the same for b",
    "a_documents": "how many speeches of a have it",
    "b_documents": "the same for b",
}
"""Columns of the table of comparisons; from effect on they are the same in the rows of all five tests."""

OMNIBUS_COLUMNS: dict[str, str] = {
    "index": "which index",
    "groups": "groups with at least two speeches that have it; others are left out",
    "documents": "their speeches",
    "statistic": "F of the one-way ANOVA",
    "p": "its p",
    "eta_squared": "share of the sum of squares that lies between groups, 0..1",
    "welch_statistic": "F of Welch's ANOVA; missing where a group does not vary",
    "welch_p": "its p",
}
"""Columns of the table over all groups."""

Floats = NDArray[np.float64]


def compare(
    scores: pd.DataFrame,
    *,
    group: str = "leader",
    indices: Sequence[str] | None = None,
    margins: Margins | None = None,
    alpha: float = 0.05,
    permutations: int = 9999,
    level: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Compare every two leaders on every index, speeches being the cases.

    `anova` is the one-way ANOVA of the two leaders' speech scores (as in Feng & He 2024), `welch` Welch's t
    test, `permutation` the exchange of leaders among the pair's speeches (see `permutation_p`); `tukey` and
    `games_howell` compare the pair within the family of all pairs (see `post_hoc`). Statistics, effect and
    verdicts are missing where a leader has fewer than two speeches with the index, and, but for the
    permutation test and Tukey's, where neither leader's scores vary.

    The three-way `verdict` needs evidence either way: of a difference (Welch) or of a gap smaller than the
    margin (two one-sided tests), both corrected over the pairs, for both are claims one may pick from many
    pairs. Where both hold, the gap is known to be there and to be too small to matter: convergent.

    Parameters
    ----------
    scores
        One row a speech: `document_id`, the group column, and one column an index, NaN = missing.
    group
        Column that names whom to compare.
    indices
        Columns to compare on; all numeric ones if not given.
    margins
        By index, as from `equivalence.margins_of`: the smallest gap that matters. Without one no gap is
        convergent: it is divergent or inconclusive.
    alpha
        Threshold of the verdicts.
    permutations
        Number of label permutations; all are gone through where they are no more.
    level
        Coverage of the intervals of effect and gap.
    seed
        Of the permutations; each pair draws its own from the seed and the two names.

    Returns
    -------
    DataFrame
        `COMPARISON_COLUMNS`, ordered by a, b, index (as given), test.

    Raises
    ------
    InputError
        If a column is missing or not numeric, a speech stands twice or has no group, there are fewer than two
        groups, or an option is out of range.
    """
    for value, name in ((alpha, "alpha"), (level, "level")):
        require_fraction(value, name)
    require_count(permutations, "permutations")
    require_seed(seed)
    groups, names, values = speeches(scores, group, indices)
    leaders = list(combinations(np.unique(groups).tolist(), 2))
    known = moments(values, groups)
    numbers = _described(known) | t_tests(known) | post_hoc(known)
    numbers["permutation_p"] = np.stack(
        [_permutation_p(values, groups, a, b, permutations=permutations, seed=seed) for a, b in leaders]
    )
    numbers["permutation"] = np.where(np.isnan(numbers["permutation_p"]), np.nan, numbers["gap"])
    numbers["margin"] = np.broadcast_to(margin_array(margins, names), numbers["gap"].shape)
    return _one_row_a_test(leaders, names, numbers | _judged(numbers, alpha=alpha, level=level))


def omnibus(
    scores: pd.DataFrame, *, group: str = "leader", indices: Sequence[str] | None = None
) -> pd.DataFrame:
    """Test each index over all groups at once: one-way ANOVA and Welch's ANOVA of speech scores.

    Parameters
    ----------
    scores, group, indices
        As in `compare`.

    Returns
    -------
    DataFrame
        `OMNIBUS_COLUMNS`, one row an index; statistics are missing with fewer than two groups of two
        speeches, and where the scores vary in no group.

    Raises
    ------
    InputError
        As `compare`.
    """
    groups, names, values = speeches(scores, group, indices)
    rows = []
    for name, column in zip(names, values.T, strict=True):
        present = ~np.isnan(column)
        samples = [column[present & (groups == g)] for g in np.unique(groups)]
        samples = [sample for sample in samples if len(sample) >= 2]
        documents = sum(map(len, samples))
        varying = [bool(np.ptp(sample)) for sample in samples]
        f, p, eta, welch_f, welch_p = np.full(5, np.nan)
        if len(samples) >= 2 and any(varying):
            f, p = stats.f_oneway(*samples)
            between = f * (len(samples) - 1)
            eta = between / (between + documents - len(samples))
            if all(varying):
                welch_f, welch_p = stats.f_oneway(*samples, equal_var=False)
        rows.append((name, len(samples), documents, f, p, eta, welch_f, welch_p))
    return pd.DataFrame(rows, columns=list(OMNIBUS_COLUMNS))


def verdict(p: pd.Series, *, alpha: float) -> pd.Series:
    """Return convergent where p > alpha, divergent elsewhere, missing where p is."""
    verdicts = pd.Series(np.where(p > alpha, CONVERGENT, DIVERGENT), index=p.index, dtype="str")
    return verdicts.where(p.notna())


def speeches(
    scores: pd.DataFrame, group: str, indices: Sequence[str] | None
) -> tuple[NDArray[np.str_], list[str], Floats]:
    """Return the group of each speech, the indices' names, and the scores, (speeches, indices).

    Parameters
    ----------
    scores, group, indices
        As in `compare`.

    Raises
    ------
    InputError
        If a column is missing or not numeric, a speech stands twice or has no group, or there are fewer than
        two groups.
    """
    require_columns(scores, ["document_id", group, *(indices or [])], "scores")
    numeric = scores.drop(columns=["document_id", group]).select_dtypes("number").columns
    names = list(numeric if indices is None else indices)
    wrong = [name for name in names if name not in numeric]
    if wrong or not names:
        raise InputError(f"scores: expected numeric columns of indices; found {wrong or 'none'}; name others")
    values = scores[names].to_numpy(np.float64, na_value=np.nan)
    for fault, bad in (
        ("one row a speech", scores["document_id"].duplicated().to_numpy()),
        (f"a {group} for every speech", scores[group].isna().to_numpy()),
        ("finite or missing scores", np.isinf(values).any(axis=1)),
    ):
        if bad.any():
            row = int(bad.argmax())
            raise InputError(
                f"scores: expected {fault}; {scores['document_id'].iloc[row]} (row {row}) has not; correct it"
            )
    if scores[group].nunique() < 2:
        raise InputError(
            f"scores: expected at least two values of {group}; found {scores[group].nunique()}; add speeches"
        )
    # draws must not depend on the order of the rows
    order = np.argsort(scores["document_id"].astype(str).to_numpy(np.str_))
    return scores[group].astype(str).to_numpy(np.str_)[order], names, values[order]


def _described(known: Moments) -> dict[str, NDArray[Any]]:
    """Return means and numbers of speeches of both groups of every pair, and the gap."""
    a, b = known.pairs()
    means = {"a_mean": a.mean, "b_mean": b.mean, "gap": a.mean - b.mean}
    return means | {"a_documents": a.n, "b_documents": b.n}


def _permutation_p(
    values: Floats, groups: NDArray[np.str_], a: str, b: str, *, permutations: int, seed: int
) -> Floats:
    """Return the p of a pair's permutation test, shape (indices,), whatever other groups there are."""
    chosen = np.isin(groups, (a, b))
    pair_seed = np.random.SeedSequence([seed, crc32(a.encode()), crc32(b.encode())])
    return permutation_tests(values[chosen], groups[chosen] == a, permutations=permutations, seed=pair_seed)


def _judged(numbers: Mapping[str, NDArray[Any]], *, alpha: float, level: float) -> dict[str, NDArray[Any]]:
    """Return effect, intervals, the test of equivalence and both verdicts, each of shape (pairs, indices)."""
    gap, error, freedom = (numbers[name] for name in ("gap", "error", "freedom"))
    sizes = numbers["a_documents"], numbers["b_documents"]
    effect, low, high = hedges_g(gap, numbers["pooled"], *sizes, level)
    gap_low, gap_high = welch_interval(gap, error, freedom, level)
    equivalence_p = tost_p(gap, error, freedom, numbers["margin"])
    corrected = holm(equivalence_p)
    two_way = verdict(pd.Series(numbers["anova_p"].ravel()), alpha=alpha)
    return {
        **{"effect": effect, "low": low, "high": high, "gap_low": gap_low, "gap_high": gap_high},
        **{"tost_p": equivalence_p, "tost_p_holm": corrected},
        "verdict": three_way(holm(numbers["welch_p"]), corrected, alpha=alpha),
        "verdict_anova_p05": two_way.to_numpy().reshape(gap.shape),
    }


def _one_row_a_test(
    leaders: Sequence[tuple[str, str]], names: Sequence[str], numbers: Mapping[str, NDArray[Any]]
) -> pd.DataFrame:
    """Return the comparisons in their final form from arrays of shape (pairs, indices)."""
    tests = (*TESTS, *FAMILY_TESTS)
    p = np.stack([numbers[f"{test}_p"] for test in tests], axis=-1)
    corrected = np.isin(tests, FAMILY_TESTS)
    a, b = np.array(leaders).T[..., None, None]
    columns = {name: array[..., None] for name, array in numbers.items()} | {
        **{"a": a, "b": b, "index": np.array(names)[:, None], "test": np.array(tests), "p": p},
        "statistic": np.stack([numbers[test] for test in tests], axis=-1),
        "p_holm": np.where(corrected, np.nan, holm(p)),
        "p_bh": np.where(corrected, np.nan, benjamini_hochberg(p)),
    }
    rows = {name: np.broadcast_to(columns[name], p.shape).ravel() for name in COMPARISON_COLUMNS}
    return pd.DataFrame(rows).astype({"verdict": "str", "verdict_anova_p05": "str"})
