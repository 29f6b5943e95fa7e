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
from scipy.special import ndtri
from statsmodels.stats.meta_analysis import effectsize_smd
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.oneway import anova_oneway
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW, ttost_ind

from vicsformer.data.errors import InputError
from vicsformer.evaluate.compare import COMPARISON_COLUMNS, OMNIBUS_COLUMNS, compare, omnibus
from vicsformer.evaluate.effect import hedges_g
from vicsformer.evaluate.permutation import permutation_p
from vicsformer.evaluate.typology import typology

INDICES = ["P-1", "I-1", "P-4"]
SINGLE = ["anova", "welch", "permutation"]  # tests that know nothing of other pairs


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
    assert len(result) == comb(4, 2) * len(INDICES) * 5
    for (a, b, index), rows in result.groupby(["a", "b", "index"]):
        x, y = (scores.loc[scores["leader"] == name, index].dropna() for name in (a, b))
        anova, welch, permutation = (chosen(rows, test=t).iloc[0] for t in ("anova", "welch", "permutation"))
        assert (anova["statistic"], anova["p"]) == pytest.approx(stats.f_oneway(x, y), abs=1e-12)
        student = stats.ttest_ind(x, y)
        assert (anova["statistic"], anova["p"]) == pytest.approx((student.statistic**2, student.pvalue))
        scale = sqrt(1 / len(x) + 1 / len(y))
        tails = stats.nct.cdf(student.statistic, student.df, anova[["high", "low"]].to_numpy(float) / scale)
        assert tails == pytest.approx([0.025, 0.975], abs=1e-8)
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


def test_corrections_within_index_and_test() -> None:
    scores = random_scores(2)
    scores.loc[scores["leader"] == "Cy", "P-1"] = np.nan  # missing comparisons are left out
    result = compare(scores, indices=["P-1", "I-1"], permutations=99)
    for (index, test), family in result.groupby(["index", "test"]):
        known = family.dropna(subset="p")
        assert (len(family), len(known)) == (6, 3 if index == "P-1" else 6)
        for column, method in (("p_holm", "holm"), ("p_bh", "fdr_bh")):
            assert family.loc[family["p"].isna(), column].isna().all()
            if test in SINGLE:
                expected = multipletests(known["p"], method=method)[1]
                assert known[column].to_numpy() == pytest.approx(expected, abs=1e-12)
            else:
                assert family[column].isna().all()


def test_family_tests_equal_scipy() -> None:
    result = compare(random_scores(2), indices=["P-1"], permutations=9)
    samples = [group["P-1"] for _, group in random_scores(2).groupby("leader")]
    for test, equal_var in (("tukey", True), ("games_howell", False)):
        expected = stats.tukey_hsd(*samples, equal_var=equal_var)
        p = chosen(result, test=test)["p"].to_numpy()
        assert p == pytest.approx(expected.pvalue[np.triu_indices(4, 1)], abs=1e-9)


def effect(gap: float, pooled: float, a: int, b: int, level: float = 0.95) -> tuple[float, float, float]:
    numbers = [np.array([float(value)]) for value in (gap, pooled, a, b)]
    g, low, high = hedges_g(*numbers, level)
    return g.item(), low.item(), high.item()


def test_hedges_g_by_hand() -> None:
    # means 3 and 6, sums of squares 2 and 8: s = sqrt(10 / 4); J(4) = gamma(2) / (sqrt(2) gamma(1.5))
    g, _, _ = effect(-3, sqrt(2.5), 3, 3)
    assert g == pytest.approx(-3 / sqrt(2.5) * gamma(2) / (sqrt(2) * gamma(1.5)), abs=1e-12)


