import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.progress import Progress as Bar

from vicsformer.data.card import CARD, write_data_card
from vicsformer.data.codebook import ATTRIBUTIONS, LABEL_CATEGORIES
from vicsformer.data.errors import InputError
from vicsformer.data.labels import Labels, combine, load_labels, reviewed, text_before, to_dataset_dict
from vicsformer.data.splits import SHARES, SPLITS_FILE, assign_splits, read_splits, write_splits
from vicsformer.data.states import state_name
from vicsformer.data.suite import read_suite
from vicsformer.evaluation import evaluate_coders
from vicsformer.infer.parsing import DEFAULT_PARSER

TEXT = "We met. They attacked us, and we will help."
MET = {"start": 3, "end": 6, "attribution": "self", "category": "appeal"}
ATTACKED = {"start": 13, "end": 21, "verb": "attacked", "attribution": "other", "category": "punish"}
HELP = {"start": 38, "end": 42, "attribution": "self", "category": "promise"}


def json_lines(path: Path, *verbs: dict[str, object], **record: object) -> Path:
    path.write_text(json.dumps({"text": TEXT, "verbs": verbs, **record}) + "\n")
    return path


def standoff(folder: Path, verbs: Sequence[str], passages: Sequence[str]) -> tuple[Path, Path]:
    """Standoff labels on one document `d`, and their corpus."""
    corpus = folder / "corpus.csv"
    corpus.write_text(f'document_id,leader,date,text,state\nd,Ada,2001,"{TEXT}",Norway\n')
    (folder / "my_verbs.tsv").write_text(
        "\n".join(["fileid\tstart\tend\tverb\tattribution\tcategory", *verbs]) + "\n"
    )
    (folder / "my_passages.tsv").write_text("\n".join(["fileid\tstart\tend", *passages]) + "\n")
    return folder / "my_verbs.tsv", corpus


def message(source: Path, **options: Any) -> str:
    with pytest.raises(InputError) as caught:
        load_labels(source, **options)
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_json_lines(tmp_path: Path) -> None:
    path = json_lines(
        tmp_path / "l.jsonl", HELP, MET, ATTACKED, id="x", leader="Ada", state="Norway", date=2001
    )
    labels = load_labels(path)
    document = labels.documents.iloc[0]
    assert document[["document_id", "leader", "date", "state", "text"]].tolist() == [
        "x", "Ada", "2001", "Norway", TEXT
    ]  # fmt: skip
    assert labels.passages.to_dict("records") == [{"document_id": "x", "start": 0, "end": len(TEXT)}]
    assert labels.verbs["verb"].tolist() == ["met", "attacked", "help"]
    assert labels.verbs["category"].tolist() == ["appeal", "punish", "promise"]
    assert labels.verbs["attribution"].tolist() == ["self", "other", "self"]


def test_json_lines_with_text_and_verbs_only(tmp_path: Path) -> None:
    labels = load_labels(json_lines(tmp_path / "l.jsonl", MET))
    assert labels.documents[["document_id", "leader", "date"]].iloc[0].tolist() == ["l.jsonl:1", "", ""]


def test_standoff(tmp_path: Path) -> None:
    verbs = ["d\t13\t21\tattacked\tother\tpunish", "d\t3\t6\tmet\tself\tappeal"]
    path, corpus = standoff(tmp_path, verbs, ["d\t8\t43", "d\t0\t7"])
    labels = load_labels(path, corpus=corpus)
    assert labels.verbs["verb"].tolist() == ["met", "attacked"]
    assert labels.verbs["passage"].tolist() == [0, 1]
    assert labels.passages["start"].tolist() == [0, 8]
    assert labels.documents["document_id"].tolist() == ["d"]
    assert "split" not in labels.documents


def test_passages_may_be_given(tmp_path: Path) -> None:
    path, corpus = standoff(tmp_path, ["d\t3\t6\tmet\tself\tappeal"], ["d\t0\t7"])
    moved = (tmp_path / "my_passages.tsv").rename(tmp_path / "elsewhere.tsv")
    assert len(load_labels(path, passages=moved, corpus=corpus).passages) == 1
    assert "expected the passages of these verbs in my_passages.tsv beside it" in message(path, corpus=corpus)


