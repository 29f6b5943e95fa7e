"""Where documents come from: every source as unchecked rows that know their file and line."""

from pathlib import Path
from typing import Any

import pandas as pd

from vicsformer.data.columns import Rows, is_blank, shown
from vicsformer.data.errors import InputError
from vicsformer.data.files import base_suffix, read_delimited, read_json_lines, read_text
from vicsformer.data.sotu import sotu_documents

METADATA = "metadata.csv"
JSON_SUFFIXES = (".jsonl", ".json", ".ndjson")
DELIMITED_SUFFIXES = (".csv", ".tsv")
_EXPECTED = (
    ".jsonl, .json, .csv, .tsv (each also .gz), .parquet, a folder with metadata.csv, or the word sotu"
)


def read_source(source: str | Path) -> Rows:
    """Rows of a corpus as they stand in their source.

    Raises
    ------
    InputError
        No such source, an unknown kind of file, or a file that cannot be read.
    """
    if str(source) == "sotu":
        addresses = sotu_documents().astype(object)
        return Rows(addresses, "sotu", list(range(1, len(addresses) + 1)))
    path = Path(source)
    if path.is_dir():
        return _folder(path)
    if not path.exists():
        raise InputError(f"{path}: expected a corpus ({_EXPECTED}), found no such file; check the path")
    suffix = base_suffix(path)
    if suffix in JSON_SUFFIXES:
        numbers, objects = read_json_lines(path)
        return Rows(pd.DataFrame(objects, dtype=object), str(path), numbers)
    if suffix in DELIMITED_SUFFIXES:
        return delimited_rows(path)
    if suffix == ".parquet":
        return _parquet(path)
    raise InputError(f"{path}: expected {_EXPECTED}, found {shown(path.suffix)}; convert the file")


def delimited_rows(path: Path) -> Rows:
    """Rows of a CSV or TSV file; a column without a name (the index that pandas writes) is left out."""
    header, numbers, fields = read_delimited(path)
    frame = pd.DataFrame(fields, columns=header, dtype=object)
    return Rows(frame.drop(columns="", errors="ignore"), str(path), numbers)


def _parquet(path: Path) -> Rows:
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: expected a Parquet file, found: {_line(error)}; write it again") from error
    cells = {name: _cells(path, table.column(name)) for name in table.column_names}
    return Rows(pd.DataFrame(cells, dtype=object), str(path), list(range(1, table.num_rows + 1)))


def _cells(path: Path, column: Any) -> list[Any]:
    cells = []
    for row, cell in enumerate(column, start=1):
        try:
            cells.append(cell.as_py())
        except UnicodeDecodeError as error:
            raise InputError(
                f"{path}:{row}: expected UTF-8 text, found byte 0x{error.object[error.start]:02x}; "
                "write the file with UTF-8 text"
            ) from error
    return cells


def _folder(folder: Path) -> Rows:
    """One row a line of metadata.csv, with the text of the file it names."""
    path = folder / METADATA
    if not path.is_file():
        raise InputError(
            f"{folder}: expected {METADATA} in the folder, found none; "
            "write one with the columns file, leader, date"
        )
    rows = delimited_rows(path)
    key = "file" if "file" in rows.frame else "document_id"
    if key not in rows.frame:
        raise InputError(
            f"{path}: expected a column file or document_id that names the .txt files, "
            f"found {', '.join(rows.frame.columns)}; add one"
        )
    rows.refuse(map(is_blank, rows.frame[key]), f"expected a file name in {key}, found none; add it")
    names = [name.removesuffix(".txt") for name in rows.frame[key]]
    files = [folder / f"{name}.txt" for name in names]
    rows.refuse(
        (not file.is_file() for file in files),
        lambda i: f"expected the text file {files[i].name}, found none in {folder}; add it or drop the row",
    )
    _refuse_orphans(folder, {file.resolve() for file in files})
    frame = rows.frame.drop(columns="file", errors="ignore")
    if "document_id" not in frame:
        frame["document_id"] = names
    frame["text"] = [read_text(file) for file in files]
    return Rows(frame, rows.file, rows.numbers)


def _refuse_orphans(folder: Path, listed: set[Path]) -> None:
    texts = sorted(file for file in folder.rglob("*.txt") if not file.name.startswith("."))
    orphans = [file for file in texts if file.resolve() not in listed]
    if orphans:
        more = f" (and {len(orphans) - 1} more)" if len(orphans) > 1 else ""
        raise InputError(
            f"{orphans[0]}{more}: expected a row in {METADATA} for every .txt, found none; "
            "add one or move the file"
        )


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:120]
