"""Permutation test of the difference of two means, for many indices at once."""

from collections.abc import Iterator
from itertools import combinations, islice
from math import comb

import numpy as np
from numpy.typing import NDArray

_BLOCK = 2**20
"""Labels held at a time: bounds memory (8 MB) however many documents and permutations there are."""

_TIE = 1e-12
"""Relative to the spread of the scores; a smaller difference comes from the order of a sum."""


def permutation_p(
    scores: NDArray[np.float64],
    first: NDArray[np.bool_],
    *,
    permutations: int,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Return the two-sided p of the absolute difference of means under exchange of the labels.

    All ways to label the documents are gone through where they are no more than `permutations`: p is then the
    share with a difference at least as large. Otherwise that many are drawn and p = (b + 1) / (m + 1)
    (Phipson & Smyth 2010). Exchanging the two groups changes nothing.

    Parameters
    ----------
    scores
        Shape (documents, indices), none missing.
    first
        Shape (documents,): who belongs to the first group; each group has somebody.
    permutations
        Number m of draws.
    rng
        Source of the draws.

    Returns
    -------
    NDArray
        Shape (indices,), in 0..1; 1 where all scores are equal.
    """
    # the difference of means is the centred sum of either group times a constant: the smaller one will do
    smaller = first if 2 * first.sum() <= len(first) else ~first
    centred = scores - scores.mean(axis=0)
    least = np.abs(centred[smaller].sum(axis=0)) - _TIE * np.abs(scores).sum(axis=0)
    as_large, total = np.zeros(scores.shape[1]), 0
    k = int(smaller.sum())
    for members in _subsets(len(first), k, permutations, rng):
        labels = np.zeros((len(members), len(first)))
        np.put_along_axis(labels, members, 1, axis=1)
        as_large += np.count_nonzero(np.abs(labels @ centred) >= least, axis=0)
        total += len(members)
    if _all_fit(len(first), k, permutations):
        return as_large / total
    return (as_large + 1) / (total + 1)


def _all_fit(n: int, k: int, permutations: int) -> bool:
    """Whether all subsets can be gone through."""
    return comb(n, k) <= permutations


def _subsets(n: int, k: int, permutations: int, rng: np.random.Generator) -> Iterator[NDArray[np.intp]]:
    """Give the members of subsets of size k of n documents, (subsets, k) at a time: all, or random ones."""
    rows = max(1, _BLOCK // n)
    if _all_fit(n, k, permutations):
        subsets = combinations(range(n), k)
        while block := list(islice(subsets, rows)):
            yield np.array(block, dtype=np.intp)
        return
    for start in range(0, permutations, rows):
        keys = rng.random((min(rows, permutations - start), n))
        yield keys.argpartition(k - 1, axis=1)[:, :k]
