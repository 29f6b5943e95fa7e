import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from vicsformer.data.codebook import CATEGORIES
from vicsformer.infer.indices import INDEX_NAMES, indices
from vicsformer.infer.intervals import Resamples, limits, resample_documents
from vicsformer.infer.quantify import correct, resample_confusion
from vicsformer.infer.small_samples import debiased, expanded_level
from vicsformer.infer.soft import POWER

Floats = NDArray[np.float64]
APPEAL, OPPOSE = CATEGORIES.index("appeal"), CATEGORIES.index("oppose")


def even(k: int, accuracy: float) -> Floats:
    rates = np.full((k, k), (1 - accuracy) / (k - 1))
    np.fill_diagonal(rates, accuracy)
    return rates


def documents(rng: np.random.Generator, n: int, verbs: int = 40) -> NDArray[np.int64]:
    """Documents of different leaning, (n, 3, 7)."""
    shares = rng.dirichlet(np.tile([1.0, 0.5, 1.5, 6.0, 2.0, 0.8, 2.0], 3), size=n)
    return rng.multinomial(verbs, shares).reshape(n, 3, 7)


def labelled(rng: np.random.Generator, n: int, accuracy: float = 0.8) -> tuple[NDArray[np.int64], ...]:
    """Labelled documents by label and code, (n, 3, 3) and (n, 7, 7)."""
    gold = documents(rng, n)
    return (
        rng.multinomial(gold.sum(axis=2), even(3, accuracy)),
        rng.multinomial(gold.sum(axis=1), even(7, accuracy)),
    )


def test_two_classes_as_forman_corrects_them() -> None:
    # adjusted count of Forman (2008): p = (observed rate - fpr) / (tpr - fpr), here tpr .8, fpr .1
    category = np.eye(7)
    category[APPEAL, [APPEAL, OPPOSE]] = 0.8, 0.2
    category[OPPOSE, [APPEAL, OPPOSE]] = 0.1, 0.9
    coded = np.zeros((3, 7))
    coded[0, [APPEAL, OPPOSE]] = 45, 55
    corrected = correct(coded, np.eye(3), category)
    assert corrected[0, [APPEAL, OPPOSE]] == pytest.approx([50, 50])
    assert corrected.sum() == pytest.approx(100)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.6, 0.99))
def test_correction_undoes_the_errors(seed: int, accuracy: float) -> None:
    rng = np.random.default_rng(seed)
    true = rng.dirichlet(np.ones(21)).reshape(3, 7) * 500
    side, category = (
        accuracy * np.eye(k) + (1 - accuracy) * rng.dirichlet(np.ones(k), size=k) for k in (3, 7)
    )
    # the long way round: 21 equations, one a coded cell
    coded = (np.kron(side, category).T @ true.ravel()).reshape(3, 7)
    assert correct(coded, side, category) == pytest.approx(true)


def test_perfect_codes_are_left_alone() -> None:
    rng = np.random.default_rng(0)
    coded = documents(rng, 12)
    side, category = labelled(rng, 9, accuracy=1.0)
    corrected = resample_confusion(coded, side, category, 200, rng=np.random.default_rng(5))
    plain = resample_documents(coded[:, :2, POWER], 200, aggregate="pooled", rng=np.random.default_rng(5))
    biased = [i for i, name in enumerate(INDEX_NAMES) if not name.endswith(" unbiased")]
    np.testing.assert_allclose(corrected.estimate[biased], plain.estimate[biased])
    np.testing.assert_allclose(corrected.draws[:, biased], plain.draws[:, biased])
    np.testing.assert_allclose(corrected.counts, coded.sum(axis=0)[:2, POWER])
    assert not corrected.clipped.any()


def statistic(
    coded: NDArray[np.int64], side: NDArray[np.int64], category: NDArray[np.int64], index: int
) -> object:
    """Write a corrected index of drawn documents the plain way, for scipy.stats.bootstrap."""

    def one(own: NDArray[np.intp], others: NDArray[np.intp]) -> float:
        rates = [table[others].sum(axis=0) for table in (side, category)]
        s, k = (table / table.sum(axis=1, keepdims=True) for table in rates)
        solved = np.linalg.solve(np.kron(s, k).T, coded[own].sum(axis=0).ravel()).reshape(3, 7)
        return float(indices(np.maximum(solved, 0)[:2, POWER])[index])

    return one


@pytest.mark.parametrize("name", ["P-1", "I-1", "P-4", "I-3", "I-5 reward"])
def test_bca_of_two_samples_equals_scipy_on_the_same_draws(name: str) -> None:
    rng = np.random.default_rng(3)
    coded, (side, category) = documents(rng, 14), labelled(rng, 11)
    i = INDEX_NAMES.index(name)
    theirs = stats.bootstrap(
        (np.arange(14), np.arange(11)), statistic(coded, side, category, i), vectorized=False, paired=False,
        n_resamples=199, method="BCa", confidence_level=0.9, rng=np.random.default_rng(3),
    )  # fmt: skip
    own = resample_confusion(coded, side, category, 5, rng=rng)
    same = Resamples(
        own.estimate[[i]], theirs.bootstrap_distribution[:, None], own.jackknife[:, [i]], own.multiplicity
    )
    assert limits(same, level=0.9, method="bca")[0] == pytest.approx(tuple(theirs.confidence_interval))


