"""Belief change and trend: blocks against scipy, coverage under dependence, what must not matter."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats
from scipy.signal import lfilter
from scipy.special import expit

from vicsformer.data.errors import InputError
from vicsformer.evaluate.blocks import basic_interval, block_length, resample_blocks
from vicsformer.evaluate.change import CHANGE_COLUMNS, change
from vicsformer.evaluate.count_tables import COUNT_COLUMNS
from vicsformer.evaluate.trend import TREND_COLUMNS, trend
from vicsformer.infer.indices import INDEX_NAMES, indices

Floats = NDArray[np.float64]
WITH_INDICES = {"statistic": indices, "names": INDEX_NAMES}
POWER = (1.0, 0.5, 1.5, 6.0, 0.8, 2.0)


def share_of_self(counts: Floats) -> Floats:
    sides = counts.sum(axis=-1)
    return sides[..., :1] / sides.sum(axis=-1, keepdims=True)


def speeches(
    seed: int, sizes: dict[str, int], leader: str = "Ada", first_year: int = 2000, verbs: int = 40
) -> pd.DataFrame:
    """Speeches of consecutive months; periods in the order given."""
    rng = np.random.default_rng(seed)
    periods = [name for name, n in sizes.items() for _ in range(n)]
    n = len(periods)
    cells = rng.multinomial(1 + rng.poisson(verbs, n), rng.dirichlet(POWER * 2, n))
    dates = [f"{first_year + i // 12}-{i % 12 + 1:02}" for i in range(n)]
    ids = [f"{leader}-{i:03}" for i in range(n)]
    labels = {"document_id": ids, "leader": leader, "period": periods, "date": dates}
    return pd.DataFrame(cells, columns=list(COUNT_COLUMNS)).assign(**labels)


def mean(total: Floats) -> Floats:
    """Make a mean of the sums of scores and of ones."""
    return total[..., :1] / total[..., 1:]


def test_gaps_are_differences_of_the_indices() -> None:
    counts = speeches(0, {"early": 5, "middle": 7, "late": 6})
    array = counts[list(COUNT_COLUMNS)].to_numpy().reshape(-1, 2, 6)
    slices = {"early": slice(0, 5), "middle": slice(5, 12), "late": slice(12, 18)}
    pooled = {name: indices(array[rows].sum(axis=0)) for name, rows in slices.items()}
    own = {name: np.nanmean(indices(array[rows]), axis=0) for name, rows in slices.items()}
    for aggregate, expected in (("pooled", pooled), ("speech", own)):
        result = change(counts, **WITH_INDICES, aggregate=aggregate, resamples=50)
        assert list(result.columns) == list(CHANGE_COLUMNS)
        assert (result["aggregate"] == aggregate).all()
        steps = result[["from", "to"]].drop_duplicates().itertuples(index=False, name=None)
        assert list(steps) == [("early", "middle"), ("middle", "late"), ("early", "late")]
        for (a, b), rows in result.groupby(["from", "to"]):
            assert rows["index"].tolist() == list(INDEX_NAMES)
            np.testing.assert_allclose(rows["gap"], expected[b] - expected[a], atol=1e-12)
            n = {name: rows.stop - rows.start for name, rows in slices.items()}
            assert (rows["documents_from"] == n[a]).all() and (rows["documents_to"] == n[b]).all()
            # 5 ** (1 / 3) = 1.71, 6 ** (1 / 3) = 1.82, 7 ** (1 / 3) = 1.91
            assert (rows[["block_from", "block_to"]] == 2).all(axis=None)


@given(st.integers(0, 1000), st.integers(3, 9), st.integers(3, 9), st.sampled_from([None, 1, 2]))
@settings(max_examples=20, deadline=None)
def test_swapped_periods(seed: int, a: int, b: int, block: int | None) -> None:
    counts = speeches(seed, {"one": a, "two": b})
    result = change(counts, **WITH_INDICES, block=block, resamples=100)
    # the second period is moved before the first, within it nothing changes
    moved = [date.replace("2", "1", 1) if period == "two" else date
             for date, period in zip(counts["date"], counts["period"], strict=True)]  # fmt: skip
    swapped = change(counts.assign(date=moved), **WITH_INDICES, block=block, resamples=100)
    assert set(swapped["from"]) == {"two"} and set(swapped["to"]) == {"one"}
    for one, other, sign in (("gap", "gap", -1), ("low", "high", -1), ("high", "low", -1), ("p", "p", 1)):
        np.testing.assert_allclose(swapped[one], sign * result[other], rtol=1e-12, atol=1e-12)


def test_blocks_of_one_are_the_ordinary_bootstrap() -> None:
    counts = speeches(1, {"one": 25, "two": 18})
    array = counts[list(COUNT_COLUMNS)].to_numpy().reshape(-1, 2, 6)
    names = ["P-1", "I-3", "P-4"]
    columns = [INDEX_NAMES.index(name) for name in names]
    result = change(counts, **WITH_INDICES, block=1, resamples=9999, level=0.9).set_index("index")
    for name, column in zip(names, columns, strict=True):

        def gap(one: NDArray[np.intp], two: NDArray[np.intp], axis: int = -1, at: int = column) -> Floats:
            pooled = [indices(array[np.moveaxis(drawn, axis, -1)].sum(axis=-3)) for drawn in (two, one)]
            return (pooled[0] - pooled[1])[..., at]

        theirs = stats.bootstrap(
            (np.arange(25), np.arange(25, 43)), gap, n_resamples=9999, confidence_level=0.9,
            method="basic", rng=np.random.default_rng(2),
        )  # fmt: skip
        row = result.loc[name]
        # a 5 % quantile of 9999 normal draws has a standard error of .021 standard deviations
        error = 5 * np.sqrt(2) * 0.021 * theirs.standard_error
        assert (row["low"], row["high"]) == pytest.approx(tuple(theirs.confidence_interval), abs=error)
        deviations = theirs.bootstrap_distribution - row["gap"]
        p = 2 * min(np.mean(deviations >= row["gap"]), np.mean(deviations <= row["gap"]))
        # two shares of 9999 draws, doubled: at most 2 sqrt(2) .005
        assert row["p"] == pytest.approx(p, abs=5 * 0.015)


def test_blocks_are_drawn_as_on_a_circle() -> None:
    # 12 scores, blocks of 3: four of the twelve blocks that begin anywhere, each equally likely
    scores = np.random.default_rng(0).normal(size=12).cumsum()
    features = np.stack([scores, np.ones(12)], axis=1)
    spread = resample_blocks(features, mean, block=3, resamples=20000, rng=np.random.default_rng(1))
    blocks = np.array([np.take(scores, range(i, i + 3), mode="wrap").mean() for i in range(12)])
    assert spread.estimate[0] == pytest.approx(scores.mean())
    assert spread.deviations.mean() == pytest.approx(0, abs=5 * blocks.std() / np.sqrt(4 * 20000))
    # enlarged by (12 - 1) / (12 - 3)
    assert spread.deviations.var() == pytest.approx(blocks.var() / 4 * 11 / 9, rel=0.05)


def test_the_last_block_is_cut_off() -> None:
    features = np.eye(7)  # how often each speech is drawn
    spread = resample_blocks(features, lambda x: x, block=3, resamples=4000, rng=np.random.default_rng(0))
    drawn = spread.deviations / np.sqrt(6 / 4) + 1
    np.testing.assert_allclose(drawn.sum(axis=1), 7)
    np.testing.assert_allclose(drawn, drawn.round(), atol=1e-9)
    assert drawn.mean(axis=0) == pytest.approx(np.ones(7), abs=5 * 0.9 / np.sqrt(4000))


def test_default_lengths_of_blocks() -> None:
    lengths = {n: block_length(n, None) for n in (1, 2, 3, 8, 27, 64, 250, 1000)}
    assert lengths == {1: 1, 2: 1, 3: 1, 8: 2, 27: 3, 64: 4, 250: 6, 1000: 10}
    assert [block_length(9, wanted) for wanted in (1, 3, 4, 5, 100)] == [1, 3, 4, 4, 4]


def autoregressive(seed: int, leaders: int, n: int) -> pd.DataFrame:
    """Leaders whose share of Self wanders about one half, the same in both periods."""
    noise = np.random.default_rng(seed).normal(size=(leaders, 2 * n + 50))
    share = expit(lfilter([0.4], [1, -0.5], noise, axis=1)[:, 50:]).ravel()
    own = np.round(2000 * share).astype(int)
    table = pd.DataFrame(0, index=range(len(own)), columns=list(COUNT_COLUMNS))
    speech = np.tile(np.arange(2 * n), leaders)
    return table.assign(
        self_appeal=own, other_appeal=2000 - own, document_id=np.arange(len(own)),
        leader=np.repeat(np.arange(leaders), 2 * n), period=np.where(speech < n, "one", "two"),
        date=[str(1800 + year) for year in speech],
    )  # fmt: skip


def test_blocks_cover_dependent_speeches_better() -> None:
    counts = autoregressive(0, leaders=150, n=60)
    covered = {}
    for block in (1, None):
        result = change(counts, statistic=share_of_self, names=["P-4"], block=block, resamples=400)
        covered[block] = ((result["low"] <= 0) & (result["high"] >= 0)).mean()
    # an autocorrelation of .5 trebles the variance of a mean: the ordinary interval covers in 2 Phi(1.96 /
    # sqrt 3) - 1 = .74
    assert covered[1] == pytest.approx(0.74, abs=0.08)
    assert covered[None] > 0.82
    assert covered[None] > covered[1] + 0.08


def test_p_is_uniform_without_change() -> None:
    tables = [speeches(i, {"one": 20, "two": 15}, leader=f"L{i}") for i in range(100)]
    result = change(pd.concat(tables), **WITH_INDICES, block=1, resamples=400)
    result = result[result["index"].isin(["P-1", "I-1"])]  # of Other and of Self: independent
    assert 0.02 <= (result["p"] < 0.05).mean() <= 0.11
    assert 0.4 <= (result["p"] < 0.5).mean() <= 0.62
    # the test and the interval are one
    outside = (result["low"] > 0) | (result["high"] < 0)
    assert outside[result["p"] < 0.045].all() and not outside[result["p"] > 0.055].any()


def test_constant_speeches() -> None:
    counts = speeches(0, {"one": 6, "two": 9})
    counts[list(COUNT_COLUMNS)] = [3, 1, 2, 9, 1, 4, 2, 2, 5, 7, 3, 1]
    result = change(counts, **WITH_INDICES, resamples=100)
    result = result[~result["index"].str.contains("unbiased")]  # those depend on the number of verbs
    np.testing.assert_allclose(result[["gap", "low", "high"]], 0, atol=1e-12)
    assert (result["p"] == 1).all()
    slopes = trend(counts, **WITH_INDICES, resamples=100)
    np.testing.assert_allclose(slopes[["slope", "low", "high"]], 0, atol=1e-12)
    assert (slopes["p"] == 1).all()


def test_a_large_change_is_found() -> None:
    counts = speeches(0, {"one": 20, "two": 20})
    late = counts["period"] == "two"
    counts.loc[late, ["other_punish", "other_threaten"]] += 40
    row = change(counts, **WITH_INDICES, resamples=999).set_index("index").loc["P-1"]
    assert row["high"] < 0 and row["p"] == pytest.approx(2 / 1000)


def test_draws_depend_on_group_period_and_seed_alone() -> None:
    counts = speeches(0, {"one": 8, "two": 9})
    with_others = pd.concat([speeches(1, {"one": 5, "other": 5}, leader="Bo"), counts])
    for function in (change, trend):
        alone = function(counts, **WITH_INDICES, resamples=60)
        shuffled = with_others.sample(frac=1, random_state=3)
        among = function(shuffled, **WITH_INDICES, resamples=60)
        pd.testing.assert_frame_equal(among[among["group"] == "Ada"], alone)
        assert not function(counts, **WITH_INDICES, resamples=60, seed=1)["low"].equals(alone["low"])


def test_what_rests_on_one_speech_has_no_limits() -> None:
    counts = speeches(0, {"one": 4, "two": 1, "three": 5})
    own = [name for name in COUNT_COLUMNS if name.startswith("self")]
    counts.loc[counts["document_id"].isin(["Ada-001", "Ada-002", "Ada-003"]), own] = 0
    counts = pd.concat([counts, speeches(0, {"only": 3}, leader="Bo")])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = change(counts, **WITH_INDICES, resamples=80)
        slopes = trend(counts[counts["period"] == "one"], **WITH_INDICES, resamples=80)
    assert set(result["group"]) == {"Ada"}
    assert result["gap"].notna().all()
    single = result[(result["from"] == "two") | (result["to"] == "two")]
    assert single[["low", "high", "p"]].isna().all(axis=None)
    ends = result[(result["from"] == "one") & (result["to"] == "three")].set_index("index")
    assert ends.loc[["I-1", "I-3", "I-5 punish"], ["low", "high", "p"]].isna().all(axis=None)
    assert ends.loc[["P-1", "P-3", "P-4"], ["low", "high", "p"]].notna().all(axis=None)
    slopes = slopes.set_index("index")
    assert slopes.loc["I-1", ["slope", "low", "p"]].isna().all() and slopes.loc["I-1", "documents"] == 1
    assert slopes.loc["P-1", ["slope", "low", "p"]].notna().all() and slopes.loc["P-1", "documents"] == 4


def test_periods_follow_each_other_by_date() -> None:
    counts = speeches(0, {"b": 2, "c": 2, "a": 2})
    dates = ["2014-07-03", "2014-06", "1999", "2015-01-01", "2014", "2014-08-30"]
    result = change(counts.assign(date=dates), **WITH_INDICES, resamples=20)
    # c begins in 1999; b in mid-June 2014, a in the middle of 2014
    steps = result[["from", "to"]].drop_duplicates().itertuples(index=False, name=None)
    assert list(steps) == [("c", "b"), ("b", "a"), ("c", "a")]


def test_slope_is_the_least_squares_line() -> None:
    counts = speeches(4, {"all": 30})
    scores = indices(counts[list(COUNT_COLUMNS)].to_numpy().reshape(-1, 2, 6))
    years = [int(date[:4]) + (int(date[5:]) - 0.5) / 12 for date in counts["date"]]
    result = trend(counts, **WITH_INDICES, block=1, resamples=9999, level=0.9)
    assert list(result.columns) == list(TREND_COLUMNS)
    expected = [stats.linregress(years, column).slope * 10 for column in scores.T]
    np.testing.assert_allclose(result["slope"], expected, rtol=1e-9, atol=1e-10)
    assert (result["block"] == 1).all() and (result["documents"] == 30).all()
    assert result["years"].to_numpy() == pytest.approx(np.full(18, 29 / 12))

    def slope(x: Floats, y: Floats, axis: int = -1) -> Floats:
        x, y = (v - v.mean(axis=axis, keepdims=True) for v in (x, y))
        return np.asarray((x * y).sum(axis=axis) / (x**2).sum(axis=axis) * 10)

    theirs = stats.bootstrap(
        (years, scores[:, 0]), slope, paired=True, n_resamples=9999, confidence_level=0.9, method="basic",
        rng=np.random.default_rng(1),
    )  # fmt: skip
    error = 5 * np.sqrt(2) * 0.021 * theirs.standard_error
    row = result.iloc[0]
    assert (row["low"], row["high"]) == pytest.approx(tuple(theirs.confidence_interval), abs=error)


def test_trend_of_a_line() -> None:
    table = pd.DataFrame(0, index=range(11), columns=list(COUNT_COLUMNS))
    table["self_appeal"] = np.arange(11) + 5.5  # fractions, as from soft counts
    table["other_appeal"] = 100 - table["self_appeal"]
    table = table.assign(document_id=range(11), leader="Ada", date=range(1990, 2001))
    row = trend(table, statistic=share_of_self, names=["P-4"], resamples=200).iloc[0]
    # a hundredth a year
    assert (row["slope"], row["low"], row["high"]) == pytest.approx((0.1, 0.1, 0.1), abs=1e-9)
    assert (row["years"], row["documents"], row["block"]) == (10, 11, 2)


def test_missing_draws_are_left_out() -> None:
    deviations = np.array([[-1, np.nan, np.nan], [0, 1, np.nan], [1, -1, 0], [2, 0, np.nan]])
    low, high, p = basic_interval(np.array([0.5, 2, 1]), deviations, 0.5)
    # quartiles of -1, 0, 1, 2 are -.25 and 1.25, those of -1, 0, 1 are -.5 and .5
    np.testing.assert_allclose(low, [0.5 - 1.25, 1.5, np.nan])
    np.testing.assert_allclose(high, [0.5 + 0.25, 2.5, np.nan])
    # two of four lie above .5: 2 (2 + 1) / 5, at most 1; none of three above 2: 2 (0 + 1) / 4
    np.testing.assert_allclose(p, [1, 0.5, np.nan])


COUNTS = speeches(0, {"one": 3, "two": 3})


@pytest.mark.parametrize(
    ("counts", "options", "words"),
    [
        (COUNTS.drop(columns="period"), {}, "add or rename: period"),
        (COUNTS.drop(columns="other_reward"), {}, "add or rename: other_reward"),
        (COUNTS.assign(period=["one", "", "one", "two", "two", "two"]), {}, r"a period .*Ada-001 \(row 1\)"),
        (COUNTS.assign(date=["2014"] * 5 + ["May"]), {}, r"YYYY-MM-DD; found 'May' \(row 5\)"),
        (COUNTS.assign(self_appeal=-1), {}, r"counts of at least 0; Ada-000 \(row 0\)"),
        (COUNTS.assign(period="one"), {}, "a leader with two values of period; found none"),
        (COUNTS, {"block": 0}, "block of at least 1"),
        (COUNTS, {"resamples": 0}, "resamples of at least 1"),
        (COUNTS, {"level": 1}, "level between 0 and 1"),
        (COUNTS, {"seed": -1}, "seed of at least 0"),
        (COUNTS, {"aggregate": "mean"}, "pooled or speech; found 'mean'"),
        (COUNTS, {"names": ["P-1"]}, "expected 1 indices a speech"),
    ],
)
def test_bad_input_is_refused(counts: pd.DataFrame, options: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        change(counts, **{**WITH_INDICES, **options})
    if "period" not in words and "aggregate" not in options:
        with pytest.raises(InputError, match=words):
            trend(counts, **{**WITH_INDICES, **options})
