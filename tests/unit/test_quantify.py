import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from vicsformer.data.codebook import CATEGORIES, INTENSITY
from vicsformer.infer.indices import INDEX_NAMES, indices
from vicsformer.infer.intervals import limits, resample_documents
from vicsformer.infer.quantify import correct, resample_confusion, transitions
from vicsformer.infer.small_samples import debiased
from vicsformer.infer.soft import POWER

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
C = {name: i for i, name in enumerate(CATEGORIES)}
PLAIN = [i for i, name in enumerate(INDEX_NAMES) if not name.endswith(" unbiased") and name != "P-5"]


def even(k: int, accuracy: float) -> Floats:
    rates = np.full((k, k), (1 - accuracy) / (k - 1))
    np.fill_diagonal(rates, accuracy)
    return rates


def independent(accuracy: float) -> Floats:
    return np.kron(even(3, accuracy), even(7, accuracy))


def documents(rng: np.random.Generator, n: int, verbs: int = 40) -> Ints:
    """Documents of different leaning, (n, 3, 7)."""
    shares = rng.dirichlet(np.tile([1.0, 0.5, 1.5, 6.0, 2.0, 0.8, 2.0], 3), size=n)
    return rng.multinomial(verbs, shares).reshape(n, 3, 7)


def labelled(
    rng: np.random.Generator, n: int, rates: Floats | float = 0.8, verbs: int = 40
) -> NDArray[np.int64]:
    """Labelled documents by label and code, (n, 3, 7, 3, 7)."""
    rates = independent(rates) if isinstance(rates, float) else rates
    gold = documents(rng, n, verbs).reshape(n, 21)
    return rng.multinomial(gold, rates).reshape(n, 3, 7, 3, 7)


def coded_as(rng: np.random.Generator, gold: Ints, rates: Floats | float = 0.8) -> Ints:
    """Code documents, (n, 3, 7), by error rates."""
    rates = independent(rates) if isinstance(rates, float) else rates
    return rng.multinomial(gold.reshape(-1, 21), rates).sum(axis=1).reshape(-1, 3, 7)


def shares(rows: Floats) -> Floats:
    return np.asarray(rows / rows.sum(axis=-1, keepdims=True))


def test_two_classes_as_forman_corrects_them() -> None:
    # adjusted count of Forman (2008): p = (observed rate - fpr) / (tpr - fpr), here tpr .8, fpr .1
    pair = [C["appeal"], C["oppose"]]
    category = np.eye(7)
    category[np.ix_(pair, pair)] = [0.8, 0.2], [0.1, 0.9]
    coded = np.zeros((3, 7))
    coded[0, pair] = 45, 55
    corrected = correct(coded, np.kron(np.eye(3), category))
    assert corrected[0, pair] == pytest.approx([50, 50])
    assert corrected.sum() == pytest.approx(100)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.6, 0.99))
def test_expected_codes_are_undone(seed: int, accuracy: float) -> None:
    rng = np.random.default_rng(seed)
    true = rng.dirichlet(np.full(21, 3.0)).reshape(3, 7) * 500
    rates = accuracy * np.eye(21) + (1 - accuracy) * rng.dirichlet(np.ones(21), size=21)
    assert correct((true.ravel() @ rates).reshape(3, 7), rates) == pytest.approx(true, abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.6, 0.99))
def test_coded_counts_are_corrected_on_average(seed: int, accuracy: float) -> None:
    # linear, so that cells below 0 take back what others have too much
    rng = np.random.default_rng(seed)
    coded, rates = documents(rng, 8, 30), independent(accuracy)
    corrected = correct(coded, rates)
    np.testing.assert_allclose(corrected.sum(axis=(1, 2)), 30)
    np.testing.assert_allclose(corrected.sum(axis=0), correct(coded.sum(axis=0), rates), atol=1e-6)