def test_spread_of_the_draws_is_that_of_scipy() -> None:
    rng = np.random.default_rng(4)
    coded, (side, category) = documents(rng, 14), labelled(rng, 11)
    own = resample_confusion(coded, side, category, 4000, rng=np.random.default_rng(0))
    for name in ("I-1", "P-4"):
        i = INDEX_NAMES.index(name)
        theirs = stats.bootstrap(
            (np.arange(14), np.arange(11)), statistic(coded, side, category, i), vectorized=False,
            paired=False, n_resamples=1000, method="percentile", rng=np.random.default_rng(3),
        )  # fmt: skip
        # relative error of a standard deviation from 1,000 draws: 1 / sqrt(2000) = .022
        assert own.draws[:, i].std() == pytest.approx(theirs.standard_error, rel=0.1)
        assert own.estimate[i] == pytest.approx(
            statistic(coded, side, category, i)(np.arange(14), np.arange(11))
        )


def test_uncertain_error_rates_widen_the_interval() -> None:
    rng = np.random.default_rng(5)
    coded, (side, category) = documents(rng, 300), labelled(rng, 12)
    i1 = INDEX_NAMES.index("I-1")
    few, many = (
        resample_confusion(coded, np.tile(side, (n, 1, 1)), np.tile(category, (n, 1, 1)), 800, rng=rng)
        for n in (1, 40)
    )
    assert few.estimate[i1] == pytest.approx(many.estimate[i1])
    assert few.draws[:, i1].std() > 1.3 * many.draws[:, i1].std()


@pytest.mark.parametrize("fault", ["alike", "never labelled"])
def test_what_cannot_be_told_apart_is_missing(fault: str) -> None:
    rng = np.random.default_rng(6)
    coded, (side, category) = documents(rng, 8), labelled(rng, 8)
    category[:, OPPOSE] = category[:, APPEAL] if fault == "alike" else 0
    resampled = resample_confusion(coded, side, category, 50, rng=rng)
    assert np.isnan(resampled.estimate).all()
    assert np.isnan(limits(resampled, level=0.95, method="percentile")).all()


def test_a_draw_without_a_label_takes_the_rates_of_all_documents() -> None:
    rng = np.random.default_rng(7)
    coded, (side, category) = documents(rng, 8), labelled(rng, 8)
    category[1:, APPEAL] = 0  # about a third of the draws have no verb labelled appeal
    resampled = resample_confusion(coded, side, category, 200, rng=rng)
    assert np.isfinite(resampled.draws).all()


def test_negative_cells_are_set_to_zero_and_counted() -> None:
    rng = np.random.default_rng(8)
    coded, (side, category) = documents(rng, 20), labelled(rng, 20)
    coded[:, 0, APPEAL] = 0  # errors alone would put some verbs here
    resampled = resample_confusion(coded, side, category, 100, rng=rng)
    i = INDEX_NAMES.index("I-5 appeal")
    assert resampled.estimate[i] == 0
    assert resampled.clipped[0, POWER.index(APPEAL)] > 0.9
    assert resampled.clipped[1, POWER.index(CATEGORIES.index("reward"))] == 0
    shares = resampled.draws[:, [INDEX_NAMES.index(f"I-5 {CATEGORIES[c]}") for c in POWER]]
    assert shares.min() == 0
    np.testing.assert_allclose(shares.sum(axis=1), 1)


def test_of_documents_with_one_verb_the_jackknife_gives_the_unbiased_form() -> None:
    # there sum p^2 is a V statistic of the verbs, whose jackknife is the U statistic of `indices`
    rng = np.random.default_rng(9)
    counts = np.eye(12, dtype=np.int64)[rng.integers(12, size=40)].reshape(-1, 2, 6)
    counts = counts[counts[:, 0].any(axis=1)]
    resampled = resample_documents(counts, 2000, aggregate="pooled", rng=rng)
    corrected = debiased(resampled)
    plain, unbiased = INDEX_NAMES.index("I-3"), INDEX_NAMES.index("I-3 unbiased")
    assert corrected.estimate[unbiased] == pytest.approx(resampled.estimate[unbiased])
    assert corrected.estimate[unbiased] < corrected.estimate[plain] - 0.01
    assert corrected.estimate[plain] == resampled.estimate[plain]
    # draws are biased once more; without either bias they lie around the estimate
    error = corrected.draws[:, unbiased].std() / np.sqrt(2000)
    assert corrected.draws[:, unbiased].mean() == pytest.approx(
        corrected.estimate[unbiased], abs=0.004 + 4 * error
    )


def test_level_for_few_documents() -> None:
    # by tables of t: 19 degrees of freedom, 2.0930; sqrt(20 / 19) * 2.0930 = 2.1474; Phi = .98412
    assert expanded_level(0.95, 20) == pytest.approx(0.96824, abs=1e-4)
    assert expanded_level(0.95, 100_000) == pytest.approx(0.95, abs=1e-4)
    assert expanded_level(0.95, 1) == 0.95


def test_expanded_percentile_interval_of_a_mean_is_students() -> None:
    # one verb each, so that I-1 is a mean of signs: percentile limits at the expanded level come near
    # mean -/+ t s / sqrt(n) with s from n - 1
    counts = np.zeros((25, 2, 6), dtype=np.int64)
    counts[:16, 0, 5] = counts[16:, 0, 0] = 1
    resampled = resample_documents(counts, 40_000, aggregate="pooled", rng=np.random.default_rng(0))
    low, high = limits(resampled, level=expanded_level(0.95, 25), method="percentile")[
        INDEX_NAMES.index("I-1")
    ]
    signs = np.array([1] * 16 + [-1] * 9)
    expected = 2 * stats.t.ppf(0.975, 24) * stats.sem(signs)
    assert high - low == pytest.approx(expected, abs=2 / 25)  # draws lie 2/25 apart
    plain = limits(resampled, level=0.95, method="percentile")[INDEX_NAMES.index("I-1")]
    assert plain[1] - plain[0] < high - low
