"""The command line: readable help, one line and exit code 2 for bad input, the traceback on request."""

import json

import pandas as pd
import pytest
from typer.testing import CliRunner

from vicsformer.cli import app
from vicsformer.data.tables import CODED_COLUMNS
from vicsformer.options import column_names

COMMANDS = (
    *("code", "profile", "compare", "change", "power", "sensitivity", "counts", "published", "norms"),
    *("train", "evaluate", "study"),
)


def run(*arguments):
    return CliRunner().invoke(app, [str(a) for a in arguments])


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    file = tmp_path_factory.mktemp("corpus") / "speeches.jsonl"
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


@pytest.fixture(scope="module")
def coded(corpus):
    file = corpus.with_name("coded.csv")
    assert run("code", corpus, "-o", file, "--coder", "rules", "-q").exit_code == 0
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


def test_from_speeches_to_comparison(coded, tmp_path):
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


def test_a_perfect_audit_gives_the_indices_of_the_audit(coded, tmp_path):
    verbs = pd.read_csv(coded)
    # readers who see every act as its opposite, in all there is
    opposite = {"punish": "reward", "threaten": "promise", "oppose": "appeal"}
    opposite |= {b: a for a, b in opposite.items()}
    audit = verbs.assign(category=verbs["category"].replace(opposite))
    audit[["document_id", "start", "end", "attribution", "category"]].to_csv(tmp_path / "my_verbs.csv")
    spans = verbs.groupby("document_id")["end"].max().reset_index().assign(start=0, inclusion_probability=1.0)
    spans.to_csv(tmp_path / "my_passages.csv")
    options = ["--audit", tmp_path / "my_verbs.csv", "--resamples", "20"]
    result = run("profile", coded, "-o", tmp_path / "p", *options)
    assert result.exit_code == 0
    assert "fewer than ten speeches" in result.output
    found = pd.read_csv(tmp_path / "p" / "indices.csv").set_index(["method", "leader", "index"])["estimate"]
    for index in ("P-1", "P-2", "I-1", "I-2"):
        for leader in ("Arda", "Boran"):
            assert found["audit", leader, index] == pytest.approx(-found["naive", leader, index], nan_ok=True)
    result = run("profile", coded, "-o", tmp_path / "q", "--audit", tmp_path / "mine.csv")
    assert result.exit_code == 2
    assert "named ...verbs.csv" in result.stderr


def test_verdicts_with_probabilities(coded, tmp_path):
    shown = run("compare", coded, "-o", tmp_path / "c", "--method", "naive", "--resamples", "50").output
    assert "Likeliest relationships, method naive" in " ".join(shown.split())
    text = (tmp_path / "c" / "verdicts.txt").read_text()
    assert "\nArda (2 speeches) and Boran (2) " in text
    assert "Fewer than 10 speeches: Arda (2), Boran (2)." in text
    for name in ("gaps", "relationships", "types", "orders", "games"):
        assert set(pd.read_csv(tmp_path / "c" / f"{name}.csv")["method"]) == {"naive"}
    tests = pd.read_csv(tmp_path / "c" / "comparisons.csv")
    assert {"verdict", "verdict_anova_p05", "margin"} <= set(tests)
    assert tests.set_index("index").loc["P-1", "margin"].iloc[0] == pytest.approx(0.0625)  # .125 / 2


def test_planning_and_sensitivity(coded, corpus, tmp_path):
    shown = run("power", coded, "-o", tmp_path / "w").output
    assert "Corrected for the 1 pair(s)" in " ".join(shown.split())
    assert pd.read_csv(tmp_path / "w" / "power.csv")["documents_a"].max() == 2
    run("code", corpus, "-o", tmp_path / "words.csv", "--coder", "dictionary", "-q")
    shown = run("sensitivity", coded, tmp_path / "words.csv", "-o", tmp_path / "s").output
    assert "inclusive we" in shown
    report = pd.read_csv(tmp_path / "s" / "sensitivity.csv")
    assert {"coder", "document", "modals"} <= set(report["switch"])
    assert set(pd.read_csv(tmp_path / "s" / "influence.csv")["leader"]) == {"Arda", "Boran"}


def test_change_over_time_and_between_periods(coded, tmp_path):
    assert run("change", coded, "-o", tmp_path / "t", "-q").exit_code == 0
    assert set(pd.read_csv(tmp_path / "t" / "trend.csv")["group"]) == {"Arda", "Boran"}
    assert not (tmp_path / "t" / "change.csv").exists()
    assert run("change", coded, "-o", tmp_path / "u", "--years", "1999-1999, 2000-2001", "-q").exit_code == 0
    changes = pd.read_csv(tmp_path / "u" / "change.csv").set_index("index")
    assert changes.loc["P-4", ["group", "from", "to"]].tolist() == ["Arda", "1999-1999", "2000-2001"]
    table = pd.read_csv(coded).query("leader == 'Arda' and category != 'neutral'")
    own = table["attribution"].isin(["self", "self_state", "we_inclusive"]).groupby(table["date"]).mean()
    assert changes.loc["P-4", "gap"] == pytest.approx(own["2000-01"] - own["1999-05-01"])


def test_counts_of_another_program(coded, tmp_path):
    run("profile", coded, "-o", tmp_path / "p", "--method", "naive", "-q")
    counts = tmp_path / "p" / "counts.csv"
    assert run("counts", counts, "-o", tmp_path / "k", "--coded", coded, "-q").exit_code == 0
    ours, theirs = (
        pd.read_csv(tmp_path / name / "indices.csv").set_index(["leader", "index"])["estimate"]
        for name in ("p", "k")
    )
    pd.testing.assert_series_equal(ours, theirs)
    agreement = pd.read_csv(tmp_path / "k" / "agreement.csv")
    assert (agreement.loc[agreement["measure"] == "mean_absolute_difference", "value"].dropna() == 0).all()
    assert (tmp_path / "k" / "comparisons.csv").exists()


