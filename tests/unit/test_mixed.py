"""The mixed model on verbs against scipy and statsmodels, its error rate, and what must not change it."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import optimize, stats
from scipy.special import expit
from statsmodels.stats.multitest import multipletests

from vicsformer.data.errors import InputError
from vicsformer.evaluate.count_tables import COUNT_COLUMNS
from vicsformer.evaluate.mixed import MIXED_COLUMNS, beta_binomial, mixed_check
from vicsformer.infer.indices import INDEX_NAMES, indices

Ints = NDArray[np.int64]
MIRROR = [("punish", "reward"), ("threaten", "promise"), ("oppose", "appeal")]
MIRROR += [(y, x) for x, y in MIRROR]
POWER = (1.0, 0.5, 1.5, 6.0, 0.8, 2.0)


def random_counts(seed: int, sizes: dict[str, int], verbs: int = 30) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    leaders = [name for name, n in sizes.items() for _ in range(n)]
    cells = rng.multinomial(rng.poisson(verbs, len(leaders)), rng.dirichlet(POWER * 2, len(leaders)))
    table = pd.DataFrame(cells, columns=list(COUNT_COLUMNS))
    return table.assign(leader=leaders, document_id=[f"s{i:03}" for i in range(len(leaders))])


def of_other(successes: list[int], failures: list[int], leader: str) -> pd.DataFrame:
    """Documents with verbs of Other only: appeals and opposition."""
    table = pd.DataFrame(0, index=range(len(successes)), columns=list(COUNT_COLUMNS))
    table["other_appeal"], table["other_oppose"] = successes, failures
    return table.assign(leader=leader, document_id=[f"{leader}-{i}" for i in range(len(successes))])


def draw(rng: np.random.Generator, documents: int, mean: float, dispersion: float) -> tuple[Ints, Ints]:
    n = 1 + rng.poisson(15, documents)
    alpha, beta = (share * (1 - dispersion) / dispersion for share in (mean, 1 - mean))
    y = rng.binomial(n, rng.beta(alpha, beta, documents))
    return y, n - y


@pytest.mark.parametrize("seed", range(4))
def test_fit_is_the_maximum_of_scipys_likelihood(seed: int) -> None:
    y, rest = draw(np.random.default_rng(seed), 25, 0.65, 0.15)

    def loss(x: NDArray[np.float64]) -> float:
        mean, dispersion = expit(x)
        size = (1 - dispersion) / dispersion
        return -float(stats.betabinom.logpmf(y, y + rest, mean * size, (1 - mean) * size).sum())

    options = {"xatol": 1e-9, "fatol": 1e-13, "maxiter": 5000}
    best = optimize.minimize(loss, [0, -2], method="Nelder-Mead", options=options)
    fit = beta_binomial(y, rest)
    assert (fit.mean, fit.dispersion) == pytest.approx(tuple(expit(best.x)), abs=1e-6)
    assert fit.converged
    # observed information by finite differences, from the logit's scale to the mean's
    hessian = np.array(
        [[(loss(best.x + u + v) - loss(best.x + u - v) - loss(best.x - u + v) + loss(best.x - u - v)) / 4e-6
          for v in 1e-3 * np.eye(2)] for u in 1e-3 * np.eye(2)]
    )  # fmt: skip
    variance = np.linalg.inv(hessian)[0, 0] * (fit.mean * (1 - fit.mean)) ** 2
    assert fit.variance == pytest.approx(variance, rel=1e-4)


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=2, max_size=8))
@settings(max_examples=50, deadline=None)
def test_no_point_of_a_grid_is_likelier_than_the_fit(documents: list[tuple[int, int]]) -> None:
    y, rest = np.array([d for d in documents if any(d)] or [(1, 1)]).T
    if not (y.any() and rest.any()):
        return

    def likelihood(mean: NDArray[np.float64], dispersion: NDArray[np.float64]) -> NDArray[np.float64]:
        size = (1 - dispersion) / dispersion
        logs = stats.betabinom.logpmf(y, y + rest, (mean * size)[..., None], ((1 - mean) * size)[..., None])
        return np.asarray(logs.sum(axis=-1))

    fit = beta_binomial(y, rest)
    grid = np.meshgrid(np.linspace(0.01, 0.99, 40), np.linspace(1e-5, 0.999, 40))
    best = likelihood(*grid).max()
    assert likelihood(np.array(fit.mean), np.array(max(fit.dispersion, 1e-5))) >= best - 1e-3
    swapped = beta_binomial(rest, y)
    assert (1 - swapped.mean, swapped.dispersion) == pytest.approx((fit.mean, fit.dispersion), abs=1e-8)


def test_without_overdispersion_it_is_statsmodels_binomial_model() -> None:
    from statsmodels.api import GLM, families

    y, rest = {"Ada": [6, 11, 4, 9], "Bo": [9, 5, 12, 6, 8]}, {"Ada": [4, 8, 3, 6], "Bo": [3, 2, 4, 2, 3]}
    result = mixed_check(pd.concat([of_other(y[name], rest[name], name) for name in y]), level=0.9)
    row = result[result["index"] == "P-1"].iloc[0]
    assert row["a_dispersion"] == row["b_dispersion"] == 0
    means, errors = [], []
    for name in y:
        both = np.column_stack([y[name], rest[name]])
        fitted = GLM(both, np.ones(len(both)), family=families.Binomial()).fit(tol=1e-14)
        p = expit(fitted.params[0])
        means.append(2 * p - 1)
        errors.append(2 * p * (1 - p) * fitted.bse[0])
    assert (row["a_estimate"], row["b_estimate"]) == pytest.approx(means, abs=1e-6)
    # Welch's test on means with these errors; a sample's squared error is s^2 / n, s^2 with n - 1
    n = np.array([4, 5])
    sd = np.array(errors) * np.sqrt(n) * np.sqrt(n / (n - 1))
    welch = stats.ttest_ind_from_stats(means[0], sd[0], 4, means[1], sd[1], 5, equal_var=False)
    assert row["p"] == pytest.approx(welch.pvalue, abs=1e-6)
    error = row["gap"] / welch.statistic
    freedom = (sd**2 / n).sum() ** 2 / ((sd**2 / n) ** 2 / (n - 1)).sum()
    half = stats.t.ppf(0.95, freedom) * error
    assert (row["low"], row["high"]) == pytest.approx((row["gap"] - half, row["gap"] + half), abs=1e-6)


def test_alike_documents_give_the_indices_of_their_sums() -> None:
    cells = {"Ada": [3, 1, 2, 9, 1, 4, 2, 2, 5, 7, 3, 1], "Bo": [1, 0, 2, 5, 2, 4, 1, 4, 6, 7, 0, 8]}
    counts = random_counts(0, {"Ada": 4, "Bo": 5})
    counts[list(COUNT_COLUMNS)] = [cells[name] for name in counts["leader"]]
    result = mixed_check(counts)
    for side, name in (("a", "Ada"), ("b", "Bo")):
        sums = indices(np.array(cells[name]).reshape(2, 6))
        expected = [sums[INDEX_NAMES.index(index)] for index in result["index"]]
        assert result[f"{side}_estimate"].tolist() == pytest.approx(expected, abs=1e-9)
        assert (result[f"{side}_dispersion"] == 0).all()


def test_it_agrees_with_generalised_estimating_equations() -> None:
    from statsmodels.api import GEE, cov_struct, families

    rng = np.random.default_rng(3)
    documents = {"Ada": draw(rng, 60, 0.75, 0.12), "Bo": draw(rng, 50, 0.6, 0.08)}
    tables = [of_other(y.tolist(), rest.tolist(), name) for name, (y, rest) in documents.items()]
    row = mixed_check(pd.concat(tables)).query("index == 'P-1'").iloc[0]
    means, variances = [], []
    for y, rest in documents.values():
        verbs = np.concatenate([np.repeat([1, 0], pair) for pair in zip(y, rest, strict=True)])
        groups = np.repeat(np.arange(len(y)), y + rest)
        model = GEE(
            verbs, np.ones(len(verbs)), groups,
            family=families.Binomial(), cov_struct=cov_struct.Exchangeable(),
        ).fit()  # fmt: skip
        p = expit(model.params[0])
        means.append(2 * p - 1)
        variances.append((2 * p * (1 - p) * model.bse[0]) ** 2)
    error = np.sqrt(sum(variances))
    assert row["gap"] == pytest.approx(means[0] - means[1], abs=0.3 * error)
    assert (row["high"] - row["low"]) / (2 * stats.norm.ppf(0.975)) == pytest.approx(error, rel=0.15)
    assert row["p"] < 0.01


def test_the_parameters_of_a_simulation_come_back() -> None:
    fit = beta_binomial(*draw(np.random.default_rng(1), 3000, 0.7, 0.1))
    assert fit.mean == pytest.approx(0.7, abs=4 * np.sqrt(fit.variance))
    assert fit.dispersion == pytest.approx(0.1, abs=0.015)
    # variance of a mean share: p (1 - p) / sum of n / (1 + (n - 1) dispersion), near n = 16
    assert fit.variance == pytest.approx(0.7 * 0.3 / (3000 * 16 / 2.5), rel=0.05)


@pytest.mark.parametrize(("sizes", "dispersions"), [((12, 12), (0.1, 0.1)), ((10, 80), (0.2, 0.03))])
def test_p_is_uniform_where_leaders_are_alike(
    sizes: tuple[int, int], dispersions: tuple[float, float]
) -> None:
    # the second case: the smaller group varies more, where one common dispersion rejects in 1 of 10
    rng = np.random.default_rng(0)
    pairs = [(f"a{i}", f"b{i}") for i in range(12)]
    p = []
    for _ in range(8):
        tables = []
        for name, size, dispersion in zip("ab", sizes, dispersions, strict=True):
            for i in range(len(pairs)):
                other, own = draw(rng, size, 0.7, dispersion), draw(rng, size, 0.6, dispersion)
                table = of_other(other[0].tolist(), other[1].tolist(), f"{name}{i}")
                tables.append(table.assign(self_reward=own[0], self_punish=own[1]))
        result = mixed_check(pd.concat(tables)).set_index(["a", "b"]).loc[pairs]
        p += result.loc[result["index"] != "P-4", "p"].tolist()
    assert stats.kstest(p, "uniform").pvalue > 0.01
    assert 0.02 <= np.mean(np.array(p) < 0.05) <= 0.085


@given(st.integers(0, 1000), st.integers(2, 6), st.integers(2, 6))
@settings(max_examples=10, deadline=None)
def test_swaps(seed: int, a: int, b: int) -> None:
    counts = random_counts(seed, {"Ada": a, "Bo": b})
    result = mixed_check(counts)
    swapped = mixed_check(counts.replace({"leader": {"Ada": "Bo", "Bo": "Ada"}}))
    same = {"rtol": 1e-9, "atol": 1e-12}
    for one, other, sign in (
        ("gap", "gap", -1),
        ("low", "high", -1),
        ("p", "p", 1),
        ("a_verbs", "b_verbs", 1),
    ):
        np.testing.assert_allclose(swapped[one], sign * result[other], **same)
    # cooperation for conflict: the directions change their sign, the share of Self does not
    order = [c.replace(x, y) for c in COUNT_COLUMNS for x, y in MIRROR if c.endswith(x)]
    mirrored = mixed_check(counts.rename(columns=dict(zip(COUNT_COLUMNS, order, strict=True))))
    sign = np.where(result["index"] == "P-4", 1, -1)
    np.testing.assert_allclose(mirrored["gap"], sign * result["gap"], rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(mirrored["p"], result["p"], rtol=1e-6)


def test_table_of_all_pairs() -> None:
    counts = random_counts(0, {"Cy": 6, "Ada": 5, "Bo": 9})
    result = mixed_check(counts)
    assert list(result.columns) == list(MIXED_COLUMNS)
    pairs = [("Ada", "Bo"), ("Ada", "Cy"), ("Bo", "Cy")]
    expected = [(a, b, index) for a, b in pairs for index in ("P-1", "I-1", "P-4")]
    assert list(result[["a", "b", "index"]].itertuples(index=False, name=None)) == expected
    for _, rows in result.groupby("index"):
        holm = multipletests(rows["p"], method="holm")[1]
        np.testing.assert_allclose(rows["p_holm"], holm, rtol=1e-12)
    np.testing.assert_allclose(result["gap"], result["a_estimate"] - result["b_estimate"], atol=1e-12)
    verbs = counts.set_index("leader")[list(COUNT_COLUMNS)].groupby("leader").sum()
    own = [name for name in COUNT_COLUMNS if name.startswith("self")]
    columns = {"P-1": verbs.columns.difference(own), "I-1": own, "P-4": verbs.columns}
    for a, index, counted in result[["a", "index", "a_verbs"]].itertuples(index=False, name=None):
        assert counted == verbs.loc[a, columns[index]].sum()
    shuffled = mixed_check(counts.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(shuffled, result)


def test_what_cannot_be_fitted_is_missing() -> None:
    tables = [
        of_other([5, 6, 7], [3, 2, 4], "Ada"),
        of_other([5], [3], "one speech"),
        of_other([5, 4], [0, 0], "one kind"),
        of_other([0, 0], [0, 0], "silent"),
        of_other([4, 0, 6, 0], [0, 5, 0, 3], "pure speeches"),
        of_other([1, 0, 1, 0], [0, 1, 0, 1], "single verbs"),
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = mixed_check(pd.concat(tables))
    rows = result[(result["a"] == "Ada") & (result["index"] == "P-1")].set_index("b")
    for name in ("one speech", "one kind", "silent"):
        assert rows.loc[name, ["gap", "low", "high", "p", "p_holm", "b_estimate"]].isna().all()
        assert not rows.loc[name, "converged"]
    assert rows["b_documents"].to_dict() == {
        "one speech": 1, "one kind": 2, "silent": 0, "pure speeches": 4, "single verbs": 4,
    }  # fmt: skip
    assert rows.loc["one kind", "b_verbs"] == 9
    # four trials with two successes, whatever their verbs
    pure, single = rows.loc["pure speeches"], rows.loc["single verbs"]
    assert not pure["converged"] and single["converged"]
    assert np.isnan(single["b_dispersion"])
    assert (pure["low"], pure["high"]) == pytest.approx((single["low"], single["high"]), abs=0.01)
    assert result.loc[result["index"] == "I-1", ["gap", "p"]].isna().all(axis=None)


def broken(**columns: object) -> pd.DataFrame:
    return random_counts(0, {"Ada": 3, "Bo": 3}).assign(**columns)


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        (random_counts(0, {"Ada": 3, "Bo": 3}).drop(columns="self_oppose"), "add or rename: self_oppose"),
        (random_counts(0, {"Ada": 3, "Bo": 3}).drop(columns="leader"), "add or rename: leader"),
        (broken(self_appeal=1.5), r"whole counts of at least 0; s000 \(row 0\)"),
        (broken(self_appeal=[1, 1, 1, 1, -1, 1]), r"whole counts of at least 0; s004 \(row 4\)"),
        (broken(self_appeal=[1, 1, np.nan, 1, 1, 1]), r"whole counts of at least 0; s002 \(row 2\)"),
        (broken(self_appeal="many"), "whole counts of at least 0"),
        (broken(document_id=list("abcada")), r"one row a document; a \(row 3\)"),
        (broken(leader=["Ada", None, "Bo", "Bo", "Bo", "Bo"]), "a leader for every document"),
        (broken(leader="Ada"), "at least two values of leader; found 1"),
        (random_counts(0, {"Ada": 3}).iloc[:0], "at least one document"),
    ],
)
def test_bad_tables_are_refused(counts: pd.DataFrame, words: str) -> None:
    with pytest.raises(InputError, match=words):
        mixed_check(counts)


def test_bad_level_is_refused() -> None:
    with pytest.raises(InputError, match="expected level between 0 and 1; found 95"):
        mixed_check(random_counts(0, {"Ada": 3, "Bo": 3}), level=95)
