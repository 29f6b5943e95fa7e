"""The states that speak in world politics, what they are called, and whether a text names one."""

import csv
import re
import unicodedata
from functools import cache
from pathlib import Path

import pandas as pd

_OTHER_FORMS = ["other_names", "adjective", "people", "other_forms"]

_NO_STATE = (
    "American Samoa", "American States", "Central African States", "Central America", "Central American",
    "Central Americans", "Congo Basin", "Congo River", "East China Sea", "French Guiana", "French Polynesia",
    "Gulf of Guinea", "Gulf of Mexico", "Gulf of Oman", "Gulf of Thailand", "Indian Ocean", "Indo-China",
    "Indo-Chinese", "Inter-American", "Jordan River", "Khmer Rouge", "Lake Chad", "Latin America",
    "Latin American", "Latin Americans", "Netherlands Antilles", "New Guinea", "New Mexico", "Niger Delta",
    "Niger River", "North America", "North American", "North Americans", "Northern Ireland", "Northern Irish",
    "Pan American", "Panama Canal", "Persian Gulf", "River Jordan", "River Niger", "Sea of Japan",
    "Senegal River", "South America", "South American", "South Americans", "South China Sea",
    "South Viet Nam", "South Viet-Nam", "South Vietnam", "South Vietnamese", "Spanish Sahara",
    "Turkish Republic of Northern Cyprus", "West Indian", "West Indians",
)  # fmt: skip
"""Regions, waters and bodies whose names contain the name of a state they are not."""

_PLAIN = str.maketrans({"‘": "'", "’": "'", "‐": "-", "‑": "-", "–": "-", "\xad": None})


@cache
def states() -> pd.DataFrame:
    """Load the table of states, one row a state; do not change it, every caller gets the same one.

    Returns
    -------
    pd.DataFrame
        Text columns: `code` (ISO 3166-1 alpha-3, that of ISO 3166-3 for a state that is gone, EU, and XKX for
        Kosovo), `name` (common English name), `article` (`the` or empty), `other_names`, `adjective`,
        `people`, `capital`, `other_forms` (further adjectives and words for the people). `other_names` and
        `other_forms` are lists separated by `|`, empty where there is none. A state that goes on under a new
        name has the common name of its former row among its other names.
    """
    return pd.read_csv(
        Path(__file__).with_name("states.tsv"),
        sep="\t",
        dtype=str,
        encoding="utf-8",
        keep_default_na=False,
        quoting=csv.QUOTE_NONE,
    )


def state_name(code_or_name: str) -> str | None:
    """Give the common English name of a state.

    Parameters
    ----------
    code_or_name
        A code of the table in capitals, or any name of it, with or without `the`, accents as one likes.

    Returns
    -------
    str | None
        The common name; None where the table has no such state. A name two states share (`Korea`) is that of
        the state it is the common name of, else of the first in the table.
    """
    return _resolved().get(_plain(code_or_name).removeprefix("The ").removeprefix("the "))


def names_state(text: str, state: str) -> bool:
    """Tell whether a text names a state by name, other name, adjective or people.

    Whole words in their capitals count, and the longest name wins: `Papua New Guinea` names no Guinea, `Latin
    American` no America. An adjective that two states share (`Korean`) names both.

    Parameters
    ----------
    text
        Any text: a subject, a sentence.
    state
        As `state_name` takes it; an unknown state is never named.
    """
    name = state_name(state)
    if name is None:
        return False
    own = _forms_by_name()[name]
    return any(found in own for found in _any_form().findall(_plain(text)))


def _plain(text: str) -> str:
    """Drop accents, typographic quotes and dashes, and make all white space single spaces."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text.translate(_PLAIN))
        text = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(text.split())


def _alternatives(cell: str) -> list[str]:
    return [_plain(form) for form in cell.split("|") if form]


@cache
def _resolved() -> dict[str, str]:
    """Map codes and all names to common names."""
    table = states()
    found = dict(zip(table["code"], table["name"], strict=True)) | {name: name for name in table["name"]}
    for name, others in zip(table["name"], table["other_names"], strict=True):
        for other in _alternatives(others):
            found.setdefault(other, name)
    return found


@cache
def _forms_by_name() -> dict[str, frozenset[str]]:
    """Map common names to all forms of the state, those of its former rows included."""
    rows = states()[["name", *_OTHER_FORMS]].itertuples(index=False, name=None)
    own = {row[0]: frozenset(_alternatives("|".join(row))) for row in rows}
    return {name: forms.union(*(own[form] for form in forms & own.keys())) for name, forms in own.items()}


@cache
def _any_form() -> re.Pattern[str]:
    """Compile all forms of all states, longest first, so that no name is found inside another."""
    forms = set(_NO_STATE).union(*_forms_by_name().values())
    longest_first = sorted(forms, key=lambda form: (-len(form), form))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
