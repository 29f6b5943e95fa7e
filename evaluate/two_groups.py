"""Tests of two groups of speeches, for all pairs of groups and all indices at once."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from vicsformer.evaluate.permutation import permutation_p

Floats = NDArray[np.float64]
Counts = NDArray[np.int64] | Floats

TESTS: tuple[str, ...] = ("anova", "welch", "permutation")
"""Tests that know nothing of other pairs."""

_FROM_MOMENTS = ("anova", "anova_p", "welch", "welch_p", "pooled", "error", "freedom")


class Moments(NamedTuple):
    """What the tests need of each group's scores, arrays of shape (groups, indices), groups by name.

    Attributes
    ----------
    n
        How many speeches have the index.
    mean
        Their mean, NaN where there is none.
    variance
        Their variance, exactly 0 where they are all the same, NaN below two.
    """

    n: NDArray[np.int64]
    mean: Floats
    variance: Floats

    def tested(self) -> NDArray[np.bool_]:
        """Whether a group has the two speeches that a test needs."""
        return self.n >= 2

    def pairs(self) -> tuple["Moments", "Moments"]:
        """Moments of the first and of the second group of every pair, as from `itertools.combinations`."""
        first, second = np.triu_indices(len(self.n), 1)
        return self.at(first), self.at(second)

    def at(self, where: NDArray[np.bool_] | NDArray[np.intp]) -> "Moments":
        """Moments at some places of the arrays."""
        return Moments(self.n[where], self.mean[where], self.variance[where])


def moments(values: Floats, groups: NDArray[np.str_]) -> Moments:
    """Return numbers, means and variances of every group.

    Parameters
    ----------
    values
        Shape (speeches, indices); NaN = missing.
    groups
        Shape (speeches,).
    """
    of_groups = [_group_moments(values[groups == name]) for name in np.unique(groups)]
    return Moments(*(np.stack(arrays) for arrays in zip(*of_groups, strict=True)))


def can_be_tested(a: Moments, b: Moments) -> NDArray[np.bool_]:
    """Whether both groups have two scores and either group's vary."""
    return a.tested() & b.tested() & ~((a.variance == 0) & (b.variance == 0))


def t_tests(known: Moments) -> dict[str, Floats]:
    """Return the tests that rest on normal scores, for every pair.

    Parameters
    ----------
    known
        Of the groups.

    Returns
    -------
    dict
        Arrays of shape (pairs, indices): F and p of the one-way ANOVA of the two groups (`anova, anova_p`;
        F is the square of Student's t), Welch's t and p (`welch, welch_p`), the `pooled` standard deviation,
        Welch's standard `error` of the gap and its degrees of `freedom`. NaN where a group has fewer than two
        scores or neither group's vary.
    """
    a, b = known.pairs()
    tested = can_be_tested(a, b)
    results = {name: np.full(tested.shape, np.nan) for name in _FROM_MOMENTS}
    a, b = a.at(tested), b.at(tested)
    summaries = a.mean, np.sqrt(a.variance), a.n, b.mean, np.sqrt(b.variance), b.n
    student = stats.ttest_ind_from_stats(*summaries)
    welch = stats.ttest_ind_from_stats(*summaries, equal_var=False)
    part_a, part_b = a.variance / a.n, b.variance / b.n
    within = (a.n - 1) * a.variance + (b.n - 1) * b.variance
    numbers = (
        *(np.square(student.statistic), student.pvalue, welch.statistic, welch.pvalue),
        *(np.sqrt(within / (a.n + b.n - 2)), np.sqrt(part_a + part_b)),
        welch_freedom(part_a, part_b, a.n, b.n),
    )
    for name, array in zip(_FROM_MOMENTS, numbers, strict=True):
        results[name][tested] = array
    return results


def permutation_tests(
    values: Floats, is_a: NDArray[np.bool_], *, permutations: int, seed: np.random.SeedSequence
) -> Floats:
    """Return the p of the permutation test of one pair.

    Parameters
    ----------
    values
        Shape (speeches, indices): scores of the two groups; NaN = missing.
    is_a
        Shape (speeches,): whose speech it is.
    permutations
        As in `compare.compare`.
    seed
        Of the permutations.

    Returns
    -------
    NDArray
        Shape (indices,); NaN where a group has fewer than two scores.
    """
    p = np.full(values.shape[1], np.nan)
    # indices that are missing in the same speeches are tested together
    patterns, pattern_of = np.unique(~np.isnan(values), axis=1, return_inverse=True)
    for pattern, rows in enumerate(patterns.T):
        columns = np.flatnonzero(pattern_of == pattern)
        first = is_a[rows]
        if min(first.sum(), (~first).sum()) >= 2:
            block, rng = values[np.ix_(rows, columns)], np.random.default_rng(seed)
            p[columns] = permutation_p(block, first, permutations=permutations, rng=rng)
    return p


def welch_freedom(part_a: Floats, part_b: Floats, a: Counts, b: Counts) -> Floats:
    """Return the degrees of freedom of Welch's t (Satterthwaite 1946; Welch 1947).

    Parameters
    ----------
    part_a, part_b
        Squared standard errors of the two means.
    a, b
        Group sizes, at least 2.

    Returns
    -------
    NDArray
        Between the smaller size less 1 and a + b - 2; NaN where neither mean has an error.
    """
    squares = part_a**2 / (a - 1) + part_b**2 / (b - 1)
    return np.divide((part_a + part_b) ** 2, squares, out=np.full(squares.shape, np.nan), where=squares > 0)


def _group_moments(values: Floats) -> Moments:
    """Return the moments of one group, arrays of shape (indices,)."""
    present = ~np.isnan(values)
    n = np.count_nonzero(present, axis=0)
    missing = np.full(len(n), np.nan)
    mean = np.divide(np.where(present, values, 0).sum(axis=0), n, out=missing.copy(), where=n > 0)
    squares = np.where(present, values - mean, 0) ** 2
    variance = np.divide(squares.sum(axis=0), n - 1, out=missing, where=n > 1)
    lowest, highest = (np.where(present, values, bound) for bound in (np.inf, -np.inf))
    # the variance of equal scores may come out as 1e-34
    same = (n > 1) & (lowest.min(axis=0) == highest.max(axis=0))
    return Moments(n, mean, np.where(same, 0, variance))
