"""Coefficients of agreement against sklearn and krippendorff, and their intervals."""

import warnings
from typing import Any

import krippendorff
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn import metrics

from vicsformer.data.codebook import ATTRIBUTIONS, CATEGORIES, INTENSITY, SELF_ATTRIBUTIONS, VALENCE
from vicsformer.data.errors import InputError
from vicsformer.evaluate import confusion as of
from vicsformer.evaluate.agreement import AGREEMENT_COLUMNS, advantage, agreement, index_differences
from vicsformer.evaluate.matching import between

VALUES = np.array([INTENSITY[name] for name in CATEGORIES], dtype=float)


def random_pairs(seed: int, documents: int = 12, rows: int = 400) -> pd.DataFrame:
    """Pairs of a coder that is right more often than not."""
    rng = np.random.default_rng(seed)
    gold = rng.choice(CATEGORIES, rows, p=[0.08, 0.05, 0.1, 0.4, 0.2, 0.07, 0.1])
    coded = np.where(rng.random(rows) < 0.6, gold, rng.choice(CATEGORIES, rows))
    agent = rng.choice(ATTRIBUTIONS, rows)
    coded_agent = np.where(rng.random(rows) < 0.7, agent, rng.choice(ATTRIBUTIONS, rows))
    kind = rng.choice(["matched", "missed", "alarm"], rows, p=[0.8, 0.1, 0.1])
    pairs = pd.DataFrame(
        {
            "document_id": rng.choice([f"d{i:02}" for i in range(documents)], rows),
            "start": np.arange(rows),
            "end": np.arange(rows) + 1,
            "gold_category": gold,
            "category": coded,
            "gold_attribution": agent,
            "attribution": coded_agent,
            "matched": kind == "matched",
            "false_alarm": kind == "alarm",
        }
    ).astype(dict.fromkeys(("gold_category", "category", "gold_attribution", "attribution"), object))
    pairs.loc[kind == "missed", ["category", "attribution"]] = ["neutral", None]
    pairs.loc[kind == "alarm", ["gold_category", "gold_attribution"]] = ["none", None]
    return pairs


def merged(agents: pd.Series) -> pd.Series:
    return agents.map(lambda name: "self" if name in SELF_ATTRIBUTIONS else name)


def alpha(gold: pd.Series, coded: pd.Series, level: str, to: dict[str, Any]) -> float:
    return float(krippendorff.alpha([gold.map(to), coded.map(to)], level_of_measurement=level))


def by_libraries(pairs: pd.DataFrame) -> dict[tuple[str, str, str], float]:
    """Every coefficient from the raw rows, by other people's code."""
    units = pairs[pairs["gold_category"] != "none"]
    y, x = units["gold_category"], units["category"]
    alarms = pairs[pairs["false_alarm"]]
    number = {name: i for i, name in enumerate(CATEGORIES)}
    found = {
        ("category", "accuracy", "all"): metrics.accuracy_score(y, x),
        ("category", "macro_f1", "all"): metrics.f1_score(y, x, average="macro"),
        ("category", "kappa", "all"): metrics.cohen_kappa_score(y, x),
        ("category", "alpha_nominal", "all"): alpha(y, x, "nominal", number),
        ("intensity", "alpha_ordinal", "all"): alpha(y, x, "ordinal", INTENSITY),
        ("intensity", "alpha_interval", "all"): alpha(y, x, "interval", INTENSITY),
        ("intensity", "kappa_quadratic", "all"): metrics.cohen_kappa_score(
            y.map(INTENSITY).astype(int), x.map(INTENSITY).astype(int), weights="quadratic", labels=VALUES
        ),
        ("valence", "kappa", "all"): metrics.cohen_kappa_score(y.map(VALENCE), x.map(VALENCE)),
        ("unit", "recall", "all"): units["matched"].sum() / (~pairs["false_alarm"]).sum(),
        ("unit", "precision", "all"): pairs["matched"].sum() / (pairs["matched"].sum() + len(alarms)),
        ("unit", "false_alarms_per_100", "all"): 100 * len(alarms) / len(units),
        ("unit", "power_false_alarms_per_100", "all"): 100
        * (alarms["category"] != "neutral").sum()
        / len(units),
    }
    two = ("unit", "recall", "all"), ("unit", "precision", "all")
    found["unit", "f1", "all"] = 2 / sum(1 / found[key] for key in two)
    power = units[(y != "neutral") & (x != "neutral")]
    found["valence", "sign_agreement", "all"] = (
        power["gold_category"].map(INTENSITY) * power["category"].map(INTENSITY) > 0
    ).mean()
    rows = metrics.precision_recall_fscore_support(y, x, labels=CATEGORIES, zero_division=np.nan)
    with_alarms = metrics.precision_score(
        pairs["gold_category"], pairs["category"], labels=CATEGORIES, average=None, zero_division=np.nan
    )
    for i, label in enumerate(CATEGORIES):
        for name, values in zip(("precision", "recall", "f1"), rows[:3], strict=True):
            found["category", name, label] = values[i]
        found["category", "precision_with_false_alarms", label] = with_alarms[i]
    sure = pairs[pairs["matched"]]
    for attribute, view in (("attribution", pd.Series.astype), ("self_other", merged)):
        own, other = sure["gold_attribution"], sure["attribution"]
        if view is merged:
            own, other = merged(own), merged(other)
        found[attribute, "accuracy", "all"] = metrics.accuracy_score(own, other)
        found[attribute, "kappa", "all"] = metrics.cohen_kappa_score(own, other)
    return found


