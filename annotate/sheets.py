"""Sheets that readers filled in: CSV or TSV, one row a verb form."""

import re
from collections.abc import Mapping
from pathlib import Path

from vicsformer.annotate.entries import Entry, PackPassage, Span
from vicsformer.annotate.pack import CODE_COLUMNS
from vicsformer.annotate.readings import Problem
from vicsformer.data.columns import shown
from vicsformer.data.sources import delimited_rows
from vicsformer.data.tables import require_columns

_NEEDED = ("passage", "number", "verb", "attribution", "category")
_ADDED = re.compile(r"(?P<word>.+?)(?:@(?P<nth>[1-9]\d*))?")


def sheet_entries(file: Path, pack: Mapping[str, PackPassage]) -> tuple[list[Entry], list[Problem]]:
    """Read a filled sheet.

    A verb form that the pack missed is a further row: its number is `+` and its verb the word (or its number
    `+word`). It stands for the first occurrence of the word in the passage that is not marked; `word@2` is
    the second such occurrence.

    Parameters
    ----------
    file
        Columns `passage, number, verb, attribution, category`, where wanted `tense, note`; rows without any
        of them are passed over.
    pack
        The passages by name.

    Returns
    -------
    entries
        In the order of the file; codes are not checked.
    problems
        Rows that are about no verb of the pack.

    Raises
    ------
    InputError
        The file cannot be read, or lacks a column.
    """
    rows = delimited_rows(file)
    require_columns(rows.frame, _NEEDED, rows.file)
    entries: list[Entry] = []
    problems: list[Problem] = []
    frame = rows.frame.reindex(columns=list(CODE_COLUMNS), fill_value="")
    for line, cells in zip(rows.numbers, frame.itertuples(index=False), strict=True):
        name, number, verb, *codes = (" ".join(cell.split()) for cell in cells)
        if not any((name, number, verb, *codes)):
            continue
        if name not in pack:
            problems.append((line, f"expected a passage of the pack, found {shown(name)}; correct it"))
            continue
        place = _marked if number.isdecimal() else _added
        found = place(pack[name], number, verb)
        if isinstance(found, str):
            problems.append((line, found))
            continue
        entries.append(Entry(line, pack[name], found, *codes))
        word = " ".join(entries[-1].verb.split())
        if number.isdecimal() and verb != word:
            problems.append(
                (
                    line,
                    f"expected {shown(word)} as verb {number} of {name}, found {shown(verb)}; "
                    "check that no row has moved",
                )
            )
    return entries, problems


def _marked(passage: PackPassage, number: str, _: str) -> Span | str:
    span = passage.forms.get(int(number))
    if span is None:
        numbers = f"1 to {len(passage.forms)}" if passage.forms else "only +"
        return f"expected a number of {passage.name} ({numbers}), found {number}; correct it"
    return span


def _added(passage: PackPassage, number: str, verb: str) -> Span | str:
    asked = number.removeprefix("+").strip() or verb
    match = _ADDED.fullmatch(asked)
    if not number.startswith("+") or match is None or " " in asked:
        return (
            f"expected the number of a verb of {passage.name}, or + and one word that was not marked, "
            f"found {shown(number)} and {shown(verb)}; correct it"
        )
    word, nth = match["word"], int(match["nth"] or 1)
    places = unmarked(passage, word)
    if len(places) < nth:
        return (
            f"expected occurrence {nth} of {shown(word)} outside the marked verbs of {passage.name}, "
            f"found {len(places)} in all; copy the word as it stands"
        )
    return places[nth - 1]


def unmarked(passage: PackPassage, word: str) -> list[Span]:
    """Places of a whole word in a passage, as it is written, outside of the marked forms."""
    before = r"(?<!\w)" if word[0].isalnum() else ""
    after = r"(?!\w)" if word[-1].isalnum() else ""
    found = re.finditer(before + re.escape(word) + after, passage.text)
    spans = ((passage.start + m.start(), passage.start + m.end()) for m in found)
    return [span for span in spans if not passage.clashes(span)]
