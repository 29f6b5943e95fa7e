"""Files as bytes and text: gzip, UTF-8, JSON lines, delimited rows, writing in one piece."""

import codecs
import csv
import gzip
import io
import json
import os
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from vicsformer.data.errors import InputError

_LONGEST_FIELD = 2**31 - 1


def base_suffix(path: Path) -> str:
    """Suffix in lower case, the one before `.gz` where there is one: `.csv` of `a.CSV.gz`."""
    return Path(path.name.lower().removesuffix(".gz")).suffix


def read_bytes(path: Path) -> bytes:
    """Content of a file, unpacked where its name ends in `.gz`.

    Raises
    ------
    InputError
        The file cannot be read, or is no complete gzip file.
    """
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if path.suffix.lower() == ".gz" else data
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InputError(
            f"{path}: expected a whole gzip file, found a damaged one or none ({error}); fetch it again"
        ) from error
    except OSError as error:
        raise InputError(
            f"{path}: expected a readable file, found: {error.strerror}; check the path"
        ) from error


def read_text(path: Path) -> str:
    """Text of a UTF-8 file without its byte order mark; nothing else is changed, line ends included.

    Raises
    ------
    InputError
        As `read_bytes`, or a byte that is no UTF-8, with its line.
    """
    data = read_bytes(path).removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{path}:{line}: expected UTF-8 text, found byte 0x{data[error.start]:02x}; "
            "save the file as UTF-8"
        ) from error


def read_json_lines(path: Path) -> tuple[list[int], list[dict[str, Any]]]:
    """Line numbers (from 1) and objects of a JSON lines file; blank lines are passed over.

    Raises
    ------
    InputError
        As `read_text`, or a line that is not one JSON object.
    """
    numbers, rows = [], []
    # not splitlines: it would also cut at U+2028 and other characters that may stand inside a JSON string
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if line.strip():
            numbers.append(number)
            rows.append(_json_object(line, f"{path}:{number}"))
    return numbers, rows


def _json_object(line: str, place: str) -> dict[str, Any]:
    try:
        # control characters inside strings are kept: offsets count them
        value = json.loads(line, strict=False)
        if "\\u" in line:
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(
            f"{place}: expected UTF-8 text, found half a surrogate pair "
            f"(\\u{ord(error.object[error.start]):04x}); mend the line"
        ) from error
    # nesting and numbers beyond what Python reads are errors of other kinds than broken syntax
    except (ValueError, RecursionError) as error:
        found = (
            f"{error.msg}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else str(error)
        )
        raise InputError(
            f"{place}: expected one JSON object a line, found broken JSON ({found}); mend the line"
        ) from error
    if not isinstance(value, dict):
        raise InputError(
            f"{place}: expected one JSON object a line, found a {type(value).__name__}; "
            "write one object a line"
        )
    return value


def read_delimited(path: Path) -> tuple[list[str], list[int], list[list[str]]]:
    """Header, line numbers (where each row starts, from 1) and rows of a CSV or TSV file, all as text.

    Raises
    ------
    InputError
        As `read_text`; no header, a column named twice, broken quoting, or a row with more or fewer fields
        than the header.
    """
    delimiter = "\t" if base_suffix(path) == ".tsv" else ","
    lines = list(_csv_rows(path, delimiter))
    if not lines:
        raise InputError(f"{path}: expected a header line, found an empty file; write the column names first")
    header = [name.strip() for name in lines[0][1]]
    if len(header) == 1 and ";" in header[0]:
        raise InputError(
            f"{path}:1: expected fields with {'commas' if delimiter == ',' else 'tabs'} between, found "
            "semicolons; save the file with the separator that its name promises"
        )
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise InputError(
            f"{path}:1: expected each column once, found twice: {', '.join(map(repr, twice))}; rename one"
        )
    for number, fields in lines[1:]:
        if len(fields) != len(header):
            raise InputError(
                f"{path}:{number}: expected {len(header)} fields as in the header, found {len(fields)}; "
                "put fields that hold a separator or a line end into double quotes"
            )
    return header, [number for number, _ in lines[1:]], [fields for _, fields in lines[1:]]


def _csv_rows(path: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    text = read_text(path)
    # a speech is longer than the 131,072 characters that csv allows a field
    before = csv.field_size_limit(_LONGEST_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 1
    try:
        for fields in reader:
            if fields:
                yield number, fields
            number = reader.line_num + 1
    except csv.Error as error:
        raise InputError(
            f"{path}:{number}: expected delimited fields, found broken quoting ({error}); mend the row"
        ) from error
    finally:
        csv.field_size_limit(before)


def refuse_written_over(outputs: Iterable[Path], inputs: Iterable[Path]) -> None:
    """Raise an `InputError` if a file that is to be written is one that is read.

    Parameters
    ----------
    outputs, inputs
        Files; folders, and what is no file, do no harm.
    """
    read = {file.resolve() for file in inputs}
    for output in outputs:
        if output.resolve() in read:
            raise InputError(f"{output}: expected a new file, found one that is read here; choose another -o")


@contextmanager
def atomic_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing that takes its name only when it is whole.

    Folders on the way are made. A file that was there stays as it was until then, also after an error.

    Raises
    ------
    InputError
        The file cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as handle:
            yield handle
        temporary.replace(path)
    except OSError as error:
        raise InputError(
            f"{path}: expected a place to write to, found: {error.strerror}; choose another"
        ) from error
    finally:
        if temporary.is_file():
            temporary.unlink()
