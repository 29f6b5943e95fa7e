"""Corpora: from any source to one checked document table."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from vicsformer.data.columns import Rows, is_blank, is_missing, shown, typed
from vicsformer.data.dates import DATE_FORMS, normalise_date, year_of
from vicsformer.data.errors import InputError
from vicsformer.data.leaders import leader_state
from vicsformer.data.sources import read_source
from vicsformer.data.states import state_name
from vicsformer.data.tables import DOCUMENT_COLUMNS, OPTIONAL_COLUMNS, require_columns


def read_corpus(
    source: str | Path,
    *,
    columns: Mapping[str, str] | None = None,
    where: Mapping[str, object] | None = None,
    leaders: Sequence[str] | None = None,
    start: int | None = None,
    end: int | None = None,
) -> pd.DataFrame:
    """Read a corpus as a document table.

    Parameters
    ----------
    source
        JSON lines, CSV or TSV (each also gzip), Parquet, a folder of .txt files with a `metadata.csv` whose
        column `file` (or `document_id`) names them, or the word `sotu`.
    columns
        New names of columns: `{"speaker": "leader"}`.
    where
        Rows to keep, as column -> value or list of values, compared as text: `{"sotu_type": ["spoken"]}`.
    leaders
        Leaders to keep.
    start, end
        First and last year to keep.

    Returns
    -------
    pandas.DataFrame
        `document_id, leader, date, text`, then `state, title, source, period` where the source has them
        (text, empty where missing), then every further column, in the order of the source. `text` is exactly
        what the source holds, without a byte order mark at the start of a file; a missing `document_id` is
        made from file and line, a missing `state` from a leader that is the alpha-3 code of a state, or is
        known to have led one at the date (`data.leaders.leader_state`).

    Raises
    ------
    InputError
        The source or a row is not as described, or no document is left; one line with file and row.
    """
    rows = _rename(read_source(source), columns or {})
    documents = document_table(rows, required=tuple(DOCUMENT_COLUMNS)[1:])
    return _select(documents, rows.file, where or {}, leaders, start, end)


def document_table(rows: Rows, *, required: Sequence[str]) -> pd.DataFrame:
    """Check rows and make the document table of them.

    Parameters
    ----------
    rows
        At least a column `text`.
    required
        Columns that must be there and filled; of `leader, date, text`. Others of these are empty where
        missing.

    Returns
    -------
    pandas.DataFrame
        As `read_corpus`.

    Raises
    ------
    InputError
        As `read_corpus`.
    """
    _refuse_bad_cells(rows, required)
    known: dict[str, list[str]] = {
        "document_id": _document_ids(rows),
        "leader": _texts(rows.frame, "leader"),
        "date": _dates(rows),
        "text": rows.frame["text"].tolist(),
    }
    known |= {name: _texts(rows.frame, name) for name in OPTIONAL_COLUMNS if name in rows.frame}
    states = known.get("state") or [""] * len(rows.frame)
    speakers = zip(states, known["leader"], known["date"], strict=True)
    states = [state or _coded_state(who) or leader_state(who, date) for state, who, date in speakers]
    if any(states):
        known["state"] = states
    columns = {name: pd.Series(cells, dtype="str") for name, cells in known.items()}
    for name in rows.frame.columns.difference(list(known), sort=False):
        columns[name] = typed(rows.frame[name].tolist())
    return pd.DataFrame(columns)


def _coded_state(leader: str) -> str:
    """State of a leader that is one: statements at the United Nations go by the state's alpha-3 code."""
    return (state_name(leader) or "") if leader.isupper() and len(leader) == 3 else ""


