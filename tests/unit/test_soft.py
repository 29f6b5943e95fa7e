import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vicsformer.data.codebook import ATTRIBUTIONS, CATEGORIES, POWER_CATEGORIES
from vicsformer.data.errors import InputError
from vicsformer.infer.counts import count
from vicsformer.infer.indices import INDEX_NAMES, indices
from vicsformer.infer.intervals import limits
from vicsformer.infer.soft import POWER, resample_imputed, soft_counts

SIDE_COLUMNS = ["p_self", "p_other", "p_unknown"]
CATEGORY_COLUMNS = [f"p_{name}" for name in CATEGORIES]


def coded(rows: list[tuple[str, str, str]], leader: str = "A") -> pd.DataFrame:
    """Verbs whose probabilities are all on their codes."""
    table = pd.DataFrame(rows, columns=["document_id", "attribution", "category"]).assign(leader=leader)
    for name in CATEGORIES:
        table[f"p_{name}"] = (table["category"] == name).astype(float)
    for name in ("other", "unknown"):
        table[f"p_{name}"] = (table["attribution"] == name).astype(float)
    return table.assign(p_self=1 - table["p_other"] - table["p_unknown"])


codes = st.tuples(
    st.sampled_from(["a", "b", "c"]), st.sampled_from(ATTRIBUTIONS), st.sampled_from(CATEGORIES)
)


@settings(max_examples=30, deadline=None)
@given(st.lists(codes, min_size=1, max_size=20))
def test_certain_codes_are_counted_as_ever(rows: list[tuple[str, str, str]]) -> None:
    verbs = coded(rows)
    pd.testing.assert_frame_equal(soft_counts(verbs).table(), count(verbs).table(), check_dtype=False)


def test_hand_worked_example() -> None:
    verbs = coded([("b", "self", "reward"), ("a", "other", "punish"), ("b", "unknown", "neutral")])
    # .6 Self, .3 Other, .1 unknown; .5 reward, .2 promise, .3 neutral
    verbs.loc[0, SIDE_COLUMNS] = [0.6, 0.3, 0.1]
    verbs.loc[0, CATEGORY_COLUMNS] = [0, 0, 0, 0.3, 0, 0.2, 0.5]
    counts = soft_counts(verbs)
    assert counts.documents["document_id"].tolist() == ["b", "a"]
    promise, reward = POWER_CATEGORIES.index("promise"), POWER_CATEGORIES.index("reward")
    assert counts.array[0, 0, [promise, reward]] == pytest.approx([0.12, 0.30])
    assert counts.array[0, 1, [promise, reward]] == pytest.approx([0.06, 0.15])
    assert counts.array[0].sum() == pytest.approx(0.63)
    assert counts.neutral[0] == pytest.approx([0.18, 0.09])
    assert counts.unknown[0, [promise, reward]] == pytest.approx([0.02, 0.05])
    assert counts.array[1].tolist() == [[0] * 6, [1, 0, 0, 0, 0, 0]]


def test_documents_without_verbs_are_rows_of_zeros() -> None:
    listed = pd.DataFrame({"leader": "A", "document_id": ["z", "a"]})
    counts = soft_counts(coded([("a", "self", "reward")]), documents=listed)
    assert counts.array.sum(axis=(1, 2)).tolist() == [0, 1]


@pytest.mark.parametrize(
    ("columns", "values"),
    [
        (SIDE_COLUMNS, [0.5, 0.2, 0.2]),
        (SIDE_COLUMNS, [1.2, -0.2, 0]),
        (CATEGORY_COLUMNS, [np.nan] + [0.5] * 6),
    ],
)
def test_what_is_no_distribution_is_refused(columns: list[str], values: list[float]) -> None:
    verbs = coded([("a", "self", "reward"), ("a", "self", "reward")])
    verbs.loc[1, columns] = values
    with pytest.raises(
        InputError, match=f"row 2: expected as {', '.join(columns)} probabilities that sum to 1"
    ):
        soft_counts(verbs)


