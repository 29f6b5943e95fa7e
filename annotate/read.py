"""Codes back from a reader, checked against the pack."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from vicsformer.annotate.entries import Entry, PackPassage, Span, pack_passages
from vicsformer.annotate.label_studio import export_entries
from vicsformer.annotate.readings import READING_COLUMNS, Problem, code_problem, refuse
from vicsformer.annotate.sheets import sheet_entries
from vicsformer.data.codebook import CODEBOOK_VERSION
from vicsformer.data.columns import shown
from vicsformer.data.errors import InputError
from vicsformer.data.files import base_suffix
from vicsformer.data.sources import DELIMITED_SUFFIXES
from vicsformer.data.tables import require_columns

UNKNOWN = "unknown"


def read_codes(
    key: pd.DataFrame,
    sheet: Path,
    documents: pd.DataFrame,
    passages: pd.DataFrame,
    *,
    coder: str,
    round_: str,
    reader: int | None = None,
) -> pd.DataFrame:
    """Read what a reader coded.

    Parameters
    ----------
    key
        Of the pack: `forms.FORM_COLUMNS, reader`.
    sheet
        The reader's file: a sheet as CSV or TSV (see `sheets.sheet_entries`), or Label Studio's JSON export
        (see `label_studio.export_entries`; its lines are tasks).
    documents
        The document table that the passages are from.
    passages
        Of the pack: `passage, document_id, start, end`.
    coder
        Name of the reader, for the column `coder`.
    round_
        Name of the round, for the column `round`.
    reader
        Number of the reader in the key; None for the one whose passages have most in common with the file's.

    Returns
    -------
    DataFrame
        `readings.READING_COLUMNS`, in the order of the passages and the text. Attribution is `unknown` where
        it was left empty because there is no unit.

    Raises
    ------
    InputError
        Names file and line of up to ten problems: a passage or number that the pack does not have, a verb
        that is not the key's or twice, an unknown code, a marked verb of this reader without a code.
    """
    require_columns(key, ("reader",), "key.csv")
    pack = pack_passages(key, documents, passages)
    entries, problems = _entries(sheet, pack)
    own = _own_passages(key, entries, reader)
    problems += [
        (entry.line, f"verb {shown(entry.verb)} of {entry.passage.name}: {problem}")
        for entry in entries
        if (problem := code_problem(entry.attribution, entry.category, entry.tense)) is not None
    ]
    problems += [*_foreign(key, entries, own), *_twice(entries)]
    problems += _missing(entries, [passage for passage in pack.values() if passage.name in own])
    refuse(sheet, problems)
    return _table(entries, list(pack), coder, round_)


def _entries(sheet: Path, pack: Mapping[str, PackPassage]) -> tuple[list[Entry], list[Problem]]:
    suffix = base_suffix(sheet)
    if suffix not in (*DELIMITED_SUFFIXES, ".json"):
        raise InputError(
            f"{sheet}: expected codes as .csv, .tsv or Label Studio's .json, found {sheet.suffix!r}; "
            "save it as one of these"
        )
    return export_entries(sheet, pack) if suffix == ".json" else sheet_entries(sheet, pack)


def _own_passages(key: pd.DataFrame, entries: list[Entry], reader: int | None) -> set[str]:
    """Names of the passages that the reader was given."""
    given = {number: set(names.astype("str")) for number, names in key.groupby("reader")["passage"]}
    found = {entry.passage.name for entry in entries}
    if reader is None:
        return max(given.values(), key=lambda names: len(names & found), default=set())
    if reader not in given:
        raise InputError(
            f"key.csv: expected a reader among {', '.join(map(str, given))}, found {reader}; "
            "name one of these"
        )
    return given[reader]


def _foreign(key: pd.DataFrame, entries: list[Entry], own: set[str]) -> Iterator[Problem]:
    others = set(key["passage"].astype("str")) - own
    for name in sorted(others & {entry.passage.name for entry in entries}):
        line = min(entry.line for entry in entries if entry.passage.name == name)
        yield line, f"expected passages of one reader, found {name} of another; read each reader's file apart"


def _twice(entries: list[Entry]) -> Iterator[Problem]:
    first: dict[tuple[str, Span], Entry] = {}
    for entry in entries:
        other = first.setdefault((entry.passage.name, entry.span), entry)
        if other is not entry:
            verb = f"{shown(entry.verb)} of {entry.passage.name}"
            yield (
                entry.line,
                f"expected one code for verb {verb}, found another in {other.line}; drop one, or write @2 "
                "behind an added word for its second occurrence",
            )


def _missing(entries: list[Entry], own: list[PackPassage]) -> Iterator[Problem]:
    last = max((entry.line for entry in entries), default=1)
    for passage in own:
        lines = {entry.span: entry.line for entry in entries if entry.passage is passage}
        if passage.forms and not lines:
            yield last, f"expected the {len(passage.forms)} verbs of {passage.name}, found none; add them"
            continue
        for number, span in passage.forms.items():
            if span not in lines:
                verb = shown(passage.word(span))
                yield (
                    max(lines.values()),
                    f"expected a code for verb {number}, {verb}, of {passage.name}, found none; add the row",
                )


def _table(entries: list[Entry], order: list[str], coder: str, round_: str) -> pd.DataFrame:
    rank = {name: i for i, name in enumerate(order)}
    rows = [
        {
            "document_id": entry.passage.document_id,
            "start": entry.span[0],
            "end": entry.span[1],
            "verb": entry.verb,
            "attribution": entry.attribution or UNKNOWN,
            "category": entry.category,
            "tense": entry.tense,
            "note": entry.note,
            "passage": entry.passage.name,
            "coder": coder,
            "round": round_,
            "codebook_version": CODEBOOK_VERSION,
        }
        for entry in sorted(entries, key=lambda entry: (rank[entry.passage.name], entry.span))
    ]
    return pd.DataFrame(rows, columns=list(READING_COLUMNS))
