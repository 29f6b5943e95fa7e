"""A made-up world in which the truth is known: leaders, their speeches, and coders that err.

A verb has one of 21 cells: side (Self, Other, unknown agent) by the seven categories.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from vicsformer.data.codebook import CATEGORIES, NEUTRAL, POWER_CATEGORIES

Confusion = Literal["even", "asymmetric"]

Floats = NDArray[np.float64]
Cells = NDArray[np.intp]

SIDES, KINDS = 3, len(CATEGORIES)
POWER = [CATEGORIES.index(name) for name in POWER_CATEGORIES]
_MIDDLE = CATEGORIES.index(NEUTRAL)

# Self: mean shares of PsyCL's 130 leaders (Schafer & Lambert 2022). Other: no shares are published; these
# give the norms' P-1 .347, P-2 .161 and P-3 .12. In the order of the scale, punish to reward.
_SHARES = np.array([[0.100, 0.025, 0.109, 0.540, 0.044, 0.182], [0.150, 0.035, 0.1415, 0.4135, 0.050, 0.210]])
_LEADERS = 35.0
"""Dirichlet concentration of leaders' shares about the norm: with it appeal has an SD of .08 (norms: .106),
punish .05 (.044), I-1 .14 (.168)."""

_CONTROL = (5.0, 9.0)
"""Beta parameters of P-4: mean .36, SD .12, between the norm of .20 and Rusk's .53 (Walker, Schafer & Young
2003), so that either side is thin in some leaders."""

_UNKNOWN, _NEUTRAL = 0.10, 0.42
"""Share of verbs with unknown agent, and of neutral ones on every side: together about half of all verbs."""

_SPEECHES = 50.0
"""Dirichlet concentration of a speech's shares about its leader's: traits of two verbs of a speech correlate
by 1/51, a little more than in State of the Union addresses coded by rules (.010 to .017 by president)."""

_LENGTH, _LENGTH_SHAPE = 40.0, 4.0
"""Negative binomial number of verbs of a speech: mean 40, SD 21."""


def average_leader() -> Floats:
    """Return the shares of the norms' mean leader, (3, 7), sum 1."""
    return _cells(_CONTROL[0] / sum(_CONTROL), _SHARES)


def draw_leader(rng: np.random.Generator) -> Floats:
    """Draw a leader's shares, (3, 7), sum 1."""
    return _cells(rng.beta(*_CONTROL), np.stack([rng.dirichlet(_LEADERS * shares) for shares in _SHARES]))


def balance(shares: Floats) -> Floats:
    """Make Self as often conflictual as cooperative: I-1 = 0, where I-4a has its kink."""
    balanced = shares.copy()
    own = balanced[0]
    for part in (slice(None, _MIDDLE), slice(_MIDDLE + 1, None)):
        own[part] *= shares[0, POWER].sum() / 2 / own[part].sum()
    return balanced


def power(cells: Floats) -> Floats:
    """Return counts of Self and Other by the six categories of power, (..., 2, 6), from (..., 3, 7)."""
    return cells[..., :2, POWER]


def draw_verbs(shares: Floats, documents: int, rng: np.random.Generator) -> tuple[Cells, Cells]:
    """Draw a leader's speeches; return for each verb its document and its true cell, in the order of speech.

    Parameters
    ----------
    shares
        Shape (3, 7): the leader's.
    documents
        How many speeches.
    rng
        Source of the draws.
    """
    chance = _LENGTH_SHAPE / (_LENGTH_SHAPE + _LENGTH)
    lengths = np.maximum(rng.negative_binomial(_LENGTH_SHAPE, chance, size=documents), 1)
    own = rng.dirichlet(_SPEECHES * shares.ravel(), size=documents)
    document = np.repeat(np.arange(documents), lengths)
    return document, pick(own, document, rng)


def pick(shares: Floats, row: Cells, rng: np.random.Generator) -> Cells:
    """Draw for each entry of `row` a column of that row of `shares`, whose rows sum to 1."""
    borders = np.cumsum(shares, axis=1)[:, :-1]
    return np.asarray((rng.random(len(row))[:, None] > borders[row]).sum(axis=1), dtype=np.intp)


def error_rates(accuracy: float, confusion: Confusion) -> tuple[Floats, Floats]:
    """Return P(coded side | true side), (3, 3), and P(coded category | true category), (7, 7).

    `accuracy` is that of the category; half as many agents as categories are wrong. Even: errors go to all
    others alike. Asymmetric: acts are taken for neutral or for the next milder act, neutral verbs for appeals
    more than for anything else; Other is taken for Self more often than Self for Other.
    """
    wrong = 1 - accuracy
    if confusion == "even":
        return _evenly(SIDES, wrong / 2), _evenly(KINDS, wrong)
    goes = np.zeros((KINDS, KINDS))
    for category in POWER:
        goes[category, _MIDDLE] = 0.6
        goes[category, category + np.sign(_MIDDLE - category)] += 0.4
    goes[_MIDDLE] = 0.25 / 4
    appeal, oppose = CATEGORIES.index("appeal"), CATEGORIES.index("oppose")
    goes[_MIDDLE, [appeal, oppose, _MIDDLE]] = 0.5, 0.25, 0
    sides = np.array([[0, 0.25, 0.25], [1.1, 0, 0.4], [0.5, 0.5, 0]]) * wrong / 2
    return sides + np.diag(1 - sides.sum(axis=1)), wrong * goes + accuracy * np.eye(KINDS)


def _cells(control: float, shares: Floats) -> Floats:
    """Return the shares of all cells from P-4 and the shares of Self's and of Other's acts, (2, 6)."""
    known = 1 - _UNKNOWN
    sides = np.array([known * control, known * (1 - control), _UNKNOWN])
    within = np.empty((SIDES, KINDS))
    within[:, POWER] = (1 - _NEUTRAL) * np.vstack([shares, shares.mean(axis=0)])
    within[:, _MIDDLE] = _NEUTRAL
    return sides[:, None] * within


def _evenly(size: int, wrong: float) -> Floats:
    return np.eye(size) * (1 - wrong) + (1 - np.eye(size)) * wrong / (size - 1)