def test_effect_as_in_statsmodels() -> None:
    # its correction for bias is the usual approximation, off by 1 / 32 f^2 with f degrees of freedom
    scores = random_scores(8, {"Ada": 150, "Bo": 250})
    result = chosen(compare(scores, permutations=1), test="welch").set_index("index")
    for index in INDICES:
        x, y = (scores.loc[scores["leader"] == name, index] for name in ("Ada", "Bo"))
        expected, _ = effectsize_smd(x.mean(), x.std(), len(x), y.mean(), y.std(), len(y))
        assert result.loc[index, "effect"] == pytest.approx(expected, abs=1e-6)


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


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 1000), st.integers(2, 9), st.integers(2, 9), st.floats(0.05, 2))
def test_swapping_two_leaders_negates_the_gap_and_keeps_p(seed: int, a: int, b: int, margin: float) -> None:
    scores = random_scores(seed, {"Ada": a, "Bo": b, "Cy": 4})
    swapped = scores.assign(leader=scores["leader"].replace({"Ada": "Bo", "Bo": "Ada"}))
    margins = dict.fromkeys(INDICES, margin)
    one, two = (compare(table, margins=margins, permutations=50, seed=seed) for table in (scores, swapped))
    one, two = (chosen(table, a="Ada", b="Bo") for table in (one, two))
    for column in ("gap", "effect"):
        assert one[column].to_numpy() == pytest.approx(-two[column].to_numpy(), abs=1e-12)
    for low, high in (("low", "high"), ("gap_low", "gap_high")):
        assert one[low].to_numpy() == pytest.approx(-two[high].to_numpy(), abs=1e-9)
    sign = np.where(one["test"] == "anova", 1, -1)
    assert one["statistic"].to_numpy() == pytest.approx(sign * two["statistic"].to_numpy(), abs=1e-9)
    assert one["p"].to_numpy() == pytest.approx(two["p"].to_numpy(), abs=1e-12)
    drawn = one["test"] == "permutation"  # the pairs with Cy draw their own permutations
    for column in ("p_holm", "p_bh", "tost_p", "tost_p_holm"):
        expected = two.loc[~drawn, column].to_numpy()
        assert one.loc[~drawn, column].to_numpy() == pytest.approx(expected, abs=1e-12, nan_ok=True)
    for column in ("verdict", "verdict_anova_p05"):
        assert one[column].tolist() == two[column].tolist()
    assert one["a_mean"].equals(two["b_mean"])


def test_a_pair_does_not_depend_on_the_others() -> None:
    scores = random_scores(4, {"Ada": 12, "Bo": 13, "Cy": 12})
    scores["P-4"] = np.random.default_rng(0).normal(size=len(scores))  # no difference: p depends on the draws
    everything = compare(scores, permutations=200)
    shuffled = compare(scores.sample(frac=1, random_state=1), permutations=200)
    pd.testing.assert_frame_equal(everything, shuffled, check_exact=True)
    two = compare(scores[scores["leader"] != "Ada"], indices=["P-4"], permutations=200)
    same = chosen(everything, a="Bo", b="Cy", index="P-4")
    for test in SINGLE:
        found = chosen(two, test=test)["p"].tolist()
        assert found == pytest.approx(chosen(same, test=test)["p"].tolist(), abs=1e-12)
        assert min(found) > 0.1


def test_seed_moves_the_permutations_only() -> None:
    scores = random_scores(4, {"Ada": 12, "Bo": 13})
    one, two = (compare(scores, permutations=200, seed=seed) for seed in (1, 2))
    differs = one.loc[one["p"] != two["p"], "test"]
    assert set(differs) == {"permutation"}


def test_pairs_and_indices_in_order() -> None:
    scores = random_scores(0).iloc[::-1]
    result = compare(scores, indices=["P-4", "P-1"], permutations=9)
    pairs = list(zip(result["a"], result["b"], strict=True))
    assert pairs[::10] == list(combinations(["Ada", "Bo", "Cy", "Di"], 2))
    assert result["index"].tolist()[:10] == ["P-4"] * 5 + ["P-1"] * 5
    assert result["test"].tolist()[:5] == [*SINGLE, "tukey", "games_howell"]


def test_too_few_speeches_give_missing_values() -> None:
    scores = random_scores(0, {"Ada": 1, "Bo": 5, "Cy": 5})
    scores.loc[scores["leader"] == "Cy", "I-1"] = np.nan
    result = compare(scores, margins={"P-1": 0.2}, permutations=9)
    lacking = (result["a"] == "Ada") | (result["index"] == "I-1")
    numbers = ["statistic", "p", "effect", "low", "high", "gap_low", "verdict", "verdict_anova_p05"]
    corrected = ["p_holm", "p_bh"]
    assert result.loc[lacking, [*numbers, *corrected, "tost_p", "tost_p_holm"]].isna().all(axis=None)
    assert result.loc[~lacking, numbers].notna().all(axis=None)
    assert result.loc[~lacking & result["test"].isin(SINGLE), corrected].notna().all(axis=None)
    assert (
        result.loc[~lacking, "tost_p"].notna().tolist() == (result.loc[~lacking, "index"] == "P-1").tolist()
    )
    ada = chosen(result, a="Ada", b="Bo", index="P-1").iloc[0]
    assert ada["gap"] == pytest.approx(ada["a_mean"] - ada["b_mean"])
    assert (ada["a_documents"], ada["b_documents"]) == (1, 5)


