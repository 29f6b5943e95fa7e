"""Pairwise tests against scipy and statsmodels, and what must not change them."""

from itertools import combinations
from math import comb, gamma, sqrt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.oneway import anova_oneway

from vicsformer.data.errors import InputError
from vicsformer.evaluate.compare import COMPARISON_COLUMNS, OMNIBUS_COLUMNS, compare, omnibus
from vicsformer.evaluate.effect import hedges_g
from vicsformer.evaluate.permutation import permutation_p

INDICES = ["P-1", "I-1", "P-4"]


def random_scores(seed: int, sizes: dict[str, int] | None = None) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    leaders = [name for name, n in (sizes or {"Ada": 5, "Bo": 9, "Cy": 4, "Di": 6}).items() for _ in range(n)]
    shift = np.array([sum(map(ord, name)) % 7 for name in leaders]) / 10
    values = {index: shift + rng.normal(0, 0.3, len(leaders)) for index in INDICES}
    ids = [f"s{i:03}" for i in range(len(leaders))]
    return pd.DataFrame({"document_id": ids, "leader": leaders, "date": "2014", **values})


def chosen(result: pd.DataFrame, **where: str) -> pd.DataFrame:
    for column, value in where.items():
        result = result[result[column] == value]
    return result


def test_statistics_equal_scipy() -> None:
    scores = random_scores(0)
    scores.loc[[2, 7], "I-1"] = np.nan
    result = compare(scores, permutations=99)
    assert list(result.columns) == list(COMPARISON_COLUMNS)
    assert len(result) == comb(4, 2) * len(INDICES) * 3
    for (a, b, index), rows in result.groupby(["a", "b", "index"]):
        x, y = (scores.loc[scores["leader"] == name, index].dropna() for name in (a, b))
        anova, welch, permutation = (chosen(rows, test=t).iloc[0] for t in ("anova", "welch", "permutation"))
        assert (anova["statistic"], anova["p"]) == pytest.approx(stats.f_oneway(x, y), abs=1e-12)
        expected = stats.ttest_ind(x, y, equal_var=False)
        assert (welch["statistic"], welch["p"]) == pytest.approx(tuple(expected), abs=1e-12)
        assert permutation["statistic"] == pytest.approx(x.mean() - y.mean(), abs=1e-12)
        assert (anova["a_documents"], anova["b_documents"]) == (len(x), len(y))
        assert (anova["a_mean"], anova["b_mean"]) == pytest.approx((x.mean(), y.mean()), abs=1e-12)
        assert (rows["gap"] == anova["gap"]).all()
        assert (rows["verdict_anova_p05"] == ("convergent" if anova["p"] > 0.05 else "divergent")).all()


def test_exact_permutation_equals_scipy() -> None:
    scores = random_scores(1, {"Ada": 5, "Bo": 4})
    result = chosen(compare(scores, permutations=comb(9, 4)), test="permutation").set_index("index")["p"]
    for index in INDICES:
        x, y = (scores.loc[scores["leader"] == name, index] for name in ("Ada", "Bo"))
        expected = stats.permutation_test(
            (x, y),
            lambda x, y, axis: np.abs(np.mean(x, axis=axis) - np.mean(y, axis=axis)),
            alternative="greater",
            vectorized=True,
        )
        assert result[index] == pytest.approx(expected.pvalue, abs=1e-12)


def test_drawn_permutations_come_near_the_exact_p() -> None:
    rng = np.random.default_rng(0)
    values, first = rng.normal(size=(16, 4)) + np.repeat([0.9, 0.0], 8)[:, None], np.arange(16) < 8
    exact = permutation_p(values, first, permutations=comb(16, 8), rng=rng)
    m = 12_000  # one fewer than all, 12,870, would still be exact enough to tell b + 1 from b
    drawn = permutation_p(values, first, permutations=m, rng=rng)
    assert np.abs(drawn - exact) == pytest.approx(0, abs=5 * sqrt(0.25 / m))
    assert (drawn * (m + 1)) == pytest.approx(np.round(drawn * (m + 1)), abs=1e-9)