@pytest.mark.parametrize(
    ("verb", "expected"),
    [
        ("e\t3\t6\tmet\tself\tappeal", "my_verbs.tsv:3: expected a document of the corpus, found 'e'"),
        ("d\t38\t99\thelp\tself\tpromise", "start < end <= 43 in d, found start '38', end '99'"),
        ("d\t6\t6\t\tself\tappeal", "my_verbs.tsv:3: expected 0 <= start < end"),
        ("d\t-6\t6\t\tself\tappeal", "found start '-6'"),
        ("d\t6.0\t6\t\tself\tappeal", "found start '6.0'"),
        ("d\t38\t42\thelped\tself\tpromise", "expected 'helped' at [38, 42) of d, found 'help'"),
        ("d\t38\t42\thelp\tme\tpromise", "my_verbs.tsv:3: expected attribution as one of self, self_state,"),
        ("d\t38\t42\thelp\tself\tpr", "my_verbs.tsv:3: expected category as one of punish, threaten,"),
        ("d\t13\t21\tattacked\tother\tpunish", "my_verbs.tsv:3: expected spans that do not overlap"),
        ("d\t20\t21\td\tother\tpunish", "found [20, 21) over [13, 21) of row 2 in d"),
        ("d\t3\t6\tmet\tself\tappeal", "my_verbs.tsv:3: expected a verb inside one passage of"),
        ("d\t38\t42\thelp\tself", "my_verbs.tsv:3: expected 6 fields as in the header, found 5"),
    ],
)  # fmt: skip
def test_bad_verbs(tmp_path: Path, verb: str, expected: str) -> None:
    path, corpus = standoff(tmp_path, ["d\t13\t21\tattacked\tother\tpunish", verb], ["d\t8\t43"])
    assert expected in message(path, corpus=corpus)


@pytest.mark.parametrize(
    ("passages", "expected"),
    [
        (["d\t0\t44"], "my_passages.tsv:2: expected 0 <= start < end <= 43"),
        (["d\t8\t43", "d\t0\t9"], "my_passages.tsv:2: expected spans that do not overlap"),
        (["d\t8\t18", "d\t18\t43"], "my_verbs.tsv:2: expected a verb inside one passage"),
        (["x\t8\t18"], "my_passages.tsv:2: expected a document of the corpus, found 'x'"),
    ],
)
def test_bad_passages(tmp_path: Path, passages: list[str], expected: str) -> None:
    path, corpus = standoff(tmp_path, ["d\t13\t21\tattacked\tother\tpunish"], passages)
    assert expected in message(path, corpus=corpus)


@pytest.mark.parametrize(
    ("verb", "expected"),
    [
        ({**MET, "end": 99}, "l.jsonl:1: expected 0 <= start < end"),
        ({**MET, "start": True}, "found start True"),
        ({**MET, "verb": "meet"}, "l.jsonl:1: expected 'meet' at [3, 6) of l.jsonl:1, found 'met'"),
        ({**MET, "category": "Appeal"}, "found 'Appeal'"),
        ({"start": 3, "end": 6, "attribution": "self"}, "expected the columns"),
    ],
)
def test_bad_json_verbs(tmp_path: Path, verb: dict[str, object], expected: str) -> None:
    assert expected in message(json_lines(tmp_path / "l.jsonl", verb))


def test_bad_label_files(tmp_path: Path) -> None:
    (tmp_path / "l.jsonl").write_text('{"text": "We met."}\n')
    assert "l.jsonl:1: expected verbs as a list of objects" in message(tmp_path / "l.jsonl")
    (tmp_path / "l.jsonl").write_text('{"verbs": []}\n')
    assert "expected the columns text" in message(tmp_path / "l.jsonl")
    assert "expected a file of labelled verbs, found no such file" in message(tmp_path / "none.tsv")
    assert "expected labels as .tsv, .csv or .jsonl" in message(tmp_path / "labels.xlsx")


@pytest.fixture(scope="module")
def sotu() -> Labels:
    return load_labels("sotu")


def test_shipped_offsets_match_the_text(sotu: Labels) -> None:
    from vicsformer.data.sources import delimited_rows
    from vicsformer.data.splits import VERBS_FILE

    texts = sotu.documents.set_index("document_id")["text"]
    shipped = delimited_rows(VERBS_FILE).frame
    assert len(shipped) == len(sotu.verbs) > 7000
    for name, start, end, verb in zip(*(shipped[c] for c in ("fileid", "start", "end", "verb")), strict=True):
        assert texts[name][int(start) : int(end)] == verb
        assert not any(character.isspace() for character in verb)


