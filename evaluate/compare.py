"""Leaders compared pairwise on their speeches, one row a pair, index and test."""

from collections.abc import Sequence
from itertools import combinations
from zlib import crc32

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from vicsformer.data.errors import InputError
from vicsformer.data.tables import require_columns
from vicsformer.evaluate.checks import require_count, require_fraction
from vicsformer.evaluate.effect import hedges_g
from vicsformer.evaluate.two_groups import TESTS, two_groups

CONVERGENT, DIVERGENT = "convergent", "divergent"

COMPARISON_COLUMNS: dict[str, str] = {
    "a": "first group; a < b by name",
    "b": "second group",
    "index": "which index",
    "test": "anova, welch or permutation",
    "statistic": "F, Welch's t, or the difference of means",
    "p": "two-sided",
    "p_holm": "p after Holm's correction over all pairs, within index and test",
    "effect": "Hedges' g, a minus b",
    "low": "lower limit of its noncentral-t interval",
    "high": "upper limit",
    "verdict_anova_p05": "convergent if the ANOVA's p > alpha, else divergent; so named whatever alpha is",
    "gap": "difference of means, a minus b",
    "a_mean": "mean over the speeches of a that have the index",
    "b_mean": "the same for b",
    "a_documents": "how many speeches of a have it",
    "b_documents": "the same for b",
}
"""Columns of the table of comparisons; effect and verdict stand in the rows of all three tests."""

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
    alpha: float = 0.05,
    permutations: int = 9999,
    level: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Compare every two leaders on every index, speeches being the cases.

    `anova` is the one-way ANOVA of the two leaders' speech scores (as in Feng & He 2024), `welch` Welch's t
    test, `permutation` the exchange of leaders among the pair's speeches (see `permutation_p`). Statistics,
    effect and verdict are missing where a leader has fewer than two speeches with the index, and, but for
    the permutation test, where neither leader's scores vary.

    Parameters
    ----------
    scores
        One row a speech: `document_id`, the group column, and one column an index, NaN = missing.
    group
        Column that names whom to compare.
    indices
        Columns to compare on; all numeric ones if not given.
    alpha
        Threshold of the verdict.
    permutations
        Number of label permutations; all are gone through where they are no more.
    level
        Coverage of the effect's interval.
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
    groups, names, values = _speeches(scores, group, indices)
    tables = []
    for a, b in combinations(np.unique(groups).tolist(), 2):
        chosen = np.isin(groups, (a, b))
        pair_seed = np.random.SeedSequence([seed, crc32(a.encode()), crc32(b.encode())])
        results = two_groups(values[chosen], groups[chosen] == a, permutations=permutations, seed=pair_seed)
        tables.append(pd.DataFrame(results).assign(a=a, b=b, index=names))
    pairs = pd.concat(tables, ignore_index=True)
    gap, pooled, a_size, b_size = (
        pairs[column].to_numpy(np.float64) for column in ("gap", "pooled", "a_documents", "b_documents")
    )
    pairs["effect"], pairs["low"], pairs["high"] = hedges_g(gap, pooled, a_size, b_size, level)
    pairs["verdict_anova_p05"] = verdict(pairs["anova_p"], alpha=alpha)
    return _one_row_a_test(pairs)


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
    groups, names, values = _speeches(scores, group, indices)
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


def _speeches(
    scores: pd.DataFrame, group: str, indices: Sequence[str] | None
) -> tuple[NDArray[np.str_], list[str], Floats]:
    """Return the group of each speech, the indices' names, and the scores, (speeches, indices)."""
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


def _one_row_a_test(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the comparisons in their final form from one row a pair and index."""
    tables = []
    for test in TESTS:
        p = pairs[f"{test}_p"]
        p_holm = p.groupby(pairs["index"]).transform(_holm)
        tables.append(pairs.assign(test=test, statistic=pairs[test], p=p, p_holm=p_holm))
    # the tests of a pair and index follow each other
    table = pd.concat(tables).sort_index(kind="stable").reset_index(drop=True)
    return table[list(COMPARISON_COLUMNS)]


def _holm(p: pd.Series) -> pd.Series:
    """Return the p values after Holm's (1979) correction; missing ones are no comparison.

    The i-th smallest of m is multiplied by m - i + 1 and never below the one before.
    """
    ordered = p.dropna().sort_values(kind="stable")
    corrected = (ordered * np.arange(len(ordered), 0, -1)).cummax().clip(upper=1)
    return corrected.reindex(p.index)