def test_drawn_p_is_never_zero() -> None:
    values = np.repeat([0.0, 1.0], 30)[:, None] + np.random.default_rng(0).normal(0, 0.01, (60, 1))
    p = permutation_p(values, np.arange(60) < 30, permutations=99, rng=np.random.default_rng(1))
    assert p.tolist() == [1 / 100]


def test_ties_count_as_as_large() -> None:
    # four of the six ways to choose two of 0.1, 0.1, 0.3, 0.3 give no difference, two the observed one
    values = np.array([[0.1], [0.1], [0.3], [0.3]])
    first = np.array([True, True, False, False])
    p = permutation_p(values, first, permutations=99, rng=np.random.default_rng())
    assert p.tolist() == [pytest.approx(1 / 3)]


def test_permutation_p_is_uniform_under_the_null() -> None:
    rng = np.random.default_rng(5)
    values = rng.exponential(size=(21, 600))  # skewed, of sizes 9 and 12
    p = np.concatenate(
        [
            permutation_p(values[:, k : k + 20], np.arange(21) < 9, permutations=499, rng=rng)
            for k in range(0, 600, 20)
        ]
    )
    assert stats.kstest(p, "uniform").pvalue > 0.01
    assert (p <= 0.05).mean() == pytest.approx(0.05, abs=3 * sqrt(0.05 * 0.95 / 600))


def test_holm_within_index_and_test() -> None:
    scores = random_scores(2)
    result = compare(scores, permutations=99)
    for _, family in result.groupby(["index", "test"]):
        assert len(family) == 6
        expected = multipletests(family["p"], method="holm")[1]
        assert family["p_holm"].to_numpy() == pytest.approx(expected, abs=1e-12)


def test_holm_leaves_missing_comparisons_out() -> None:
    scores = random_scores(2)
    scores.loc[scores["leader"] == "Cy", "P-1"] = np.nan
    family = chosen(compare(scores, permutations=99), index="P-1", test="welch")
    known = family.dropna(subset="p")
    assert len(known) == 3
    assert known["p_holm"].to_numpy() == pytest.approx(multipletests(known["p"], method="holm")[1], abs=1e-12)
    assert family.loc[family["p"].isna(), "p_holm"].isna().all()


def effect(gap: float, pooled: float, a: int, b: int, level: float = 0.95) -> tuple[float, float, float]:
    numbers = [np.array([float(value)]) for value in (gap, pooled, a, b)]
    g, low, high = hedges_g(*numbers, level)
    return g.item(), low.item(), high.item()


def test_hedges_g_by_hand() -> None:
    # means 3 and 6, sums of squares 2 and 8: s = sqrt(10 / 4); J(4) = gamma(2) / (sqrt(2) gamma(1.5))
    g, _, _ = effect(-3, sqrt(2.5), 3, 3)
    assert g == pytest.approx(-3 / sqrt(2.5) * gamma(2) / (sqrt(2) * gamma(1.5)), abs=1e-12)


def test_noncentral_limits_published() -> None:
    # real-statistics.com, "CI functions for effect size d", example 1: one sample of 40, t = 3.66393,
    # 95 % limits of d .024079 (a slip for .24079) and .91148; of the noncentrality: sqrt(40) times these
    scale = sqrt(1 / 20 + 1 / 21)  # two groups with the same 39 degrees of freedom
    _, low, high = effect(3.66393 * scale, 1, 20, 21)
    assert np.array([low, high]) / scale / sqrt(40) == pytest.approx([0.24079, 0.91148], abs=1e-5)


@settings(deadline=None)
@given(st.floats(-6, 6), st.integers(2, 60), st.integers(2, 60), st.floats(0.5, 0.999))
def test_effect_interval_inverts_the_noncentral_t(gap: float, a: int, b: int, level: float) -> None:
    scale = sqrt(1 / a + 1 / b)
    g, low, high = effect(gap, 1, a, b, level)
    tails = stats.nct.cdf(gap / scale, a + b - 2, np.array([high, low]) / scale)
    assert tails == pytest.approx([(1 - level) / 2, (1 + level) / 2], abs=1e-8)
    assert effect(-gap, 1, a, b, level) == pytest.approx((-g, -high, -low), abs=1e-6)


