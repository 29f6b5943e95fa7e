from itertools import product
from math import factorial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from vicsformer.infer.indices import INDEX_NAMES, indices

FIXTURES = Path(__file__).parents[1] / "fixtures"
PUBLISHED = INDEX_NAMES[:16]
SHARES = [name for name in INDEX_NAMES if name.startswith("I-5")]

counts = arrays(np.int64, (2, 6), elements=st.integers(0, 500))


def named(array: NDArray[np.integer] | NDArray[np.floating]) -> dict[str, float]:
    return dict(zip(INDEX_NAMES, indices(array), strict=True))


def test_hand_worked_example() -> None:
    # worked with pencil from section 6 of the codebook; n_s = 10, n_o = 20
    own = [1, 0, 1, 4, 2, 2]
    other = [4, 2, 6, 5, 1, 2]
    assert named(np.array([own, other])) == pytest.approx(
        {
            "P-1": -4 / 20,  # 5 + 1 + 2 - 6 - 2 - 4
            "P-2": -9 / 60,  # 5 + 2 + 6 - 6 - 4 - 12
            "P-3": 0.058,  # 1 - 1.2 * (1 - 86 / 400)
            "P-4": 10 / 30,
            "P-5": 1 - 0.058 / 3,
            "I-1": 6 / 10,  # 4 + 2 + 2 - 1 - 0 - 1
            "I-2": 10 / 30,  # 4 + 4 + 6 - 1 - 0 - 3
            "I-3": 0.112,  # 1 - 1.2 * (1 - 26 / 100)
            "I-4a": 0.4,
            "I-4b": 0.6,  # 7 words, 3 deeds
            "I-5 punish": 0.1,
            "I-5 threaten": 0,
            "I-5 oppose": 0.1,
            "I-5 appeal": 0.4,
            "I-5 promise": 0.2,
            "I-5 reward": 0.2,
            "P-3 unbiased": 1 - 1.2 * (1 - 66 / 380),
            "I-3 unbiased": 1 - 1.2 * (1 - 16 / 90),
        }
    )


def test_order_of_the_names() -> None:
    assert (
        *("P-1", "P-2", "P-3", "P-4", "P-5", "I-1", "I-2", "I-3", "I-4a", "I-4b"),
        *("I-5 punish", "I-5 threaten", "I-5 oppose", "I-5 appeal", "I-5 promise", "I-5 reward"),
        *("P-3 unbiased", "I-3 unbiased"),
    ) == INDEX_NAMES


def test_rusk_profile() -> None:
    # Walker, Schafer & Young in Post 2003, table 9.1. The own shares are printed there; the counts of Other
    # are made to give the printed P-1 to P-3. Figures of two digits from shares of two digits: within .015.
    own = np.array([0.07, 0.06, 0.16, 0.34, 0.17, 0.20]) * 530
    other = np.array([152, 95, 38, 119, 64, 2])
    profile = named(np.array([own, other]))
    printed_p = {"P-1": -0.21, "P-2": -0.31, "P-3": 0.08, "P-4": 0.53, "P-5": 0.96}
    assert {name: round(profile[name], 2) for name in printed_p} == printed_p
    printed_i = {"I-1": 0.41, "I-2": 0.27, "I-4a": 0.57, "I-4b": 0.53}
    assert {name: profile[name] for name in printed_i} == pytest.approx(printed_i, abs=0.015)


def feng_he() -> pd.DataFrame:
    table = pd.read_csv(FIXTURES / "feng_he_2024_tables_1_3.csv", comment="#", index_col="index")
    return table.T


@pytest.mark.parametrize("leader", feng_he().index)
def test_identities_of_feng_and_he(leader: str) -> None:
    # Their figures are means over speeches. I-1 and I-2 are linear in the shares, so they follow from the
    # mean shares up to rounding: half a unit of the last place for each of six shares and the figure, and
    # what the printed shares lack or exceed 1 by. I-4a and I-4b are concave, I-3 is convex: the mean of the
    # speeches lies below and above what the mean shares give.
    published = feng_he().loc[leader]
    own = published[SHARES].to_numpy()
    rounding = 3.5 * (0.0001 if "2016" in leader else 0.01) + abs(own.sum() - 1)
    implied = named(np.array([own, own]))
    assert implied["I-1"] == pytest.approx(published["I-1"], abs=rounding)
    assert implied["I-2"] == pytest.approx(published["I-2"], abs=rounding)
    assert published["I-4a"] <= implied["I-4a"] + rounding
    assert published["I-4b"] <= implied["I-4b"] + rounding
    assert published["I-3"] >= implied["I-3"] - rounding


