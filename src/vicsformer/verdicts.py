"""What resampled indices say of leaders: gaps, relationships and types, each with its probability."""

from collections.abc import Hashable, Iterator, Mapping
from itertools import combinations
from typing import Any, NamedTuple

import pandas as pd

from vicsformer.data.norms import DEFAULT_NORM, norm
from vicsformer.evaluate.cells import Draws
from vicsformer.evaluate.equivalence import (
    CONVERGENT,
    DIVERGENT,
    GAP_VERDICT_COLUMNS,
    INCONCLUSIVE,
    Margins,
    gap_verdict,
    margin_array,
)
from vicsformer.evaluate.relationships import relationship_probabilities
from vicsformer.evaluate.tip import games, preference_orders
from vicsformer.evaluate.types import leadership_types
from vicsformer.infer.corrected import METHODS
from vicsformer.infer.indices import INDEX_NAMES
from vicsformer.infer.profile import FEW_DOCUMENTS
from vicsformer.views import number

GAP_COLUMNS: dict[str, str] = {
    "a": "first group; a < b by name",
    "b": "second group",
    "index": "which index, pooled over the documents",
    **GAP_VERDICT_COLUMNS,
    "level": "coverage of the interval low..high: 1 - alpha",
    "a_documents": "how many speeches of a there are; with the method audit, audited ones",
    "b_documents": "the same for b",
    "method": "what the draws take into account, one of `infer.corrected.METHODS`",
}
"""Columns of the table of gaps."""