def test_interval_excludes_zero_with_the_anova() -> None:
    result = compare(random_scores(3), permutations=9, level=0.9, alpha=0.1)
    outside = (result["low"] > 0) | (result["high"] < 0)
    assert (outside == (result["verdict_anova_p05"] == "divergent")).all()
    assert 0 < outside.mean() < 1
    assert ((result["low"] < result["effect"]) & (result["effect"] < result["high"])).all()


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 1000), st.integers(2, 9), st.integers(2, 9))
def test_swapping_two_leaders_negates_gap_and_effect(seed: int, a: int, b: int) -> None:
    scores = random_scores(seed, {"Ada": a, "Bo": b})
    swapped = scores.assign(leader=scores["leader"].map({"Ada": "Bo", "Bo": "Ada"}))
    one, two = (compare(table, permutations=50, seed=seed) for table in (scores, swapped))
    for column in ("gap", "effect"):
        assert one[column].to_numpy() == pytest.approx(-two[column].to_numpy(), abs=1e-12)
    assert one["low"].to_numpy() == pytest.approx(-two["high"].to_numpy(), abs=1e-9)
    assert one["p"].to_numpy() == pytest.approx(two["p"].to_numpy(), abs=1e-12)
    assert one["a_mean"].equals(two["b_mean"])


def test_a_pair_does_not_depend_on_the_others() -> None:
    scores = random_scores(4, {"Ada": 12, "Bo": 13, "Cy": 12})
    scores["P-4"] = np.random.default_rng(0).normal(size=len(scores))  # no difference: p depends on the draws
    everything = compare(scores, permutations=200)
    shuffled = compare(scores.sample(frac=1, random_state=1), permutations=200)
    pd.testing.assert_frame_equal(everything, shuffled)
    two = compare(scores[scores["leader"] != "Ada"], indices=["P-4"], permutations=200)
    same = chosen(everything, a="Bo", b="Cy", index="P-4")
    assert two["p"].tolist() == pytest.approx(same["p"].tolist(), abs=1e-12)
    assert two["p"].min() > 0.1


def test_seed_moves_the_permutations_only() -> None:
    scores = random_scores(4, {"Ada": 12, "Bo": 13})
    one, two = (compare(scores, permutations=200, seed=seed) for seed in (1, 2))
    differs = one.loc[one["p"] != two["p"], "test"]
    assert set(differs) == {"permutation"}


def test_pairs_and_indices_in_order() -> None:
    scores = random_scores(0).iloc[::-1]
    result = compare(scores, indices=["P-4", "P-1"], permutations=9)
    pairs = list(zip(result["a"], result["b"], strict=True))
    assert pairs[::6] == list(combinations(["Ada", "Bo", "Cy", "Di"], 2))
    assert result["index"].tolist()[:6] == ["P-4"] * 3 + ["P-1"] * 3
    assert result["test"].tolist()[:3] == ["anova", "welch", "permutation"]


def test_too_few_speeches_give_missing_values() -> None:
    scores = random_scores(0, {"Ada": 1, "Bo": 5, "Cy": 5})
    scores.loc[scores["leader"] == "Cy", "I-1"] = np.nan
    result = compare(scores, permutations=9)
    lacking = (result["a"] == "Ada") | (result["index"] == "I-1")
    numbers = ["statistic", "p", "p_holm", "effect", "low", "high", "verdict_anova_p05"]
    assert result.loc[lacking, numbers].isna().all(axis=None)
    assert result.loc[~lacking, numbers].notna().all(axis=None)
    ada = chosen(result, a="Ada", b="Bo", index="P-1").iloc[0]
    assert ada["gap"] == pytest.approx(ada["a_mean"] - ada["b_mean"])
    assert (ada["a_documents"], ada["b_documents"]) == (1, 5)


