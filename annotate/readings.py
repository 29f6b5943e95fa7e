"""Readings: what each reader coded, as tables; their columns, their checks, and readings side by side."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from vicsformer.data.codebook import ATTRIBUTIONS, LABEL_CATEGORIES, NONE
from vicsformer.data.columns import shown
from vicsformer.data.errors import InputError
from vicsformer.data.tables import read_table, require_columns
from vicsformer.evaluate.checks import require_codes

READING_COLUMNS: dict[str, str] = {
    "document_id": "the speech",
    "start": "first character of the verb form in the document's text",
    "end": "one past the last character",
    "verb": "the form as it stands",
    "attribution": "who acts: one of `ATTRIBUTIONS`",
    "category": "one of the seven categories, or `none` for a form that is no unit of its own",
    "tense": "past, present or future, empty where the reader gave none",
    "note": "what the reader noted",
    "passage": "name of the passage",
    "coder": "who read it",
    "round": "round of coding",
    "codebook_version": "version of the codebook that the reader followed",
}
"""One row a verb form and reader."""

SPAN = ["document_id", "start", "end"]
TENSES = ("past", "present", "future")
_LISTED = 10

Problem = tuple[int, str]
"""Line of a file, and what is wrong there."""


def refuse(file: str | Path, problems: Sequence[Problem]) -> None:
    """Raise if there are problems.

    Raises
    ------
    InputError
        Names file and line of the first ten and says how many more there are.
    """
    if problems:
        listed = [f"{file}:{line}: {problem}" for line, problem in sorted(problems)[:_LISTED]]
        more = len(problems) - len(listed)
        raise InputError(" | ".join(listed) + (f" | and {more} more" if more else ""))


def code_problem(attribution: str, category: str, tense: str) -> str | None:
    """What is wrong with the code of a verb; None where nothing is."""
    if not category:
        return "expected a code, found none; fill in attribution and category"
    for name, value, known in (
        ("category", category, LABEL_CATEGORIES),
        ("attribution", attribution, ATTRIBUTIONS),
        ("tense", tense, TENSES),
    ):
        optional = name == "tense" or (name == "attribution" and category == NONE)
        if value not in known and (value or not optional):
            return f"expected {name} as one of {', '.join(known)}, found {shown(value)}; correct it"
    return None


def load_readings(files: Sequence[Path]) -> pd.DataFrame:
    """Read tables of readings as one.

    Parameters
    ----------
    files
        As `read.read_codes` makes them, in the order in which readers are named.

    Returns
    -------
    DataFrame
        `READING_COLUMNS`.

    Raises
    ------
    InputError
        A file is no such table, a code is unknown, or a coder has a verb twice.
    """
    tables = []
    for file in files:
        table = read_table(file)
        require_columns(table, list(READING_COLUMNS), str(file))
        require_codes(table, "category", LABEL_CATEGORIES, str(file))
        require_codes(table, "attribution", ATTRIBUTIONS, str(file))
        tables.append(table[list(READING_COLUMNS)])
    readings = pd.concat(tables, ignore_index=True)
    # a spreadsheet in between turns text that looks like a number into one
    for name in [name for name in READING_COLUMNS if name not in SPAN]:
        readings[name] = readings[name].astype("str").fillna("")
    twice = readings[readings.duplicated([*SPAN, "coder"])]
    if len(twice):
        again = twice.iloc[0]
        raise InputError(
            "readings: expected one code a verb and coder, found two of "
            f"{again['coder']} for {place(again)}; drop one or name the coders apart"
        )
    return readings


def place(row: "pd.Series[str]") -> str:
    """Name a verb for a message: the word and where it stands."""
    return f"{shown(row['verb'])} at {row['start']} of {row['document_id']}"


def codes(readings: pd.DataFrame) -> "pd.Series[str]":
    """Attribution and category in one; who acts is no question where there is no unit."""
    both = readings["attribution"] + " " + readings["category"]
    return both.where(readings["category"] != NONE, NONE)


def differs(readings: pd.DataFrame) -> "pd.Series[bool]":
    """Whether the readers of a verb code it differently; one value a row of the readings."""
    by_verb = [readings[name] for name in SPAN]
    return codes(readings).groupby(by_verb).transform("nunique") > 1


def disagreements(readings: pd.DataFrame) -> pd.DataFrame:
    """List the verbs that readers code differently, to be settled.

    Parameters
    ----------
    readings
        As from `load_readings`.

    Returns
    -------
    DataFrame
        One row a verb: `document_id, start, end, verb, passage`; for the first, second, ... reader of the
        verb `coder_1, attribution_1, category_1, note_1, ...`; and `attribution, category, note`, empty, for
        the code that settles it. No sentence: the text is where the offsets point.
    """
    rows = readings[differs(readings)]
    order = rows.groupby(SPAN).cumcount() + 1
    listed = rows.drop_duplicates(SPAN).set_index(SPAN)[["verb", "passage"]]
    for k in sorted(order.unique()):
        one = rows[order == k].set_index(SPAN)[["coder", "attribution", "category", "note"]]
        listed = listed.join(one.add_suffix(f"_{k}"))
    return listed.fillna("").assign(attribution="", category="", note="").reset_index()
