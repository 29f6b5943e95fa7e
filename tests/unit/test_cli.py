"""The command line: readable help, one line and exit code 2 for bad input, the traceback on request."""

import json

import pandas as pd
import pytest
from typer.testing import CliRunner

from vicsformer.cli import app
from vicsformer.data.tables import CODED_COLUMNS

COMMANDS = ("code", "profile", "compare", "train", "evaluate", "study")


def run(*arguments):
    return CliRunner().invoke(app, [str(a) for a in arguments])


@pytest.fixture
def corpus(tmp_path):
    file = tmp_path / "speeches.jsonl"
    speeches = [
        (
            "Arda",
            "1999-05-01",
            "We thank our neighbours. They attacked our villages, and we will punish them.",
        ),
        ("Arda", "2000-01", "We support the peace plan. We sent food to the refugees."),
        ("Boran", "2001", "They praised our army. We reject their demands. They broke the treaty."),
        ("Boran", "2002", "Our enemies threaten us. We invite all parties to talks. They helped us once."),
    ]
    file.write_text("".join(json.dumps({"leader": n, "date": d, "text": t}) + "\n" for n, d, t in speeches))
    return file


def test_help_names_every_command():
    text = run("--help").output
    assert all(command in text for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command):
    result = run(command, "--help")
    assert result.exit_code == 0
    assert "--debug" in result.output
    assert "--quiet" in result.output


def test_from_speeches_to_comparison(corpus, tmp_path):
    coded = tmp_path / "coded.csv"
    assert run("code", corpus, "-o", coded, "--coder", "rules", "-q").exit_code == 0
    table = pd.read_csv(coded)
    assert table.columns.tolist() == list(CODED_COLUMNS)
    assert dict(zip(table["verb"], table["category"], strict=True)).items() >= {
        ("attacked", "punish"), ("punish", "threaten"), ("sent", "reward"), ("reject", "oppose"),
    }  # fmt: skip
    assert run("profile", coded, "-o", tmp_path / "p", "--resamples", "50", "-q").exit_code == 0
    indices = pd.read_csv(tmp_path / "p" / "indices.csv")
    assert {"leader", "index", "estimate", "low", "high", "documents", "verbs", "aggregate"} <= set(indices)
    assert set(indices["leader"]) == {"Arda", "Boran"}
    assert run("compare", coded, "-o", tmp_path / "c", "-q").exit_code == 0
    assert {"a", "b", "index", "test", "p_holm", "effect", "verdict_anova_p05"} <= set(
        pd.read_csv(tmp_path / "c" / "comparisons.csv")
    )
    assert pd.read_csv(tmp_path / "c" / "typology.csv").columns.tolist() == [
        "a",
        "b",
        "p1",
        "i1",
        "relationship",
    ]


