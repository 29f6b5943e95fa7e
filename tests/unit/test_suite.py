"""The suite of hard cases: files, passing rules, pass rates, the command, and the shipped pairs."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from vicsformer.cli import app
from vicsformer.data.codebook import ATTRIBUTIONS, CATEGORIES
from vicsformer.data.errors import InputError
from vicsformer.data.states import state_name
from vicsformer.data.suite import Suite, read_suite
from vicsformer.evaluate.suite import RATE_COLUMNS, failures, judge, pass_rates
from vicsformer.infer.extract import extract
from vicsformer.infer.parsing import DEFAULT_PARSER, load_parser

HEADER = "pair\tstate\ttext"
A = "1\tNorway\tWe [sent|self|reward] them food."
B = "1\tNorway\tWe will [send|self|promise] them food."


def suite_file(folder: Path, *lines: str, name: str = "tense") -> Path:
    path = folder / f"{name}.tsv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_file_becomes_documents_and_verbs(tmp_path: Path) -> None:
    two = "1\tMéxico\tThey [met|other|appeal] us, and [met|other|appeal] [again|self_state|neutral]."
    suite_file(tmp_path, HEADER, A, B)
    suite_file(tmp_path, HEADER, two, "1\t\t[Go|self|oppose]!", name="chains")
    suite = read_suite(tmp_path)
    assert suite.documents.to_numpy().tolist() == [
        ["chains-1-a", "suite", "", "México", "They met us, and met again."],
        ["chains-1-b", "suite", "", "", "Go!"],
        ["tense-1-a", "suite", "", "Norway", "We sent them food."],
        ["tense-1-b", "suite", "", "Norway", "We will send them food."],
    ]
    # offsets counted by hand
    assert suite.verbs.to_numpy().tolist() == [
        ["chains-1-a", 5, 8, "met", "other", "appeal", "chains", 1, "a"],
        ["chains-1-a", 17, 20, "met", "other", "appeal", "chains", 1, "a"],
        ["chains-1-a", 21, 26, "again", "self_state", "neutral", "chains", 1, "a"],
        ["chains-1-b", 0, 2, "Go", "self", "oppose", "chains", 1, "b"],
        ["tense-1-a", 3, 7, "sent", "self", "reward", "tense", 1, "a"],
        ["tense-1-b", 8, 12, "send", "self", "promise", "tense", 1, "b"],
    ]


def test_members_are_named_in_the_order_of_the_file(tmp_path: Path) -> None:
    suite_file(tmp_path, HEADER, A.replace("1", "2", 1), B, A, B.replace("1", "2", 1))
    names = read_suite(tmp_path).documents["document_id"].tolist()
    assert names == ["tense-2-a", "tense-1-a", "tense-1-b", "tense-2-b"]


@pytest.mark.parametrize(
    ("lines", "line", "words"),
    [
        (
            ["pair\ttext\tstate", A, B],
            ":1",
            "expected the columns pair, state, text .* found pair, text, state",
        ),
        ([HEADER], ":1", "expected two lines a pair, found the header alone"),
        ([HEADER, A, "1\tNorway"], ":3", "expected 3 fields as in the header, found 2"),
        ([HEADER, A, B, "", B.replace("1", "x", 1)], ":5", "expected a whole number as pair, found 'x'"),
        ([HEADER, A, B, A.replace("1", "2", 1)], ":4", "expected two lines of pair 2, found 1"),
        ([HEADER, A, B, A], r":2 \(and 2 more\)", "expected two lines of pair 1, found 3"),
        ([HEADER, A, "1\tNorway\t "], ":3", "expected a sentence in text, found none"),
        ([HEADER, A, "1\tNorway\tWe sent food."], ":3", r"marked as \[form.* found 'We sent food.'"),
        ([HEADER, A, B.replace("[send", "[will send")], ":3", "with a single token as form"),
        ([HEADER, A, B.replace("]", "")], ":3", "expected every tested verb marked"),
        ([HEADER, A, B.replace("self|", "")], ":3", "expected every tested verb marked"),
        ([HEADER, A, B + " [us"], ":3", "expected every tested verb marked"),
        ([HEADER, A, B.replace("self", "we")], ":3", "expected attribution as one of self, .* found 'we'"),
        ([HEADER, A.replace("reward", "gift"), B], ":2", "expected category as one of .* found 'gift'"),
        ([HEADER, A, B.replace("promise", "none")], ":3", "found category none; leave it unmarked"),
    ],
)
def test_bad_lines_are_refused_with_their_number(
    tmp_path: Path, lines: Sequence[str], line: str, words: str
) -> None:
    path = suite_file(tmp_path, *lines)
    with pytest.raises(InputError, match=f"^{path}{line}: .*{words}") as caught:
        read_suite(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_folder_without_pairs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected a folder with minimal pairs"):
        read_suite(tmp_path)


VERBS = pd.DataFrame(
    [
        ("p-1-a", 10, 14, "send", "self", "promise", "p", 1, "a"),
        ("p-1-b", 10, 14, "send", "self", "neutral", "p", 1, "b"),
        ("p-2-a", 5, 11, "struck", "other", "punish", "p", 2, "a"),
        ("p-2-b", 5, 8, "fed", "other", "reward", "p", 2, "b"),
        ("p-3-a", 3, 7, "live", "self", "neutral", "p", 3, "a"),
        ("p-3-b", 5, 9, "live", "other", "neutral", "p", 3, "b"),
        ("q-1-a", 3, 6, "met", "self", "appeal", "q", 1, "a"),
        ("q-1-a", 11, 15, "left", "other", "oppose", "q", 1, "a"),
        ("q-1-b", 3, 6, "met", "self", "appeal", "q", 1, "b"),
    ],
    columns=[
        "document_id",
        "start",
        "end",
        "verb",
        "attribution",
        "category",
        "phenomenon",
        "pair",
        "member",
    ],
)
CODED = pd.DataFrame(
    [
        ("p-1-a", 10, 14, "self", "promise"),
        ("p-1-a", 20, 24, "other", "punish"),  # no verb that is tested
        # nothing in p-1-b: as good as neutral, and whose the neutral verb is does not matter
        ("p-2-a", 5, 11, "other", "threaten"),  # wrong category, right sign
        ("p-2-b", 5, 8, "self_state", "reward"),  # wrong attribution
        # nothing in p-3-a: neutral, but the pair is about who acts
        ("p-3-b", 5, 9, "other", "neutral"),
        ("q-1-a", 0, 6, "self", "appeal"),  # begins elsewhere, lies on the head
        # nothing on q-1-a `left`
        ("q-1-b", 3, 6, "other", "promise"),
    ],
    columns=["document_id", "start", "end", "attribution", "category"],
)


def test_passing_rules_on_a_hand_worked_example() -> None:
    judged = judge(VERBS, CODED)
    assert judged["verb"].tolist() == VERBS["verb"].tolist()
    assert judged["category"].tolist() == [
        "promise", "neutral", "threaten", "reward", "neutral", "neutral", "appeal", "neutral", "promise",
    ]  # fmt: skip
    yes, no = True, False
    assert judged["passed_category"].tolist() == [yes, yes, no, yes, yes, yes, yes, no, no]
    assert judged["passed_attribution"].tolist() == [yes, pd.NA, yes, no, no, yes, yes, no, no]
    assert judged["passed_valence"].tolist() == [yes, yes, yes, yes, yes, yes, yes, no, yes]


def test_pass_rates_of_the_hand_worked_example() -> None:
    rates = pass_rates(judge(VERBS, CODED).assign(coder="c"))
    assert rates.columns.tolist() == list(RATE_COLUMNS)
    counts = {
        (phenomenon, measure): (passed, tests)
        for _, phenomenon, measure, passed, tests, *_ in rates.itertuples(index=False, name=None)
    }
    assert counts == {
        ("p", "category"): (5, 6), ("p", "attribution"): (3, 5), ("p", "valence"): (6, 6),
        ("q", "category"): (1, 3), ("q", "attribution"): (1, 3), ("q", "valence"): (2, 3),
        ("all", "category"): (6, 9), ("all", "attribution"): (4, 8), ("all", "valence"): (8, 9),
        ("p", "pair"): (1, 3), ("q", "pair"): (0, 1), ("all", "pair"): (1, 4),
    }  # fmt: skip
    assert rates["rate"].tolist() == (rates["passed"] / rates["tests"]).tolist()


def test_failures_are_verbs_with_a_wrong_category_or_attribution() -> None:
    failed = failures(judge(VERBS, CODED).assign(coder="c"))
    assert failed[["document_id", "verb", "gold_category", "category"]].to_numpy().tolist() == [
        ["p-2-a", "struck", "punish", "threaten"],
        ["p-2-b", "fed", "reward", "reward"],
        ["p-3-a", "live", "neutral", "neutral"],
        ["q-1-a", "left", "oppose", "neutral"],
        ["q-1-b", "met", "appeal", "promise"],
    ]


def test_coders_are_counted_apart() -> None:
    gold = VERBS.drop(columns=["verb", "phenomenon", "pair", "member"])
    judged = pd.concat([judge(VERBS, CODED).assign(coder="c"), judge(VERBS, gold).assign(coder="gold")])
    rates = pass_rates(judged).set_index(["coder", "phenomenon", "measure"])["passed"]
    assert rates["c", "all", "pair"] == 1
    assert rates["gold", "all", "pair"] == 4


# Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3: the score interval of Wilson
@pytest.mark.parametrize(
    ("passed", "tests", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_interval_is_that_of_wilson(passed: int, tests: int, low: float, high: float) -> None:
    right = [i < passed for i in range(tests)]
    judged = pd.DataFrame(
        {"coder": "c", "phenomenon": "p", "pair": range(tests), "passed_category": right}
    ).assign(passed_attribution=right, passed_valence=right)
    rates = pass_rates(judged)
    assert rates["rate"].unique().tolist() == [passed / tests]
    assert rates["low"].to_numpy() == pytest.approx(low, abs=5e-5)
    assert rates["high"].to_numpy() == pytest.approx(high, abs=5e-5)


@st.composite
def pairs_of_verbs(draw: st.DrawFn) -> pd.DataFrame:
    codes = st.tuples(st.sampled_from(ATTRIBUTIONS), st.sampled_from(CATEGORIES))
    members = draw(
        st.lists(st.tuples(*[st.lists(codes, min_size=1, max_size=3)] * 2), min_size=1, max_size=5)
    )
    rows = [
        (f"p-{pair}-{'ab'[m]}", 5 * i, 5 * i + 4, "verb", *code, "p", pair, "ab"[m])
        for pair, both in enumerate(members)
        for m, verbs in enumerate(both)
        for i, code in enumerate(verbs)
    ]
    return pd.DataFrame(rows, columns=VERBS.columns)


@settings(deadline=None, max_examples=30)
@given(pairs_of_verbs())
def test_the_labels_pass_every_pair_and_silence_passes_none(verbs: pd.DataFrame) -> None:
    perfect = judge(verbs, verbs).assign(coder="c")
    assert (pass_rates(perfect)["rate"] == 1).all()
    assert failures(perfect).empty
    silent = pass_rates(judge(verbs, verbs.iloc[:0]).assign(coder="c"))
    assert (silent.loc[silent["measure"] == "pair", "passed"] == 0).all()


@settings(deadline=None, max_examples=30)
@given(pairs_of_verbs(), st.data())
def test_a_change_of_one_code_fails_its_pair_alone(verbs: pd.DataFrame, data: st.DataObject) -> None:
    row = data.draw(st.integers(0, len(verbs) - 1))
    was = verbs.loc[row, "category"]
    other = data.draw(st.sampled_from([name for name in CATEGORIES if name != was]))
    coded = verbs.copy()
    coded.loc[row, "category"] = other
    rates = pass_rates(judge(verbs, coded).assign(coder="c")).set_index(["phenomenon", "measure"])
    for measure in ("category", "pair"):
        assert rates.loc[("p", measure), "passed"] == rates.loc[("p", measure), "tests"] - 1


@pytest.mark.parametrize(
    ("verbs", "words"),
    [
        (VERBS.drop(columns="member"), "add or rename: member"),
        (VERBS.assign(category="none"), "expected category to be one of .* found 'none'"),
    ],
)
def test_verbs_that_cannot_be_tested_are_refused(verbs: pd.DataFrame, words: str) -> None:
    with pytest.raises(InputError, match=words):
        judge(verbs, CODED)


def test_bad_options_of_pass_rates_are_refused() -> None:
    judged = judge(VERBS, CODED).assign(coder="c")
    with pytest.raises(InputError, match="expected level between 0 and 1"):
        pass_rates(judged, level=95)
    with pytest.raises(InputError, match="names of phenomena other than all"):
        pass_rates(judged.assign(phenomenon="all"))
    with pytest.raises(InputError, match="add or rename: coder"):
        pass_rates(judged.drop(columns="coder"))


def evaluate(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["evaluate", *map(str, arguments)])
    return result.exit_code, result.output, result.stderr


def test_the_command_writes_rates_and_failures(tmp_path: Path) -> None:
    wrong = "2\tNorway\tWe will [send|other|punish] them food."
    right = "2\tNorway\tWe [know|self|neutral] the hills."
    suite_file(tmp_path, HEADER, A, B, wrong, right)
    out = tmp_path / "out"
    code, shown, _ = evaluate(
        "--suite-folder", tmp_path, "-o", out, "--coder", "rules", "--coder", "majority"
    )
    assert code == 0
    assert "tense" in shown
    assert ".50" in shown
    assert sorted(file.name for file in out.iterdir()) == ["suite.csv", "suite_failures.csv"]
    rates = pd.read_csv(out / "suite.csv").set_index(["coder", "phenomenon", "measure"])
    assert rates.loc[("rules", "tense", "pair"), ["passed", "tests"]].tolist() == [1, 2]
    failed = pd.read_csv(out / "suite_failures.csv")
    assert failed[failed["coder"] == "rules"].to_dict("records") == [
        {
            "coder": "rules", "document_id": "tense-2-a", "phenomenon": "tense", "pair": 2, "member": "a",
            "verb": "send", "gold_category": "punish", "category": "promise", "gold_attribution": "other",
            "attribution": "self", "text": "We will send them food.",
        }
    ]  # fmt: skip


def test_labels_and_suite_together(tmp_path: Path) -> None:
    suite_file(tmp_path, HEADER, A, B)
    labels = tmp_path / "labels.jsonl"
    labels.write_text(
        '{"text": "We thank them.", "verbs": '
        '[{"start": 3, "end": 8, "attribution": "self", "category": "appeal"}]}\n'
    )
    code, _, _ = evaluate(labels, "--suite-folder", tmp_path, "-o", tmp_path / "o", "--coder", "rules", "-q")
    assert code == 0
    assert {"agreement.csv", "suite.csv"} <= {file.name for file in (tmp_path / "o").iterdir()}


def test_neither_labels_nor_suite_is_one_line_and_code_2(tmp_path: Path) -> None:
    for arguments, words in (
        ([], "expected LABELS, --suite or both, found neither"),
        (["--suite-folder", tmp_path / "nowhere"], "expected a folder with minimal pairs"),
    ):
        code, _, error = evaluate(*arguments, "-o", tmp_path / "out", "--coder", "rules", "-q")
        assert code == 2
        assert len(error.strip().splitlines()) == 1
        assert words in error
    assert not (tmp_path / "out").exists()


@pytest.fixture(scope="module")
def shipped() -> Suite:
    return read_suite()


def test_shipped_pairs_are_many_and_different(shipped: Suite) -> None:
    verbs = shipped.verbs
    codes = verbs.groupby(["phenomenon", "pair", "member"])[["attribution", "category"]].agg(tuple)
    same = (codes.xs("a", level="member") == codes.xs("b", level="member")).all(axis=1)
    by_file = same.groupby("phenomenon").agg(["size", "mean"])
    assert by_file["size"].min() >= 20
    assert len(same) >= 600
    assert by_file["mean"].max() <= 1 / 3
    assert set(verbs["category"]) == set(CATEGORIES)
    assert set(verbs["attribution"]) == set(ATTRIBUTIONS)


def test_shipped_speakers_are_of_known_states(shipped: Suite) -> None:
    states = shipped.documents["state"]
    assert states[states.map(state_name).isna()].tolist() == []


def test_heads_of_the_shipped_pairs_are_found(shipped: Suite) -> None:
    _, found = extract(shipped.documents, load_parser(DEFAULT_PARSER))
    heads = set(zip(found["document_id"], found["start"], strict=True))
    marked = zip(shipped.verbs["document_id"], shipped.verbs["start"], strict=True)
    missing = [head for head in marked if head not in heads]
    assert len(missing) <= 0.05 * len(shipped.verbs), missing