@given(counts)
def test_ranges(array: NDArray[np.int64]) -> None:
    low = {"P-1": -1.0, "P-2": -1.0, "I-1": -1.0, "I-2": -1.0, "P-3 unbiased": -0.2, "I-3 unbiased": -0.2}
    for name, value in named(array).items():
        assert np.isnan(value) or low.get(name, 0.0) - 1e-9 <= value <= 1 + 1e-9, name


@pytest.mark.filterwarnings("error")
@given(counts)
def test_missing_exactly_where_there_is_nothing_to_divide_by(array: NDArray[np.int64]) -> None:
    array = array * (array > 400)  # empty and nearly empty sides often
    own, other = array.sum(axis=1)
    needs = {
        "P-4": own + other,
        "P-3 unbiased": other - 1,
        "I-3 unbiased": own - 1,
    }
    for name, value in named(array).items():
        assert np.isnan(value) == (needs.get(name, other if name[0] == "P" else own) <= 0), name


@given(counts)
def test_swapping_cooperation_and_conflict(array: NDArray[np.int64]) -> None:
    before, after = named(array), named(array[:, ::-1])
    for name in ("P-1", "P-2", "I-1", "I-2"):
        assert after[name] == pytest.approx(-before[name], nan_ok=True)
    for name in ("P-3", "P-4", "P-5", "I-3", "I-4a", "I-4b", "P-3 unbiased", "I-3 unbiased"):
        assert after[name] == pytest.approx(before[name], nan_ok=True)


@given(counts)
def test_swapping_self_and_other(array: NDArray[np.int64]) -> None:
    before, after = named(array), named(array[::-1])
    for number in ("1", "2", "3", "3 unbiased"):
        assert after[f"P-{number}"] == pytest.approx(before[f"I-{number}"], nan_ok=True)
        assert after[f"I-{number}"] == pytest.approx(before[f"P-{number}"], nan_ok=True)
    assert after["P-4"] == pytest.approx(1 - before["P-4"], nan_ok=True)


@given(counts, st.floats(0.01, 100))
def test_scaling_leaves_the_plug_in_indices(array: NDArray[np.int64], factor: float) -> None:
    np.testing.assert_allclose(indices(array * factor)[:16], indices(array)[:16], atol=1e-9)


@given(counts)
def test_shares_and_definitions_that_tie_indices(array: NDArray[np.int64]) -> None:
    profile = named(array)
    if array[0].any():
        assert sum(profile[name] for name in SHARES) == pytest.approx(1)
    assert profile["P-5"] == pytest.approx(1 - profile["P-3"] * profile["P-4"], nan_ok=True)
    assert profile["I-4a"] == pytest.approx(1 - abs(profile["I-1"]), nan_ok=True)


@given(arrays(np.int64, (3, 4, 2, 6), elements=st.integers(0, 9)))
def test_leading_axes_are_independent(array: NDArray[np.int64]) -> None:
    together = indices(array)
    assert together.shape == (3, 4, len(INDEX_NAMES))
    np.testing.assert_array_equal(together[1, 2], indices(array[1, 2]))


def test_wrong_shape() -> None:
    with pytest.raises(ValueError, match=r"expected \(\.\.\., 2, 6\)"):
        indices(np.zeros((6, 2)))


def expectation(n: int, shares: NDArray[np.float64], name: str) -> float:
    """Mean of an index over all counts of n verbs, by enumeration of the multinomial distribution."""
    total = 0.0
    for drawn in product(range(n + 1), repeat=6):
        if sum(drawn) == n:
            ways = factorial(n) / np.prod([factorial(k) for k in drawn])
            probability = ways * np.prod(shares ** np.array(drawn))
            total += probability * named(np.array([drawn, drawn]))[name]
    return total


def test_unbiased_form_is_unbiased_and_the_plug_in_too_high() -> None:
    shares = np.array([0.05, 0.05, 0.1, 0.5, 0.1, 0.2])
    true = 1 - 6 / 5 * (1 - np.square(shares).sum())
    n = 4
    assert expectation(n, shares, "I-3 unbiased") == pytest.approx(true)
    assert expectation(n, shares, "P-3 unbiased") == pytest.approx(true)
    # E[plug-in I-3] = I-3 + (1 - I-3) / n, the small-sample fact of section 6 of the codebook
    assert expectation(n, shares, "I-3") == pytest.approx(true + (1 - true) / n)


@given(arrays(np.int64, 6, elements=st.integers(0, 50)).filter(lambda own: own.sum() >= 2))
def test_unbiased_form_takes_the_known_bias_off_the_plug_in(own: NDArray[np.int64]) -> None:
    # solving plug-in = x + (1 - x) / n for x
    profile, n = named(np.array([own, own])), own.sum()
    assert profile["I-3 unbiased"] == pytest.approx((profile["I-3"] - 1 / n) / (1 - 1 / n), abs=1e-9)