_TOPICS = ("P-1", "I-1")
_RELATIONSHIPS = {
    "like-minded alliance": "form a like-minded alliance",
    "value-driven partnership": "form a value-driven partnership",
    "interest-based partnership": "form an interest-based partnership",
    "adversary": "are adversaries",
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


def verdicts(
    draws: Draws, *, documents: Mapping[str, int], method: str, margins: Margins, alpha: float = 0.05
) -> Verdicts:
    """Say how sure it is what resampled indices show.

    Parameters
    ----------
    draws
        By leader, as from `infer.corrected.draw_indices`: pooled indices.
    documents
        How many speeches each leader has; with the method `audit` how many are audited.
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
        _gaps(draws, documents, margins, alpha),
        relationship_probabilities(draws, INDEX_NAMES, margins=dict(margins)),
        leadership_types(draws, INDEX_NAMES, aggregate="pooled", norm=pooled),
        preference_orders(draws, INDEX_NAMES, pooled, aggregate="pooled"),
        games(draws, INDEX_NAMES, pooled, aggregate="pooled"),
    )
    return Verdicts(*(table.assign(method=method) for table in found))


def _gaps(draws: Draws, documents: Mapping[str, int], margins: Margins, alpha: float) -> pd.DataFrame:
    margin = margin_array(margins, INDEX_NAMES)
    tables = []
    for a, b in combinations(sorted(draws), 2):
        table = gap_verdict(draws[a], draws[b], margin=margin, alpha=alpha)
        known = {"level": 1 - alpha, "a_documents": documents[a], "b_documents": documents[b]}
        tables.append(table.assign(a=a, b=b, index=list(INDEX_NAMES), **known))
    return pd.concat(tables, ignore_index=True)[list(GAP_COLUMNS)[:-1]]


def preface(found: Verdicts) -> list[str]:
    """What a reader of `sentences` has to know: what the figures are, and what they leave out.

    Parameters
    ----------
    found
        As from `verdicts`.
    """
    gaps = found.gaps
    margin = gaps.drop_duplicates("index").set_index("index")["margin"].map(number)
    sides = [gaps[[side, f"{side}_documents"]].set_axis(["leader", "speeches"], axis=1) for side in "ab"]
    speeches = pd.concat(sides).drop_duplicates("leader").sort_values("leader")
    few = speeches[speeches["speeches"] < FEW_DOCUMENTS]
    kind = _kind(gaps)
    lines = [
        "Gaps are the first leader's index, pooled over speeches, minus the second's. Gaps within the margin "
        f"({margin['P-1']} on P-1, {margin['I-1']} on I-1) do not matter. Probabilities are shares of "
        'resamples; "most likely" stands where a relationship has under .8, or it is open who is higher.',
        f"Method {gaps['method'].iloc[0]}: {METHODS[gaps['method'].iloc[0]]}.",
    ]
    if len(few):
        names = ", ".join(f"{row.leader} ({row.speeches})" for row in few.itertuples())
        lines.append(
            f"Fewer than {FEW_DOCUMENTS} {kind}speeches: {names}. Intervals may be too narrow, and "
            "probabilities too near 0 or 1."
        )
    return lines


def sentences(found: Verdicts) -> Iterator[str]:
    """Three sentences a pair, to be quoted: the relationship, and the gaps on P-1 and I-1.

    Parameters
    ----------
    found
        As from `verdicts`.
    """
    modal = found.relationships[found.relationships["cell"] == found.relationships["modal"]]
    relationship = {(row["a"], row["b"]): row for row in modal.to_dict("records")}
    of_index = {
        index: found.gaps[found.gaps["index"] == index].set_index(["a", "b"]).to_dict("index")
        for index in _TOPICS
    }
    for a, b in found.gaps.loc[found.gaps["index"] == "P-1", ["a", "b"]].itertuples(index=False):
        row = of_index["P-1"][a, b]
        sizes = int(row["a_documents"]), int(row["b_documents"])
        speeches = _kind(found.gaps) + ("speech" if sizes[0] == 1 else "speeches")
        tail = 0.05 if min(sizes) < FEW_DOCUMENTS else 0.01
        pair = f"{a} ({sizes[0]} {speeches}) and {b} ({sizes[1]})"
        gaps = " ".join(_gap(index, a, b, of_index[index][a, b], tail) for index in _TOPICS)
        yield f"{pair} {_relationship(relationship.get((a, b)), tail)}. {gaps}"


def _kind(gaps: pd.DataFrame) -> str:
    """What speeches the figures rest on."""
    return "audited " if gaps["method"].iloc[0] == "audit" else ""


def _relationship(row: Mapping[Hashable, object] | None, tail: float) -> str:
    if row is None:
        return "have no relationship that is likeliest"
    certainty = "most likely " if row["uncertain"] else ""
    words = _RELATIONSHIPS[str(row["cell"])]
    if words.startswith("are "):
        words, certainty = words.removeprefix("are "), f"are {certainty}"
    return f"{certainty}{words} (probability {_probability(float(str(row['probability'])), tail)})"


def _gap(index: str, a: str, b: str, row: Mapping[Hashable, Any], tail: float) -> str:
    if row["verdict"] not in (DIVERGENT, CONVERGENT, INCONCLUSIVE):
        return f"There is nothing to compare on {index}."
    margin, inside = number(row["margin"]), row["p_within"]
    beyond = row["verdict"] == DIVERGENT
    figures = (
        f"{index} gap {number(row['gap'])}, {100 * row['level']:g}% interval [{number(row['low'])}, "
        f"{number(row['high'])}]; {'beyond' if beyond else 'within'} the margin of {margin} with probability "
        f"{_probability(1 - inside if beyond else inside, tail)}"
    )
    if beyond:
        small = ", though probably by less than the margin" if inside > 0.5 else ""
        return f"{_difference(index, a, b, row['gap'])}{small} ({figures})."
    if row["verdict"] == CONVERGENT:
        said = "They see others alike" if index == "P-1" else "Their own strategies are alike"
    else:
        said = "see others differently" if index == "P-1" else "differ in their own strategies"
        said = f"Whether they {said} is open"
    return f"{said} ({figures})."


def _difference(index: str, a: str, b: str, gap: float) -> str:
    if index == "P-1":
        return f"{a} sees others as {'friendlier' if gap > 0 else 'more hostile'} than {b} does"
    return f"{a}'s own strategy is more {'cooperative' if gap > 0 else 'conflictual'} than {b}'s"


def _probability(share: float, tail: float) -> str:
    """A probability to two digits; nearer to 0 or 1 than the tail it is not told."""
    if share > 1 - tail:
        return f"over {number(1 - tail)}"
    return f"under {number(tail)}" if share < tail else number(share)
