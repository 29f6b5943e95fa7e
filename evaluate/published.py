"""Published tables of index means, checked against the identities that bind the indices."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Literal, get_args

import numpy as np
import pandas as pd

from vicsformer.data.codebook import POWER_CATEGORIES
from vicsformer.data.columns import is_blank, shown
from vicsformer.data.errors import InputError
from vicsformer.data.tables import require_columns
from vicsformer.evaluate.identities import IDENTITIES, Identity, Relation

OK, IMPOSSIBLE, NOT_CHECKABLE = "ok", "impossible", "not checkable"

CHECK_COLUMNS: dict[str, str] = {
    "group": "whose indices they are",
    "check": "name of the identity",
    "relation": "how what is found has to stand to what is expected: =, <= or >=; missing where not bound",
    "expected": "what follows from the group's other figures; missing where not checkable",
    "found": "the printed figure; of the shares, their sum",
    "tolerance": "how far rounding alone can part the two at most",
    "verdict": "ok, impossible or not checkable",
    "sentence": "the same in words",
}
"""Columns of the table of checks."""

Aggregate = Literal["pooled", "speech"]

_NUMBER = "N"
_PLAIN = re.compile(r"([pi])-?(1|2|3|4b?|4a|5)", re.IGNORECASE)
_SHARE = re.compile(r"(?:i[^a-z0-9]*5[^a-z0-9]*)?([a-z]{2,})", re.IGNORECASE)
_OTHER_WORDS = {"support": "appeal", "su": "appeal", "threat": "threaten", "pun": "punish"}
_CATEGORY_OF = _OTHER_WORDS | {word: name for name in POWER_CATEGORIES for word in (name, name[:2])}
_WORDS = {"=": "exactly", ">=": "at least", "<=": "at most"}


def check_published(
    table: pd.DataFrame,
    *,
    aggregate: Aggregate = "speech",
    group: str = "group",
    digits: int | None = None,
) -> pd.DataFrame:
    """Check published indices against the identities that bind them (`identities.IDENTITIES`).

    A figure is called impossible only where no unrounded figures can have been printed so: each may be off by
    half a unit of its last digit, all in the worst direction at once. Shares that sum to less than 1 are the
    trace of texts without verbs that were entered as 0; a gap in the last digits only, of speeches whose own
    indices were rounded before their mean was taken.

    Parameters
    ----------
    table
        Long: the group column, `index`, `mean` and, where known, `n`; or wide: `index`, then one column a
        group, perhaps with a row `N`. Figures as numbers or as text (".62"); empty ones are missing. Indices
        have the names they have here (`P-4` is P-4a), or like ones (`P1`, `i5pu`, `I5_support`, `Reward`);
        other rows are not read.
    aggregate
        "speech": figures are means of the speeches' own indices; "pooled": indices of summed counts. A group
        of one speech (its `n` is 1) is checked as pooled.
    group
        The group column of a long table.
    digits
        Decimals beyond which the figures are not to be trusted. Without it a group's figures are good for as
        many as the longest of them has.

    Returns
    -------
    DataFrame
        `CHECK_COLUMNS`, one row a group and identity, in the order of the table; an identity is left out
        where the group has no index that it could speak of.

    Raises
    ------
    InputError
        If the table has neither form or no known index, or a figure stands twice or is no number.
    """
    if aggregate not in get_args(Aggregate):
        raise InputError(f"aggregate: expected pooled or speech; found {aggregate!r}; correct the option")
    rows = [
        row for name, printed in _groups(table, group) for row in _checked(name, printed, aggregate, digits)
    ]
    return pd.DataFrame(rows, columns=list(CHECK_COLUMNS))


def _groups(table: pd.DataFrame, group: str) -> Iterator[tuple[str, dict[str, Decimal]]]:
    """Give the name and the printed figures of every group; `N` is among them where known."""
    require_columns(table, ["index"], "published table")
    if {group, "mean"} <= set(table.columns):
        parts = [(str(name), part, part["mean"]) for name, part in table.groupby(group, sort=False)]
    else:
        parts = [(str(name), table, table[name]) for name in table.columns.drop("index")]
    if not any(map(_index, table["index"])) or not parts:
        raise InputError(
            f"published table: expected the columns {group}, index, mean or index and one a group, with an "
            f"index such as I-1 a row; found {', '.join(map(str, table.columns))}; rename them"
        )
    for name, part, means in parts:
        printed = _figures(name, part["index"].tolist(), means.tolist())
        if "n" in part and "mean" in part:
            printed |= _figures(name, [_NUMBER], part["n"].tolist()[:1])
        yield name, printed


def _figures(group: str, names: list[object], values: list[object]) -> dict[str, Decimal]:
    figures: dict[str, Decimal] = {}
    for index, value in zip(map(_index, names), values, strict=True):
        if index is None or is_blank(value):
            continue
        if index in figures:
            raise InputError(f"published table, {group}: expected {index} once; found it twice; drop one")
        try:
            figures[index] = Decimal(str(value).strip().replace("−", "-"))
        except InvalidOperation as error:
            raise InputError(
                f"published table, {group}: expected a number for {index}; found {shown(value)}; correct it"
            ) from error
    return figures


def _index(name: object) -> str | None:
    """Return our name of an index (or N), None where it is none."""
    text = str(name).strip()
    if text.upper() == _NUMBER:
        return _NUMBER
    if match := _PLAIN.fullmatch(text):
        found = f"{match[1].upper()}-{match[2].lower()}"
        return {"P-4a": "P-4", "I-4": None, "I-5": None}.get(found, found)
    if (match := _SHARE.fullmatch(text)) and match[1].lower() in _CATEGORY_OF:
        return f"I-5 {_CATEGORY_OF[match[1].lower()]}"
    return None


def _checked(
    group: str, printed: Mapping[str, Decimal], aggregate: str, digits: int | None
) -> Iterator[tuple[object, ...]]:
    """Give the rows of one group."""
    pooled = aggregate == "pooled" or printed.get(_NUMBER) == 1
    figures = {name: float(value) for name, value in printed.items() if name != _NUMBER}
    own = max((-int(printed[name].as_tuple().exponent) for name in figures), default=0)
    digits = own if digits is None else min(own, digits)
    for identity in IDENTITIES:
        if figures.keys().isdisjoint(identity.found):
            continue
        relation = identity.pooled if pooled else identity.speech
        missing = [name for name in (*identity.found, *identity.needs) if name not in figures]
        found = sum(figures.get(name, np.nan) for name in identity.found)
        if missing or relation is None:
            reason = f"{', '.join(missing)} is missing" if missing else "it does not bind means over speeches"
            sentence = f"{group}: {identity.name} cannot be checked, as {reason}."
            yield group, identity.name, relation, np.nan, found, np.nan, NOT_CHECKABLE, sentence
            continue
        expected = identity.expected(figures)
        slack = identity.slack(figures, 0.5 * 10.0**-digits)
        verdict = OK if _holds(found - expected, slack, relation) else IMPOSSIBLE
        numbers = [f"{value:.{max(digits, 0) + 1}f}" for value in (found, expected, slack)]
        sentence = _sentence(group, identity, _WORDS[relation], numbers, verdict)
        yield group, identity.name, relation, expected, found, slack, verdict, sentence


def _holds(gap: float, slack: float, relation: Relation) -> bool:
    slack += 1e-9  # printed decimals are not exact in binary
    return (relation == "<=" or gap >= -slack) and (relation == ">=" or gap <= slack)


def _sentence(group: str, identity: Identity, relation: str, numbers: list[str], verdict: str) -> str:
    found, expected, slack = numbers
    what = identity.found[0] if len(identity.found) == 1 else "the sum of I-5"
    bound = f"{what} is {found}, where {relation} {expected} follows"
    if verdict == OK:
        return f"{group}: {identity.name} holds ({bound})."
    return (
        f"{group}: {identity.name} fails: {bound}; rounding explains {slack} at most, so this is impossible."
    )