def test_words_in_the_place_of_probabilities_are_named() -> None:
    verbs = coded([("a", "self", "reward"), ("a", "self", "reward")])
    verbs["p_self"] = ["1", "x"]
    with pytest.raises(InputError, match=r"row 2: expected as p_self, .*, found x, "):
        soft_counts(verbs)


def test_probabilities_must_be_there() -> None:
    with pytest.raises(InputError, match="add or rename: p_other"):
        soft_counts(coded([("a", "self", "reward")]).drop(columns="p_other"))


def uneven(verbs: int = 300) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    return rng.dirichlet([1, 1, 0.3], verbs), rng.dirichlet([0.3] * 7, verbs)


def test_draws_have_the_moments_of_independent_verbs() -> None:
    # all Self, all reward or punish: the number of rewards is Poisson binomial, so that I-1 = 2 R / n - 1 has
    # the mean 2 sum(p) / n - 1 and the variance 4 sum(p (1 - p)) / n^2
    p = np.linspace(0.05, 0.95, 60)
    category = np.zeros((60, 7))
    category[:, CATEGORIES.index("reward")], category[:, CATEGORIES.index("punish")] = p, 1 - p
    side = np.tile([1.0, 0.0, 0.0], (60, 1))
    resampled = resample_imputed(side, category, 20_000, rng=np.random.default_rng(0))
    i1 = resampled.draws[:, INDEX_NAMES.index("I-1")]
    variance = 4 * (p * (1 - p)).sum() / 60**2
    assert i1.mean() == pytest.approx(2 * p.mean() - 1, abs=5 * np.sqrt(variance / 20_000))
    assert i1.var() == pytest.approx(variance, rel=0.05)
    assert np.isnan(resampled.draws[:, INDEX_NAMES.index("P-1")]).all()


def test_every_cell_is_drawn_with_its_probability() -> None:
    side, category = uneven()
    resampled = resample_imputed(side, category, 3000, rng=np.random.default_rng(0))
    expected = indices((side[:, :2, None] * category[:, None, POWER]).sum(axis=0))
    linear = [
        i for i, name in enumerate(INDEX_NAMES) if name[:3] in ("P-1", "P-2", "P-4", "I-1", "I-2", "I-5")
    ]
    spread = resampled.draws.std(axis=0)
    # ratios of counts: unbiased to the first order, a bias of the order of the variance is left
    assert (np.abs(resampled.estimate - expected) < 5 * spread / np.sqrt(3000) + spread**2)[linear].all()


def test_order_of_verbs_and_blocks_do_not_change_the_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    side, category = uneven(50)
    order = np.random.default_rng(0).permutation(50)
    one = resample_imputed(side, category, 40, rng=np.random.default_rng(0))
    shuffled = resample_imputed(side[order], category[order], 40, rng=np.random.default_rng(0))
    monkeypatch.setattr("vicsformer.infer.soft._BLOCK", 130)
    blocks = resample_imputed(side, category, 40, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(shuffled.draws, one.draws)
    np.testing.assert_array_equal(blocks.draws, one.draws)


def test_percentile_limits_enclose_the_estimate_and_shrink_with_certainty() -> None:
    side, category = uneven()
    sure = category**8 / (category**8).sum(axis=1, keepdims=True)
    widths = []
    for probabilities in (category, sure):
        resampled = resample_imputed(side, probabilities, 500, rng=np.random.default_rng(0))
        low, high = limits(resampled, level=0.95, method="percentile").T
        assert ((low < resampled.estimate) & (resampled.estimate < high)).all()
        widths.append(high - low)
    i1 = INDEX_NAMES.index("I-1")
    assert widths[1][i1] < widths[0][i1]


def test_no_verbs_no_limits() -> None:
    resampled = resample_imputed(np.zeros((0, 3)), np.zeros((0, 7)), 20, rng=np.random.default_rng(0))
    assert np.isnan(limits(resampled, level=0.95, method="percentile")).all()