def table(result: pd.DataFrame, column: str = "value") -> dict[tuple[str, str, str], float]:
    return result.set_index(["attribute", "measure", "label"])[column].to_dict()


@pytest.mark.parametrize("seed", range(3))
def test_every_coefficient_equals_the_libraries(seed: int) -> None:
    pairs = random_pairs(seed)
    ours = table(agreement(pairs, resamples=1))
    for key, value in by_libraries(pairs).items():
        assert ours[key] == pytest.approx(value, abs=1e-12), key


def test_missing_classes_are_left_out_of_macro_f1() -> None:
    pairs = random_pairs(5)
    pairs = pairs[~pairs["gold_category"].isin(["threaten", "promise"])]
    pairs = pairs[pairs["category"] != "threaten"]  # promise is coded, threaten in neither
    result = table(agreement(pairs, resamples=50))
    library = by_libraries(pairs)
    assert result["category", "macro_f1", "all"] == pytest.approx(
        library["category", "macro_f1", "all"], abs=1e-12
    )
    assert np.isnan(result["category", "f1", "threaten"])
    assert result["category", "f1", "promise"] == 0
    assert np.isnan(result["category", "recall", "promise"])


def test_intervals_equal_those_of_documents_drawn_one_by_one() -> None:
    pairs = random_pairs(1, documents=6, rows=300)
    result = agreement(pairs, resamples=12, level=0.8, seed=3)
    groups = [rows for _, rows in pairs.groupby("document_id")]
    draws = np.random.default_rng(3).multinomial(6, np.full(6, 1 / 6), size=12)
    resampled = [
        by_libraries(pd.concat([group for group, n in zip(groups, draw, strict=True) for _ in range(n)]))
        for draw in draws
    ]
    low, high = table(result, "low"), table(result, "high")
    for key in resampled[0]:
        limits = np.nanquantile([one[key] for one in resampled], [0.1, 0.9])
        assert (low[key], high[key]) == pytest.approx(tuple(limits), abs=1e-12), key


def test_shape_and_counts() -> None:
    pairs = random_pairs(2)
    result = agreement(pairs, resamples=20)
    assert list(result.columns) == list(AGREEMENT_COLUMNS)
    assert not result.duplicated(["attribute", "measure", "label"]).any()
    known = result.dropna()
    assert len(known) == len(result)
    assert ((known["low"] <= known["value"] + 0.2) & (known["low"] <= known["high"])).all()
    n = table(result, "n")
    units = pairs[pairs["gold_category"] != "none"]
    assert n["category", "kappa", "all"] == len(units)
    assert n["category", "recall", "oppose"] == (units["gold_category"] == "oppose").sum()
    assert n["category", "precision", "oppose"] == (units["category"] == "oppose").sum()
    assert n["category", "precision_with_false_alarms", "oppose"] == (pairs["category"] == "oppose").sum()
    assert n["attribution", "kappa", "all"] == pairs["matched"].sum()
    assert n["unit", "precision", "all"] == (pairs["matched"] | pairs["false_alarm"]).sum()


