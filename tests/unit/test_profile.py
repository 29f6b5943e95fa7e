from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vicsformer.data.codebook import ATTRIBUTIONS, CATEGORIES
from vicsformer.data.errors import InputError
from vicsformer.infer.indices import INDEX_NAMES
from vicsformer.infer.intervals import Aggregate
from vicsformer.infer.profile import profile


def coded(seed: int = 0, leaders: str = "ABC", documents: int = 8, verbs: int = 40) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    n = documents * verbs
    tables = [
        pd.DataFrame(
            {
                "leader": leader,
                "document_id": np.repeat([f"{leader}{i}" for i in range(documents)], verbs),
                "attribution": rng.choice(ATTRIBUTIONS, n, p=[0.3, 0.1, 0.1, 0.4, 0.1]),
                "category": rng.choice(CATEGORIES, n),
            }
        )
        for leader in leaders
    ]
    return pd.concat(tables, ignore_index=True)


def of(table: pd.DataFrame, leader: str) -> pd.DataFrame:
    return table[table["leader"] == leader].reset_index(drop=True)


def test_tidy_table() -> None:
    table = profile(coded(leaders="BA"), resamples=200, level=0.9)
    assert table.columns.tolist() == [
        *("leader", "index", "estimate", "low", "high", "documents", "verbs", "aggregate"),
        *("interval", "level", "unit", "few_documents"),
    ]
    assert table["leader"].tolist() == ["B"] * 18 + ["A"] * 18
    assert table["index"].tolist() == [*INDEX_NAMES] * 2
    assert (table["low"] < table["estimate"]).all()
    assert (table["estimate"] < table["high"]).all()
    assert set(table["aggregate"]) == {"pooled"}
    assert set(table["interval"]) == {"expanded"}
    assert set(table["unit"]) == {"document"}
    assert set(table["level"]) == {0.9}
    assert set(table["documents"]) == {8}


def test_few_documents_are_marked() -> None:
    both = pd.concat([coded(leaders="A", documents=9), coded(leaders="B", documents=10)])
    table = profile(both, resamples=5)
    assert of(table, "A")["few_documents"].all()
    assert not of(table, "B")["few_documents"].any()


def test_studentised_limits_stay_within_the_ranges() -> None:
    table = profile(coded(leaders="A", documents=4, verbs=12), interval="studentised", resamples=400)
    shares = table[table["index"].str.startswith("I-5")].dropna()
    assert len(shares)
    assert shares[["low", "high"]].clip(0, 1).equals(shares[["low", "high"]])
    assert set(table["interval"]) == {"studentised"}


def test_verbs_are_those_of_power_by_self_and_other() -> None:
    verbs = coded(leaders="A")
    counted = ((verbs["category"] != "neutral") & (verbs["attribution"] != "unknown")).sum()
    assert set(profile(verbs, resamples=10)["verbs"]) == {counted}


def test_estimates_of_both_aggregates() -> None:
    verbs = pd.DataFrame(
        {
            "leader": "A",
            "document_id": ["a", "a", "a", "b"],
            "attribution": "self",
            "category": ["reward", "reward", "reward", "punish"],
        }
    )
    for aggregate, i1 in (("pooled", 0.5), ("speech", 0.0)):
        table = profile(verbs, aggregate=aggregate, resamples=20).set_index("index")
        assert table.loc["I-1", "estimate"] == i1
        assert np.isnan(table.loc["P-1", "estimate"])
        assert set(table["aggregate"]) == {aggregate}


def test_one_document_is_resampled_by_verbs_and_marked() -> None:
    verbs = pd.concat([coded(leaders="A"), coded(leaders="B", documents=1, verbs=80)])
    table = profile(verbs, resamples=500)
    assert set(of(table, "A")["unit"]) == {"document"}
    alone = of(table, "B")
    assert set(alone["unit"]) == {"verb"}
    assert set(alone["documents"]) == {1}
    assert (alone["high"] - alone["low"] > 0.01).all()
    # the other documents of this leader are empty: there is still only one that shows anything
    listed = pd.DataFrame({"leader": "B", "document_id": ["B0", "B1", "B2"]})
    padded = profile(verbs[verbs["leader"] == "B"], resamples=500, documents=listed)
    assert set(padded["unit"]) == {"verb"}
    assert set(padded["documents"]) == {3}
    pd.testing.assert_frame_equal(padded.drop(columns="documents"), alone.drop(columns="documents"))


