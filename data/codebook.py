"""The coding scheme in one place: categories, their intensities, valence and kind, and attributions.

Categories and intensities follow Walker, Schafer & Young (1998) and Schafer & Walker (2006). Everything
else in the package takes its names, orders and weights from here.
"""

from dataclasses import dataclass
from typing import Literal

CODEBOOK_VERSION = "1.3"

Valence = Literal["conflictual", "neutral", "cooperative"]
Kind = Literal["deed", "word", "none"]


@dataclass(frozen=True)
class Category:
    """A category of the exercise of power.

    Attributes
    ----------
    name
        The field's name, in lower case.
    intensity
        -3 (punish) to +3 (reward); 0 for neutral.
    valence
        Whether the act is good or bad for the party it is directed at.
    kind
        Whether the act is a deed or words; "none" for neutral.
    """

    name: str
    intensity: int
    valence: Valence
    kind: Kind


SCALE: tuple[Category, ...] = (
    Category("punish", -3, "conflictual", "deed"),
    Category("threaten", -2, "conflictual", "word"),
    Category("oppose", -1, "conflictual", "word"),
    Category("neutral", 0, "neutral", "none"),
    Category("appeal", 1, "cooperative", "word"),
    Category("promise", 2, "cooperative", "word"),
    Category("reward", 3, "cooperative", "deed"),
)
"""All seven categories of a coded verb, from conflictual to cooperative."""

NEUTRAL = "neutral"
NONE = "none"
"""Label of a verb form that is no unit of its own (inside a chain, auxiliary, adjective)."""

CATEGORIES: tuple[str, ...] = tuple(c.name for c in SCALE)
"""The seven names in the order of the scale."""

POWER_CATEGORIES: tuple[str, ...] = tuple(c.name for c in SCALE if c.intensity != 0)
"""The six categories that are counted, in the order of the scale: the columns of every count array."""

LABEL_CATEGORIES: tuple[str, ...] = (*CATEGORIES, NONE)
"""What a coder tells apart: the seven categories, then `none`."""

INTENSITY: dict[str, int] = {c.name: c.intensity for c in SCALE}
VALENCE: dict[str, Valence] = {c.name: c.valence for c in SCALE}
KIND: dict[str, Kind] = {c.name: c.kind for c in SCALE}

ATTRIBUTIONS: tuple[str, ...] = ("self", "self_state", "we_inclusive", "other", "unknown")
"""Who acts: the speaker, the speaker's state, an inclusive we, anybody else, or nobody named."""

SELF_ATTRIBUTIONS: frozenset[str] = frozenset({"self", "self_state", "we_inclusive"})
"""Attributions that the default indices count as Self; `other` is Other, `unknown` is counted apart."""
