from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vicsformer.infer.index_limits import index_limits, within_range
from vicsformer.infer.indices import INDEX_NAMES
from vicsformer.infer.intervals import Method, Resamples, limits, resample_documents

METHODS: tuple[Method, ...] = ("percentile", "bca", "studentised")
FOLDED = [INDEX_NAMES.index(name) for name in ("I-4a", "I-4b")]
REST = [i for i in range(len(INDEX_NAMES)) if i not in FOLDED]


def resampled(
    self_shares: list[float], *, documents: int = 25, aggregate: Literal["pooled", "speech"] = "pooled"
) -> Resamples:
    rng = np.random.default_rng(2)
    shares = rng.dirichlet(20 * np.array([*self_shares, 0.15, 0.05, 0.15, 0.4, 0.05, 0.2]), size=documents)
    counts = rng.multinomial(rng.poisson(50, size=documents), shares).reshape(-1, 2, 6)
    return resample_documents(counts, 999, aggregate=aggregate, rng=rng, errors=True)


COOPERATIVE = [0.05, 0.05, 0.1, 0.6, 0.1, 0.1]
EVEN_HANDED = [0.2, 0.1, 0.2, 0.15, 0.1, 0.25]


@pytest.mark.parametrize("method", METHODS)
def test_far_from_the_kinks_nothing_changes(method: Method) -> None:
    group = resampled(COOPERATIVE)
    found = index_limits(group, level=0.95, method=method, pooled=True)
    # the quantiles of 1 - x are those of x from the other end
    np.testing.assert_allclose(found, within_range(limits(group, level=0.95, method=method).T).T, atol=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_an_even_handed_leader_may_be_fully_flexible(method: Method) -> None:
    group = resampled(EVEN_HANDED)
    i1, i4a = INDEX_NAMES.index("I-1"), INDEX_NAMES.index("I-4a")
    assert np.quantile(group.draws[:, i4a], 0.975) < 1  # though it may be 1
    found = index_limits(group, level=0.95, method=method, pooled=True)
    low, high = found[i1]
    assert low < 0 < high
    assert tuple(found[i4a]) == pytest.approx((1 - max(-low, high), 1))
    np.testing.assert_array_equal(
        found[REST], within_range(limits(group, level=0.95, method=method).T).T[REST]
    )


def test_limits_of_balances_of_words_and_deeds_are_folded() -> None:
    group = resampled(COOPERATIVE)
    share = np.linspace(0.1, 0.45, 999)  # deeds, so that words less deeds are .8 to .1
    draws = group.draws.copy()
    draws[:, [INDEX_NAMES.index(f"I-5 {name}") for name in ("punish", "reward")]] = share[:, None] / 2
    for name in ("threaten", "oppose", "appeal", "promise"):
        draws[:, INDEX_NAMES.index(f"I-5 {name}")] = (1 - share) / 4
    changed = Resamples(group.estimate, draws, group.jackknife, group.multiplicity)
    found = index_limits(changed, level=0.9, method="percentile", pooled=True)
    deeds = np.quantile(share, [0.05, 0.95])
    assert tuple(found[FOLDED[1]]) == pytest.approx(tuple(2 * deeds))  # 1 - |1 - 2 d|


def test_means_of_speeches_have_no_kink() -> None:
    group = resampled(EVEN_HANDED, aggregate="speech")
    found = index_limits(group, level=0.95, method="percentile", pooled=False)
    np.testing.assert_array_equal(found, limits(group, level=0.95, method="percentile"))
    assert found[FOLDED[0], 1] < 1


@given(st.lists(st.floats(-1, 1), min_size=2, max_size=2).map(sorted))
def test_folding_gives_the_range_of_one_minus_the_size(ends: list[float]) -> None:
    # all draws in between, evenly: the limits of level 1 are the ends
    line = np.linspace(*ends, 301)
    group = resampled(COOPERATIVE, documents=3)
    draws = np.repeat(line[:, None], len(INDEX_NAMES), axis=1)
    even = Resamples(group.estimate, draws, group.jackknife, group.multiplicity)
    low, high = index_limits(even, level=1 - 1e-12, method="percentile", pooled=True)[FOLDED[0]]
    values = 1 - np.abs(line)
    assert low == pytest.approx(values.min(), abs=1e-9)
    crosses = ends[0] <= 0 <= ends[1]
    assert high == pytest.approx(1 if crosses else values.max(), abs=1e-9)


def test_missing_limits_stay_missing() -> None:
    counts = np.zeros((4, 2, 6), dtype=np.int64)
    counts[:, 1, :] = np.arange(1, 25).reshape(4, 6)  # Self never acts
    group = resample_documents(counts, 50, aggregate="pooled", rng=np.random.default_rng(0))
    found = index_limits(group, level=0.95, method="percentile", pooled=True)
    assert np.isnan(found[FOLDED]).all()
    assert not np.isnan(found[INDEX_NAMES.index("P-1")]).any()


def test_limits_end_where_the_range_does() -> None:
    group = resampled(COOPERATIVE)
    shift = 5.0
    beyond = Resamples(group.estimate, group.draws + shift, group.jackknife, group.multiplicity)
    found = index_limits(beyond, level=0.95, method="percentile", pooled=True)
    assert (found[REST] == 1).all()
    least = dict(zip(INDEX_NAMES, within_range(np.full(len(INDEX_NAMES), -9.0)), strict=True))
    assert least["P-1"] == least["I-2"] == -1  # ranges: section 6 of the codebook
    assert least["P-3 unbiased"] == -0.2
    assert least["P-4"] == least["I-5 appeal"] == least["P-3"] == 0
