"""Verdicts under the codebook's switches, other coders and left-out documents."""

import numpy as np
import pandas as pd
import pytest

from vicsformer.data.codebook import ATTRIBUTIONS, CATEGORIES, NEUTRAL, POWER_CATEGORIES
from vicsformer.data.errors import InputError
from vicsformer.evaluate.compare import compare
from vicsformer.evaluate.typology import typology
from vicsformer.infer.counts import count
from vicsformer.infer.indices import INDEX_NAMES, indices
from vicsformer.sensitivity import SENSITIVITY_COLUMNS, SUMMARY_COLUMNS, sensitivity
from vicsformer.switches import SWITCHES, settings

MARGINS = {"P-1": 0.2, "I-1": 0.3}
ALPHA = 0.2  # few speeches: at .05 there would be one verdict only


def coded_corpus(seed: int, documents: tuple[int, ...] = (6, 5, 4, 2, 1), verbs: int = 40) -> pd.DataFrame:
    """Draw verbs of leaders who differ in their mixture of categories."""
    rng = np.random.default_rng(seed)
    tables = []
    for leader, number in zip("ABCDE", documents, strict=False):
        mixture = rng.dirichlet(np.full(len(CATEGORIES), 1.5))
        for document in range(number):
            p = rng.dirichlet(20 * mixture, size=verbs)
            frame = pd.DataFrame(p, columns=[f"p_{name}" for name in CATEGORIES])
            frame["category"] = np.array(CATEGORIES)[p.argmax(axis=1)]
            frame["confidence"] = p.max(axis=1)
            frame["attribution"] = rng.choice(ATTRIBUTIONS, size=verbs)
            phrases = ["must act", "can act", "will act", "acted", "need to act", "needs help"]
            frame["phrase"] = rng.choice(phrases, size=verbs)
            tables.append(frame.assign(leader=leader, document_id=f"{leader}{document}"))
    return pd.concat(tables, ignore_index=True)


CODED = coded_corpus(11)
OTHER = coded_corpus(4)


def scores(coded: pd.DataFrame) -> pd.DataFrame:
    counts = count(coded)
    return counts.documents.join(pd.DataFrame(indices(counts.array), columns=list(INDEX_NAMES)))


def expected(table: pd.DataFrame) -> dict[tuple[str, str, str, str], str | None]:
    """Verdicts as `compare` and `typology` give them: (a, b, index, rule) -> verdict."""
    made = compare(table, indices=["P-1", "I-1"], margins=MARGINS, alpha=ALPHA, permutations=1)
    rows = made[made["test"] == "anova"]
    verdicts = {
        (row.a, row.b, row.index, rule): getattr(row, rule)
        for rule in ("verdict", "verdict_anova_p05")
        for row in rows.itertuples(index=False)
    }
    for row in typology(made, alpha=ALPHA).itertuples(index=False):
        verdicts[row.a, row.b, "relationship", "verdict_anova_p05"] = row.relationship
    return {key: None if pd.isna(value) else value for key, value in verdicts.items()}


def reported(
    table: pd.DataFrame, switch: str, setting: str, column: str = "verdict"
) -> dict[tuple, str | None]:
    rows = table[(table["switch"] == switch) & (table["setting"] == setting)]
    keys = rows[["a", "b", "index", "rule"]].itertuples(index=False, name=None)
    return {key: None if pd.isna(v) else v for key, v in zip(keys, rows[column], strict=True)}


@pytest.fixture(scope="module")
def report() -> pd.DataFrame:
    coders = {"one": CODED, "two": OTHER}
    found = sensitivity(coders, margins=MARGINS, alpha=ALPHA)
    assert list(found.verdicts) == list(SENSITIVITY_COLUMNS)
    assert list(found.summary) == list(SUMMARY_COLUMNS)
    return found.verdicts