def test_order_of_rows_does_not_matter() -> None:
    pairs = random_pairs(4)
    pd.testing.assert_frame_equal(
        agreement(pairs, resamples=30, seed=7),
        agreement(pairs.sample(frac=1, random_state=1), resamples=30, seed=7),
    )


def test_seed_moves_the_intervals_only() -> None:
    pairs = random_pairs(4)
    one, two = (agreement(pairs, resamples=30, seed=seed) for seed in (1, 2))
    assert (one["value"] == two["value"]).all()
    assert not (one["low"] == two["low"]).all()


def test_perfect_coder() -> None:
    pairs = random_pairs(0)
    pairs = pairs[pairs["matched"]].assign(category=lambda p: p["gold_category"])
    pairs["attribution"] = pairs["gold_attribution"]
    result = agreement(pairs, resamples=10)
    alarms = result["measure"].str.endswith("per_100")
    assert (result.loc[~alarms, "value"] == 1).all()
    assert (result.loc[alarms, "value"] == 0).all()


def test_one_document_has_no_interval() -> None:
    result = agreement(random_pairs(0, documents=1), resamples=10)
    assert result["value"].notna().all()
    assert result[["low", "high"]].isna().all(axis=None)


def test_two_coders_agree_the_same_both_ways() -> None:
    rng = np.random.default_rng(0)
    coders = [
        pd.DataFrame(
            {
                "document_id": rng.choice(["a", "b", "c"], 90),
                "start": rng.choice(2000, 90, replace=False),
                "attribution": rng.choice(ATTRIBUTIONS, 90),
                "category": rng.choice(CATEGORIES, 90),
            }
        ).assign(end=lambda v: v["start"] + 9)
        for _ in range(2)
    ]
    one, two = (table(agreement(between(*order), resamples=1)) for order in (coders, coders[::-1]))
    for measure in ("accuracy", "macro_f1", "kappa", "alpha_nominal"):
        assert one["category", measure, "all"] == pytest.approx(two["category", measure, "all"], abs=1e-12)
    assert one["unit", "recall", "all"] == two["unit", "precision", "all"]
    assert one["category", "recall", "oppose"] == two["category", "precision", "oppose"]
    # rows of one coder alone are in the table of both already, as neutral for the other
    assert one["category", "precision_with_false_alarms", "oppose"] == one["category", "precision", "oppose"]