def test_every_shipped_verb_lies_in_its_passage(sotu: Labels) -> None:
    around = sotu.passages.loc[sotu.verbs["passage"]].reset_index(drop=True)
    assert (around["document_id"] == sotu.verbs["document_id"]).all()
    assert (around["start"] <= sotu.verbs["start"]).all()
    assert (sotu.verbs["end"] <= around["end"]).all()
    assert set(sotu.verbs["category"]) == set(LABEL_CATEGORIES)
    assert set(sotu.verbs["attribution"]) == set(ATTRIBUTIONS)


def test_dataset_dict_splits_share_no_document_and_lose_no_verb(sotu: Labels) -> None:
    data = to_dataset_dict(sotu)
    documents = {split: set(data[split]["document_id"]) for split in data}
    assert list(documents) == list(SHARES)
    assert sum(map(len, documents.values())) == len(set.union(*documents.values())) == len(sotu.documents)
    texts = sotu.documents.set_index("document_id")["text"]
    verbs = []
    for row in (row for split in data.values() for row in split):
        text, offset = texts[row["document_id"]], row["offset"]
        assert text[offset : offset + len(row["text"])] == row["text"]
        assert text[:offset].endswith(row["before"])
        assert len(row["before"]) <= 300
        assert row["state"] == "United States"
        for start, end, who, what in zip(
            row["start"], row["end"], row["attribution"], row["category"], strict=True
        ):
            verbs.append(
                (row["document_id"], offset + start, offset + end, row["text"][start:end], who, what)
            )
    names = ["document_id", "start", "end", "verb", "attribution", "category"]
    assert sorted(verbs) == sorted(sotu.verbs[names].itertuples(index=False, name=None))


def test_dataset_dict_of_other_labels_is_split_by_document(tmp_path: Path) -> None:
    path = tmp_path / "l.jsonl"
    records = [{"id": f"d{i}", "text": TEXT, "verbs": [MET, HELP]} for i in range(20)]
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    data = to_dataset_dict(load_labels(path))
    assert {split: len(rows) for split, rows in data.items()} == {"train": 15, "validation": 2, "test": 3}
    first = data["train"][0]
    assert first["start"] == [3, 38]
    assert first["category"] == ["appeal", "promise"]
    assert first["before"] == first["state"] == ""
    with pytest.raises(InputError, match="found none for validation, test; label more documents"):
        to_dataset_dict(load_labels(json_lines(path, MET)))


