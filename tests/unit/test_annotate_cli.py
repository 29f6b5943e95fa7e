"""The annotation kit from the command line: sample, pack, two readers, read, agree, merge, labels."""

import json
import re
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from vicsformer.annotate.forms import verb_forms
from vicsformer.cli import app
from vicsformer.data.corpora import read_corpus
from vicsformer.data.labels import load_labels
from vicsformer.data.tables import read_table
from vicsformer.infer.parsing import DEFAULT_PARSER, load_parser
from vicsformer.train.config import TrainConfig
from vicsformer.training import labels_of

COMMANDS = ("sample", "pack", "read", "agree", "merge")

HARBOUR = """\
Members of the council, we welcome the delegation from the islands. They came in good faith, and we will \
answer them in good faith. Last winter they sent us fuel when our own pits were flooded.

The governor of the south has closed the strait to our fishermen. He says that he is only keeping order. We \
do not accept this, and we have told him so. If he seizes another boat, we shall close our harbour to him.

Our engineers built the breakwater with their own hands. They asked for nothing, and nobody thanked them. I \
thank them today. Let us give them the pensions that were promised to them.
"""
FRONTIER = """\
Dear friends, the guns fell silent in March. Both armies have drawn back, and the refugees are going home. \
We must not forget those who stood by us, and we urge our neighbours to open their roads to the convoys.

Those who burned the mills will be brought to court. We are not seeking revenge; we want the truth. The \
commission has begun to hear the witnesses, and it has threatened nobody.

We intend to rebuild the bridge before the rains. Our partners have offered steel, and I accept their offer \
with gratitude. Nobody can rebuild a bridge alone.
"""


def run(*arguments):
    return CliRunner().invoke(app, ["labels", *map(str, arguments)])


def done(*arguments):
    result = run(*arguments)
    assert result.exit_code == 0, result.output + result.stderr
    return result.output


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    file = tmp_path_factory.mktemp("corpus") / "speeches.jsonl"
    speeches = [
        {"document_id": "harbour", "leader": "Arda", "date": "1999-05-01", "state": "Aland", "text": HARBOUR},
        {
            "document_id": "frontier",
            "leader": "Boran",
            "date": "2001",
            "title": "To the camps",
            "text": FRONTIER,
        },
    ]
    file.write_text("".join(json.dumps(speech) + "\n" for speech in speeches))
    return file


@pytest.fixture(scope="module")
def pack(corpus, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pack")
    sample = folder / "sample.csv"
    drawn = done(
        "sample", corpus, "-o", sample, "--passages", 4, "--by", "leader", "--shortest", 20, "--seed", 3
    )
    assert "Arda" in drawn
    packed = done(
        "pack",
        sample,
        "-o",
        folder / "pack",
        "--corpus",
        corpus,
        "--readers",
        2,
        "--double",
        0.5,
        "--seed",
        4,
    )
    assert "passages" in packed
    sheet = (folder / "pack" / "reader-1.csv").read_bytes()
    assert sheet.startswith(b"\xef\xbb\xbf")  # or a spreadsheet takes UTF-8 for something else
    return folder / "pack"


def fill(pack, reader, category):
    """The sheet of a reader who gives one category to all, but `none` to forms of `be`."""
    sheet = pd.read_csv(pack / f"reader-{reader}.csv", keep_default_na=False)
    be = sheet["verb"].isin(["is", "are", "was", "were", "be", "been"])
    sheet["category"] = np.where(be, "none", category)
    sheet["attribution"] = np.where(be, "", "other")
    file = pack.parent / f"filled-{reader}-{category}.csv"
    sheet.to_csv(file, index=False)
    return file


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command):
    text = run(command, "--help").output
    assert "--debug" in text
    assert "--quiet" in text


