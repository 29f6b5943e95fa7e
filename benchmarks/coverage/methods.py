"""The methods on the speeches of one made-up leader, each with the interval that a profile gives it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import world
from world import KINDS, SIDES, Cells, Floats

from vicsformer.evaluate.equivalence import gap_verdict
from vicsformer.infer.expansion import effective_documents, expanded_draws
from vicsformer.infer.index_limits import index_limits, within_range
from vicsformer.infer.indices import indices
from vicsformer.infer.intervals import Method, Resamples, resample_documents
from vicsformer.infer.quantify import resample_confusion
from vicsformer.infer.small_samples import debiased
from vicsformer.infer.soft import of_imputed

LEVEL = 0.95

_LABELLED = 60
"""Labelled documents from which error rates are known, of 40 verbs on average."""

_AUDITED, _PASSAGE = 300, 8
"""Verbs that readers code in an audit, and in a passage."""

_MANY = 1e12
"""So many verbs that the unbiased forms are the plain ones: a superpopulation."""


@dataclass(frozen=True)
class Probabilities:
    """P(true side | coded cell), (21, 3), and P(true category | coded cell), (21, 7)."""

    side: Floats
    category: Floats

    def cells(self) -> Floats:
        """Return P(true cell | coded cell), (21, 21), side and category being independent given the code."""
        return (self.side[:, :, None] * self.category[:, None, :]).reshape(SIDES * KINDS, -1)


@dataclass(frozen=True)
class Coder:
    """Error rates of side, (3, 3), and of category, (7, 7), [true, coded]; rows sum to 1."""

    side: Floats
    category: Floats

    def code(self, cell: Cells, rng: np.random.Generator) -> Cells:
        """Code verbs, side and category apart."""
        side, category = np.divmod(cell, KINDS)
        return world.pick(self.side, side, rng) * KINDS + world.pick(self.category, category, rng)

    def coded_shares(self, shares: Floats) -> Floats:
        """Return the expected shares of coded cells, (3, 7), of a leader with these true ones."""
        return self.side.T @ shares @ self.category

    def probabilities(self, shares: Floats) -> Probabilities:
        """Return what a code tells of a verb in the speeches of a leader with these shares, (3, 7)."""
        joint = np.einsum("sc,st,cd->tdsc", shares, self.side, self.category)
        joint = joint.reshape(SIDES * KINDS, SIDES, KINDS) / joint.sum(axis=(2, 3)).reshape(-1, 1, 1)
        return Probabilities(joint.sum(axis=2), joint.sum(axis=1))


@dataclass(frozen=True)
class Speeches:
    """Coded speeches of a leader, one entry a verb in the order of speech; cells are side * 7 + category.

    Attributes
    ----------
    number
        How many speeches.
    document, true, coded
        Shape (verbs,).
    """

    number: int
    document: Cells
    true: Cells
    coded: Cells

    def counts(self, cell: Cells, weight: Floats | None = None) -> Floats:
        """Sum the verbs of each document and cell, or their weights, (documents, 3, 7)."""
        size = SIDES * KINDS
        place = self.document * size + cell
        sums = np.bincount(place, weights=weight, minlength=self.number * size)
        return sums.reshape(self.number, SIDES, KINDS).astype(np.float64)


def draw_speeches(shares: Floats, coder: Coder, number: int, rng: np.random.Generator) -> Speeches:
    """Draw speeches of a leader, and code them."""
    document, true = world.draw_verbs(shares, number, rng)
    return Speeches(number, document, true, coder.code(true, rng))


def truth(shares: Floats) -> Floats:
    """Return the indices of the superpopulation of a leader's verbs, ratios of expectations, from (3, 7)."""
    return indices(world.power(shares) * _MANY)


def naive(
    speeches: Speeches, resamples: int, rng: np.random.Generator, interval: Method = "expanded"
) -> Floats:
    """Take the codes as they are; return estimate, low and high of every index, (3, indices)."""
    errors = interval == "studentised"
    counts = world.power(speeches.counts(speeches.coded))
    resampled = resample_documents(counts, resamples, aggregate="pooled", rng=rng, errors=errors)
    return _numbers(resampled, interval)