@settings(max_examples=10, deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from(["pooled", "speech"]))
def test_order_of_rows_and_other_leaders_do_not_matter(random: Random, aggregate: Aggregate) -> None:
    verbs = coded()
    order = list(range(len(verbs)))
    random.shuffle(order)
    expected = profile(verbs, aggregate=aggregate, resamples=50)
    shuffled = profile(verbs.iloc[order], aggregate=aggregate, resamples=50)
    alone = profile(verbs[verbs["leader"] == "B"], aggregate=aggregate, resamples=50)
    for leader in "ABC":
        pd.testing.assert_frame_equal(of(shuffled, leader), of(expected, leader))
    pd.testing.assert_frame_equal(alone, of(expected, "B"))


def test_seed_decides_the_draws_and_leaders_do_not_share_them() -> None:
    verbs = coded(leaders="A")
    twin = verbs.assign(leader="B")
    table = profile(pd.concat([verbs, twin]), resamples=100, seed=1)
    again = profile(pd.concat([verbs, twin]), resamples=100, seed=1)
    pd.testing.assert_frame_equal(table, again)
    assert (of(table, "A")["estimate"] == of(table, "B")["estimate"]).all()
    assert (of(table, "A")["low"] != of(table, "B")["low"]).any()
    assert (profile(verbs, resamples=100, seed=2)["low"] != of(table, "A")["low"]).any()


def test_intervals_of_both_kinds_and_their_width() -> None:
    verbs = coded(leaders="A")
    bca = profile(verbs, interval="bca")
    percentile = profile(verbs, interval="percentile")
    narrow = profile(verbs, interval="percentile", level=0.5)
    assert set(percentile["interval"]) == {"percentile"}
    assert not np.allclose(bca["low"], percentile["low"])
    assert (narrow["low"] > percentile["low"]).all()
    assert (narrow["high"] < percentile["high"]).all()


def test_percentile_interval_of_a_mean_is_the_normal_one() -> None:
    # many documents of one verb each, all by Self: I-1 is a mean of n signs, so its interval is
    # mean -/+ 1.96 sqrt((1 - mean^2) / n)
    n = 1000
    verbs = pd.DataFrame(
        {
            "leader": "A",
            "document_id": [str(i) for i in range(n)],
            "attribution": "self",
            "category": ["reward"] * 650 + ["punish"] * 350,
        }
    )
    table = profile(verbs, interval="percentile", resamples=10_000).set_index("index")
    half = 1.96 * np.sqrt((1 - 0.3**2) / n)
    assert table.loc["I-1", "estimate"] == pytest.approx(0.3)
    assert table.loc["I-1", "low"] == pytest.approx(0.3 - half, abs=0.1 * half)
    assert table.loc["I-1", "high"] == pytest.approx(0.3 + half, abs=0.1 * half)


def test_groups_of_several_columns_and_of_documents() -> None:
    verbs = coded(leaders="AB", documents=4).assign(period=lambda t: t["document_id"].str[1].astype(int) // 2)
    table = profile(verbs, by=["leader", "period"], resamples=20)
    assert table.columns[:3].tolist() == ["leader", "period", "index"]
    assert table.groupby(["leader", "period"])["documents"].first().tolist() == [2, 2, 2, 2]
    speeches = profile(verbs, by=["document_id"], resamples=20)
    assert speeches["document_id"].nunique() == 8
    assert set(speeches["unit"]) == {"verb"}


def test_switches_reach_the_counts() -> None:
    verbs = coded(leaders="A")
    control = {
        len(own): profile(verbs, self_attributions=own, resamples=5).set_index("index").loc["P-4", "estimate"]
        for own in ({"self"}, {"self", "self_state"}, {"self", "self_state", "we_inclusive"})
    }
    assert control[1] < control[2] < control[3]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"aggregate": "mean"}, "aggregate: expected pooled or speech, found 'mean'"),
        (
            {"interval": "basic"},
            "interval: expected expanded or bca or percentile or studentised, found 'basic'",
        ),
        ({"resamples": 0}, "resamples: expected at least 1, found 0"),
        ({"level": 95}, "level: expected between 0 and 1, .* found 95"),
        ({"seed": -1}, "seed: expected at least 0, found -1"),
        ({"by": ["party"]}, "add or rename: party"),
    ],
)
def test_bad_options_are_named(options: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        profile(coded(documents=2), **options)


def test_empty_table() -> None:
    with pytest.raises(InputError, match="found an empty table"):
        profile(coded().iloc[:0])
