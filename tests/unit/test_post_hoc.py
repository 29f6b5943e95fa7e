"""Comparisons of all pairs against R, scipy, statsmodels and pingouin."""

from itertools import combinations
from math import sqrt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multicomp import MultiComparison
from statsmodels.stats.multitest import multipletests

from vicsformer.evaluate.compare import omnibus
from vicsformer.evaluate.post_hoc import benjamini_hochberg, holm, post_hoc
from vicsformer.evaluate.studentized import studentized_range_sf
from vicsformer.evaluate.two_groups import Moments, moments, t_tests

# R's data set chickwts (weights of chicks by feed), groups of 10 to 14
CHICKS = {
    "casein": [368, 390, 379, 260, 404, 318, 352, 359, 216, 222, 283, 332],
    "horsebean": [179, 160, 136, 227, 217, 168, 108, 124, 143, 140],
    "linseed": [309, 229, 181, 141, 260, 203, 148, 169, 213, 257, 244, 271],
    "meatmeal": [325, 257, 303, 315, 380, 153, 263, 242, 206, 344, 258],
    "soybean": [243, 230, 248, 327, 329, 250, 193, 271, 316, 267, 199, 171, 158, 248],
    "sunflower": [423, 340, 392, 339, 341, 226, 320, 295, 334, 322, 297, 318],
}
# R: TukeyHSD(aov(weight ~ feed, data = chickwts)), column "p adj", as printed; rows in the order of our pairs
R_TUKEY = [
    *(0.0000000, 0.0002100, 0.3324584, 0.0083653, 0.9998902, 0.1413329, 0.0001062, 0.0042167, 0.0000000),
    *(0.1276965, 0.7932853, 0.0000884, 0.7391356, 0.2206962, 0.0038845),
]
# pingouin 0.7.0: pairwise_gameshowell(chickwts, dv="weight", between="feed"), column "pval", to nine digits
PINGOUIN_GAMES_HOWELL = [
    *(0.000009436, 0.003101580, 0.529270132, 0.036042783, 0.999900038, 0.064938432, 0.001237409),
    *(0.001901477, 0.000000231, 0.220930657, 0.768899700, 0.000304241, 0.805998476, 0.303003106),
    0.005088115,
]


def stacked(samples: dict[str, list[int]]) -> Moments:
    values = np.concatenate(list(samples.values()), dtype=np.float64)[:, None]
    return moments(values, np.repeat(list(samples), [len(sample) for sample in samples.values()]))


def random_groups(seed: int, groups: int, indices: int = 1) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    names = np.repeat([f"g{i:02}" for i in range(groups)], rng.integers(3, 12, groups))
    spread = rng.uniform(0.1, 2, groups)[np.unique(names, return_inverse=True)[1]]
    return rng.normal(0, 1, (len(names), indices)) * spread[:, None], names


def test_analysis_of_variance_as_in_r() -> None:
    # R: anova(lm(weight ~ feed, data = chickwts)): sums of squares 231129 (5 df) and 195556 (65 df), F 15.365
    # and p 5.936e-10
    weights = np.concatenate(list(CHICKS.values()))
    feeds = np.repeat(list(CHICKS), [len(sample) for sample in CHICKS.values()])
    table = pd.DataFrame({"document_id": np.arange(len(weights)), "feed": feeds, "weight": weights})
    row = omnibus(table, group="feed").iloc[0]
    assert row["statistic"] == pytest.approx(15.365, abs=5e-4)
    assert row["p"] == pytest.approx(5.936e-10, abs=5e-14)
    assert row["eta_squared"] == pytest.approx(
        231129 / (231129 + 195556), abs=2e-6
    )  # printed as whole numbers
    assert (row["groups"], row["documents"]) == (6, 71)


def test_tukey_as_in_r() -> None:
    found = post_hoc(stacked(CHICKS))["tukey_p"][:, 0]
    assert found == pytest.approx(R_TUKEY, abs=6e-8)  # seven printed digits


def test_games_howell_as_in_pingouin() -> None:
    found = post_hoc(stacked(CHICKS))
    assert found["games_howell_p"][:, 0] == pytest.approx(PINGOUIN_GAMES_HOWELL, abs=1e-9)
    # its column "T" of casein and horsebean; q is sqrt(2) times that
    assert found["games_howell"][0, 0] == pytest.approx(7.342257750 * sqrt(2), abs=1e-8)


@pytest.mark.parametrize(("test", "use_var"), [("tukey", "equal"), ("games_howell", "unequal")])
def test_statistic_and_p_as_in_statsmodels(test: str, use_var: str) -> None:
    values, names = random_groups(1, 3)
    found = post_hoc(moments(values, names))
    expected = MultiComparison(values[:, 0], names).tukeyhsd(use_var=use_var)
    assert found[f"{test}_p"][:, 0] == pytest.approx(expected.pvalues, abs=1e-6)
    # statsmodels takes second minus first, and the standard error of q
    q = -expected.meandiffs / expected.std_pairs
    assert found[test][:, 0] == pytest.approx(q, abs=1e-9)