def test_all_coders_read_the_same_verbs(corpus, tmp_path):
    heads = []
    for coder in ("dictionary", "rules", "majority"):
        run("code", corpus, "-o", tmp_path / f"{coder}.parquet", "--coder", coder, "-q")
        coded = pd.read_parquet(tmp_path / f"{coder}.parquet")
        assert set(coded["coder"]) == {coder}
        heads.append(coded[["document_id", "start", "end", "verb"]])
    pd.testing.assert_frame_equal(heads[0], heads[1])
    pd.testing.assert_frame_equal(heads[0], heads[2])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["code", "nowhere.jsonl", "-o", "x.csv"], "nowhere.jsonl"),
        (["code", "CORPUS", "-o", "x.xlsx"], ".parquet"),
        (["code", "CORPUS", "-o", "x.csv", "--coder", "no-such-folder"], "vicsformer train"),
        (["code", "CORPUS", "-o", "x.csv", "--coder", "rules", "--parser", "xx_none"], "xx_none"),
        (["profile", "CORPUS", "-o", "x"], "expected the columns"),
        (["profile", "nowhere.csv", "-o", "x"], "no such file"),
        (["compare", "CORPUS", "-o", "x"], "expected the columns"),
        (["train", "nowhere.yaml", "-o", "x"], "expected a YAML configuration"),
        (["evaluate", "nowhere.jsonl", "-o", "x"], "no such file"),
        (["evaluate", "CORPUS", "-o", "x"], "verbs"),
        (["evaluate", "-o", "x", "--suite", "--split", "test"], "--suite alone"),
        (["study", "nowhere.yaml"], "expected a YAML configuration"),
    ],
)
def test_bad_input_is_one_line_and_code_2(corpus, tmp_path, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    arguments = [str(corpus) if a == "CORPUS" else a for a in arguments]
    before = set(tmp_path.iterdir())
    result = run(*arguments, "-q")
    assert result.exit_code == 2
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("vicsformer: ")
    assert words in lines[0]
    assert set(tmp_path.iterdir()) == before
    with_traceback = run(*arguments, "--debug")
    assert type(with_traceback.exception).__name__ == "InputError"


def test_an_output_that_cannot_be_written_is_refused_before_the_work(corpus, tmp_path, monkeypatch):
    def never(*arguments, **options):
        raise AssertionError("worked before it looked at the output")

    monkeypatch.setattr("vicsformer.workflows.code_with", never)
    for output in (tmp_path / "x.xlsx", tmp_path):
        result = run("code", corpus, "-o", output, "--coder", "rules", "-q")
        assert result.exit_code == 2
        assert "vicsformer: " in result.stderr


def _study(tmp_path, corpus, **values):
    file = tmp_path / "study.yaml"
    file.write_text(
        json.dumps({"corpus": str(corpus), "coders": ["rules", "dictionary"], "resamples": 20, **values})
    )
    return file


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"coders": ["rules", "rules"]}, "found rules twice"),
        ({"leaders": ["Arda"]}, "at least two values of leader"),
        ({"by": "presdent"}, "presdent"),
        ({"resample": 3}, "resample: Extra inputs"),
    ],
)
def test_a_study_that_cannot_be_done_is_refused_before_the_work(corpus, tmp_path, monkeypatch, values, words):
    monkeypatch.setattr("vicsformer.study.code_with", None)
    result = run("study", _study(tmp_path, corpus, **values), "-o", tmp_path / "out", "-q")
    assert result.exit_code == 2
    assert words in result.stderr


def test_a_study_into_a_file_is_refused(corpus, tmp_path):
    (tmp_path / "taken").write_text("mine")
    result = run("study", _study(tmp_path, corpus), "-o", tmp_path / "taken", "-q")
    assert result.exit_code == 2
    assert (tmp_path / "taken").read_text() == "mine"


def test_groups_without_a_name_are_shown(tmp_path, corpus):
    coded = tmp_path / "coded.csv"
    run("code", corpus, "-o", coded, "--coder", "rules", "-q")
    table = pd.read_csv(coded)
    table["period"] = table["leader"].map({"Arda": "early"})
    table.to_csv(coded, index=False)
    shown = run("profile", coded, "-o", tmp_path / "p", "--by", "leader, period", "--resamples", "20").output
    assert "Boran" in shown
    assert "early" in shown


def test_evaluating_one_coder_leaves_no_empty_tables(tmp_path):
    labels = tmp_path / "labels.jsonl"
    verbs = [{"start": 3, "end": 8, "attribution": "self", "category": "appeal"}]
    labels.write_text(json.dumps({"text": "We thank them.", "verbs": verbs, "split": "test"}) + "\n")
    assert run("evaluate", labels, "-o", tmp_path / "e", "--coder", "rules", "-q").exit_code == 0
    assert sorted(f.name for f in (tmp_path / "e").iterdir()) == [
        "agreement.csv", "differences.csv", "pairs-rules.csv",
    ]  # fmt: skip
    result = run("evaluate", labels, "-o", tmp_path / "e", "--coder", "rules", "--split", "train", "-q")
    assert result.exit_code == 2
    assert "expected documents in that split" in result.stderr
    labels.write_text(json.dumps({"text": "We thank them.", "verbs": verbs, "split": "dev"}) + "\n")
    result = run("evaluate", labels, "-o", tmp_path / "e", "--coder", "rules", "-q")
    assert result.exit_code == 2
    assert "found 'dev'" in result.stderr