@pytest.mark.parametrize(
    ("change", "options", "words"),
    [
        ({"category": "praise"}, {}, "expected category to be one of"),
        ({"gold_category": "none"}, {}, "at least one labelled unit"),
        ({}, {"resamples": 0}, "expected resamples of at least 1"),
        ({}, {"level": 95}, "expected level between 0 and 1"),
        ({}, {"seed": -1}, "expected seed of at least 0; found -1"),
    ],
)
def test_bad_input_is_refused(change: dict[str, str], options: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        agreement(random_pairs(0).assign(**change), **options)


tables = arrays(np.int64, (3, 7, 7), elements=st.integers(0, 6)).filter(
    lambda t: (t.sum(axis=(1, 2)) > 1).all()
)


@settings(deadline=None, max_examples=40)
@given(tables)
def test_stacked_coefficients_equal_the_libraries_on_each(stack: np.ndarray) -> None:
    ours = {
        "kappa": of.kappa(stack.astype(float)),
        "quadratic": of.kappa(stack.astype(float), VALUES),
        "macro": of.macro_f1(stack.astype(float)),
        "nominal": of.alpha_nominal(stack.astype(float)),
        "ordinal": of.alpha_ordinal(stack.astype(float)),
        "interval": of.alpha_interval(stack.astype(float), VALUES),
    }
    for i, one in enumerate(stack):
        y, x = (np.repeat(side.ravel(), one.ravel()) for side in np.indices(one.shape))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # both libraries warn where a coefficient is undefined
            library = {
                "kappa": metrics.cohen_kappa_score(y, x),
                "quadratic": metrics.cohen_kappa_score(y, x, labels=range(7), weights="quadratic"),
                "macro": metrics.f1_score(y, x, average="macro"),
            }
            for level in ("nominal", "ordinal", "interval"):
                data = {"reliability_data": [y, x], "value_domain": range(7), "level_of_measurement": level}
                library[level] = krippendorff.alpha(**data)
        for name, value in library.items():
            assert ours[name][i] == pytest.approx(value, abs=1e-12, nan_ok=True), name


def test_published_alpha() -> None:
    # Krippendorff (2011), Computing Krippendorff's alpha-reliability, section B: two observers, nominal data
    one, two = ([ord(value) - ord("a") for value in row] for row in ("aabbdcccedda", "babbbccceddd"))
    stack = np.zeros((5, 5))
    np.add.at(stack, (one, two), 1)
    assert of.alpha_nominal(stack) == pytest.approx(0.692, abs=5e-4)


def test_index_differences() -> None:
    index = ["P-1", "I-1", "P-1"]
    gold = pd.DataFrame({"leader": ["B", "B", "A"], "index": index, "estimate": [0.5, 0.1, -0.2]})
    coded = pd.DataFrame({"leader": ["A", "B"], "index": "P-1", "estimate": [0.3, 0.25], "low": 0.0})
    result = index_differences(gold, coded)
    expected = pd.DataFrame(
        {
            "leader": ["B", "B", "A"],
            "index": index,
            "gold": [0.5, 0.1, -0.2],
            "coded": [0.25, np.nan, 0.3],
            "difference": [-0.25, np.nan, 0.5],
        }
    )
    pd.testing.assert_frame_equal(result, expected)


def test_index_differences_keep_aggregates_apart() -> None:
    gold = pd.DataFrame({"leader": "A", "index": "P-1", "estimate": [0.5, 0.1]})
    gold["aggregate"] = ["pooled", "speech"]
    result = index_differences(gold, gold.assign(estimate=[0.7, 0.1]))
    assert list(result.columns) == ["leader", "index", "aggregate", "gold", "coded", "difference"]
    assert result["difference"].tolist() == pytest.approx([0.2, 0.0])
    with pytest.raises(InputError, match="one row a group and index; found A, P-1 twice"):
        index_differences(gold.drop(columns="aggregate"), gold)


def test_advantage_is_a_paired_difference() -> None:
    pairs = random_pairs(3, documents=8)
    worse = pairs.copy()
    worse.loc[pairs.index[~pairs["false_alarm"]][::3], "category"] = "neutral"
    worse.loc[len(worse)] = worse[worse["false_alarm"]].iloc[0].replace("d0.", "zz", regex=True)
    gain = advantage(pairs, worse, resamples=20, level=0.9, seed=2)
    values, low, high = (table(gain, column) for column in ("value", "low", "high"))
    one, two = (table(agreement(coder, resamples=1)) for coder in (pairs, worse))
    assert values == pytest.approx({key: one[key] - two[key] for key in one}, abs=1e-12)

    names = [*(f"d{i:02}" for i in range(8)), "zz"]  # a false alarm alone makes a ninth document
    draws = np.random.default_rng(2).multinomial(9, np.full(9, 1 / 9), size=20)
    differences = []
    for draw in draws:
        taken = [name for name, n in zip(names, draw, strict=True) for _ in range(n)]
        kappas = []
        for coder in (pairs, worse):
            rows = pd.concat([coder[coder["document_id"] == name] for name in taken])
            rows = rows[rows["gold_category"] != "none"]
            kappas.append(metrics.cohen_kappa_score(rows["gold_category"], rows["category"]))
        differences.append(kappas[0] - kappas[1])
    key = ("category", "kappa", "all")
    assert (low[key], high[key]) == pytest.approx(tuple(np.quantile(differences, [0.05, 0.95])), abs=1e-12)
    assert (advantage(pairs, pairs, resamples=9)[["value", "low", "high"]] == 0).all(axis=None)


def test_advantage_needs_the_same_labels() -> None:
    pairs = random_pairs(3)
    with pytest.raises(InputError, match="expected two coders on the same labels"):
        advantage(pairs, pairs.iloc[:200])
