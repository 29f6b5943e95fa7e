"""What resampled indices say of leaders: gaps, relationships and types, each with its probability."""

from collections.abc import Hashable, Iterator, Mapping
from itertools import combinations
from typing import NamedTuple

import pandas as pd

from vicsformer.data.norms import DEFAULT_NORM, norm
from vicsformer.evaluate.cells import Draws
from vicsformer.evaluate.equivalence import (
    CONVERGENT,
    DIVERGENT,
    GAP_VERDICT_COLUMNS,
    Margins,
    gap_verdict,
    margin_array,
)
from vicsformer.evaluate.relationships import relationship_probabilities
from vicsformer.evaluate.tip import games, preference_orders
from vicsformer.evaluate.types import leadership_types
from vicsformer.infer.indices import INDEX_NAMES
from vicsformer.views import number

GAP_COLUMNS: dict[str, str] = {
    "a": "first group; a < b by name",
    "b": "second group",
    "index": "which index, pooled over the documents",
    **GAP_VERDICT_COLUMNS,
    "method": "what the draws take into account, one of `infer.corrected.METHODS`",
}
"""Columns of the table of gaps."""

_WORDS = {
    "P-1": ("others", "friendlier", "more hostile"),
    "I-1": ("acts of Self", "more cooperative", "more conflictual"),
}


class Verdicts(NamedTuple):
    """Tables of what draws say; every table has the column `method`.

    Attributes
    ----------
    gaps
        `GAP_COLUMNS`, one row a pair and index.
    relationships
        As from `evaluate.relationships.relationship_probabilities`.
    types, orders, games
        As from `evaluate.types.leadership_types`, `evaluate.tip.preference_orders` and `evaluate.tip.games`.
    """

    gaps: pd.DataFrame
    relationships: pd.DataFrame
    types: pd.DataFrame
    orders: pd.DataFrame
    games: pd.DataFrame


def verdicts(draws: Draws, *, method: str, margins: Margins, alpha: float = 0.05) -> Verdicts:
    """Say how sure it is what resampled indices show.

    Parameters
    ----------
    draws
        By leader, as from `infer.corrected.draw_indices`: pooled indices.
    method
        Their method.
    margins
        By index, above 0: gaps smaller than this do not matter.
    alpha
        As in `evaluate.equivalence.gap_verdict`.

    Raises
    ------
    InputError
        A margin or alpha is out of range, P-1 or I-1 has no margin, or there are fewer than two leaders.
    """
    pooled = norm(DEFAULT_NORM)
    found = Verdicts(
        _gaps(draws, margins, alpha),
        relationship_probabilities(draws, INDEX_NAMES, margins=dict(margins)),
        leadership_types(draws, INDEX_NAMES, aggregate="pooled", norm=pooled),
        preference_orders(draws, INDEX_NAMES, pooled, aggregate="pooled"),
        games(draws, INDEX_NAMES, pooled, aggregate="pooled"),
    )
    return Verdicts(*(table.assign(method=method) for table in found))


def _gaps(draws: Draws, margins: Margins, alpha: float) -> pd.DataFrame:
    margin = margin_array(margins, INDEX_NAMES)
    tables = []
    for a, b in combinations(sorted(draws), 2):
        table = gap_verdict(draws[a], draws[b], margin=margin, alpha=alpha)
        table.insert(0, "index", list(INDEX_NAMES))
        table.insert(0, "b", b)
        table.insert(0, "a", a)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def sentences(found: Verdicts) -> Iterator[str]:
    """One sentence or two a pair, to be quoted: the relationship and the gaps on P-1 and I-1.

    Parameters
    ----------
    found
        As from `verdicts`.
    """
    modal = found.relationships[found.relationships["cell"] == found.relationships["modal"]]
    relationship = {(row["a"], row["b"]): row for row in modal.to_dict("records")}
    of_index = {
        index: found.gaps[found.gaps["index"] == index].set_index(["a", "b"]).to_dict("index")
        for index in _WORDS
    }
    for a, b in found.gaps.loc[found.gaps["index"] == "P-1", ["a", "b"]].itertuples(index=False):
        gaps = " ".join(_gap(index, a, b, of_index[index][a, b]) for index in _WORDS)
        yield f"{a} and {b}: {_relationship(relationship.get((a, b)))}. {gaps}"


def _relationship(row: Mapping[Hashable, object] | None) -> str:
    if row is None:
        return "no relationship is likeliest"
    certainty = "most likely " if row["uncertain"] else ""
    name = "adversaries" if row["cell"] == "adversary" else row["cell"]
    return f"{certainty}{name}, probability {_probability(row['probability'])}"


def _gap(index: str, a: str, b: str, row: Mapping[Hashable, object]) -> str:
    gap, low, high, margin = (float(str(row[name])) for name in ("gap", "low", "high", "margin"))
    figures = f"gap {number(gap)} [{number(low)}, {number(high)}]"
    inside = f"under {number(margin)} with probability {_probability(row['p_within'])}"
    if row["verdict"] == DIVERGENT:
        what, more, less = _WORDS[index]
        said = f"{a} shows {what} as {more if gap > 0 else less} than {b} does"
        return f"On {index} they diverge: {said} ({figures})."
    if row["verdict"] == CONVERGENT:
        return f"On {index} they converge ({figures}; {inside})."
    return f"{index} decides nothing ({figures}; {inside})."


def _probability(value: object) -> str:
    share = float(str(value))
    return "> .99" if share > 0.99 else "< .01" if share < 0.01 else number(share)
