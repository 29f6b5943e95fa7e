"""All pairs at once: Tukey-Kramer, Games-Howell, and corrections of p for the number of pairs."""

import numpy as np
from numpy.typing import NDArray

from vicsformer.evaluate.studentized import studentized_range_sf
from vicsformer.evaluate.two_groups import Moments, welch_freedom

Floats = NDArray[np.float64]

FAMILY_TESTS: tuple[str, ...] = ("tukey", "games_howell")
"""Tests whose p holds for the family of all pairs of an index already."""


def post_hoc(known: Moments) -> dict[str, Floats]:
    """Compare every two groups within the family of all pairs.

    `tukey`: q = gap / sqrt(MSE (1/n_a + 1/n_b) / 2) with the mean square within all groups, referred to the
    studentized range of k groups on N - k degrees of freedom (Tukey 1953; Kramer 1956). `games_howell`: q =
    gap / sqrt((s_a^2/n_a + s_b^2/n_b) / 2) on Welch's degrees of freedom (Games & Howell 1976). Groups with
    fewer than two scores are left out of k and N. With two groups they are Student's and Welch's t test.

    Parameters
    ----------
    known
        Of the groups.

    Returns
    -------
    dict
        `tukey, tukey_p, games_howell, games_howell_p`, each of shape (pairs, indices), pairs as from
        `itertools.combinations`: q with the sign of the gap, and p. NaN where a group has fewer than two
        scores or the scores that the standard error rests on do not vary.
    """
    a, b = known.pairs()
    tested = a.tested() & b.tested()
    counted = known.tested()
    k = counted.sum(axis=0)
    freedom = np.where(counted, known.n - 1, 0).sum(axis=0)
    within = np.where(counted, (known.n - 1) * known.variance, 0).sum(axis=0) / np.maximum(freedom, 1)
    n_a, n_b = np.where(tested, a.n, 2), np.where(tested, b.n, 2)  # any size that can be divided by
    part_a, part_b = a.variance / n_a, b.variance / n_b
    # the first axis: tukey, games_howell
    squared = np.stack([within * (1 / n_a + 1 / n_b), part_a + part_b]) / 2
    freedoms = np.stack([np.broadcast_to(freedom, tested.shape), welch_freedom(part_a, part_b, n_a, n_b)])
    q, p = np.full((2, *squared.shape), np.nan)
    np.divide(a.mean - b.mean, np.sqrt(squared), out=q, where=tested & (squared > 0))
    for size in np.unique(k[k >= 2]):
        of_size = np.s_[:, :, k == size]
        p[of_size] = studentized_range_sf(np.abs(q[of_size]), int(size), freedoms[of_size])
    return dict(zip(FAMILY_TESTS, q, strict=True)) | {
        f"{test}_p": values for test, values in zip(FAMILY_TESTS, p, strict=True)
    }


def holm(p: Floats) -> Floats:
    """Return the p values after Holm's (1979) correction over the first axis; missing ones are no comparison.

    The i-th smallest of m is multiplied by m - i + 1 and never below the one before.
    """
    order, smallest, rank, m = _ordered(p)
    return _put_back(order, np.maximum.accumulate(smallest * (m - rank + 1), axis=0))


def benjamini_hochberg(p: Floats) -> Floats:
    """Return the p values after Benjamini & Hochberg's (1995) correction over the first axis, as `holm`.

    The i-th smallest of m is multiplied by m / i and never above the one after.
    """
    order, smallest, rank, m = _ordered(p)
    # missing values go last, and fmin passes over them
    return _put_back(order, np.fmin.accumulate((smallest * (m / rank))[::-1], axis=0)[::-1])


def _ordered(p: Floats) -> tuple[NDArray[np.intp], Floats, NDArray[np.intp], NDArray[np.intp]]:
    """Return the order of the p values, missing ones last, the values in it, their ranks and their number."""
    order = p.argsort(axis=0)
    rank = 1 + np.indices(p.shape)[0]
    return order, np.take_along_axis(p, order, axis=0), rank, np.count_nonzero(~np.isnan(p), axis=0)


def _put_back(order: NDArray[np.intp], corrected: Floats) -> Floats:
    """Return the corrected p values, at most 1, in the places they came from."""
    out = np.empty(corrected.shape)
    np.put_along_axis(out, order, np.minimum(corrected, 1), axis=0)
    return out
