"""Counts of other systems."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from vicsformer.data.errors import InputError
from vicsformer.data.tables import write_table
from vicsformer.infer.counts import count
from vicsformer.infer.imported_counts import read_counts
from vicsformer.infer.indices import INDEX_NAMES, indices
from vicsformer.infer.profile import profile_counts

# names of the columns in the PsyCL data set, "the standard variable names from Profiler Plus": README of
# github.com/JELambert/Psych_Agg
PSYCL = [
    *("self-pun", "self-threat", "self oppose", "self appeal", "self promise", "self reward"),
    *("other punish", "other threaten", "other oppose", "other appeal", "other promise", "other reward"),
]
# names of the columns that leadeR 0.1.0 gives, in its order: get_scores() in R/opcode.R of
# github.com/mmukaigawara/leadeR (CRAN, 2026)
LEADER = [
    *("P1", "P2", "P3", "P4", "P5", "I1", "I2", "I3", "I4a", "I4b", "I5_punish", "I5_threat", "I5_oppose"),
    *("I5_support", "I5_promise", "I5_reward", "self_reward", "self_promise", "self_support", "self_oppose"),
    *("self_threat", "self_punish", "other_reward", "other_promise", "other_support", "other_oppose"),
    *("other_threat", "other_punish"),
]
SELF, OTHER = list(range(1, 7)), list(range(11, 17))
TWELVE = [*SELF, *OTHER]


def written(path: Path, header: list[str], *rows: list[object], separator: str = ",") -> Path:
    lines = (separator.join(map(str, cells)) for cells in (header, *rows))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("punish", "other_appeal"),
    [
        ("self_punish", "other_appeal"),
        ("SelfPunish", "OtherAppeal"),
        ("SELF PUNISH", "OTHER APPEAL"),
        ("self.punish", "other.support"),
        ("Punish Self", "Appeal Other"),
        ("Punish (Self)", "Appeal/Support (Other)"),
        ("S_Pun", "O_App"),
        ("SPun", "OApp"),
        ("selfpun", "othap"),
        ("pun_s", "ap_o"),
        ("SlfPunishment", "OthSup"),
    ],
)
def test_spellings(tmp_path: Path, punish: str, other_appeal: str) -> None:
    header = ["speaker", punish, *PSYCL[1:9], other_appeal, *PSYCL[10:]]
    counts = read_counts(written(tmp_path / "a.csv", header, ["X", *TWELVE]))
    assert counts.array.tolist() == [[SELF, OTHER]]


@pytest.mark.parametrize(
    "name", ["oth", "ore", "pros", "ops", "other", "threat", "selfish", "unknown_neutral"]
)
def test_names_that_only_look_alike_are_left_alone(tmp_path: Path, name: str) -> None:
    counts = read_counts(written(tmp_path / "a.csv", ["leader", *PSYCL, name], ["X", *TWELVE, "text"]))
    assert counts.array.tolist() == [[SELF, OTHER]]


def test_psycl(tmp_path: Path) -> None:
    # its further columns: leadership traits, and counts that pandas wrote as fractions
    header = ["firstname", "lastname", "Ccode", "year", "vcount", "HDIS", "IC", *PSYCL]
    rows = [
        ["Ann", "Lee", 2, 1990, 800, 3, 4, *(f"{n}.0" for n in TWELVE)],
        ["Bo", "", 2, 1991, 9, 0, 0, *[0] * 12],
    ]
    counts = read_counts(written(tmp_path / "speech_level.tsv", header, *rows, separator="\t"))
    assert counts.documents.to_dict("list") == {"leader": ["Ann Lee", "Bo"], "document_id": ["1", "2"]}
    assert counts.array.dtype == np.int64
    assert counts.array.tolist() == [[SELF, OTHER], [[0] * 6, [0] * 6]]


def test_leader_writes_zero_where_an_index_is_missing(tmp_path: Path) -> None:
    """An empty text: all columns 0, also the indices; here they are missing."""
    path = written(tmp_path / "leadeR.csv", ["leader", "doc_id", *LEADER], ["X", "x1", *[0] * len(LEADER)])
    counts = read_counts(path)
    assert np.isnan(indices(counts.array)).all()
    assert profile_counts(counts, resamples=5)["estimate"].isna().all()


def test_leader_columns_land_in_our_order(tmp_path: Path) -> None:
    cells = dict.fromkeys(LEADER, 0.5) | {
        name: i for i, name in enumerate(LEADER) if name[:5] in ("self_", "other")
    }
    counts = read_counts(written(tmp_path / "a.csv", ["leader", *LEADER], ["X", *cells.values()]))
    assert counts.array.tolist() == [[[21, 20, 19, 18, 17, 16], [27, 26, 25, 24, 23, 22]]]


def test_our_own_table_comes_back(tmp_path: Path) -> None:
    codes = [("A", "a1", "self", "reward"), ("A", "a1", "unknown", "punish"), ("B", "b1", "other", "neutral")]
    coded = pd.DataFrame(codes, columns=["leader", "document_id", "attribution", "category"])
    counts = count(coded)
    for name in ("counts.csv", "counts.parquet", "counts.jsonl"):
        write_table(counts.table(), tmp_path / name)
        again = read_counts(tmp_path / name)
        pd.testing.assert_frame_equal(again.table(), counts.table(), check_dtype=False)
        assert again.by == counts.by


def test_indices_of_a_published_row(tmp_path: Path) -> None:
    # a table of counts for which the PsyCL data set prints indices: data/csv/us_leader_opcode.csv of
    # github.com/JELambert/Psych_Agg, row Adams, John: i5 .558, .023, .209, .093, .023, .093 are 24, 1, 9, 4,
    # 1, 4 of 43 verbs; i1, i2, i3, i4a, i4b as printed there
    row = [4, 1, 4, 24, 1, 9, *OTHER]
    counts = read_counts(written(tmp_path / "a.csv", ["leader", *PSYCL], ["John Adams", *row]))
    found = dict(zip(INDEX_NAMES, indices(counts.array)[0], strict=True))
    printed = {
        "I-1": 0.581395349,
        "I-2": 0.271317829,
        "I-3": 0.248458626,
        "I-4a": 0.418604651,
        "I-4b": 0.604651163,
    }
    assert {name: found[name] for name in printed} == pytest.approx(printed, abs=1e-9)


def test_a_mapping_wins(tmp_path: Path) -> None:
    header = ["who", "title", "self_punish", "strafen", *PSYCL[1:]]
    path = written(tmp_path / "a.csv", header, ["X", "t", 99, *TWELVE])
    counts = read_counts(path, columns={"who": "leader", "title": "document_id", "strafen": "self_punish"})
    assert counts.documents.to_dict("list") == {"leader": ["X"], "document_id": ["t"]}
    assert counts.array.tolist() == [[SELF, OTHER]]


def test_groups_by_other_columns(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", ["Leader", "Period", *PSYCL], ["X", "1990-92", *TWELVE])
    counts = read_counts(path, by=("leader", "period"))
    assert counts.documents.to_dict("list") == {"leader": ["X"], "period": ["1990-92"], "document_id": ["1"]}


@pytest.mark.parametrize(
    ("header", "row", "words"),
    [
        (
            ["leader", *PSYCL],
            ["X", *TWELVE[:-1], "2.5"],
            r"a.csv:3: expected a whole number .* other reward.*'2.5'",
        ),
        (
            ["leader", *PSYCL],
            ["X", -1, *TWELVE[1:]],
            r"a.csv:3: expected a whole number .* self-pun, found '-1'",
        ),
        (
            ["leader", *PSYCL],
            ["X", "", *TWELVE[1:]],
            r"a.csv:3: expected a whole number .* self-pun, found ''",
        ),
        (["leader", *PSYCL], ["X", "inf", *TWELVE[1:]], r"a.csv:3: expected a whole number"),
        (["leader", *PSYCL], ["", *TWELVE], r"a.csv:3: expected a name in leader"),
        (PSYCL, TWELVE, r"expected twelve counts and leader, .* for: leader$"),
        (["leader", *PSYCL[:-1]], ["X", *TWELVE[:-1]], r"name theirs .* for: other_reward$"),
        (
            ["leader", *PSYCL, "SelfPun"],
            ["X", *TWELVE, 0],
            r"one column for self_punish, found 'self-pun' and 'SelfPun'",
        ),
    ],
)
def test_bad_tables_are_refused(tmp_path: Path, header: list[str], row: list[object], words: str) -> None:
    good = [1 if name in PSYCL else "Y" for name in header]
    with pytest.raises(InputError, match=words):
        read_counts(written(tmp_path / "a.csv", header, good, row))


def test_documents_must_differ_and_columns_must_be_known(tmp_path: Path) -> None:
    path = written(
        tmp_path / "a.csv", ["leader", "document_id", *PSYCL], ["X", "x", *TWELVE], ["Y", "x", *TWELVE]
    )
    with pytest.raises(InputError, match=r"a.csv:3: expected each document once, found 'x' again"):
        read_counts(path)
    with pytest.raises(InputError, match=r"columns: expected new names out of .*, found punishing"):
        read_counts(path, columns={"self-pun": "punishing"})
    with pytest.raises(InputError, match=r"add or rename: nowhere"):
        read_counts(path, columns={"nowhere": "self_punish"})
    with pytest.raises(InputError, match=r"by: expected at least one column"):
        read_counts(path, by=())
    with pytest.raises(InputError, match=r"expected at least one row of counts"):
        read_counts(written(tmp_path / "b.csv", ["leader", *PSYCL]))
