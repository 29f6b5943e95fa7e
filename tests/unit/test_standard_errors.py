from typing import Literal

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from vicsformer.infer.gradients import gradients
from vicsformer.infer.indices import INDEX_NAMES, indices
from vicsformer.infer.intervals import resample_documents, resample_verbs
from vicsformer.infer.standard_errors import pooled_errors, products

AGGREGATES: tuple[Literal["pooled", "speech"], ...] = ("pooled", "speech")


def speeches(documents: int, verbs: int = 15, seed: int = 1) -> NDArray[np.int64]:
    """Documents of different length and leaning."""
    rng = np.random.default_rng(seed)
    shares = rng.dirichlet([1.0, 0.5, 1.5, 6.0, 0.8, 2.0] * 2, size=documents)
    return rng.multinomial(1 + rng.poisson(verbs, size=documents), shares).reshape(-1, 2, 6)


def errors(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    features = counts.reshape(len(counts), -1).astype(np.float64)
    return pooled_errors(features.sum(axis=0), products(features).sum(axis=0), len(counts))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.booleans())
def test_gradients_are_the_slopes_of_the_indices(seed: int, corrected: bool) -> None:
    counts = np.random.default_rng(seed).gamma(2, 5, size=(2, 6)) + 0.1
    if corrected:  # an estimate of a count can be below 0
        counts[:, 2] = -0.5
    step = 1e-4 * np.eye(12).reshape(12, 2, 6)
    slopes = (indices(counts + step) - indices(counts - step)) / 2e-4
    np.testing.assert_allclose(gradients(counts), slopes.T, rtol=1e-5, atol=1e-8)


def test_missing_indices_have_no_gradient() -> None:
    counts = np.zeros((2, 6))
    counts[0, 3] = 2
    missing = np.isnan(gradients(counts)).any(axis=1)
    np.testing.assert_array_equal(missing, np.isnan(indices(counts)))


def test_slope_at_the_kink_is_one_sided() -> None:
    counts = np.ones((2, 6))
    slopes = dict(zip(INDEX_NAMES, gradients(counts), strict=True))
    assert indices(counts)[INDEX_NAMES.index("I-4a")] == 1
    np.testing.assert_array_equal(slopes["I-4a"], -slopes["I-1"])
    assert slopes["I-1"].any()


@pytest.mark.parametrize(
    ("name", "side", "of_category"),
    [
        ("P-1", 1, [-1, -1, -1, 1, 1, 1]),
        ("I-2", 0, [-1, -2 / 3, -1 / 3, 1 / 3, 2 / 3, 1]),
        ("I-5 appeal", 0, [0, 0, 0, 1, 0, 0]),
    ],
)
def test_errors_of_ratios_are_cluster_robust_ones(name: str, side: int, of_category: list[float]) -> None:
    # an index that is a mean over verbs, as a regression on a constant with documents as clusters; with one
    # regressor the small-sample correction of statsmodels is n / (n - 1)
    counts = speeches(25)
    verbs = counts[:, side]
    document = np.repeat(np.arange(25), verbs.sum(axis=1))
    value = np.concatenate([np.repeat(of_category, row) for row in verbs])
    fit = sm.OLS(value, np.ones(len(value))).fit(cov_type="cluster", cov_kwds={"groups": document})
    i = INDEX_NAMES.index(name)
    assert indices(counts.sum(axis=0))[i] == pytest.approx(fit.params[0])
    assert errors(counts)[i] == pytest.approx(fit.bse[0], rel=1e-9)


def test_errors_come_near_the_jackknife() -> None:
    counts = speeches(400)
    left_out = indices(counts.sum(axis=0) - counts)
    jackknife = np.sqrt(399 / 400 * np.square(left_out - left_out.mean(axis=0)).sum(axis=0))
    np.testing.assert_allclose(errors(counts), jackknife, rtol=0.02)


@pytest.mark.parametrize("aggregate", AGGREGATES)
def test_errors_of_draws_are_those_of_the_drawn_documents(aggregate: Literal["pooled", "speech"]) -> None:
    counts = speeches(9, verbs=30)
    resampled = resample_documents(counts, 20, aggregate=aggregate, rng=np.random.default_rng(0), errors=True)
    drawn = np.random.default_rng(0).integers(9, size=(20, 9))
    for draw, chosen in enumerate(counts[drawn]):
        again = resample_documents(chosen, 1, aggregate=aggregate, rng=np.random.default_rng(0), errors=True)
        np.testing.assert_allclose(resampled.draws[draw], again.estimate)
        assert resampled.draw_errors is not None
        np.testing.assert_allclose(resampled.draw_errors[draw], again.error, rtol=1e-7, atol=1e-9)


def test_errors_of_means_are_those_of_scipy() -> None:
    counts = speeches(30, verbs=3)  # some speeches lack some indices
    scores = indices(counts)
    assert np.isnan(scores).any()
    resampled = resample_documents(counts, 1, aggregate="speech", rng=np.random.default_rng(0), errors=True)
    np.testing.assert_allclose(resampled.error, stats.sem(scores, nan_policy="omit"))


def test_errors_of_one_document_are_those_of_its_verbs() -> None:
    cells = np.array([[2, 1, 4, 12, 3, 6], [5, 2, 7, 6, 1, 3]])
    verbs = np.repeat(np.eye(12, dtype=np.int64), cells.ravel(), axis=0).reshape(-1, 2, 6)
    short = resample_verbs(cells, 5, rng=np.random.default_rng(0), errors=True)
    np.testing.assert_allclose(short.error, errors(verbs))
    # a proportion: sqrt(p (1 - p) / (n - 1)); the verbs of Other do not enter but in n / (n - 1)
    p, n, of_both = 12 / 28, 28, cells.sum()
    expected = np.sqrt(p * (1 - p) / n * of_both / (of_both - 1))
    assert short.error is not None
    assert short.error[INDEX_NAMES.index("I-5 appeal")] == pytest.approx(expected)


def test_draws_are_the_same_with_and_without_errors() -> None:
    counts = speeches(12)
    for aggregate in AGGREGATES:
        plain, more = (
            resample_documents(counts, 30, aggregate=aggregate, rng=np.random.default_rng(0), errors=wanted)
            for wanted in (False, True)
        )
        np.testing.assert_allclose(more.draws, plain.draws)
        assert plain.error is None