def test_a_published_table(tmp_path):
    table = tmp_path / "published.csv"
    shares = {"punish": 0.1, "threaten": 0.1, "oppose": 0.1, "appeal": 0.5, "promise": 0.1, "reward": 0.1}
    rows = {"I-1": 0.9, **{f"I-5 {name}": share for name, share in shares.items()}}
    pd.Series(rows).rename_axis("index").rename("Ada").to_csv(table)
    shown = run("published", table, "-o", tmp_path / "d").output
    assert "Ada: I-1 from I-5 fails" in shown
    assert "impossible" in set(pd.read_csv(tmp_path / "d" / "checks.csv")["verdict"])


def test_all_coders_read_the_same_verbs(corpus, coded, tmp_path):
    table = pd.read_csv(coded)
    assert set(table["coder"]) == {"rules"}
    heads = [table[["document_id", "start", "end", "verb"]]]
    for coder in ("dictionary", "majority"):
        run("code", corpus, "-o", tmp_path / f"{coder}.parquet", "--coder", coder, "-q")
        table = pd.read_parquet(tmp_path / f"{coder}.parquet")
        assert set(table["coder"]) == {coder}
        heads.append(table[["document_id", "start", "end", "verb"]])
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
        (["profile", "CORPUS", "-o", "x", "--method", "magic"], "expected the columns"),
        (["change", "nowhere.csv", "-o", "x", "--years", "2010"], "such as 2013-2015"),
        (["power", "nowhere.csv", "-o", "x"], "no such file"),
        (["sensitivity", "nowhere.csv", "-o", "x"], "no such file"),
        (["counts", "CORPUS", "-o", "x"], "self_punish"),
        (["published", "nowhere.csv", "-o", "x"], "no such file"),
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


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["power", "TWO"], "codes of one coder, found a, b"),
        (["sensitivity", "TWO"], "codes of one coder, found a, b"),
        (["sensitivity", "COUNTS"], "whose rules of coding are to be changed: expected the columns category"),
        (["sensitivity", "ODD"], "numbers from 0 to 1"),
        (["compare", "CODED", "--margin-share", "nan"], "share of the SD above 0, found nan"),
        (["profile", "CODED", "--by", " "], "expected at least one column"),
        (["norms", "UNNAMED"], "expected a leader in every row"),
        (["change", "CODED", "--years", "1990-1991"], "found those of 1999 to 2002; choose other periods"),
    ],
)
def test_tables_that_cannot_be_used_are_refused(coded, tmp_path, arguments, words):
    table = pd.read_csv(coded)
    files = {
        "CODED": table,
        "TWO": table.assign(coder=["a", "b"] * (len(table) // 2) + ["a"] * (len(table) % 2)),
        "COUNTS": table[["document_id", "leader"]].drop_duplicates().assign(self_punish=1),
        "ODD": table.assign(p_reward=7.0),
        "UNNAMED": table.assign(leader=table["leader"].where(table.index > 0)),
    }
    for name, frame in files.items():
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
    arguments = [tmp_path / f"{a}.csv" if a in files else a for a in arguments]
    result = run(*arguments, "-o", tmp_path / "out.csv", "-q")
    assert result.exit_code == 2
    (line,) = result.stderr.strip().splitlines()
    assert words in line
    assert not (tmp_path / "out.csv").exists()


def test_tables_are_as_wide_as_the_terminal(coded, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    shown = run("profile", coded, "-o", tmp_path / "p", "--resamples", "20").output
    assert max(map(len, shown.splitlines())) <= 60
    assert "…" not in shown


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


def test_groups_without_a_name_are_shown(tmp_path, coded):
    table, file = pd.read_csv(coded), tmp_path / "coded.csv"
    table["period"] = table["leader"].map({"Arda": "early"})
    table.to_csv(file, index=False)
    shown = run("profile", file, "-o", tmp_path / "p", "--by", "leader, period", "--resamples", "20").output
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


def test_columns_named_twice_are_one() -> None:
    assert column_names(" leader, year,leader,, ") == ["leader", "year"]


def test_files_that_are_read_are_not_written_over(tmp_path):
    corpus = tmp_path / "s.csv"
    corpus.write_text('leader,date,text\nA,1990,"We will help them."\n')
    counts = tmp_path / "counts.csv"
    counts.write_text("leader,document_id\n")
    for arguments in (
        ["code", str(corpus), "-o", f"{tmp_path}/./s.csv", "--coder", "dictionary"],
        ["labels", "sample", str(corpus), "-o", str(corpus), "--passages", "1"],
        ["norms", str(corpus), "-o", str(corpus)],
        ["counts", str(counts), "-o", str(tmp_path)],
    ):
        before = {file: file.read_text() for file in (corpus, counts)}
        refused = run(*arguments)
        assert refused.exit_code == 2
        assert "expected a new file, found one that is read here" in refused.stderr
        assert {file: file.read_text() for file in before} == before


def test_periods_that_overlap_are_refused(tmp_path):
    table = tmp_path / "coded.csv"
    table.write_text("leader,document_id,date,attribution,category\n")
    refused = run("change", table, "-o", tmp_path, "--years", "2012-2018,2009-2012")
    assert refused.exit_code == 2
    assert "expected periods that do not overlap, found 2012 in two" in refused.stderr
