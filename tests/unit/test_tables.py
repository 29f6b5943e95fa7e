import gzip
import math
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vicsformer.data.errors import InputError
from vicsformer.data.files import atomic_file
from vicsformer.data.tables import read_table, require_columns, require_suffix, write_table

SUFFIXES = (".parquet", ".csv", ".jsonl", ".csv.gz", ".jsonl.gz")
NASTY = [
    "NA",
    "",
    "nan",
    "null",
    "None",
    "true",
    "007",
    "1e5",
    "2013",
    'a "b", c',
    "x\r\ny\rz",
    "\x00\x1f",
    "\u2028",
]

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.sampled_from(NASTY)
floats = st.floats(allow_nan=False, allow_infinity=False)
rows = st.tuples(
    texts,
    st.none() | texts,
    st.booleans(),
    st.none() | st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.none() | floats,
)
columns = ["text", "text_gaps", "flag", "flag_gaps", "count", "number_gaps"]


def round_trip(frame: pd.DataFrame, suffix: str) -> pd.DataFrame:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"table{suffix}"
        write_table(frame, path)
        return read_table(path)


def cells(frame: pd.DataFrame) -> list[list[object]]:
    return [[None if pd.isna(cell) else cell for cell in frame[name].tolist()] for name in frame]


@pytest.mark.parametrize("suffix", SUFFIXES)
@settings(max_examples=60, deadline=None)
@given(data=st.lists(rows, min_size=1, max_size=6))
def test_every_cell_comes_back(suffix: str, data: list[tuple[object, ...]]) -> None:
    frame = pd.DataFrame(data, columns=columns).astype({"text": "str", "number_gaps": "float64"})
    back = round_trip(frame, suffix)
    assert list(back.columns) == columns
    assert cells(back) == cells(frame)
    assert all(isinstance(cell, str) for cell in back["text"])
    assert back["flag"].dtype == bool


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_text_that_looks_like_something_else_stays_text(suffix: str) -> None:
    frame = pd.DataFrame({"leader": NASTY, "period": ["1979"] * len(NASTY), "anything": ["1"] * len(NASTY)})
    assert cells(round_trip(frame, suffix)) == cells(frame)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_first_row_without_cells_does_not_decide_kinds(suffix: str) -> None:
    frame = pd.DataFrame(
        {"a": [None, "1"], "b": [None, True], "c": [math.nan, 0.5], "d": [math.nan, math.nan]}
    )
    back = round_trip(frame, suffix)
    assert cells(back) == [[None, "1"], [None, True], [None, 0.5], [None, None]]
    assert str(back["b"].dtype) == "boolean"
    assert back["c"].dtype == "float64"


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_one_column_with_gaps(suffix: str) -> None:
    frame = pd.DataFrame({"only": [None, "a", None, ""]})
    assert cells(round_trip(frame, suffix)) == [[None, "a", None, ""]]


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".csv.gz"])
def test_table_without_rows_keeps_its_columns(suffix: str) -> None:
    assert list(round_trip(pd.DataFrame({"a": pd.Series(dtype="str"), "b": []}), suffix).columns) == [
        "a",
        "b",
    ]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_index_is_left_out(suffix: str) -> None:
    frame = pd.DataFrame({"a": [1, 2]}, index=pd.Index([7, 9], name="row"))
    back = round_trip(frame, suffix)
    assert list(back.columns) == ["a"]
    assert back.index.tolist() == [0, 1]


def test_csv_of_other_programs(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(
        b"\xef\xbb\xbfdocument_id,date,negated,p,note\r\n12,2013,True,0.5,NA\r\n13,2014,False,,x\r\n\r\n"
    )
    table = read_table(path)
    assert table["document_id"].tolist() == ["12", "13"]
    assert table["date"].tolist() == ["2013", "2014"]
    assert table["negated"].tolist() == [True, False]
    assert table["p"].tolist()[0] == 0.5
    assert math.isnan(table["p"].tolist()[1])
    assert table["note"].tolist() == ["NA", "x"]


def test_json_lines_with_numbers_as_names(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text('{"document_id": 12, "date": 2013, "n": 1}\n{"document_id": "b", "date": 2014}\n')
    table = read_table(path)
    assert table["document_id"].tolist() == ["12", "b"]
    assert table["date"].tolist() == ["2013", "2014"]
    assert table["n"].isna().tolist() == [False, True]


def test_same_table_gives_same_bytes(tmp_path: Path) -> None:
    for name in ("a.csv.gz", "b.csv.gz"):
        write_table(pd.DataFrame({"a": [1]}), tmp_path / "new" / name)
    first, second = (tmp_path / "new" / name for name in ("a.csv.gz", "b.csv.gz"))
    assert first.read_bytes() == second.read_bytes()
    assert gzip.decompress(first.read_bytes()) == b'"a"\n1\n'


@pytest.mark.parametrize("name", ["t.xlsx", "t", "t.parquet.gz", "t.gz"])
def test_unknown_suffix(tmp_path: Path, name: str) -> None:
    expected = r"expected a table as \.parquet, \.csv, \.jsonl, \.csv\.gz, \.jsonl\.gz, found"
    with pytest.raises(InputError, match=expected):
        write_table(pd.DataFrame(), tmp_path / name)
    with pytest.raises(InputError, match=expected):
        read_table(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_suffix_in_capitals() -> None:
    assert require_suffix(Path("A.CSV.GZ")) == ".csv"


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("t.csv", b"a,b\n1\n", "t.csv: expected a CSV file with one header and rows of its length, found"),
        ("t.csv", b"", "expected a CSV file with one header"),
        ("t.csv", b"a\n\xff\n", "t.csv:2: expected UTF-8 text"),
        ("t.parquet", b"a,b", "t.parquet: expected a Parquet file, found"),
        ("t.jsonl", b"{", "t.jsonl:1: expected one JSON object a line"),
    ],
)
def test_damaged_tables(tmp_path: Path, name: str, content: bytes, expected: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_table(tmp_path / name)
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_table(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.csv: expected a table .* found no such file"):
        read_table(tmp_path / "none.csv")


def test_what_was_there_survives_a_failed_write(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("before")
    with pytest.raises(RuntimeError, match="halfway"), atomic_file(path) as handle:
        handle.write(b"after")
        raise RuntimeError("halfway")
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_place_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "t.csv").mkdir()
    with pytest.raises(InputError, match=r"t\.csv: expected a place to write to, found: Is a directory"):
        write_table(pd.DataFrame({"a": [1]}), tmp_path / "t.csv")
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="expected a place to write to"):
        write_table(pd.DataFrame({"a": [1]}), tmp_path / "file" / "t.csv")


def test_require_columns_lists_all_that_are_missing() -> None:
    frame = pd.DataFrame({"a": [1], "b": [2]})
    require_columns(frame, ["b", "a"], "coded table")
    expected = "coded table: expected the columns a, c, d, found a, b; add or rename: c, d"
    with pytest.raises(InputError, match=f"^{expected}$"):
        require_columns(frame, ["a", "c", "d"], "coded table")