@pytest.mark.parametrize("equal_var", [True, False])
def test_p_as_in_scipy_with_missing_scores(equal_var: bool) -> None:
    values, names = random_groups(2, 4, indices=2)
    values[[0, 5, 9], 1] = np.nan
    found = post_hoc(moments(values, names))["tukey_p" if equal_var else "games_howell_p"]
    for column in range(2):
        samples = [
            values[(names == name) & ~np.isnan(values[:, column]), column] for name in np.unique(names)
        ]
        expected = stats.tukey_hsd(*samples, equal_var=equal_var).pvalue[np.triu_indices(4, 1)]
        assert found[:, column] == pytest.approx(expected, abs=1e-9)


def test_two_groups_are_the_t_tests() -> None:
    values, names = random_groups(3, 2, indices=6)
    known = moments(values, names)
    family, single = post_hoc(known), t_tests(known)
    assert family["tukey_p"] == pytest.approx(single["anova_p"], abs=1e-10)
    assert family["games_howell_p"] == pytest.approx(single["welch_p"], abs=1e-10)
    assert family["games_howell"] == pytest.approx(single["welch"] * sqrt(2), abs=1e-10)
    assert np.square(family["tukey"]) == pytest.approx(single["anova"] * 2, abs=1e-9)


def test_groups_that_cannot_be_tested_are_no_part_of_the_family() -> None:
    values, names = random_groups(4, 4)
    values[names == "g01"] = np.nan
    values[np.flatnonzero(names == "g01")[0]] = 0.7  # one score alone
    rest = names != "g01"
    with_it, without = (post_hoc(moments(values[rows], names[rows])) for rows in (rest | ~rest, rest))
    pairs = list(combinations(range(4), 2))
    lacking = np.array([1 in pair for pair in pairs])
    for name, array in with_it.items():
        assert np.isnan(array[lacking]).all()
        assert array[~lacking] == pytest.approx(without[name], abs=1e-12)


def test_groups_that_do_not_vary() -> None:
    names = np.repeat(["a", "b", "c"], 4)
    values = np.where(names == "c", np.random.default_rng(0).normal(size=12), 0.1)[:, None]
    found = post_hoc(moments(values, names))
    assert np.isnan(found["games_howell_p"][0, 0])  # a and b: no spread to judge by
    assert found["tukey_p"][0, 0] == pytest.approx(1)  # the spread of c serves them too
    assert not np.isnan(found["games_howell_p"][1:]).any()
    still = post_hoc(moments(np.full((12, 1), 0.1), names))
    assert np.isnan(np.concatenate(list(still.values()))).all()


@pytest.mark.parametrize("groups", [3, 14])
def test_studentized_range_as_in_scipy(groups: int) -> None:
    q = np.array([0.0, 0.5, 2.3, 3.7, 6.1, 15.0])
    freedom = np.array([3.0, 1.0, 1.4, 11.3, 250.0, 2.0])
    expected = stats.studentized_range.sf(q, groups, freedom)
    assert studentized_range_sf(q, groups, freedom) == pytest.approx(expected, abs=1e-9)


@settings(deadline=None, max_examples=20)
@given(st.lists(st.tuples(st.floats(0, 80), st.floats(1, 1e5)), min_size=1, max_size=20))
def test_studentized_range_of_two_is_the_t_distribution(pairs: list[tuple[float, float]]) -> None:
    q, freedom = np.array(pairs).T
    p = studentized_range_sf(q, 2, freedom)
    assert p == pytest.approx(2 * stats.t.sf(q / sqrt(2), freedom), abs=1e-9)


@pytest.mark.parametrize("comparisons", [1, 2, 15])
def test_corrections_as_in_statsmodels(comparisons: int) -> None:
    rng = np.random.default_rng(comparisons)
    p = np.round(rng.uniform(size=(comparisons, 3)) ** 3, 2)  # ties, and some 0
    p[rng.random(p.shape) < 0.2] = np.nan
    p[:, 2] = np.nan
    for correct, method in ((holm, "holm"), (benjamini_hochberg, "fdr_bh")):
        found = correct(p)
        assert np.isnan(found).tolist() == np.isnan(p).tolist()
        for column, corrected in zip(p.T[:2], found.T[:2], strict=True):
            known = ~np.isnan(column)
            if known.any():
                expected = multipletests(column[known], method=method)[1]
                assert corrected[known] == pytest.approx(expected, abs=1e-12)


@settings(deadline=None, max_examples=20)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_corrections_keep_the_order(p: list[float]) -> None:
    raw = np.array(p)
    for corrected in (holm(raw), benjamini_hochberg(raw)):
        assert (raw <= corrected).all()
        assert (np.diff(corrected[raw.argsort(kind="stable")]) >= 0).all()
    assert (benjamini_hochberg(raw) <= holm(raw) + 1e-15).all()


def test_family_of_no_difference_rejects_at_its_level() -> None:
    rng = np.random.default_rng(6)
    names = np.repeat(["a", "b", "c", "d", "e"], [4, 6, 9, 12, 7])
    found = post_hoc(moments(rng.normal(size=(len(names), 1000)), names))
    any_pair = (found["tukey_p"] < 0.05).any(axis=0).mean()
    # Tukey-Kramer is exact for equal sizes and slightly conservative otherwise (Hayter 1984)
    assert 0.03 < any_pair < 0.05 + 3 * sqrt(0.05 * 0.95 / 1000)