def test_a_pack_holds_everything_and_leads_back_to_the_text(corpus, pack):
    names = {"key.csv", "passages.csv", "label_studio.xml"}
    names |= {f"reader-{k}.{suffix}" for k in (1, 2) for suffix in ("txt", "csv", "json")}
    assert {file.name for file in pack.iterdir()} == names
    texts = read_corpus(corpus).set_index("document_id")["text"]
    key, passages = read_table(pack / "key.csv"), read_table(pack / "passages.csv").set_index("passage")
    assert (passages["inclusion_probability"] == 2 / 3).all()
    for name, start, end, verb in key[["document_id", "start", "end", "verb"]].itertuples(index=False):
        assert texts[name][start:end] == verb
    twice = key[key["reading"] == 2]["passage"].nunique()
    assert (key["passage"].nunique(), twice) == (4, 2)
    for reader in (1, 2):
        own = key[key["reader"] == reader]
        text = (pack / f"reader-{reader}.txt").read_text()
        blocks = dict(re.findall(r"^### (\w+) \| (.*?)(?=\n\n### |\Z)", text, flags=re.DOTALL | re.MULTILINE))
        assert set(blocks) == set(own["passage"])
        for name, block in blocks.items():
            marked = re.findall(r"\[(\d+):([^]]+)\]", block)
            forms = own[own["passage"] == name]
            assert marked == list(zip(forms["number"].astype(str), forms["verb"], strict=True))
            place = passages.loc[name]
            passage = texts[place["document_id"]][place["start"] : place["end"]]
            assert re.sub(r"\[\d+:([^]]+)\]", r"\1", block).rstrip("\n").endswith(passage)
        sheet = pd.read_csv(pack / f"reader-{reader}.csv")
        assert sheet[["passage", "number", "verb"]].to_numpy().tolist() == (
            own[["passage", "number", "verb"]].to_numpy().tolist()
        )
        tasks = json.loads((pack / f"reader-{reader}.json").read_text())
        assert {task["data"]["passage"] for task in tasks} == set(blocks)
    assert ElementTree.parse(pack / "label_studio.xml").getroot().tag == "View"


def test_every_verb_is_marked_and_no_auxiliary(corpus):
    documents = read_corpus(corpus)
    passages = pd.DataFrame(
        {"passage": "p", "document_id": "harbour", "start": 0, "end": len(HARBOUR)}, index=[0]
    )
    forms = verb_forms(documents, passages, load_parser(DEFAULT_PARSER))
    assert forms["number"].tolist() == list(range(1, len(forms) + 1))
    assert forms["start"].is_monotonic_increasing
    assert set(forms["verb"]) >= {
        "welcome", "came", "answer", "sent", "flooded", "closed", "says", "keeping", "accept", "told",
        "seizes", "close", "built", "asked", "thanked", "thank", "give", "promised",
    }  # fmt: skip
    assert not set(forms["verb"]) & {"will", "has", "do", "have", "shall", "harbour", "winter"}


def test_a_pack_is_not_written_over(corpus, pack):
    before = (pack / "reader-1.csv").read_text()
    result = run("pack", pack / "passages.csv", "-o", pack, "--corpus", corpus)
    assert result.exit_code == 2
    assert "found key.csv; name another folder" in result.stderr
    assert (pack / "reader-1.csv").read_text() == before


def test_from_speeches_to_labels(corpus, pack, tmp_path):
    for reader, category in ((1, "appeal"), (2, "reward")):
        sheet = fill(pack, reader, category)
        out = tmp_path / f"{reader}.csv"
        said = done("read", pack, sheet, "-o", out, "--corpus", corpus, "--coder", f"C{reader}", "--round", 3)
        assert f"coded by C{reader}" in said
    readings = [tmp_path / "1.csv", tmp_path / "2.csv"]

    shown = done("agree", *readings, "-o", tmp_path / "agree", "--resamples", 20)
    assert "category_of_units" in shown
    agreement = read_table(tmp_path / "agree" / "agreement.csv")
    value = agreement.set_index(["attribute", "measure"])["value"]
    assert value["unit", "agreed"] == 1
    assert value["category_of_units", "agreed"] == 0
    assert set(agreement["passages"]) <= {0, 2}
    confusion = read_table(tmp_path / "agree" / "confusion.csv")
    both = confusion.query("attribute == 'category_of_units'")
    assert both[["a", "b"]].to_numpy().tolist() == [["appeal", "reward"]]
    open_ = pd.read_csv(tmp_path / "agree" / "disagreements.csv", keep_default_na=False)
    assert len(open_) == both["verbs"].sum() > 5

    verbs = tmp_path / "third_verbs.csv"
    refused = run("merge", *readings, "-o", verbs, "--pack", pack)
    assert refused.exit_code == 2
    assert f"found {len(open_)} verbs" in refused.stderr
    assert not verbs.exists()
    open_.loc[1:, ["attribution", "category"]] = ["self", "promise"]
    open_.to_csv(tmp_path / "settled.csv", index=False)
    merge = ["merge", *readings, "-o", verbs, "--pack", pack, "--settled", tmp_path / "settled.csv"]
    assert "found 1 verbs" in run(*merge).stderr
    done(*merge, "--prefer", "C2")

    said = run("merge", *readings, "-o", pack / "verbs.csv", "--pack", pack, "--prefer", "C2").stderr
    assert "passages.csv: expected a new file, found one that is read here" in said
    assert "passage" in read_table(pack / "passages.csv")
    mine = readings[0].rename(readings[0].with_name("my_verbs.csv"))
    said = run("merge", mine, *readings[1:], "-o", mine, "--pack", pack, "--prefer", "C2").stderr
    assert "expected a new file, found one that is read here" in said

    labels = load_labels(verbs, corpus=corpus)
    # as a training configuration names them
    config = TrainConfig.model_validate(
        {"base": {"layers": 1}, "labels": [{"verbs": str(verbs), "corpus": str(corpus)}]}
    )
    pd.testing.assert_frame_equal(labels_of(config.labels[0]).verbs, labels.verbs)
    key = read_table(pack / "key.csv").drop_duplicates(["document_id", "start"])
    assert sorted(labels.verbs["start"]) == sorted(key["start"])
    assert labels.passages["inclusion_probability"].astype(float).tolist() == [2 / 3] * 4
    assert set(labels.passages["round"]) == set(labels.verbs["round"]) == {"3"}
    table = labels.verbs.merge(open_[["document_id", "start"]], how="left", indicator=True)
    assert (table["settled"] == "true").sum() == len(open_) - 1 == (table["category"] == "promise").sum()
    doubtful = table[table["_merge"] == "both"]
    assert (doubtful["coder"] == "C1, C2").all()
    assert doubtful["category"].tolist().count("reward") == 1
    assert set(doubtful["second_category"]) == {"appeal"}
    assert (table[table["_merge"] == "left_only"]["settled"] == "false").all()


