from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from vicsformer.infer.indices import INDEX_NAMES, indices
from vicsformer.infer.intervals import (
    Aggregate,
    Method,
    Resamples,
    limits,
    resample_documents,
    resample_verbs,
)

AGGREGATES: tuple[Aggregate, ...] = ("pooled", "speech")


def speeches(documents: int, verbs: int = 15, seed: int = 1) -> NDArray[np.int64]:
    """Documents of different length and leaning."""
    rng = np.random.default_rng(seed)
    shares = rng.dirichlet([1.0, 0.5, 1.5, 6.0, 0.8, 2.0] * 2, size=documents)
    return rng.multinomial(rng.poisson(verbs, size=documents), shares).reshape(-1, 2, 6)


def statistic(
    counts: NDArray[np.int64], aggregate: Aggregate, index: int
) -> Callable[..., NDArray[np.float64]]:
    """Write an index of drawn documents the plain way, for scipy.stats.bootstrap."""

    def of(drawn: NDArray[np.intp], axis: int = -1) -> NDArray[np.float64]:
        chosen = counts[np.moveaxis(drawn, axis, -1)]
        if aggregate == "pooled":
            return indices(chosen.sum(axis=-3))[..., index]
        return np.nanmean(indices(chosen)[..., index], axis=-1)

    return of


@pytest.mark.parametrize("aggregate", AGGREGATES)
@pytest.mark.parametrize(("method", "name"), [("bca", "BCa"), ("percentile", "percentile")])
def test_limits_equal_scipy_on_the_same_draws(aggregate: Aggregate, method: Method, name: str) -> None:
    counts = speeches(25)
    own = resample_documents(counts, 5, aggregate=aggregate, rng=np.random.default_rng(0))
    for i in range(len(INDEX_NAMES)):
        theirs = stats.bootstrap(
            (np.arange(25),), statistic(counts, aggregate, i), n_resamples=499, method=name,
            confidence_level=0.9, rng=np.random.default_rng(3),
        )  # fmt: skip
        same = Resamples(
            own.estimate[[i]], theirs.bootstrap_distribution[:, None], own.jackknife[:, [i]], own.multiplicity
        )
        assert limits(same, level=0.9, method=method)[0] == pytest.approx(tuple(theirs.confidence_interval))


@pytest.mark.parametrize("aggregate", AGGREGATES)
@pytest.mark.parametrize(("method", "name"), [("bca", "BCa"), ("percentile", "percentile")])
def test_limits_agree_with_scipy_on_its_own_draws(aggregate: Aggregate, method: Method, name: str) -> None:
    counts = speeches(30)
    own = resample_documents(counts, 9999, aggregate=aggregate, rng=np.random.default_rng(0))
    found = limits(own, level=0.95, method=method)
    for i in (0, 2, 9, 17):
        theirs = stats.bootstrap(
            (np.arange(30),), statistic(counts, aggregate, i), method=name, rng=np.random.default_rng(3)
        )
        # sampling error of a limit at 9,999 draws is below .05 standard errors: two of them, four sigma
        assert found[i] == pytest.approx(tuple(theirs.confidence_interval), abs=0.25 * theirs.standard_error)


def test_draws_are_those_of_documents_with_replacement() -> None:
    # two documents: both of the first, one of each, both of the second, with chances 1/4, 1/2, 1/4
    counts = np.zeros((2, 2, 6), dtype=np.int64)
    counts[0, 0, 5], counts[1, 0, 0] = 3, 1
    draws = resample_documents(counts, 40_000, aggregate="pooled", rng=np.random.default_rng(0)).draws
    values, seen = np.unique(draws[:, INDEX_NAMES.index("I-1")], return_counts=True)
    assert values.tolist() == [-1, 0.5, 1]
    assert seen / 40_000 == pytest.approx([0.25, 0.5, 0.25], abs=0.01)


def test_aggregates_are_different_quantities() -> None:
    counts = np.zeros((3, 2, 6), dtype=np.int64)
    counts[0, 0, 5], counts[1, 0, 0] = 3, 1  # the third document has no verbs of Self
    counts[2, 1, 3] = 1
    of = {
        a: resample_documents(counts, 9, aggregate=a, rng=np.random.default_rng(0)).estimate
        for a in AGGREGATES
    }
    assert of["pooled"][INDEX_NAMES.index("I-1")] == 0.5
    assert of["speech"][INDEX_NAMES.index("I-1")] == 0  # mean of 1 and -1, the third left out
    assert of["speech"][INDEX_NAMES.index("P-4")] == pytest.approx(2 / 3)


