"""Readings merged into labels: which code stands, and where it says it comes from."""

import pandas as pd
import pytest

from vicsformer.annotate.merge import LABEL_COLUMNS, labelled_passages, merge_readings, read_settled
from vicsformer.annotate.readings import READING_COLUMNS
from vicsformer.data.errors import InputError


def readings(*rows):
    """Rows of coder, start, attribution, category, and where given tense, note."""
    made = []
    for coder, start, attribution, category, *further in rows:
        tense, note = [*further, "", ""][:2]
        verb = {"document_id": "d", "start": start, "end": start + 4, "verb": f"v{start}", "passage": "p1"}
        code = {"attribution": attribution, "category": category, "tense": tense, "note": note}
        made.append({**verb, **code, "coder": coder, "round": "3", "codebook_version": "1.2"})
    return pd.DataFrame(made)[list(READING_COLUMNS)]


def label(table, start=0):
    (row,) = table[table["start"] == start].to_dict("records")
    return row


TWO = (("A", 0, "self", "appeal", "past"), ("B", 0, "other", "oppose", "present"))


def settled(tmp_path, given, text, name="settled.csv"):
    (tmp_path / name).write_text("document_id,start,end,verb,attribution,category,tense,note\n" + text)
    return read_settled(tmp_path / name, given)


def test_where_readers_agree_their_code_stands():
    given = readings(
        ("A", 8, "self", "none", "", "x"),
        ("A", 0, "self", "appeal", "past", "2nd: reward"),
        ("B", 8, "other", "none"),
        ("B", 0, "self", "appeal", "", "sure"),
        ("B", 16, "other", "oppose"),
    )
    table = merge_readings(given)
    assert table.columns.tolist() == list(LABEL_COLUMNS)
    assert table["start"].tolist() == [0, 8, 16]
    assert label(table) == {
        "document_id": "d", "start": 0, "end": 4, "verb": "v0", "attribution": "self", "category": "appeal",
        "tense": "past", "round": "3", "codebook_version": "1.2", "coder": "A, B",
        "second_attribution": "self", "second_category": "appeal", "settled": False,
        "note": "2nd: reward; sure",
    }  # fmt: skip
    assert label(table, 8)["attribution"] == "self"
    assert label(table, 8)["second_attribution"] == "other"
    alone = label(table, 16)
    assert (alone["coder"], alone["second_category"], alone["tense"]) == ("B", "", "")


def test_where_readers_differ_something_has_to_decide():
    given = readings(*TWO, ("B", 8, "self", "none"), ("A", 8, "self", "reward"), ("A", 16, "self", "reward"))
    with pytest.raises(InputError) as error:
        merge_readings(given)
    message = str(error.value)
    assert "found 2 verbs" in message
    assert "first 'v0' at 0 of d (A: self appeal, B: other oppose)" in message
    with pytest.raises(InputError, match="a coder among A, B, found 'C'"):
        merge_readings(given, prefer="C")


def test_the_preferred_readers_code_stands():
    table = merge_readings(readings(*TWO), prefer="B")
    row = label(table)
    assert (row["attribution"], row["category"], row["tense"]) == ("other", "oppose", "present")
    assert (row["second_attribution"], row["second_category"], row["settled"]) == ("self", "appeal", False)
    others = readings(*TWO, ("C", 8, "self", "reward"))
    with pytest.raises(InputError, match="found 1 verbs"):
        merge_readings(others, prefer="C")


@pytest.mark.parametrize(
    ("code", "second", "tense"),
    [
        ("other,oppose,,", ("self", "appeal"), "present"),
        ("self,appeal,future,", ("other", "oppose"), "future"),
        (",none,,why", ("self", "appeal"), "present"),
    ],
)
def test_a_settled_code_stands_before_all(tmp_path, code, second, tense):
    given = readings(*TWO, ("A", 8, "self", "reward"))
    table = merge_readings(
        given, settled=settled(tmp_path, given, f"d,0,4,v0,{code}\nd,8,12,v8,,,,later\n"), prefer="B"
    )
    row = label(table)
    attribution, category, _, note = code.split(",")
    assert (row["attribution"], row["category"]) == (attribution or "unknown", category)
    assert (row["second_attribution"], row["second_category"]) == second
    assert (row["settled"], row["tense"], row["note"]) == (True, tense, note)
    assert label(table, 8)["settled"] is False


