"""The identities that bind published indices, and which of them hold for means over speeches.

Formulas: Walker, Schafer & Young (1998), as in section 6 of the codebook. An identity that is linear in the
shares holds for means over speeches as it does for pooled counts. Of the others the mean keeps one side
(Jensen's inequality): 1 - abs(x) is concave, a sum of squares convex.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from vicsformer.data.codebook import INTENSITY, KIND, POWER_CATEGORIES

Relation = Literal["=", "<=", ">="]
Figures = Mapping[str, float]

SHARES: tuple[str, ...] = tuple(f"I-5 {name}" for name in POWER_CATEGORIES)
"""The six utilities of means, in the order of `POWER_CATEGORIES`."""


@dataclass(frozen=True)
class Identity:
    """One identity: the sum of `found` stands in a relation to what follows from `needs`.

    Attributes
    ----------
    name
        As the table of checks names it.
    found
        Indices whose sum is compared: one, or the six shares.
    needs
        Indices that `expected` is a function of.
    expected
        What follows from the figures.
    slack
        By how much the two can part where each figure is off by a given half unit.
    pooled
        The relation for the indices of one set of counts.
    speech
        The relation for means over speeches; None where they are not bound.
    """

    name: str
    found: tuple[str, ...]
    needs: tuple[str, ...]
    expected: Callable[[Figures], float]
    slack: Callable[[Figures, float], float]
    pooled: Relation = "="
    speech: Relation | None = "="


def _weights(of: Callable[[str], float]) -> dict[str, float]:
    return {share: of(name) for share, name in zip(SHARES, POWER_CATEGORIES, strict=True)}


_SIGNS = _weights(lambda name: float(np.sign(INTENSITY[name])))
_THIRDS = _weights(lambda name: INTENSITY[name] / 3)
_WORDS = _weights(lambda name: 1.0 if KIND[name] == "word" else -1.0)


def _total(weights: Figures, figures: Figures) -> float:
    return sum(weight * figures[name] for name, weight in weights.items())


def _per_unit(factor: float) -> Callable[[Figures, float], float]:
    """Slack of a linear identity: half a unit for the figure found and for each it follows from."""
    return lambda _, half: half * (1 + factor)


def _size(weights: Figures) -> float:
    return sum(map(abs, weights.values()))


def _same_category(figures: Figures) -> float:
    """1 - IQV over six categories."""
    return 1 - 6 / 5 * (1 - sum(figures[share] ** 2 for share in SHARES))


def _same_category_slack(figures: Figures, half: float) -> float:
    return half + 6 / 5 * sum(2 * figures[share] * half + half**2 for share in SHARES)


def _square_slack(figures: Figures, half: float) -> float:
    return half + (2 * abs(figures["P-1"]) * half + half**2) / 5


def _chance_slack(figures: Figures, half: float) -> float:
    return half * (1 + figures["P-3"] + figures["P-4"]) + half**2


IDENTITIES: tuple[Identity, ...] = (
    Identity("I-5 sums to 1", SHARES, (), lambda f: 1.0, _per_unit(len(SHARES) - 1)),
    Identity("I-1 from I-5", ("I-1",), SHARES, lambda f: _total(_SIGNS, f), _per_unit(_size(_SIGNS))),
    Identity("I-2 from I-5", ("I-2",), SHARES, lambda f: _total(_THIRDS, f), _per_unit(_size(_THIRDS))),
    Identity("I-3 from I-5", ("I-3",), SHARES, _same_category, _same_category_slack, speech=">="),
    Identity("I-4a from I-1", ("I-4a",), ("I-1",), lambda f: 1 - abs(f["I-1"]), _per_unit(1), speech="<="),
    Identity(
        "I-4b from I-5",
        ("I-4b",),
        SHARES,
        lambda f: 1 - abs(_total(_WORDS, f)),
        _per_unit(_size(_WORDS)),
        speech="<=",
    ),
    # shares of cooperation and conflict are (1 + P-1)/2 and (1 - P-1)/2, their intensities 1/3 to 1
    Identity(
        "P-2 at least as P-1 allows",
        ("P-2",),
        ("P-1",),
        lambda f: (2 * f["P-1"] - 1) / 3,
        _per_unit(2 / 3),
        pooled=">=",
        speech=">=",
    ),
    Identity(
        "P-2 at most as P-1 allows",
        ("P-2",),
        ("P-1",),
        lambda f: (2 * f["P-1"] + 1) / 3,
        _per_unit(2 / 3),
        pooled="<=",
        speech="<=",
    ),
    # 1 - IQV is least where each of the two spreads evenly over its three categories
    Identity(
        "P-3 at least as P-1 allows",
        ("P-3",),
        ("P-1",),
        lambda f: f["P-1"] ** 2 / 5,
        _square_slack,
        pooled=">=",
        speech=">=",
    ),
    Identity(
        "P-5 from P-3 and P-4",
        ("P-5",),
        ("P-3", "P-4"),
        lambda f: 1 - f["P-3"] * f["P-4"],
        _chance_slack,
        speech=None,
    ),
    Identity("P-4b from P-4", ("P-4b",), ("P-4",), lambda f: 1 - f["P-4"], _per_unit(1)),
)
"""All identities. Those of P-1 to P-3 are bounds: the categories of Other's verbs are seldom printed."""
