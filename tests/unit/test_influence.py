"""What moves the pooled indices when it is left out."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vicsformer.data.codebook import ATTRIBUTIONS, CATEGORIES
from vicsformer.data.errors import InputError
from vicsformer.infer.counts import count
from vicsformer.infer.indices import INDEX_NAMES, indices
from vicsformer.infer.influence import INFLUENCE_COLUMNS, influence


def coded_table(seed: int, verbs: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    leaders = rng.choice(["B", "A"], size=verbs)
    return pd.DataFrame(
        {
            "leader": leaders,
            "document_id": [
                f"{leader}{n}" for leader, n in zip(leaders, rng.integers(3, size=verbs), strict=True)
            ],
            "start": np.arange(verbs) * 10,
            "lemma": rng.choice(["give", "take", "meet", "hit"], size=verbs),
            "phrase": "would have",
            "attribution": rng.choice(ATTRIBUTIONS, size=verbs),
            "category": rng.choice(CATEGORIES, size=verbs),
            "confidence": rng.integers(3, 10, size=verbs) / 10,
        }
    )


def pooled(coded: pd.DataFrame) -> np.ndarray:
    return indices(count(coded).array.sum(axis=0))


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 1000), st.integers(1, 25))
def test_every_change_is_that_of_coding_without_the_unit(seed: int, verbs: int) -> None:
    coded = coded_table(seed, verbs)
    table = influence(coded, top=1000)
    assert list(table) == ["leader", *INFLUENCE_COLUMNS]
    found = {}
    for row in table.to_dict("records"):
        key = row["document_id"], row["lemma"], row["start"]
        unit = {"document": key[0], "lemma": key[1], "verb": key[2]}[row["unit"]]
        found[row["leader"], row["unit"], unit, row["index"]] = row["estimate"], row["without"], row["change"]
    expected = {}
    for leader, own in coded.groupby("leader"):
        for unit, column in (("document", "document_id"), ("lemma", "lemma"), ("verb", "start")):
            for name in own[column].unique():
                whole, rest = pooled(own), own[own[column] != name]
                without = pooled(rest) if len(rest) else np.full(len(INDEX_NAMES), np.nan)
                for index, before, after in zip(INDEX_NAMES, whole, without, strict=True):
                    if not np.isnan(after) and before != after:
                        expected[leader, unit, name, index] = before, after, after - before
    assert found == expected


def test_the_most_influential_come_first() -> None:
    table = influence(coded_table(1, 400), top=4)
    size = table["change"].abs()
    for _, rows in table.groupby(["leader", "index", "unit"]):
        assert rows["rank"].tolist() == list(range(1, len(rows) + 1))
        assert size[rows.index].is_monotonic_decreasing
    full = influence(coded_table(1, 400), top=1000)
    kept = full[full["rank"] <= 4].reset_index(drop=True)
    pd.testing.assert_frame_equal(table, kept)
    assert (
        table["leader"].drop_duplicates().tolist() == coded_table(1, 400)["leader"].drop_duplicates().tolist()
    )
    assert table["index"].drop_duplicates().tolist() == list(INDEX_NAMES)
    assert table["unit"].drop_duplicates().tolist() == ["document", "lemma", "verb"]


def test_of_verbs_alike_the_doubtful_come_first() -> None:
    rows = [("a1", 5, 0.9), ("a2", 7, 0.4), ("a1", 1, 0.4), ("a2", 3, 0.8)]
    coded = pd.DataFrame(rows, columns=["document_id", "start", "confidence"])
    coded = coded.assign(leader="A", lemma="help", phrase="helped", attribution="other", category="reward")
    against = coded.iloc[[0]].assign(start=99, category="punish", lemma="hit", phrase="were hit")
    verbs = influence(pd.concat([coded, against])).query("index == 'P-1' and unit == 'verb'")
    # by hand: 3/5; 1 without the punishment, 2/4 without one reward
    assert verbs["estimate"].tolist() == pytest.approx([0.6] * 5)
    assert verbs["without"].tolist() == pytest.approx([1, 0.5, 0.5, 0.5, 0.5])
    assert verbs["start"].tolist() == [99, 1, 7, 3, 5]
    assert verbs["phrase"].tolist() == ["were hit", *["helped"] * 4]
    assert verbs["category"].tolist() == ["punish", *["reward"] * 4]
    assert verbs["verbs"].tolist() == [1] * 5


def test_order_of_rows_does_not_matter() -> None:
    coded = coded_table(2, 300).sort_values("leader")
    shuffled = coded.sample(frac=1, random_state=0)
    found = [influence(table).sort_values("leader", kind="stable") for table in (coded, shuffled)]
    pd.testing.assert_frame_equal(*(table.reset_index(drop=True) for table in found))


def test_groups_may_have_several_columns() -> None:
    coded = coded_table(3, 60).assign(period=lambda t: np.where(t["document_id"].str.endswith("0"), "x", "y"))
    table = influence(coded, by=["leader", "period"])
    one = influence(coded[(coded["leader"] == "A") & (coded["period"] == "y")], by=["leader", "period"])
    rows = table[(table["leader"] == "A") & (table["period"] == "y")].reset_index(drop=True)
    pd.testing.assert_frame_equal(rows, one)


def test_what_cannot_be_used_is_refused() -> None:
    coded = coded_table(0, 5)
    with pytest.raises(InputError, match="expected top of at least 1; found 0"):
        influence(coded, top=0)
    with pytest.raises(InputError, match="found an empty table"):
        influence(coded.iloc[:0])
    with pytest.raises(InputError, match="add or rename: lemma"):
        influence(coded.drop(columns="lemma"))
