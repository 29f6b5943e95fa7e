"""Sums of squares without their bias."""

import numpy as np
import pytest
from numpy.typing import NDArray

from vicsformer.infer.indices import INDEX_NAMES, indices
from vicsformer.infer.intervals import Resamples, resample_documents
from vicsformer.infer.small_samples import debiased, jackknife_bias

P5, PLAIN, UNBIASED = (INDEX_NAMES.index(name) for name in ("P-5", "I-3", "I-3 unbiased"))
SHARES = np.array([0.1, 0.025, 0.11, 0.54, 0.045, 0.18])


Floats = NDArray[np.float64]


def shares_with_error(rng: np.random.Generator, centre: Floats, size: int) -> Floats:
    """Shares of Self and Other with errors that are alike in all directions in which their sum stays 1."""
    error = rng.normal(0, 0.15, size=(size, 2, 6))
    return centre + error - error.mean(axis=-1, keepdims=True)


def test_draws_of_sums_of_squares_scatter_as_the_estimates_do() -> None:
    # where errors are alike in all five directions the excess is 4/5 of the squared bias, no more
    rng = np.random.default_rng(0)
    bias = np.zeros(len(INDEX_NAMES))
    bias[PLAIN] = 1.2 * 5 * 0.15**2
    estimated = shares_with_error(rng, np.stack([SHARES] * 2), 4000)
    plain, corrected = [], []
    for centre in estimated[:200]:
        draws = indices(shares_with_error(rng, centre, 500))
        one = Resamples(indices(centre), draws, np.zeros((1, len(bias))), np.ones(1))
        plain.append(draws[:, PLAIN].var())
        corrected.append(debiased(one, bias).draws[:, UNBIASED].var())
        assert debiased(one, bias).estimate[UNBIASED] == one.estimate[PLAIN] - bias[PLAIN]
    expected = indices(estimated)[:, PLAIN].var()
    # 200 mean variances: a relative standard error of 3 %
    assert np.mean(corrected) == pytest.approx(expected, rel=0.1)
    assert np.mean(plain) > 1.3 * expected


def test_p5_loses_its_bias_too() -> None:
    counts = np.random.default_rng(1).multinomial(12, np.full(12, 1 / 12), size=15).reshape(-1, 2, 6)
    resampled = resample_documents(counts, 20, aggregate="pooled", rng=np.random.default_rng(0))
    bias = jackknife_bias(resampled.estimate, resampled.jackknife)
    assert bias[P5] < 0  # P-3 of few verbs is too high
    assert debiased(resampled).estimate[P5] == resampled.estimate[P5] - bias[P5]
    rest = [i for i, name in enumerate(INDEX_NAMES) if name != "P-5" and "unbiased" not in name]
    np.testing.assert_array_equal(debiased(resampled).draws[:, rest], resampled.draws[:, rest])


def test_where_the_bias_is_missing_p5_is_the_plain_one() -> None:
    counts = np.random.default_rng(1).multinomial(12, np.full(12, 1 / 12), size=1).reshape(-1, 2, 6)
    resampled = resample_documents(counts, 20, aggregate="pooled", rng=np.random.default_rng(0))
    corrected = debiased(resampled)
    assert corrected.estimate[P5] == resampled.estimate[P5]
    assert np.isnan(corrected.estimate[UNBIASED])


def test_missing_draws_stay_missing() -> None:
    counts = np.random.default_rng(1).multinomial(12, np.full(12, 1 / 12), size=15).reshape(-1, 2, 6)
    resampled = resample_documents(counts, 20, aggregate="pooled", rng=np.random.default_rng(0))
    resampled.draws[3] = np.nan
    draws = debiased(resampled).draws
    assert np.isnan(draws[3]).all()
    assert not np.isnan(np.delete(draws, 3, axis=0)).any()
    resampled.draws[:] = np.nan
    assert np.isnan(debiased(resampled).draws).all()