def _refuse_bad_cells(rows: Rows, required: Sequence[str]) -> None:
    if len(rows.frame) == 0:
        raise InputError(f"{rows.file}: expected at least one document, found none; add one")
    require_columns(rows.frame, required, rows.file)
    for name in required:
        problem = f"expected text in {name}, found none; fill it in or drop the row"
        rows.refuse(map(is_blank, rows.frame[name]), problem)
    _refuse(rows, "document_id", lambda value: isinstance(value, list | dict))
    _refuse(rows, "leader", lambda value: isinstance(value, list | dict))
    _refuse(rows, "text", lambda value: not isinstance(value, str))


def _refuse(rows: Rows, name: str, is_bad: Callable[[object], bool]) -> None:
    if name in rows.frame:
        values = rows.frame[name].tolist()
        rows.refuse(
            map(is_bad, values),
            lambda i: f"expected text in {name}, found {shown(values[i])}; write it as text",
        )


def _rename(rows: Rows, columns: Mapping[str, str]) -> Rows:
    require_columns(rows.frame, tuple(columns), f"{rows.file} (renamed columns)")
    frame = rows.frame.rename(columns=dict(columns))
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        raise InputError(
            f"{rows.file}: expected each column once after renaming, found {shown(twice[0])} twice; "
            "rename the other one as well"
        )
    return Rows(frame, rows.file, rows.numbers)


def _texts(frame: pd.DataFrame, name: str) -> list[str]:
    if name not in frame:
        return [""] * len(frame)
    return ["" if is_missing(value) else str(value).strip() for value in frame[name]]


def _document_ids(rows: Rows) -> list[str]:
    file = Path(rows.file).name
    made = [f"{file}:{number}" for number in rows.numbers]
    given = _texts(rows.frame, "document_id")
    ids = [name or other for name, other in zip(given, made, strict=True)]
    first: dict[str, int] = {}
    for i, name in enumerate(ids):
        first.setdefault(name, i)
    rows.refuse(
        (first[name] != i for i, name in enumerate(ids)),
        lambda i: (
            f"expected each document_id once, found {shown(ids[i])} here and in row "
            f"{rows.numbers[first[ids[i]]]}; rename one"
        ),
    )
    return ids


def _dates(rows: Rows) -> list[str]:
    if "date" not in rows.frame:
        return [""] * len(rows.frame)
    dates: list[str | None] = []
    for value in rows.frame["date"]:
        try:
            dates.append("" if is_blank(value) else normalise_date(value))
        except ValueError:
            dates.append(None)
    rows.refuse(
        (date is None for date in dates),
        lambda i: f"expected a date as {DATE_FORMS}, found {shown(rows.frame['date'][i])}; correct it",
    )
    return [date or "" for date in dates]


def _select(
    documents: pd.DataFrame,
    file: str,
    where: Mapping[str, object],
    leaders: Sequence[str] | None,
    start: int | None,
    end: int | None,
) -> pd.DataFrame:
    wanted = {**where, **({} if leaders is None else {"leader": leaders})}
    require_columns(documents, tuple(wanted), f"{file} (rows to keep)")
    keep = pd.Series(True, index=documents.index)
    for name, values in wanted.items():
        keep &= _among(documents[name], values, f"{file}: column {name}")
    years = documents["date"].map(year_of)
    keep &= (start is None or years >= start) & (end is None or years <= end)
    if not keep.any():
        asked: list[Any] = [*wanted.items(), ("start", start), ("end", end)]
        filters = ", ".join(f"{name}={shown(value)}" for name, value in asked if value is not None)
        raise InputError(f"{file}: expected documents that match {filters}, found none; loosen the filters")
    return documents[keep].reset_index(drop=True)


def _among(column: "pd.Series[Any]", values: object, what: str) -> "pd.Series[bool]":
    listed = values if isinstance(values, Sequence | set) and not isinstance(values, str) else [values]
    texts = column.map(str)
    present = set(texts)
    unknown = [str(value) for value in listed if str(value) not in present]
    if unknown:
        raise InputError(
            f"{what}: expected values that occur in it, found {shown(unknown[0])}; "
            f"it holds {shown(sorted(present), 400)}"
        )
    return texts.isin([str(value) for value in listed])
