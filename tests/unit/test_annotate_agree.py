"""Agreement of readers against other programs, and the list of what they disagree on."""

import krippendorff
import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from vicsformer.annotate.agree import AGREEMENT_COLUMNS, agreement, confusions
from vicsformer.annotate.readings import READING_COLUMNS, disagreements, load_readings
from vicsformer.data.codebook import ATTRIBUTIONS, CATEGORIES, INTENSITY, LABEL_CATEGORIES, NONE, VALENCE
from vicsformer.data.errors import InputError
from vicsformer.data.tables import write_table

CODES = st.tuples(
    st.sampled_from(LABEL_CATEGORIES), st.sampled_from(ATTRIBUTIONS), st.sampled_from(["", "past", "future"])
)


def reading(coder, codes, passages=3):
    """A coder's codes of the verbs 0, 1, ... in turn in each passage."""
    rows = [
        {
            "document_id": f"d{i % passages}",
            "start": 10 * i,
            "end": 10 * i + 5,
            "verb": f"verb{i}",
            "attribution": attribution,
            "category": category,
            "tense": tense,
            "note": "",
            "passage": f"p{i % passages}",
            "coder": coder,
            "round": "3",
            "codebook_version": "1.2",
        }
        for i, (category, attribution, tense) in enumerate(codes)
    ]
    return pd.DataFrame(rows, columns=list(READING_COLUMNS))


def values(table, attribute):
    found = table[table["attribute"] == attribute].set_index("measure")
    return *found.loc[["agreed", "kappa", "alpha"], "value"], found["verbs"].iloc[0]


def other_programs(a, b, order, numbers=None):
    """Share agreed, kappa from scikit-learn, alpha from krippendorff."""
    if not len(a):
        return np.nan, np.nan, np.nan
    places = [[order.index(x) for x in coded] for coded in (a, b)]
    weights, level = (None, "nominal") if numbers is None else ("quadratic", "interval")
    kappa = np.nan
    if len({*a, *b}) > 1:
        kappa = cohen_kappa_score(*places, labels=list(range(len(order))), weights=weights)
    alpha = np.nan
    if len({*a, *b}) > 1:
        given_ = [[numbers[x] for x in coded] for coded in (a, b)] if numbers else places
        alpha = krippendorff.alpha(np.array(given_, dtype=float), level_of_measurement=level)
    return np.mean([x == y for x, y in zip(a, b, strict=True)]), kappa, alpha


@settings(deadline=None, max_examples=20)
@given(st.lists(st.tuples(CODES, CODES), min_size=1, max_size=40))
@example([(("none", "self", ""), ("appeal", "self", "past"))])  # no unit, no tense in common
@example([(("appeal", "self", "past"), ("appeal", "self", "past"))] * 2)  # no disagreement by chance
def test_every_attribute_agrees_as_other_programs_say(pairs):
    a, b = zip(*pairs, strict=True)
    table = agreement(pd.concat([reading("A", a), reading("B", b)]), resamples=2)
    assert table.columns.tolist() == list(AGREEMENT_COLUMNS)
    units = [(x, y) for x, y in pairs if NONE not in (x[0], y[0])]
    side = dict.fromkeys(ATTRIBUTIONS[:3], "self") | {"other": "other", "unknown": "unknown"}
    expected = {
        "unit": (pairs, lambda c: c[0] == NONE, [False, True], None),
        "category": (pairs, lambda c: c[0], list(LABEL_CATEGORIES), None),
        "category_of_units": (units, lambda c: c[0], list(CATEGORIES), None),
        "valence": (units, lambda c: VALENCE[c[0]], ["conflictual", "neutral", "cooperative"], None),
        "intensity": (units, lambda c: c[0], list(CATEGORIES), INTENSITY),
        "attribution": (units, lambda c: c[1], list(ATTRIBUTIONS), None),
        "self_other": (units, lambda c: side[c[1]], ["self", "other", "unknown"], None),
        "tense": ([p for p in pairs if p[0][2] and p[1][2]], lambda c: c[2], ["past", "future"], None),
    }
    assert list(dict.fromkeys(table["attribute"])) == list(expected)
    for attribute, (verbs, code, order, numbers) in expected.items():
        coded = [[code(pair[k]) for pair in verbs] for k in (0, 1)]
        *found, n = values(table, attribute)
        assert n == len(verbs)
        assert found == pytest.approx(other_programs(*coded, order, numbers), nan_ok=True), attribute


def test_intervals_come_from_drawing_passages():
    rng = np.random.default_rng(0)
    a = [(CATEGORIES[i], "self", "") for i in rng.integers(0, 7, 300)]
    b = [x if rng.random() < 0.8 else (CATEGORIES[rng.integers(7)], "self", "") for x in a]
    both = pd.concat([reading("A", a, passages=30), reading("B", b, passages=30)])
    row = agreement(both, seed=5).query("attribute == 'category' and measure == 'kappa'").iloc[0]
    assert row["passages"] == 30
    codes = np.array([[CATEGORIES.index(x[0]), CATEGORIES.index(y[0])] for x, y in zip(a, b, strict=True)])
    rng = np.random.default_rng(6)
    # a thousand draws of 30 passages, the ten verbs of a passage being 30 apart
    drawn = codes[(rng.integers(0, 30, (1000, 30, 1)) + np.arange(0, 300, 30)).reshape(1000, -1)]
    agreed = (drawn[..., 0] == drawn[..., 1]).mean(axis=1)
    chance = sum(np.prod((drawn == k).mean(axis=1), axis=1) for k in range(7))
    draws = (agreed - chance) / (1 - chance)
    assert draws[0] == pytest.approx(cohen_kappa_score(*drawn[0].T))
    # two sets of 1,000 draws: the limits differ by chance
    assert [row["low"], row["high"]] == pytest.approx(np.quantile(draws, [0.025, 0.975]), abs=0.015)
    narrow = (
        agreement(both, seed=5, level=0.5).query("attribute == 'category' and measure == 'kappa'").iloc[0]
    )
    assert row["low"] < narrow["low"] < row["value"] < narrow["high"] < row["high"]
    one = agreement(pd.concat([reading("A", a, passages=1), reading("B", b, passages=1)]))
    assert one[["low", "high"]].isna().all(axis=None)


