"""Tables as Parquet, CSV and JSON lines, so that every cell comes back as it was written."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from vicsformer.data.columns import typed
from vicsformer.data.errors import InputError
from vicsformer.data.files import read_json_lines, read_text

_FIELD = re.compile(r'("[^"]*(?:""[^"]*)*"|[^",\r\n]*)(,|\r\n|\n|\r|\Z)')
_LARGEST_BLOCK = 2**31 - 1


def to_parquet(frame: pd.DataFrame) -> bytes:
    """Parquet without the index."""
    return frame.to_parquet(index=False)


def read_parquet(path: Path) -> pd.DataFrame:
    """Read Parquet; true/false columns with missing cells are `boolean`.

    Raises
    ------
    InputError
        The file is no Parquet file.
    """
    try:
        return _booleans(pd.read_parquet(path))
    except (OSError, ValueError) as error:
        raise _unreadable(path, "a Parquet file", error) from error


def to_csv(frame: pd.DataFrame) -> bytes:
    """CSV without the index: text always in quotes, missing cells empty, numbers in full, true and false."""
    import pyarrow as pa
    import pyarrow.csv as csv

    sink = pa.BufferOutputStream()
    csv.write_csv(pa.Table.from_pandas(frame, preserve_index=False), sink)
    return bytes(sink.getvalue())


def read_csv(path: Path) -> pd.DataFrame:
    """Read CSV; a cell that is empty and not in quotes is missing.

    A column is text where its first filled cell is in quotes; otherwise whole numbers, numbers, true/false
    or text, whichever first fits every cell.

    Raises
    ------
    InputError
        The file is no UTF-8 text or its rows differ in length.
    """
    import pyarrow as pa
    import pyarrow.csv as csv

    text = read_text(path)
    header, quoted = _quoted_columns(text)
    data = text.encode("utf-8")
    try:
        table = csv.read_csv(
            pa.BufferReader(data),
            read_options=csv.ReadOptions(use_threads=False, block_size=min(len(data) + 1, _LARGEST_BLOCK)),
            # a blank line is a missing cell where there is but one column
            parse_options=csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=len(header) > 1),
            convert_options=csv.ConvertOptions(
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
                column_types=dict.fromkeys(header, pa.large_string()),
            ),
        )
    except pa.ArrowInvalid as error:
        raise _unreadable(path, "a CSV file with one header and rows of its length", error) from error
    columns = {
        name: table.column(name) if is_text else _numbers(table.column(name))
        for name, is_text in zip(header, quoted, strict=True)
    }
    return _booleans(pa.table(columns).to_pandas())


def _quoted_columns(text: str) -> tuple[list[str], list[bool]]:
    """Names of the columns, and whether the first cell of each that is not empty stands in quotes."""
    header: list[str] = []
    quoted: dict[int, bool] = {}
    in_header, column = True, 0
    for match in _FIELD.finditer(text):
        field, separator = match.groups()
        if in_header:
            header.append(field.removeprefix('"').removesuffix('"').replace('""', '"'))
        elif field and column not in quoted:
            quoted[column] = field.startswith('"')
        column += 1
        if separator != ",":
            in_header, column = False, 0
            if len(quoted) == len(header):
                break
    return header, [quoted.get(i, False) for i in range(len(header))]


def _numbers(column: Any) -> Any:
    import pyarrow as pa

    for kind in (pa.int64(), pa.float64(), pa.bool_()):
        try:
            return column.cast(kind)
        except pa.ArrowInvalid:
            continue
    return column


def _booleans(frame: pd.DataFrame) -> pd.DataFrame:
    for name in frame.columns[frame.dtypes == "object"]:
        if pd.api.types.infer_dtype(frame[name], skipna=True) == "boolean":
            frame[name] = frame[name].astype("boolean")
    return frame


def to_jsonl(frame: pd.DataFrame) -> bytes:
    """JSON lines, one object a row; missing cells are null."""
    names = [str(name) for name in frame.columns]
    cells = [
        [
            None if missing else cell
            for cell, missing in zip(column.tolist(), column.isna().tolist(), strict=True)
        ]
        for _, column in frame.items()
    ]
    encode = json.JSONEncoder(ensure_ascii=False, default=str).encode
    lines = (encode(dict(zip(names, row, strict=True))) for row in zip(*cells, strict=True))
    return "".join(f"{line}\n" for line in lines).encode("utf-8")


def read_jsonl(path: Path) -> pd.DataFrame:
    """Read one JSON object a row; see `columns.typed` for the kinds of columns.

    Raises
    ------
    InputError
        A line is no JSON object.
    """
    _, objects = read_json_lines(path)
    names = dict.fromkeys(name for row in objects for name in row)
    return pd.DataFrame({name: typed([row.get(name) for row in objects]) for name in names})


def _unreadable(path: Path, expected: str, error: Exception) -> InputError:
    found = " ".join(str(error).split())[:120]
    return InputError(f"{path}: expected {expected}, found: {found}; write it again")


READERS: dict[str, Callable[[Path], pd.DataFrame]] = {
    ".parquet": read_parquet,
    ".csv": read_csv,
    ".jsonl": read_jsonl,
}
WRITERS: dict[str, Callable[[pd.DataFrame], bytes]] = {
    ".parquet": to_parquet,
    ".csv": to_csv,
    ".jsonl": to_jsonl,
}