def test_scores_that_do_not_vary() -> None:
    scores = random_scores(0, {"Ada": 3, "Bo": 3}).assign(**{"P-1": 0.1, "I-1": [0.1] * 3 + [0.4] * 3})
    scores.loc[:2, "P-4"] = 0.1  # one leader alone
    result = compare(scores, permutations=99).set_index(["index", "test"])
    parametric = result.loc[(["P-1", "I-1"], ["anova", "welch"]), ["statistic", "p", "effect"]]
    assert len(parametric) == 4
    assert parametric.isna().all(axis=None)
    assert result.loc[("P-1", "permutation"), "p"] == 1
    assert result.loc[("I-1", "permutation"), "p"] == pytest.approx(2 / comb(6, 3))
    assert result.loc["P-4"].notna().all(axis=None)


def test_other_group_column_and_text_names() -> None:
    scores = random_scores(0).rename(columns={"leader": "period"})
    scores["period"] = scores["period"].map({"Ada": 1, "Bo": 2, "Cy": 3, "Di": 10})
    result = compare(scores, group="period", permutations=9)
    assert set(result["index"]) == set(INDICES)
    assert set(result["a"]) | set(result["b"]) == {"1", "2", "3", "10"}


def test_omnibus_equals_libraries() -> None:
    scores = random_scores(6)
    scores.loc[3, "I-1"] = np.nan
    result = omnibus(scores)
    assert list(result.columns) == list(OMNIBUS_COLUMNS)
    for row in result.set_index("index").itertuples():
        known = scores.dropna(subset=row.Index)
        samples = [group[row.Index] for _, group in known.groupby("leader")]
        assert (row.statistic, row.p) == pytest.approx(stats.f_oneway(*samples), abs=1e-12)
        welch = anova_oneway(samples, use_var="unequal")
        assert (row.welch_statistic, row.welch_p) == pytest.approx((welch.statistic, welch.pvalue), abs=1e-9)
        total = ((known[row.Index] - known[row.Index].mean()) ** 2).sum()
        within = sum(((sample - sample.mean()) ** 2).sum() for sample in samples)
        assert row.eta_squared == pytest.approx(1 - within / total, abs=1e-12)
        assert (row.groups, row.documents) == (4, len(known))


def test_omnibus_leaves_single_speeches_out() -> None:
    scores = random_scores(6, {"Ada": 1, "Bo": 5, "Cy": 5})
    scores["P-4"] = 0.5
    scores.loc[scores["leader"] == "Bo", "I-1"] = 0.5
    result = omnibus(scores).set_index("index")
    assert result.loc["P-1", ["groups", "documents"]].tolist() == [2, 10]
    assert result.loc["P-4", ["statistic", "p", "eta_squared", "welch_p"]].isna().all()
    assert result.loc["I-1", ["statistic", "p", "eta_squared"]].notna().all()
    assert np.isnan(result.loc["I-1", "welch_p"])


@pytest.mark.parametrize(
    ("change", "options", "words"),
    [
        ({"leader": "Ada"}, {}, "at least two values of leader; found 1"),
        ({"leader": None}, {}, "expected a leader for every speech; s000 .row 0."),
        ({"document_id": "s1"}, {}, "expected one row a speech; s1 .row 1."),
        ({"P-1": np.inf}, {}, "expected finite or missing scores"),
        ({}, {"indices": ["P-9"]}, "add or rename: P-9"),
        ({}, {"indices": ["date"]}, "expected numeric columns of indices; found ..date.."),
        ({}, {"group": "state"}, "add or rename: state"),
        ({}, {"alpha": 5}, "expected alpha between 0 and 1; found 5"),
        ({}, {"permutations": 0}, "expected permutations of at least 1"),
    ],
)
def test_bad_input_is_refused(change: dict[str, Any], options: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        compare(random_scores(0).assign(**change), **options)