def test_scores_that_do_not_vary() -> None:
    scores = random_scores(0, {"Ada": 3, "Bo": 3}).assign(**{"P-1": 0.1, "I-1": [0.1] * 3 + [0.4] * 3})
    scores.loc[:2, "P-4"] = 0.1  # one leader alone
    result = compare(scores, permutations=99).set_index(["index", "test"])
    tests = ["anova", "welch", "tukey", "games_howell"]
    parametric = result.loc[(["P-1", "I-1"], tests), ["statistic", "p", "effect", "gap_low", "verdict"]]
    assert len(parametric) == 8
    assert parametric.isna().all(axis=None)
    assert result.loc[("P-1", "permutation"), "p"] == 1
    assert result.loc[("I-1", "permutation"), "p"] == pytest.approx(2 / comb(6, 3))
    assert (
        result.loc["P-4"]
        .drop(columns=["p_holm", "p_bh", "margin", "tost_p", "tost_p_holm"])
        .notna()
        .all(axis=None)
    )


def test_other_group_column_and_text_names() -> None:
    scores = random_scores(0).rename(columns={"leader": "period"})
    scores["period"] = scores["period"].map({"Ada": 1, "Bo": 2, "Cy": 3, "Di": 10})
    result = compare(scores, group="period", permutations=9)
    assert set(result["index"]) == set(INDICES)
    assert set(result["a"]) | set(result["b"]) == {"1", "2", "3", "10"}


def test_gap_interval_and_equivalence_equal_statsmodels() -> None:
    scores = random_scores(7)
    result = chosen(
        compare(scores, margins={"I-1": 0.3}, level=0.9, permutations=9), index="I-1", test="welch"
    )
    for row in result.itertuples():
        x, y = (scores.loc[scores["leader"] == name, "I-1"].to_numpy() for name in (row.a, row.b))
        expected, _, _ = ttost_ind(x, y, -0.3, 0.3, usevar="unequal")
        assert row.tost_p == pytest.approx(expected, abs=1e-10)
        means = CompareMeans(DescrStatsW(x), DescrStatsW(y))
        limits = means.tconfint_diff(alpha=0.1, usevar="unequal")
        assert (row.gap_low, row.gap_high) == pytest.approx(limits, abs=1e-10)
    corrected = multipletests(result["tost_p"], method="holm")[1]
    assert result["tost_p_holm"].to_numpy() == pytest.approx(corrected, abs=1e-12)


def test_verdict_follows_its_columns() -> None:
    scores = random_scores(7, {"Ada": 30, "Bo": 30, "Cy": 30, "Di": 4})
    result = compare(scores, margins={"P-1": 0.25, "I-1": 0.25}, permutations=9)
    welch = chosen(result, test="welch")
    similar, different = welch["tost_p_holm"] < 0.05, welch["p_holm"] < 0.05
    expected = np.select([similar, different], ["convergent", "divergent"], "inconclusive")
    assert welch["verdict"].tolist() == expected.tolist()
    assert set(welch["verdict"]) == {"convergent", "divergent", "inconclusive"}
    # the corrections make a difference to both claims
    assert (welch.loc[(welch["p"] < 0.05) & ~different, "verdict"] == "inconclusive").any()
    assert ((welch["tost_p"] < 0.05) & ~similar).any()
    assert "convergent" not in set(chosen(welch, index="P-4")["verdict"])  # no margin, no evidence for it
    assert chosen(welch, index="P-4")["margin"].isna().all()
    assert len(result[["a", "b", "index", "verdict"]].drop_duplicates()) == len(welch)


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 1000), st.floats(0.02, 1), st.floats(1, 5))
def test_a_wider_margin_keeps_what_is_convergent(seed: int, margin: float, factor: float) -> None:
    scores = random_scores(seed, {"Ada": 12, "Bo": 20, "Cy": 9})
    narrow, wide = (
        compare(scores, margins=dict.fromkeys(INDICES, m), permutations=1)["verdict"]
        for m in (margin, margin * factor)
    )
    assert (wide[narrow == "convergent"] == "convergent").all()
    assert (narrow[wide == "divergent"] == "divergent").all()
    assert (narrow[wide == "inconclusive"] == "inconclusive").all()