def test_tense_is_left_open_where_readers_differ_on_it(tmp_path):
    given = readings(("A", 0, "self", "appeal", "past"), ("B", 0, "self", "appeal", "future"))
    assert label(merge_readings(given))["tense"] == ""
    assert label(merge_readings(given, prefer="B"))["tense"] == "future"
    agreed = readings(("A", 0, "self", "appeal", "past"), ("B", 0, "self", "appeal", "past"))
    table = merge_readings(agreed, settled=settled(tmp_path, agreed, "d,0,4,v0,self,promise,future,\n"))
    assert label(table)["tense"] == "future"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("d,0,5,v0,self,appeal,,\n", 2, "found d 0 5 in none"),
        ("d,0,4,v0,self,appeal,,\nd,0,4,v0,self,appeal,,\n", 3, "found d 0 4 twice"),
        ("\nd,0,4,v0,self,call,,\n", 3, "found 'call'"),
        ("d,0,4,v0,self,,,\n", 2, "expected a code, found none"),
        ("d,0,4,v0,,appeal,,\n", 2, "expected attribution"),
        ("d,0,4,x,self,appeal,,\n", 2, "expected 'v0', found 'x'"),
    ],
)
def test_what_is_wrong_in_the_settled_list_is_named_with_its_line(tmp_path, text, line, words):
    with pytest.raises(InputError) as error:
        settled(tmp_path, readings(*TWO), text)
    assert f"settled.csv:{line}: " in str(error.value)
    assert words in str(error.value)


def test_verbs_of_two_readers_must_not_overlap():
    given = readings(("A", 0, "self", "appeal"), ("B", 2, "self", "appeal"))
    with pytest.raises(InputError, match="'v2' at 2 of d and 'v0' at 0 of d"):
        merge_readings(given)


def test_passages_keep_their_probability():
    labels = merge_readings(readings(("A", 0, "self", "appeal"), ("A", 30, "self", "appeal")))
    passages = pd.DataFrame(
        [("d", 0, 20, 0.25), ("d", 20, 40, 0.5), ("e", 0, 20, 0.75), ("d", 0, 20, 0.25)],
        columns=["document_id", "start", "end", "inclusion_probability"],
    )
    table = labelled_passages(labels, passages)
    assert table.to_dict("list") == {
        "document_id": ["d", "d"],
        "start": [0, 20],
        "end": [20, 40],
        "inclusion_probability": [0.25, 0.5],
        "round": ["3", "3"],
    }
    with pytest.raises(InputError, match="'v30' at 30 of d in none"):
        labelled_passages(labels, passages.iloc[[0]])


def test_a_passage_read_in_two_rounds_names_each_once():
    given = readings(("A", 0, "self", "appeal"), ("B", 0, "self", "appeal"), ("B", 8, "self", "appeal"))
    given["round"] = given["coder"].map({"A": "3", "B": "4"})
    passages = pd.DataFrame([("d", 0, 20)], columns=["document_id", "start", "end"])
    assert labelled_passages(merge_readings(given), passages)["round"].tolist() == ["3, 4"]


def test_passages_that_overlap_are_refused():
    labels = merge_readings(readings(("A", 0, "self", "appeal")))
    spans = [("d", 40, 60), ("d", 0, 40), ("e", 10, 20), ("d", 20, 30)]
    passages = pd.DataFrame(spans, columns=["document_id", "start", "end"])
    with pytest.raises(InputError, match="found 0 to 40 and 20 to 30 of d; merge each pack alone"):
        labelled_passages(labels, passages)
    assert len(labelled_passages(labels, passages.iloc[:3])) == 1
