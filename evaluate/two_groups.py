"""Tests of two groups of speeches on all indices at once."""

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from vicsformer.evaluate.permutation import permutation_p

Floats = NDArray[np.float64]

TESTS: tuple[str, ...] = ("anova", "welch", "permutation")

_TESTED = (*TESTS, *(f"{test}_p" for test in TESTS), "pooled")


def two_groups(
    values: Floats,
    is_a: NDArray[np.bool_],
    *,
    permutations: int,
    seed: np.random.SeedSequence,
) -> dict[str, Floats]:
    """Return every number of a pair.

    Parameters
    ----------
    values
        Shape (speeches, indices); NaN = missing.
    is_a
        Shape (speeches,): whose speech it is.
    permutations
        As in `compare.compare`.
    seed
        Of the permutations.

    Returns
    -------
    dict
        Arrays of shape (indices,): the statistic and p of each test (`anova`, `anova_p` ...), the `pooled`
        standard deviation, and `gap, a_mean, b_mean, a_documents, b_documents`.
    """
    results = _described(values, is_a) | {name: np.full(values.shape[1], np.nan) for name in _TESTED}
    # indices that are missing in the same speeches are tested together
    patterns, pattern_of = np.unique(~np.isnan(values), axis=1, return_inverse=True)
    for pattern, rows in enumerate(patterns.T):
        columns = np.flatnonzero(pattern_of == pattern)
        first = is_a[rows]
        if min(first.sum(), (~first).sum()) < 2:
            continue
        block = values[np.ix_(rows, columns)]
        rng = np.random.default_rng(seed)
        results["permutation"][columns] = results["gap"][columns]
        results["permutation_p"][columns] = permutation_p(block, first, permutations=permutations, rng=rng)
        varying = (np.ptp(block[first], axis=0) > 0) | (np.ptp(block[~first], axis=0) > 0)
        if varying.any():
            tested = _parametric(block[:, varying][first], block[:, varying][~first])
            for name, numbers in tested.items():
                results[name][columns[varying]] = numbers
    return results


def _described(values: Floats, is_a: NDArray[np.bool_]) -> dict[str, Floats]:
    """Return means and numbers of speeches of both groups, and the gap."""
    results = {}
    present = ~np.isnan(values)
    for side, chosen in (("a", is_a), ("b", ~is_a)):
        n = np.count_nonzero(present[chosen], axis=0)
        total = np.where(present, values, 0)[chosen].sum(axis=0)
        results[f"{side}_mean"] = np.divide(total, n, out=np.full(len(n), np.nan), where=n > 0)
        results[f"{side}_documents"] = n
    return results | {"gap": results["a_mean"] - results["b_mean"]}


def _parametric(a: Floats, b: Floats) -> dict[str, Floats]:
    """Return the tests that rest on normal scores and the pooled spread, each of shape (indices,)."""
    anova = stats.f_oneway(a, b, axis=0)
    sd_a, sd_b = a.std(axis=0, ddof=1), b.std(axis=0, ddof=1)
    # from moments: scipy's test on scores warns where one of the groups does not vary
    welch = stats.ttest_ind_from_stats(
        a.mean(axis=0), sd_a, len(a), b.mean(axis=0), sd_b, len(b), equal_var=False
    )
    return {
        "anova": np.asarray(anova.statistic, dtype=np.float64),
        "anova_p": np.asarray(anova.pvalue, dtype=np.float64),
        "welch": np.asarray(welch.statistic, dtype=np.float64),
        "welch_p": np.asarray(welch.pvalue, dtype=np.float64),
        "pooled": np.sqrt(((len(a) - 1) * sd_a**2 + (len(b) - 1) * sd_b**2) / (len(a) + len(b) - 2)),
    }
