"""Three-way verdicts: what each rests on, and what must not change them."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.weightstats import ttost_ind

from vicsformer.data.errors import InputError
from vicsformer.evaluate.equivalence import (
    GAP_VERDICT_COLUMNS,
    gap_verdict,
    margin_array,
    margins_of,
    three_way,
    tost_p,
)
from vicsformer.evaluate.two_groups import moments, t_tests

seeds = st.integers(0, 1000)


def draws(seed: int, n: int = 400, mean: float = 0.1, indices: int = 3) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(mean, 0.05, (n, indices)), rng.normal(0, 0.05, (n, indices))


def test_tost_as_in_statsmodels() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(0.1, 0.3, 12), rng.normal(0, 0.1, 30)
    test = t_tests(moments(np.concatenate([x, y])[:, None], np.repeat(["a", "b"], [12, 30])))
    gap = np.full((1, 1), x.mean() - y.mean())
    for margin in (0.02, 0.1, 0.25, 0.4):
        p = tost_p(gap, test["error"], test["freedom"], np.array(margin))
        expected, _, _ = ttost_ind(x, y, -margin, margin, usevar="unequal")
        assert p.item() == pytest.approx(expected, abs=1e-12)


def test_tost_as_in_pingouin() -> None:
    # R's chickwts; pingouin 0.7.0: tost(linseed, soybean, bound=50, correction=True): dof 23.629516229,
    # pval 0.148113232; pairwise_gameshowell: diff -27.678571429, se 20.896489092
    numbers = (np.array([number]) for number in (-27.678571429, 20.896489092, 23.629516229, 50.0))
    assert tost_p(*numbers).item() == pytest.approx(0.148113232, abs=1e-8)


def test_verdict_of_two_tests() -> None:
    nan = np.nan
    difference = np.array([[0.20, 0.01, 0.20, 0.01], [nan, nan, 0.01, 0.20]])
    equivalence = np.array([[0.20, 0.20, 0.01, 0.01], [nan, 0.01, nan, nan]])
    expected = [
        ["inconclusive", "divergent", "convergent", "convergent"],
        [None, None, "divergent", "inconclusive"],
    ]
    assert three_way(difference, equivalence, alpha=0.05).tolist() == expected


def test_alpha_itself_is_no_evidence() -> None:
    at, below = np.array([0.05]), np.array([0.0499])
    assert three_way(at, at, alpha=0.05).tolist() == ["inconclusive"]
    assert three_way(below, at, alpha=0.05).tolist() == ["divergent"]
    assert three_way(at, below, alpha=0.05).tolist() == ["convergent"]


def test_verdicts_from_draws_by_hand() -> None:
    even = np.linspace(-1, 1, 2001)
    # gaps spread evenly: .05 +- .04 (5 to 95 %: .014..086), .05 +- .1, .3 +- .1, 0 +- .04, all the same
    gaps = np.stack([0.05 + 0.04 * even, 0.05 + 0.1 * even, 0.3 + 0.1 * even, 0.04 * even, 0 * even], axis=1)
    table = gap_verdict(gaps, np.zeros_like(gaps), margin=[0.087, 0.09, 0.09, 0.03, 0.09], alpha=0.05)
    assert list(table.columns) == list(GAP_VERDICT_COLUMNS)
    expected = ["convergent", "inconclusive", "divergent", "inconclusive"]
    assert table["verdict"].tolist()[:4] == expected
    assert table["verdict"].isna().tolist() == [False] * 4 + [True]
    assert table["gap"].tolist() == pytest.approx([0.05, 0.05, 0.3, 0, 0], abs=1e-9)
    place = 0.025 * 2002 - 1  # of 2001 draws
    low = 0.01 + 0.08 * place / 2000
    assert table.loc[0, ["low", "high"]].tolist() == pytest.approx([low, 0.1 - low], abs=1e-9)
    assert table["p_a_larger"].tolist() == pytest.approx([1, 0.75, 1, 0.5, 0.5], abs=1e-3)
    assert table["p_within"].tolist() == pytest.approx([0.9625, 0.70, 0, 0.75, 1], abs=1e-3)
    narrow = gap_verdict(gaps, np.zeros_like(gaps), margin=0.08)
    assert narrow["verdict"].tolist()[:2] == ["divergent", "inconclusive"]  # .014...086 is not within .08
    edge = 0.037 + 0.04 * even  # 95 %: -.001...075; 90 %: .001...073
    assert gap_verdict(edge, 0 * edge, margin=0.05)["verdict"].tolist() == ["inconclusive"]


def test_limits_of_few_draws_are_those_a_further_draw_leaves() -> None:
    # the 39 gaps .01 to .39: below the first, and above the last, a further one falls with probability 1/40
    draws = np.arange(1, 40)[:, None] / 100
    found = gap_verdict(draws, np.zeros_like(draws), margin=None).iloc[0]
    assert (found["low"], found["gap"], found["high"]) == pytest.approx((0.01, 0.2, 0.39))


def test_verdicts_without_a_margin() -> None:
    a, b = draws(0)
    b[:, 1] += 0.1
    table = gap_verdict(a, b, margin=None)
    assert table["verdict"].tolist() == ["inconclusive"] * 3
    assert gap_verdict(a + 0.2, b, margin=[np.nan, 0.2, np.nan])["verdict"].tolist() == ["divergent"] * 3
    assert table[["margin", "p_within"]].isna().all(axis=None)
    assert table["p_a_larger"].between(0.3, 1).all()


def test_missing_draws_are_left_out() -> None:
    a, b = draws(1)
    whole = gap_verdict(a[:250], b[:250], margin=0.2)
    a[250:, 0], b[250:, 1] = np.nan, np.nan
    a[150:, 2] = np.nan  # more than half
    table = gap_verdict(a, b, margin=0.2)
    pd.testing.assert_frame_equal(table.loc[:1], whole.loc[:1])
    assert table["verdict"].isna().tolist() == [False, False, True]
    nothing = gap_verdict(np.full(9, np.nan), np.full(9, np.nan), margin=0.2)
    assert nothing.drop(columns="margin").isna().all(axis=None)


def test_draws_of_one_index() -> None:
    a, b = draws(2, indices=1)
    pd.testing.assert_frame_equal(
        gap_verdict(a, b, margin=0.1), gap_verdict(a[:, 0].tolist(), b[:, 0], margin=0.1)
    )


@settings(deadline=None, max_examples=15)
@given(seeds, st.floats(-0.3, 0.3), st.floats(0.01, 0.4), st.floats(0.01, 0.4))
def test_swapping_leaders_negates_the_gap(seed: int, mean: float, margin: float, alpha: float) -> None:
    a, b = draws(seed, mean=mean)
    one, two = gap_verdict(a, b, margin=margin, alpha=alpha), gap_verdict(b, a, margin=margin, alpha=alpha)
    assert one["verdict"].tolist() == two["verdict"].tolist()
    for column, mirrored in (("gap", "gap"), ("low", "high")):
        assert one[column].to_numpy() == pytest.approx(-two[mirrored].to_numpy(), abs=1e-12)
    assert one["p_a_larger"].to_numpy() == pytest.approx(1 - two["p_a_larger"].to_numpy(), abs=1e-12)
    assert one["p_within"].equals(two["p_within"])


@settings(deadline=None, max_examples=15)
@given(seeds, st.floats(-0.3, 0.3), st.floats(0.01, 0.4), st.floats(1, 4))
def test_a_wider_margin_keeps_what_is_convergent(
    seed: int, mean: float, margin: float, factor: float
) -> None:
    a, b = draws(seed, mean=mean)
    narrow, wide = (gap_verdict(a, b, margin=m)["verdict"] for m in (margin, margin * factor))
    assert (wide[narrow == "convergent"] == "convergent").all()
    assert (narrow[wide == "divergent"] == "divergent").all()


@settings(deadline=None, max_examples=15)
@given(seeds)
def test_order_of_draws_does_not_matter(seed: int) -> None:
    a, b = draws(seed)
    order = np.random.default_rng(seed).permutation(len(a))
    pd.testing.assert_frame_equal(gap_verdict(a, b, margin=0.1), gap_verdict(a[order], b[order], margin=0.1))


@given(st.floats(-0.5, 0.5), st.floats(0.01, 0.3), st.integers(2, 200), st.floats(0.01, 0.4), st.floats(1, 9))
def test_convergent_holds_with_more_documents(
    gap: float, sd: float, documents: int, margin: float, factor: float
) -> None:
    # the same gap and spread seen in more speeches: few speeches alone never make leaders alike
    few, many = (
        tost_p(np.array(gap), np.array(sd * np.sqrt(2 / n)), np.array(2 * n - 2), np.array(margin))
        for n in (documents, documents * factor)
    )
    assert few > 0.5 or many <= few + 1e-12


def test_margins_are_shares_of_standard_deviations() -> None:
    # PsyCL, 130 leaders (Schafer & Lambert 2022): SD of P-1 .125, of I-3 .102
    margins = margins_of({"P-1": 0.125, "I-3": 0.102})
    assert margins == {"P-1": 0.0625, "I-3": 0.051}
    assert margins_of({"P-1": 0.125}, share=1) == {"P-1": 0.125}
    found = margin_array(margins, ["I-3 unbiased", "P-4", "P-1"])
    assert found[[0, 2]].tolist() == [0.051, 0.0625]
    assert np.isnan(found[1])
    own = margin_array(pd.Series({"I-3": 0.1, "I-3 unbiased": 0.2}), ["I-3", "I-3 unbiased"])
    assert own.tolist() == [0.1, 0.2]
    assert np.isnan(margin_array(None, ["P-1"])).all()
    assert np.isnan(margin_array({"P-1": np.nan}, ["P-1"])).all()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"draws_b": np.zeros((4, 2))}, r"arrays of one shape.*found .5, 2. and .4, 2.; draw as often"),
        ({"draws_a": np.zeros((0, 2)), "draws_b": np.zeros((0, 2))}, "found .0, 2."),
        ({"margin": [0.1, 0]}, "expected gaps above 0, found 0"),
        ({"alpha": 0.5}, "expected alpha below 0.5; found 0.5"),
        ({"alpha": 0}, "expected alpha between 0 and 1"),
    ],
)
def test_bad_draws_are_refused(change: dict[str, Any], words: str) -> None:
    right = {"draws_a": np.zeros((5, 2)), "draws_b": np.zeros((5, 2)), "margin": 0.1, "alpha": 0.05}
    with pytest.raises(InputError, match=words):
        gap_verdict(**(right | change))
