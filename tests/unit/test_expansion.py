"""Quantiles of draws of few units."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy import stats

from vicsformer.infer.expansion import effective_documents, expanded_draws, expanded_tails
from vicsformer.infer.indices import INDEX_NAMES
from vicsformer.infer.intervals import limits, resample_documents

Floats = NDArray[np.float64]
MANY = 10**9
"""Draws of which one more or less makes no difference."""


def test_tail_of_few_documents() -> None:
    # by tables of t: 19 degrees of freedom, 2.0930; sqrt(20 / 19) * 2.0930 = 2.1474; Phi = .98412
    assert expanded_tails(0.975, 20, MANY) == pytest.approx(0.98412, abs=5e-5)
    assert expanded_tails(0.025, 20, MANY) == pytest.approx(0.01588, abs=5e-5)
    assert expanded_tails(0.025, np.inf, MANY) == pytest.approx(0.025)
    assert expanded_tails(0.025, 1, MANY) == pytest.approx(0.025)


def test_fewer_units_have_smaller_tails() -> None:
    tails = [expanded_tails(0.025, units, MANY) for units in (1.2, 1.9, 2, 3.5, 10, 100, np.inf)]
    assert tails == sorted(tails)
    assert tails[0] < 1e-6


@pytest.mark.parametrize("draws", [99, 400, 2000])
def test_a_further_draw_falls_into_the_tails_as_often_as_they_say(draws: int) -> None:
    # the i-th of B sorted uniform draws is i / (B + 1) on average
    expected_draws = np.arange(1, draws + 1) / (draws + 1)
    assert np.quantile(expected_draws, expanded_tails(0.025, np.inf, draws)) == pytest.approx(0.025)


def test_tails_that_need_more_draws_are_at_the_outermost_ones() -> None:
    assert expanded_tails(0.025, 3, 100) == 0
    assert expanded_tails(0.975, 3, 100) == 1
    assert expanded_tails(0.025, np.inf, 1) == 0


def drawn(rng: np.random.Generator, size: int = 999) -> Floats:
    values = rng.normal(size=(size, 3))
    values[:, 1] += values[:, 0]
    values[::7, 2] = np.nan
    return values


@pytest.mark.parametrize("units", [2, 3.4, 8, 40])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_quantiles_of_expanded_draws_are_expanded_limits(units: float, level: float) -> None:
    draws = drawn(np.random.default_rng(0))
    spread = expanded_draws(draws, units)
    tail = (1 - level) / 2
    for before, after in zip(draws.T, spread.T, strict=True):
        known = before[~np.isnan(before)]
        n = len(known)
        expected = np.quantile(known, expanded_tails(tail, units, n))
        # place p(B + 1) of the spread draws
        place = (tail * (n + 1) - 1) / (n - 1)
        assert np.nanquantile(after, place) == pytest.approx(expected, abs=0.02)
        assert np.nanmedian(after) == pytest.approx(np.median(known), abs=0.01)


@given(
    arrays(
        np.float64, st.tuples(st.integers(1, 30), st.just(2)), elements=st.floats(-1, 1) | st.just(np.nan)
    ),
    st.floats(0, 50) | st.just(np.inf),
)
def test_expanded_draws_keep_ranks_and_stay_between_the_ends(draws: Floats, units: float) -> None:
    before = draws.copy()
    spread = expanded_draws(draws, units)
    np.testing.assert_array_equal(draws, before)
    np.testing.assert_array_equal(np.isnan(spread), np.isnan(draws))
    for old, new in zip(draws.T, spread.T, strict=True):
        known = ~np.isnan(old)
        order = np.argsort(old[known], kind="stable")
        assert (np.diff(new[known][order]) >= 0).all()
        if known.any():
            assert old[known].min() <= new[known].min()
            assert new[known].max() <= old[known].max()
    if not 1 < units < np.inf:
        np.testing.assert_array_equal(spread, draws)


def test_units_of_each_index() -> None:
    draws = drawn(np.random.default_rng(0))
    units = np.array([np.inf, 5, 30])
    spread = expanded_draws(draws, units)
    for at, n in enumerate(units):
        np.testing.assert_array_equal(spread[:, [at]], expanded_draws(draws[:, [at]], n))


def test_gaps_of_spread_draws_cover_as_welch_does() -> None:
    # two leaders of five equally long speeches with one index that is a normal mean
    rng = np.random.default_rng(0)
    held = {"as drawn": 0, "spread": 0}
    for _ in range(300):
        pair = rng.normal(size=(2, 5))
        places = rng.integers(5, size=(2, 500, 5))
        draws = np.stack([own[at].mean(axis=1) for own, at in zip(pair, places, strict=True)])
        spread = np.stack([expanded_draws(one[:, None], 5)[:, 0] for one in draws])
        for name, (a, b) in {"as drawn": draws, "spread": spread}.items():
            low, high = np.quantile(a - b, [0.025, 0.975])
            held[name] += low <= 0 <= high
    assert held["as drawn"] < 270  # .90
    assert held["spread"] > 276  # .92


def test_expanded_percentile_interval_of_a_mean_is_students() -> None:
    # one verb each, so that I-1 is a mean of signs: expanded percentile limits come near
    # mean -/+ t s / sqrt(n) with s from n - 1
    counts = np.zeros((25, 2, 6), dtype=np.int64)
    counts[:16, 0, 5] = counts[16:, 0, 0] = 1
    resampled = resample_documents(counts, 40_000, aggregate="pooled", rng=np.random.default_rng(0))
    low, high = limits(resampled, level=0.95, method="expanded")[INDEX_NAMES.index("I-1")]
    signs = np.array([1] * 16 + [-1] * 9)
    expected = 2 * stats.t.ppf(0.975, 24) * stats.sem(signs)
    assert high - low == pytest.approx(expected, abs=2 / 25)  # draws lie 2/25 apart
    plain = limits(resampled, level=0.95, method="percentile")[INDEX_NAMES.index("I-1")]
    assert plain[1] - plain[0] < high - low


def test_effective_documents_by_hand() -> None:
    def of(*verbs: float) -> float:
        values: NDArray[np.float64] = np.array(verbs, dtype=np.float64)
        return effective_documents(values)

    assert of(7, 7, 7) == pytest.approx(3)
    assert of(10, 10, 20) == pytest.approx(1600 / 600)
    assert of(10, 0, 0) == pytest.approx(1)
    assert of(0, 0) == 0