def relabelled(n: int, times: int, seed: int) -> pd.DataFrame:
    """One leader's n speeches split at random into two halves, again and again: one column a split."""
    rng = np.random.default_rng(seed)
    verbs = rng.integers(10, 60, n)
    scores = rng.binomial(verbs, rng.beta(8, 4, n)) / verbs * 2 - 1  # an index like I-1
    table = pd.DataFrame({f"split{k:03}": rng.permutation(scores) for k in range(times)})
    ids = [f"s{i:03}" for i in range(n)]
    return table.assign(document_id=ids, leader=np.where(np.arange(n) < n // 2, "early", "late"))


def test_splitting_one_leader_gives_uniform_p() -> None:
    result = compare(relabelled(50, 500, seed=3), permutations=1)
    for test in ("anova", "welch", "tukey", "games_howell"):
        p = chosen(result, test=test)["p"]
        assert stats.kstest(p, "uniform").pvalue > 0.01
        assert (p < 0.05).mean() == pytest.approx(0.05, abs=3 * sqrt(0.05 * 0.95 / 500))


def test_splitting_one_leader_gives_uniform_permutation_p() -> None:
    # 19 draws: p is one of 1/20 .. 20/20, each as likely; splits of one run share their draws
    p = np.concatenate(
        [
            chosen(compare(relabelled(40, 30, seed), permutations=19, seed=seed), test="permutation")["p"]
            for seed in range(20)
        ]
    )
    counts = np.bincount(np.round(p * 20).astype(int), minlength=21)[1:]
    assert counts.sum() == len(p) == 600
    assert stats.chisquare(counts).pvalue > 0.01


# Feng & He (2024), International Affairs, tables 1 and 2 (2013-15): means over speeches and N as printed, and
# which pairs they call convergent (p > .05). They print no standard deviations: .2 and .3 are ours.
PUBLISHED_MEANS = {"Obama": (0.49, 0.57), "Abbott": (0.43, 0.63), "Putin": (0.61, 0.73), "Xi": (0.67, 0.68)}
PUBLISHED_N = {"Obama": 264, "Abbott": 25, "Putin": 173, "Xi": 112}
PUBLISHED_CONVERGENT = {
    "P-1": {("Abbott", "Obama")},
    "I-1": {("Abbott", "Obama"), ("Abbott", "Putin"), ("Abbott", "Xi"), ("Putin", "Xi")},
}
HALF_NORM_SD = {"P-1": 0.125 / 2, "I-1": 0.168 / 2}  # PsyCL, 130 leaders (Schafer & Lambert 2022)


def with_moments(
    means: dict[str, tuple[float, ...]], sizes: dict[str, int], sds: tuple[float, ...] = (0.2, 0.3)
) -> pd.DataFrame:
    """Speeches with exactly these means and standard deviations, normal in shape."""
    tables = []
    for leader, n in sizes.items():
        z = ndtri((np.arange(n) + 0.5) / n)
        columns = {
            index: mean + sd * z / z.std(ddof=1)
            for index, mean, sd in zip(("P-1", "I-1"), means[leader], sds, strict=True)
        }
        ids = [f"{leader}{i:03}" for i in range(n)]
        tables.append(pd.DataFrame({"document_id": ids, "leader": leader, **columns}))
    return pd.concat(tables, ignore_index=True)


def test_two_way_rule_reproduces_feng_and_he() -> None:
    result = compare(with_moments(PUBLISHED_MEANS, PUBLISHED_N), permutations=1)
    for index, expected in PUBLISHED_CONVERGENT.items():
        rows = chosen(result, index=index, test="anova", verdict_anova_p05="convergent")
        assert set(zip(rows["a"], rows["b"], strict=True)) == expected
    cells = typology(result).set_index(["a", "b"])["relationship"]
    assert cells["Abbott", "Obama"] == "like-minded alliance"
    assert cells["Putin", "Xi"] == "interest-based partnership"
    assert cells["Obama", "Putin"] == "adversary"


def same_gap(sizes: tuple[int, int], margin: float) -> tuple[str, str]:
    """Two-way and three-way verdict on two leaders whose P-1 differ by .06, with an SD of .2."""
    means = {"Ada": (0.49, 0.5), "Bo": (0.43, 0.5)}
    scores = with_moments(means, dict(zip(means, sizes, strict=True)))
    result = compare(scores, indices=["P-1"], margins={"P-1": margin}, permutations=1)
    return result["verdict_anova_p05"].iloc[0], result["verdict"].iloc[0]


def test_one_gap_and_two_sample_sizes() -> None:
    few, many = (264, 25), (173, 112)  # Obama and Abbott, Putin and Xi
    for margin in np.arange(0.02, 0.2, 0.02):
        (two_few, three_few), (two_many, three_many) = same_gap(few, margin), same_gap(many, margin)
        assert (two_few, two_many) == ("convergent", "divergent")
        # few speeches are no evidence of likeness: what they show, more speeches with the same gap show too
        assert three_few != "convergent" or three_many == "convergent"
    assert same_gap(few, HALF_NORM_SD["P-1"])[1] == "inconclusive"
    assert same_gap(few, 0.15)[1] == same_gap(many, 0.15)[1] == "convergent"
    assert same_gap((2 * 264, 2 * 112), 0.02)[1] == "divergent"


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
        ({}, {"margins": {"P-1": 0.1, "I-1": 0}}, "expected gaps above 0, found 0 for I-1"),
        ({}, {"margins": {"P1": 0.1}}, "expected some of P-1, I-1, P-4, found P1; rename them"),
        ({}, {"permutations": 0}, "expected permutations of at least 1"),
        ({}, {"seed": -1}, "expected seed of at least 0; found -1"),
    ],
)
def test_bad_input_is_refused(change: dict[str, Any], options: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        compare(random_scores(0).assign(**change), **options)