def test_the_baseline_is_the_comparison(report: pd.DataFrame) -> None:
    base = reported(report, "confidence", "0.5", "baseline")
    assert base == expected(scores(CODED))
    assert {"convergent", "divergent", "inconclusive", None} <= set(base.values())


def moved(attribution: str, to: str) -> pd.DataFrame:
    return CODED.assign(attribution=CODED["attribution"].replace(attribution, to))


def neutral(which: pd.Series) -> pd.DataFrame:
    return CODED.assign(category=CODED["category"].mask(which, NEUTRAL))


def of_power(threshold: float) -> pd.DataFrame:
    power = CODED[[f"p_{name}" for name in POWER_CATEGORIES]]
    likeliest = power.idxmax(axis=1).str.removeprefix("p_")
    return CODED.assign(category=likeliest.where(power.sum(axis=1) > threshold, NEUTRAL))


RECODED = {
    ("inclusive we", "left out"): moved("we_inclusive", "unknown"),
    ("inclusive we", "other"): moved("we_inclusive", "other"),
    ("own state", "other"): moved("self_state", "other"),
    ("unknown agents", "other"): moved("unknown", "other"),
    ("modals", "necessity"): neutral(CODED["phrase"].isin(["must act", "need to act"])),
    ("modals", "possibility"): neutral(CODED["phrase"] == "can act"),
    ("modals", "future"): neutral(CODED["phrase"] == "will act"),
    **{("confidence", f"{t}"): neutral(CODED["confidence"] < t) for t in (0.5, 0.6, 0.7)},
    **{("power threshold", f"{t}"): of_power(t) for t in (0.3, 0.4, 0.5, 0.6, 0.7)},
}


def test_every_setting_counts_as_if_the_verbs_were_coded_so(report: pd.DataFrame) -> None:
    found = {(each.switch, each.setting): each.counts for each in settings(CODED, "leader")}
    assert list(found) == list(RECODED)
    for key, recoded in RECODED.items():
        assert found[key].array.tolist() == count(recoded).array.tolist()
        assert found[key].array.tolist() != count(CODED).array.tolist()
        assert reported(report, *key) == expected(scores(recoded))


def test_another_coder(report: pd.DataFrame) -> None:
    assert reported(report, "coder", "two") == expected(scores(OTHER))
    assert "one" not in set(report["setting"])


def test_every_document_is_left_out_once(report: pd.DataFrame) -> None:
    rows = report[report["switch"] == "document"]
    assert rows["setting"].drop_duplicates().tolist() == sorted(CODED["document_id"].unique())
    for name in ("A0", "C2", "D1"):
        left = CODED[CODED["document_id"] != name]
        own = {key: value for key, value in expected(scores(left)).items() if name[0] in key[:2]}
        assert reported(report, "document", name) == own
    # nobody is left to compare where E's only document is left out
    assert set(reported(report, "document", "E0").values()) == {None}


def test_what_changed_and_the_summary() -> None:
    found = sensitivity({"one": CODED, "two": OTHER}, margins=MARGINS, alpha=ALPHA)
    table, summary = found.verdicts, found.summary.set_index(["switch", "index", "rule"])
    same = (table["verdict"] == table["baseline"]) | (table["verdict"].isna() & table["baseline"].isna())
    assert table["changed"].tolist() == (~same).tolist()
    row = summary.loc[("power threshold", "P-1", "verdict")]
    rows = table[
        (table["switch"] == "power threshold") & (table["index"] == "P-1") & (table["rule"] == "verdict")
    ]
    turned = rows[rows["changed"]]
    assert len(turned) > 0
    assert row.to_dict() == {
        "settings": 5,
        "verdicts": 50,
        "changed": len(turned),
        "settings_that_change": turned["setting"].nunique(),
        "pairs": 10,
        "pairs_changed": len(turned[["a", "b"]].drop_duplicates()),
    }
    assert summary.loc[("document", "P-1", "verdict"), "settings"] == CODED["document_id"].nunique()
    switches = table["switch"].drop_duplicates().tolist()
    assert switches == [name for name in SWITCHES if name != "domestic verbs"]