def test_a_cell_below_0_stays() -> None:
    # by hand: 2 of 20 verbs are coded oppose where .2 of the appeals would be: (2 - .2 * 20) / (.9 - .2)
    pair = [C["appeal"], C["oppose"]]
    category = np.eye(7)
    category[np.ix_(pair, pair)] = [0.8, 0.2], [0.1, 0.9]
    coded = np.zeros((3, 7))
    coded[0, pair] = 18, 2
    assert correct(coded, np.kron(np.eye(3), category))[0, C["oppose"]] == pytest.approx(-2 / 0.7)


def test_rates_of_a_cell_are_drawn_towards_simpler_ones() -> None:
    # threats and promises of Self, 100 verbs each, so that labels and simpler rates count alike. Half of the
    # promises are coded Other, and three quarters appeals; of all threats and promises a quarter is
    # coded Other, of promises as conflictual acts are not: (25 + 50) / 200 = .375 of cooperative acts
    cells = np.zeros((3, 7, 3, 7))
    for side, category in np.ndindex(3, 7):
        cells[side, category, side, category] = 0 if side == 0 else 100
    cells[0, C["threaten"], 0, C["threaten"]] = 100
    cells[0, C["promise"], 0, [C["promise"], C["appeal"]]] = 0, 50
    cells[0, C["promise"], 1, [C["promise"], C["appeal"]]] = 25, 25
    rates = transitions(cells).reshape(3, 7, 3, 7)
    assert rates[0, C["promise"], 1].sum() == pytest.approx((0.5 + 0.375) / 2)
    assert rates[0, C["threaten"], 1].sum() == pytest.approx((0 + 0.125) / 2)
    # promises of all sides: 225 of 300 coded promise; independently of the side, given the act
    assert rates[0, C["promise"], 1, C["promise"]] == pytest.approx((0.25 + 0.375 * 0.75) / 2)
    # no label at all: the simpler rates alone
    assert rates[0, C["appeal"], 1, C["appeal"]] == pytest.approx(0.375)
    np.testing.assert_allclose(rates.sum(axis=(2, 3)), 1)


def test_a_cell_that_errors_alone_fill_is_empty() -> None:
    true = np.full((3, 7), 50.0)
    true[1, POWER] = 0
    corrected = correct((true.ravel() @ independent(0.9)).reshape(3, 7), independent(0.9))
    assert not corrected[1, POWER].any()
    assert np.isnan(indices(corrected[:2, POWER])[INDEX_NAMES.index("P-1")])


def test_perfect_codes_are_left_alone() -> None:
    rng = np.random.default_rng(0)
    coded = documents(rng, 12)
    corrected, counts = resample_confusion(coded, labelled(rng, 9, 1.0), 200, rng=np.random.default_rng(5))
    plain = resample_documents(coded[:, :2, POWER], 200, aggregate="pooled", rng=np.random.default_rng(5))
    np.testing.assert_allclose(corrected.estimate[PLAIN], plain.estimate[PLAIN])
    np.testing.assert_allclose(corrected.draws[:, PLAIN], plain.draws[:, PLAIN], atol=1e-12)
    np.testing.assert_allclose(counts, coded.sum(axis=0)[:2, POWER])


def test_order_of_documents_does_not_matter() -> None:
    rng = np.random.default_rng(1)
    coded, known = documents(rng, 7), labelled(rng, 9)
    one, counts = resample_confusion(coded, known, 5, rng=rng)
    other, again = resample_confusion(coded[::-1], known[::-1], 5, rng=rng)
    np.testing.assert_allclose(one.estimate, other.estimate)
    np.testing.assert_allclose(counts, again)


def plainly(coded: Ints, known: Ints, index: int) -> object:
    """Write a corrected index of drawn documents the plain way, for scipy.stats.bootstrap."""

    def one(own: NDArray[np.intp], others: NDArray[np.intp]) -> float:
        cells = known[others].sum(axis=0)
        category, side = shares(cells.sum(axis=(0, 2))), shares(cells.sum(axis=(1, 3)))
        rates = np.empty((21, 21))
        for s, c in np.ndindex(3, 7):
            alike = [k for k, name in enumerate(CATEGORIES)
                     if np.sign(INTENSITY[name]) == np.sign(INTENSITY[CATEGORIES[c]])]  # fmt: skip
            of_valence = shares(cells[s, alike].sum(axis=(0, 2)) + 100 * side[s])
            rates[7 * s + c] = shares(cells[s, c].ravel() + 100 * np.kron(of_valence, category[c]))
        solved = np.linalg.solve(rates.T, coded[own].sum(axis=0).ravel()).reshape(3, 7)
        return float(indices(solved[:2, POWER])[index])

    return one