def test_a_readers_work_is_not_written_over(corpus, pack, tmp_path):
    sheet, readings = fill(pack, 1, "appeal"), [tmp_path / "1.csv", tmp_path / "2.csv"]
    before = sheet.read_text()
    read = ["read", pack, sheet, "--corpus", corpus, "--coder", "C1", "--round", 3]
    for taken in (sheet, pack / "key.csv"):
        assert "found one that is read here" in run(*read, "-o", taken).stderr
    assert sheet.read_text() == before
    done(*read, "-o", readings[0])
    done("read", pack, fill(pack, 2, "reward"), "-o", readings[1], *read[3:5], "--coder", "C2", "--round", 3)

    agree = ["agree", *readings, "-o", tmp_path, "--resamples", 2]
    done(*agree)
    done(*agree)  # nothing is settled yet
    file = tmp_path / "disagreements.csv"
    open_ = pd.read_csv(file, keep_default_na=False)
    open_.loc[3, "category"] = "none"
    open_.to_csv(file, index=False)
    settled = file.read_text()
    assert "found codes in it" in run(*agree).stderr
    assert file.read_text() == settled


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["sample", "nowhere.csv", "-o", "s.csv", "--passages", "2"], "no such file"),
        (["sample", "CORPUS", "-o", "s.csv", "--passages", "99", "--shortest", "20"], "found 99"),
        (["pack", "CORPUS", "-o", "p", "--corpus", "CORPUS"], "add or rename: passage"),
        (["pack", "SAMPLE", "-o", "p", "--corpus", "CORPUS", "--double", "0.5"], "two readers"),
        (
            ["pack", "SAMPLE", "-o", "p", "--corpus", "CORPUS", "--readers", "2", "--double", "0.1"],
            "found 0.1 of 4",
        ),
        (["pack", "BROKEN", "-o", "p", "--corpus", "CORPUS"], "broken.csv:3"),
        (["pack", "TWICE", "-o", "p", "--corpus", "CORPUS"], "twice.csv:3: expected each passage name once"),
        (
            ["read", "p", "s.csv", "-o", "o.csv", "--corpus", "CORPUS", "--coder", "A", "--round", "1"],
            "key.csv",
        ),
        (["agree", "SAMPLE", "-o", "a"], "add or rename: verb"),
        (["merge", "SAMPLE", "-o", "labels.csv", "--pack", "p"], "named ...verbs.csv"),
    ],
)
def test_bad_input_is_one_line_and_code_2(corpus, pack, tmp_path, monkeypatch, command, words):
    monkeypatch.chdir(tmp_path)
    sample = pd.read_csv(pack / "passages.csv")
    sample.assign(end=[*sample["end"][:1], 9999, *sample["end"][2:]]).to_csv("broken.csv", index=False)
    sample.assign(passage=["p1", "p1", "p2", "p3"]).to_csv("twice.csv", index=False)
    files = {"CORPUS": corpus, "SAMPLE": pack / "passages.csv", "BROKEN": "broken.csv", "TWICE": "twice.csv"}
    before = set(tmp_path.iterdir())
    result = run(*(files.get(word, word) for word in command), "-q")
    assert result.exit_code == 2
    (line,) = result.stderr.strip().splitlines()
    assert line.startswith("vicsformer: ")
    assert words in line
    assert set(tmp_path.iterdir()) == before