@given(st.text(st.sampled_from("ab \n"), max_size=700), st.data())
def test_text_before_begins_with_a_whole_word(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    before = text_before(text, start)
    first = start - len(before)
    assert text[first:start] == before
    assert len(before) <= 300
    assert first == 0 or not before or text[first - 1].isspace()
    assert start > 300 or before == text[:start]


def test_shipped_splits_hold_their_shares_in_every_decade(sotu: Labels) -> None:
    verbs = sotu.verbs.merge(sotu.documents[["document_id", "date", "leader", "split"]], on="document_id")
    shares = verbs["split"].value_counts(normalize=True)
    for split, share in SHARES.items():
        assert shares[split] == pytest.approx(share, abs=0.02)
    decades = pd.crosstab(verbs["date"].str[:3], verbs["split"])
    assert (decades > 0).all(axis=None)
    leaders = pd.crosstab(verbs["leader"], verbs["split"])
    assert (leaders["train"] > 0).all()
    assert (leaders["test"] > 0).sum() >= 11
    years = sotu.documents.groupby(["leader", sotu.documents["date"].str[:4]])["split"].nunique()
    assert (years == 1).all()


def test_command_leaves_the_shipped_splits_as_they_are(tmp_path: Path) -> None:
    write_splits(tmp_path / "splits.tsv")
    assert (tmp_path / "splits.tsv").read_bytes() == SPLITS_FILE.read_bytes()


sizes = st.lists(st.integers(1, 50), min_size=1, max_size=40)


@given(sizes, st.randoms())
def test_splits_depend_on_dates_and_sizes_only(sizes: list[int], random: Any) -> None:
    rows = [(f"d{i}", f"leader {i % 3}", str(1950 + i)) for i in range(len(sizes))]
    verbs = {name: size for (name, _, _), size in zip(rows, sizes, strict=True)}
    names = ["document_id", "leader", "date"]
    splits = assign_splits(pd.DataFrame(rows, columns=names), verbs)
    random.shuffle(rows)
    again = assign_splits(pd.DataFrame(rows, columns=names), verbs)
    assert again == splits
    held = sum(verbs[name] for name, split in splits.items() if split == "train") / sum(sizes)
    assert len(sizes) < 30 or abs(held - SHARES["train"]) < 0.2


def test_fixed_splits_stay_and_new_documents_follow_their_year() -> None:
    documents = pd.DataFrame(
        {
            "document_id": ["a", "b", "c"],
            "leader": ["Ada", "Ada", "Bo"],
            "date": ["2001-01", "2001-02", "2001"],
        }
    )
    splits = assign_splits(documents, {"a": 5, "b": 5, "c": 1}, {"b": "test"})
    assert splits == {"a": "test", "b": "test", "c": "train"}


def test_verbs_chosen_for_review_are_for_teaching_alone(tmp_path: Path) -> None:
    path, corpus = standoff(tmp_path, ["d\t3\t6\tmet\tself\tappeal"], ["d\t0\t42"])
    assert not reviewed(load_labels(path, corpus=corpus)).any()
    passages = tmp_path / "my_passages.tsv"
    passages.write_text("fileid\tstart\tend\tstratum\nd\t0\t42\treview\n")
    labels = load_labels(path, corpus=corpus)
    assert reviewed(labels).tolist() == [True]
    assert combine([labels]).documents["split"].tolist() == ["train"]
    rest = [json_lines(tmp_path / f"{i}.jsonl", MET, id=f"e{i}") for i in range(12)]
    together = combine([labels, *map(load_labels, rest)]).documents.set_index("document_id")["split"]
    assert together["d"] == "train"
    with Bar(disable=True) as bar, pytest.raises(InputError, match="found verbs chosen for review"):
        evaluate_coders(
            str(path),
            tmp_path / "out",
            coders=["rules"],
            split=None,
            corpus=str(corpus),
            parser=DEFAULT_PARSER,
            resamples=1,
            seed=0,
            bar=bar,
        )


def test_bad_splits(tmp_path: Path) -> None:
    path, corpus = standoff(tmp_path, ["d\t3\t6\tmet\tself\tappeal"], ["d\t0\t7"])
    (tmp_path / "splits.tsv").write_text("document_id\tsplit\nd\tdev\n")
    with pytest.raises(
        InputError, match=r"splits\.tsv:2: expected split as train, validation, test, found 'dev'"
    ):
        read_splits(tmp_path / "splits.tsv")
    (tmp_path / "splits.tsv").write_text("document_id\tsplit\nother\ttrain\n")
    assert "expected a split for every document in splits.tsv, found none for d" in message(
        path, corpus=corpus
    )


def test_committed_data_card_is_what_the_command_writes(tmp_path: Path) -> None:
    write_data_card(tmp_path / "card.md")
    assert (tmp_path / "card.md").read_text() == CARD.read_text()


def test_data_card_counts_add_up(sotu: Labels) -> None:
    real = CARD.read_text().split("## Counts of the invented speeches")[0]
    lines = [line.strip("| ").split(" | ") for line in real.splitlines() if line.startswith("| ")]
    counts = {cells[0]: int(cells[-2]) for cells in lines if len(cells) == 6 and cells[-2].isdecimal()}
    assert counts["punish"] == (sotu.verbs["category"] == "punish").sum()
    for names in (LABEL_CATEGORIES, ATTRIBUTIONS, ("1", "2", "3", "4")):
        assert sum(counts[name] for name in names) == len(sotu.verbs)


def test_statements_are_not_those_of_the_suite() -> None:
    statements = load_labels("statements")
    assert len(statements.verbs) > 1_500
    assert all(map(state_name, statements.documents["state"]))
    taught = set().union(*(word_runs(text) for text in statements.documents["text"]))
    asked = set().union(*(word_runs(text) for text in read_suite().documents["text"]))
    assert not taught & asked


def word_runs(text: str, length: int = 7) -> set[tuple[str, ...]]:
    words = text.lower().split()
    return {tuple(words[i : i + length]) for i in range(len(words) - length + 1)}