@pytest.mark.parametrize("name", ["I-1", "P-4"])
def test_spread_of_the_draws_is_that_of_scipy(name: str) -> None:
    rng = np.random.default_rng(4)
    coded = coded_as(rng, documents(rng, 14, 4000), 0.9)
    known = labelled(rng, 11, 0.9, verbs=1000)
    own, _ = resample_confusion(coded, known, 2000, rng=np.random.default_rng(0))
    i = INDEX_NAMES.index(name)
    statistic = plainly(coded, known, i)
    assert own.estimate[i] == pytest.approx(statistic(np.arange(14), np.arange(11)), abs=2e-3)
    theirs = stats.bootstrap(
        (np.arange(14), np.arange(11)), statistic, vectorized=False, paired=False, n_resamples=500,
        method="percentile", rng=np.random.default_rng(3),
    )  # fmt: skip
    # relative error of a standard deviation from 500 draws: 1 / sqrt(1000) = .032
    assert own.draws[:, i].std() == pytest.approx(theirs.standard_error, rel=0.13)


def test_agents_that_are_mistaken_by_the_act() -> None:
    # as in real speeches: Others' cooperative acts are taken for Self's, conflictual ones are not
    rng = np.random.default_rng(2)
    rates = np.empty((21, 21))
    for s, c in np.ndindex(3, 7):
        side = even(3, 0.95)[s]
        if s == 1 and INTENSITY[CATEGORIES[c]] > 0:
            side = np.array([0.35, 0.6, 0.05])
        rates[7 * s + c] = np.kron(side, even(7, 0.85)[c])
    true = documents(rng, 60, 2000).sum(axis=0)
    coded = (true.ravel() @ rates).reshape(1, 3, 7)
    known = labelled(rng, 400, rates, 200)
    p1 = INDEX_NAMES.index("P-1")
    truth = indices(true[:2, POWER])[p1]
    cells = known.sum(axis=0)
    blind = np.kron(shares(cells.sum(axis=(1, 3))), shares(cells.sum(axis=(0, 2))))
    old = indices(correct(coded[0], blind)[:2, POWER])[p1]
    new = resample_confusion(coded, known, 1, rng=rng)[0].estimate[p1]
    assert truth - old > 0.2
    assert new == pytest.approx(truth, abs=0.02)


def test_uncertain_error_rates_widen_the_interval() -> None:
    rng = np.random.default_rng(5)
    coded, known = coded_as(rng, documents(rng, 300)), labelled(rng, 12)
    i1 = INDEX_NAMES.index("I-1")
    few, many = (
        resample_confusion(coded, np.tile(known, (n, 1, 1, 1, 1)), 300, rng=rng)[0].draws[:, i1].std()
        for n in (1, 40)
    )
    assert few > 1.3 * many


@pytest.mark.parametrize("fault", ["alike", "never labelled"])
def test_what_cannot_be_told_apart_is_missing(fault: str) -> None:
    rng = np.random.default_rng(6)
    coded, known = documents(rng, 8), labelled(rng, 8)
    known[:, :, C["oppose"]] = known[:, :, C["threaten"]] if fault == "alike" else 0
    resampled, _ = resample_confusion(coded, known, 50, rng=rng)
    assert np.isnan(resampled.estimate).all()
    assert np.isnan(limits(resampled, level=0.95, method="percentile")).all()


def test_a_draw_without_a_label_takes_the_rates_of_all_documents() -> None:
    rng = np.random.default_rng(7)
    coded, known = documents(rng, 8, 4000), labelled(rng, 8)
    known[1:, :, C["appeal"]] = 0  # about a third of the draws have no verb labelled appeal
    resampled, _ = resample_confusion(coded, known, 200, rng=rng)
    assert np.isfinite(resampled.draws[:, PLAIN]).all()


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