def test_only_verbs_that_both_coded_count_pair_by_pair():
    code = ("appeal", "self", "past")
    a, b, c = (reading(name, [code] * n) for name, n in (("A", 6), ("B", 4), ("C", 5)))
    table = agreement(pd.concat([a, b.iloc[:2], c.iloc[3:]]), resamples=1)
    counts = table[table["attribute"] == "unit"].drop_duplicates(["coder_a", "coder_b"])
    assert counts[["coder_a", "coder_b", "verbs"]].to_numpy().tolist() == [["A", "B", 2], ["A", "C", 2]]
    with pytest.raises(InputError, match="found none among B, C"):
        agreement(pd.concat([b.iloc[:2], c.iloc[3:]]))


def test_confusions_count_every_pair_of_codes():
    a = [
        ("appeal", "self", "past"),
        ("appeal", "other", ""),
        ("none", "other", ""),
        ("punish", "self", "past"),
    ]
    b = [
        ("oppose", "self_state", "past"),
        ("oppose", "other", "past"),
        ("punish", "other", ""),
        ("punish", "self", "future"),
    ]
    table = confusions(pd.concat([reading("A", a), reading("B", b)]))
    rows = {tuple(row) for row in table.drop(columns=["coder_a", "coder_b"]).to_numpy().tolist()}
    assert rows >= {
        ("category", "appeal", "oppose", 2),
        ("category", "none", "punish", 1),
        ("unit", "unit", "unit", 3),
        ("unit", "none", "unit", 1),
        ("valence", "cooperative", "conflictual", 2),
        ("intensity", "+1", "-1", 2),
        ("attribution", "self", "self_state", 1),
        ("self_other", "self", "self", 2),
        ("tense", "past", "past", 1),
        ("tense", "past", "future", 1),
    }
    sizes = table.groupby("attribute")["verbs"].sum()
    assert sizes.to_dict() == {
        "unit": 4, "category": 4, "category_of_units": 3, "valence": 3, "intensity": 3, "attribution": 3,
        "self_other": 3, "tense": 2,
    }  # fmt: skip


def test_disagreements_are_listed_side_by_side_for_settling():
    a = [
        ("appeal", "self", ""),
        ("none", "other", ""),
        ("appeal", "self", ""),
        ("appeal", "self", ""),
        ("none", "self", ""),
    ]
    b = [
        ("appeal", "self", "past"),
        ("none", "unknown", ""),
        ("appeal", "other", ""),
        ("none", "self", ""),
        ("none", "self", ""),
    ]
    c = reading("C", [("reward", "self", "")] * 4).iloc[3:].assign(note="2nd: appeal")
    table = disagreements(pd.concat([reading("A", a), reading("B", b), c]))
    # who acts is no question where there is no unit, and tense is not settled
    assert table["verb"].tolist() == ["verb2", "verb3"]
    assert table.columns.tolist() == [
        "document_id", "start", "end", "verb", "passage",
        "coder_1", "attribution_1", "category_1", "note_1",
        "coder_2", "attribution_2", "category_2", "note_2",
        "coder_3", "attribution_3", "category_3", "note_3",
        "attribution", "category", "note",
    ]  # fmt: skip
    assert table.iloc[0, 5:].tolist() == ["A", "self", "appeal", "", "B", "other", "appeal", *[""] * 8]
    assert table.iloc[1, 13:17].tolist() == ["C", "self", "reward", "2nd: appeal"]
    assert disagreements(reading("A", a)).empty


def test_readings_come_back_from_disk_as_they_were(tmp_path):
    a = reading("A", [("none", "unknown", ""), ("appeal", "self", "past")])
    write_table(a, tmp_path / "a.csv")
    # a spreadsheet drops the quotes: empty text is missing then, and the round a number
    reading("1", [("appeal", "self", "")]).to_csv(tmp_path / "b.csv", index=False)
    table = load_readings([tmp_path / "a.csv", tmp_path / "b.csv"])
    pd.testing.assert_frame_equal(
        table, pd.concat([a, reading("1", [("appeal", "self", "")])], ignore_index=True)
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t.drop(columns="coder"), "add or rename: coder"),
        (lambda t: t.replace("appeal", "call"), "found 'call' in row 0"),
        (lambda t: pd.concat([t, t]), "found two of A for 'verb0' at 0 of d0"),
    ],
)
def test_tables_that_are_no_readings_are_refused(tmp_path, change, words):
    change(reading("A", [("appeal", "self", "")])).to_csv(tmp_path / "a.csv", index=False)
    with pytest.raises(InputError, match=words):
        load_readings([tmp_path / "a.csv"])