def gap(pair: Sequence[Speeches], resamples: int, rng: np.random.Generator, *, expanded: bool) -> Floats:
    """Compare two leaders as verdicts do, by draws as they come or expanded ones; return as `naive`."""
    draws = []
    for speeches in pair:
        counts = world.power(speeches.counts(speeches.coded))
        one = resample_documents(counts, resamples, aggregate="pooled", rng=rng)
        draws.append(within_range(expanded_draws(one.draws, one.units if expanded else np.inf)))
    return gap_verdict(*draws, margin=None)[["gap", "low", "high"]].to_numpy(np.float64).T


def soft(
    speeches: Speeches, probabilities: Probabilities, resamples: int, rng: np.random.Generator
) -> Floats:
    """Count every verb by its probabilities; return as `naive`."""
    coded = speeches.counts(speeches.coded).reshape(speeches.number, -1)
    expected = (coded @ probabilities.cells()).reshape(-1, SIDES, KINDS)
    return _numbers(_documents(expected, resamples, rng))


def imputed(
    speeches: Speeches, probabilities: Probabilities, resamples: int, rng: np.random.Generator
) -> Floats:
    """Draw the codes of these very speeches from their probabilities; return as `naive`.

    What `soft.resample_imputed` draws verb by verb is drawn at once for all verbs of one code, which have the
    same probabilities: it takes half of the study's time otherwise.
    """
    number = np.bincount(speeches.coded, minlength=SIDES * KINDS)
    chances = world.power(probabilities.cells().reshape(-1, SIDES, KINDS)).reshape(len(number), -1)
    chances = np.hstack([chances, 1 - chances.sum(axis=1, keepdims=True)])
    drawn = sum(rng.multinomial(n, p, size=resamples)[:, :-1] for n, p in zip(number, chances, strict=True))
    return _numbers(of_imputed(np.reshape(drawn, (resamples, 2, -1)).astype(np.float64)))


def confusion(speeches: Speeches, labelled: Floats, resamples: int, rng: np.random.Generator) -> Floats:
    """Correct by the error rates of labelled documents; return as `naive`."""
    resampled, _ = resample_confusion(speeches.counts(speeches.coded), labelled, resamples, rng=rng)
    return _numbers(resampled)


def audit(speeches: Speeches, resamples: int, rng: np.random.Generator) -> Floats:
    """Correct by passages drawn at random from all; return as `naive`.

    A document's verbs are passages of eight; as many passages are drawn without replacement as hold 300
    verbs, or all.
    """
    first = np.searchsorted(speeches.document, speeches.document)
    starts = (np.arange(len(first)) - first) % _PASSAGE == 0
    passages, sampled = int(starts.sum()), round(_AUDITED / _PASSAGE)
    drawn = np.zeros(passages, dtype=bool)
    drawn[rng.permutation(passages)[:sampled]] = True
    inside = drawn[np.cumsum(starts) - 1]
    weight = inside * max(passages / sampled, 1.0)
    added, removed = (speeches.counts(cell, weight) for cell in (speeches.true, speeches.coded))
    estimated = speeches.counts(speeches.coded) + (added - removed)
    units = min(_effective(speeches), len(np.unique(speeches.document[inside])))
    return _numbers(replace(_documents(estimated, resamples, rng), units=units))


def label(coder: Coder, rng: np.random.Generator) -> Floats:
    """Draw labelled documents of the average leader.

    Returns
    -------
    NDArray
        Shape (documents, 3, 7, 3, 7): verbs by true and coded side and category.
    """
    document, true = world.draw_verbs(world.average_leader(), _LABELLED, rng)
    size = SIDES * KINDS
    place = (document * size + true) * size + coder.code(true, rng)
    table = np.bincount(place, minlength=_LABELLED * size**2)
    return table.reshape(_LABELLED, SIDES, KINDS, SIDES, KINDS).astype(np.float64)


def _effective(speeches: Speeches) -> float:
    return effective_documents(world.power(speeches.counts(speeches.coded)).sum(axis=(1, 2)))


def _documents(cells: Floats, resamples: int, rng: np.random.Generator) -> Resamples:
    return debiased(resample_documents(world.power(cells), resamples, aggregate="pooled", rng=rng))


def _numbers(resampled: Resamples, interval: Method = "expanded") -> Floats:
    ends = index_limits(resampled, level=LEVEL, method=interval, pooled=True)
    return np.vstack([within_range(resampled.estimate), ends.T])