@pytest.mark.parametrize("aggregate", AGGREGATES)
def test_jackknife_leaves_out_one_document(aggregate: Aggregate) -> None:
    counts = speeches(6)
    jackknife = resample_documents(counts, 1, aggregate=aggregate, rng=np.random.default_rng(0)).jackknife
    for i in range(len(counts)):
        rest = np.delete(counts, i, axis=0)
        expected = indices(rest.sum(axis=0)) if aggregate == "pooled" else np.nanmean(indices(rest), axis=0)
        assert jackknife[i] == pytest.approx(expected)


def test_blocks_of_draws_do_not_change_them(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = speeches(10)
    whole = resample_documents(counts, 50, aggregate="pooled", rng=np.random.default_rng(0)).draws
    monkeypatch.setattr("vicsformer.infer.intervals._BLOCK", 70)
    blocks = resample_documents(counts, 50, aggregate="pooled", rng=np.random.default_rng(0)).draws
    np.testing.assert_allclose(blocks, whole)


def test_verbs_of_one_document_agree_with_scipy() -> None:
    # every verb is a document of its own: the same bootstrap, the long way round
    cells = np.array([[2, 1, 4, 12, 3, 6], [5, 2, 7, 6, 1, 3]])
    verbs = np.repeat(np.eye(12, dtype=np.int64), cells.ravel(), axis=0).reshape(-1, 2, 6)
    found = limits(resample_verbs(cells, 9999, rng=np.random.default_rng(0)), level=0.95, method="bca")
    for i in (0, 1, 3, 5, 8):
        theirs = stats.bootstrap(
            (np.arange(len(verbs)),),
            statistic(verbs, "pooled", i),
            method="BCa",
            rng=np.random.default_rng(3),
        )
        assert found[i] == pytest.approx(tuple(theirs.confidence_interval), abs=0.25 * theirs.standard_error)


def test_equal_verbs_are_left_out_once_for_all() -> None:
    cells = np.array([[2, 1, 4, 12, 3, 6], [5, 2, 7, 6, 0, 3]])
    verbs = np.repeat(np.eye(12, dtype=np.int64), cells.ravel(), axis=0).reshape(-1, 2, 6)
    rng = np.random.default_rng(0)
    short = resample_verbs(cells, 300, rng=rng)
    long = resample_documents(verbs, 1, aggregate="pooled", rng=rng)
    repeated = np.repeat(short.jackknife, short.multiplicity.astype(int), axis=0)
    np.testing.assert_allclose(repeated, long.jackknife)
    spelt_out = Resamples(short.estimate, short.draws, long.jackknife, long.multiplicity)
    np.testing.assert_allclose(
        limits(short, level=0.95, method="bca"), limits(spelt_out, level=0.95, method="bca")
    )


def test_rounding_in_the_jackknife_is_no_acceleration() -> None:
    draws = np.random.default_rng(0).normal(0.3, 0.1, size=(500, 1))
    exact = Resamples(np.array([0.3]), draws, np.array([[0.3], [0.3], [0.3]]), np.ones(3))
    rounded = Resamples(np.array([0.3]), draws, np.array([[0.3], [0.1 + 0.2], [0.3]]), np.ones(3))
    np.testing.assert_array_equal(
        limits(rounded, level=0.95, method="bca"), limits(exact, level=0.95, method="bca")
    )


@pytest.mark.parametrize("aggregate", AGGREGATES)
@pytest.mark.parametrize("method", ["bca", "percentile"])
def test_interval_of_equal_documents_is_the_point(aggregate: Aggregate, method: Method) -> None:
    counts = np.repeat(speeches(1, verbs=40), 7, axis=0)
    resampled = resample_documents(counts, 200, aggregate=aggregate, rng=np.random.default_rng(0))
    plug_in = (
        slice(None) if aggregate == "speech" else slice(16)
    )  # the unbiased form depends on the number of verbs
    found = limits(resampled, level=0.95, method=method)[plug_in]
    np.testing.assert_allclose(found, np.stack([resampled.estimate[plug_in]] * 2, axis=1), rtol=1e-12)


@pytest.mark.parametrize("method", ["bca", "percentile"])
def test_missing_draws_are_left_out_up_to_one_half(method: Method) -> None:
    rng = np.random.default_rng(0)
    value = rng.normal(size=1000)
    jackknife, ones = rng.normal(size=(9, 1)), np.ones(9)
    estimate = np.array([0.1])
    complete = Resamples(estimate, value[:, None], jackknife, ones)
    half = Resamples(estimate, np.append(value, [np.nan] * 1000)[:, None], jackknife, ones)
    most = Resamples(estimate, np.append(value, [np.nan] * 1001)[:, None], jackknife, ones)
    np.testing.assert_array_equal(
        limits(half, level=0.9, method=method), limits(complete, level=0.9, method=method)
    )
    assert np.isnan(limits(most, level=0.9, method=method)).all()


@pytest.mark.parametrize("method", ["bca", "percentile"])
def test_no_interval_for_an_index_that_rests_on_one_document(method: Method) -> None:
    counts = speeches(12)
    counts[1:, 1] = 0  # Other acts in the first document only: its P-1 shows no spread
    for aggregate in AGGREGATES:
        resampled = resample_documents(counts, 500, aggregate=aggregate, rng=np.random.default_rng(0))
        found = dict(zip(INDEX_NAMES, limits(resampled, level=0.95, method=method), strict=True))
        assert np.isnan(found["P-1"]).all()
        assert not np.isnan(found["I-1"]).any()
        assert not np.isnan(found["P-4"]).any()


@pytest.mark.parametrize("aggregate", AGGREGATES)
def test_studentised_limits_the_plain_way(aggregate: Aggregate) -> None:
    counts = speeches(20, verbs=60)
    found = resample_documents(counts, 300, aggregate=aggregate, rng=np.random.default_rng(0), errors=True)
    assert found.error is not None
    assert found.draw_errors is not None
    pivots = (found.draws - found.estimate) / found.draw_errors
    high, low = np.quantile(pivots, [0.05, 0.95], axis=0)
    expected = np.stack([found.estimate - low * found.error, found.estimate - high * found.error], axis=1)
    np.testing.assert_allclose(limits(found, level=0.9, method="studentised"), expected)


def test_studentised_interval_of_a_mean_is_nearly_students() -> None:
    # speeches and their mirror images: a symmetrical mean, whose pivot has nearly the quantiles of Student's
    counts = np.concatenate([speeches(20, verbs=60), speeches(20, verbs=60)[..., ::-1]])
    i1 = INDEX_NAMES.index("I-1")
    scores = indices(counts)[:, i1]
    found = resample_documents(counts, 9999, aggregate="speech", rng=np.random.default_rng(0), errors=True)
    mean, error = scores.mean(), stats.sem(scores)
    expected = stats.t.interval(0.95, 39, loc=mean, scale=error)
    assert limits(found, level=0.95, method="studentised")[i1] == pytest.approx(expected, abs=0.25 * error)


def test_studentised_limits_without_standard_errors_are_missing() -> None:
    plain = resample_documents(speeches(20), 50, aggregate="pooled", rng=np.random.default_rng(0))
    assert np.isnan(limits(plain, level=0.95, method="studentised")).all()


def test_studentised_limits_need_draws_with_spread() -> None:
    # of two documents half of the draws are one document twice: no spread, infinitely far from the estimate
    two = resample_documents(
        speeches(2, verbs=300), 400, aggregate="pooled", rng=np.random.default_rng(0), errors=True
    )
    assert np.isnan(limits(two, level=0.95, method="studentised")).all()
    assert not np.isnan(limits(two, level=0.95, method="percentile")).any()
    equal = np.repeat(speeches(1, verbs=40), 7, axis=0)
    same = resample_documents(equal, 100, aggregate="pooled", rng=np.random.default_rng(0), errors=True)
    found = limits(same, level=0.95, method="studentised")[:16]
    np.testing.assert_allclose(found, np.stack([same.estimate[:16]] * 2, axis=1), rtol=1e-12)


def test_studentised_limits_of_what_rests_on_one_document_are_missing() -> None:
    counts = speeches(12, verbs=60)
    counts[1:, 1] = 0
    for aggregate in AGGREGATES:
        resampled = resample_documents(
            counts, 500, aggregate=aggregate, rng=np.random.default_rng(0), errors=True
        )
        found = dict(zip(INDEX_NAMES, limits(resampled, level=0.95, method="studentised"), strict=True))
        assert np.isnan(found["P-1"]).all()
        assert not np.isnan(found["I-1"]).any()


def test_bca_is_missing_where_the_estimate_is_outside_all_draws() -> None:
    draws = np.linspace(0.2, 0.4, 50)[:, None]
    outside = Resamples(np.array([0.1]), draws, np.array([[0.1], [0.2], [0.4]]), np.ones(3))
    assert np.isnan(limits(outside, level=0.95, method="bca")).all()
    assert limits(outside, level=0.5, method="percentile")[0] == pytest.approx([0.25, 0.35])


def test_document_without_verbs_has_no_interval() -> None:
    resampled = resample_verbs(np.zeros((2, 6), dtype=np.int64), 50, rng=np.random.default_rng(0))
    assert np.isnan(resampled.estimate).all()
    for method in ("bca", "percentile"):
        assert np.isnan(limits(resampled, level=0.95, method=method)).all()