def test_without_margins_nothing_is_convergent() -> None:
    table = sensitivity({"one": CODED}, alpha=ALPHA).verdicts
    verdicts = set(table.loc[table["rule"] == "verdict", "verdict"].dropna())
    assert verdicts == {"divergent", "inconclusive"}
    assert "coder" not in set(table["switch"])


def test_rows_in_another_order_give_the_same_report(report: pd.DataFrame) -> None:
    coders = {name: table.sample(frac=1, random_state=1) for name, table in (("one", CODED), ("two", OTHER))}
    pd.testing.assert_frame_equal(sensitivity(coders, margins=MARGINS, alpha=ALPHA).verdicts, report)


@pytest.mark.parametrize(
    ("phrase", "kind"),
    [
        ("must not forget", "necessity"),
        ("shouldn't trade", "necessity"),
        ("ought to give", "necessity"),
        ("needs to hear", "necessity"),
        ("need not fear", "necessity"),
        ("cannot pay", "possibility"),
        ("can't pay", "possibility"),
        ("Could have been sent", "possibility"),
        ("might", "possibility"),
        ("'ll bring", "future"),
        ("won’t take", "future"),
        ("would build", "future"),
        ("shall", "future"),
        ("need", None),
        ("canned", None),
        ("willed", None),
        ("has been mustered", None),
        ("'s", None),
    ],
)
def test_modals_of_phrases(phrase: str, kind: str | None) -> None:
    row = CODED.iloc[[0]].assign(phrase=phrase, category="reward", attribution="self")
    found = {
        s.setting for s in settings(row, "leader") if s.switch == "modals" and s.counts.neutral.sum() == 1
    }
    assert found == ({kind} - {None})


def test_domestic_verbs_go_where_the_table_knows_them() -> None:
    coded = CODED.assign(domain=np.where(CODED.index % 3 == 0, "domestic", "foreign"))
    (counts,) = (s.counts for s in settings(coded, "leader") if s.switch == "domestic verbs")
    kept = count(coded.assign(category=coded["category"].mask(coded["domain"] == "domestic", "neutral")))
    pd.testing.assert_frame_equal(counts.table(), kept.table())
    assert not any(s.switch == "domestic verbs" for s in settings(CODED, "leader"))


def test_tables_that_cannot_be_used() -> None:
    with pytest.raises(InputError, match="expected at least one coded table"):
        sensitivity({})
    with pytest.raises(InputError, match="at least two values of leader; found 1"):
        sensitivity({"one": CODED[CODED["leader"] == "A"]})
    with pytest.raises(InputError, match="add or rename: p_neutral"):
        sensitivity({"one": CODED.drop(columns="p_neutral")})
    with pytest.raises(InputError, match="expected alpha between 0 and 1"):
        sensitivity({"one": CODED}, alpha=0)


def test_counts_stand_for_another_coder() -> None:
    by_codes = sensitivity({"own": CODED, "other": OTHER}, margins=MARGINS, alpha=ALPHA)
    by_counts = sensitivity({"own": CODED, "other": count(OTHER)}, margins=MARGINS, alpha=ALPHA)
    pd.testing.assert_frame_equal(by_counts.verdicts, by_codes.verdicts)


def test_counts_first_and_other_speeches_are_refused() -> None:
    with pytest.raises(InputError, match=r"expected a coded table \(one row a verb\) first"):
        sensitivity({"counts": count(CODED)})
    strangers = OTHER.assign(document_id="x" + OTHER["document_id"])
    with pytest.raises(
        InputError, match="theirs: expected documents of the first table, such as A0, found o"
    ):
        sensitivity({"own": CODED, "theirs": strangers})
    with pytest.raises(InputError, match="of the first table, such as A0, found none"):
        sensitivity({"own": CODED, "theirs": OTHER.iloc[:0]})
