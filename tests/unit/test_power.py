"""The planner against statsmodels, R's TOSTER and PowerTOST as published, and simulation."""

from math import exp, log, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import integrate, stats
from statsmodels.stats.power import TTestIndPower

from vicsformer.data.errors import InputError
from vicsformer.data.tables import read_table, write_table
from vicsformer.evaluate.compare import compare
from vicsformer.evaluate.power import (
    PLAN_COLUMNS,
    documents_for_equivalence,
    documents_needed,
    plan,
    smallest_gap,
)
from vicsformer.evaluate.t_power import difference_power, equivalence_power

sds, sizes, alphas = st.floats(0.05, 0.5), st.integers(2, 300), st.floats(0.0005, 0.2)


def tost_power(n: int, margin: float, gap: float, sd: float, alpha: float) -> float:
    """Power with n documents a leader."""
    error = sd * sqrt(2 / n)
    numbers = (np.array(number) for number in (margin / error, gap / error, 2 * n - 2, alpha))
    return equivalence_power(*numbers).item()


@pytest.mark.parametrize(
    ("effect", "a", "b", "alpha"),
    [(0.5, 10, 10, 0.05), (0.2, 100, 250, 0.05), (1.5, 4, 4, 0.001), (0.1, 5000, 5000, 0.05), (0, 9, 5, 0.1)],
)
def test_power_of_a_difference_as_in_statsmodels(effect: float, a: int, b: int, alpha: float) -> None:
    shift = effect / sqrt(1 / a + 1 / b)
    found = difference_power(np.array(shift), np.array(a + b - 2), np.array(alpha))
    assert found == pytest.approx(TTestIndPower().power(effect, a, alpha, ratio=b / a), abs=1e-10)


def test_power_of_equivalence_as_in_r() -> None:
    # TOSTER::power_t_TOST(n = 70, delta = 0, sd = 1, eqb = 0.5, alpha = .05): 0.8059312
    assert tost_power(70, 0.5, 0, 1, 0.05) == pytest.approx(0.8059312, abs=1e-7)
    # TOSTER::power_t_TOST(n = 50, delta = 1, sd = 2.5, eqb = 2.5, alpha = .025): 0.8438747
    assert tost_power(50, 2.5, 1, 2.5, 0.025) == pytest.approx(0.8438747, abs=1e-7)
    # TOSTER::power_t_TOST(n = 235, eqb = 0.3, alpha = 0.05): 0.8909247
    assert tost_power(235, 0.3, 0, 1, 0.05) == pytest.approx(0.8909247, abs=1e-7)
    # PowerTOST::power.TOST(CV = 0.3, n = 40): 0.8158453; a crossover of 40, logs within .8 and 1.25 at a true
    # ratio of .95, has the degrees of freedom of two groups of 20 and half their squared error
    sd = sqrt(log(1 + 0.3**2) / 2)
    assert tost_power(20, log(1.25), log(0.95), sd, 0.05) == pytest.approx(0.8158453, abs=1e-7)


@settings(deadline=None, max_examples=15)
@given(st.floats(0.5, 30), st.floats(-2, 2), st.floats(1, 1000), st.floats(0.001, 0.4))
def test_power_of_equivalence_is_owens_integral(
    reach: float, shift: float, freedom: float, alpha: float
) -> None:
    critical = stats.t.isf(alpha, freedom)

    def passed(s: float) -> float:
        room, density = reach - critical * s, stats.chi.pdf(s * sqrt(freedom), freedom) * sqrt(freedom)
        return (stats.norm.cdf(room - shift) - stats.norm.cdf(-room - shift)) * density

    top = min(reach / critical, stats.chi.isf(1e-14, freedom) / sqrt(freedom))
    middle = np.linspace(0, top, 12)[1:-1]
    expected, _ = integrate.quad(passed, 0, top, points=middle, limit=400, epsabs=1e-11)
    found = equivalence_power(np.array(reach), np.array(shift), np.array(freedom), np.array(alpha))
    assert found == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize(("a", "b"), [(25, 264), (173, 112), (4, 9)])
def test_smallest_gap_as_in_statsmodels(a: int, b: int) -> None:
    found = smallest_gap(0.2, a, b).item()
    # its own solution, solve_power, is good to some 2e-6 only
    assert TTestIndPower().power(found / 0.2, a, 0.05, b / a) == pytest.approx(0.8, abs=1e-9)


@pytest.mark.parametrize("gap", [0.5, 0.2, 0.06, 0.013])
def test_documents_needed_as_in_statsmodels(gap: float) -> None:
    exact = TTestIndPower().solve_power(gap / 0.2, None, 0.05, 0.9)
    assert documents_needed(0.2, gap, power=0.9) == np.ceil(exact)


def test_documents_for_equivalence_as_published() -> None:
    # Diletti, Hauschke & Steinijans (1991): subjects of a crossover for 80 % power at a ratio of 1, by CV (as
    # PowerTOST::sampleN.TOST has them). Leaders of half as many documents each have half the squared error
    for cv, subjects in ((0.15, 10), (0.20, 16), (0.25, 24), (0.30, 32)):
        assert 2 * documents_for_equivalence(sqrt(log(1 + cv**2) / 2), log(1.25)) == subjects
    assert exp(log(1.25)) == pytest.approx(1 / 0.8)


@settings(deadline=None, max_examples=15)
@given(sds, sds, st.floats(0.02, 0.6), alphas, st.floats(0.5, 0.95))
@example(0.5, 0.5, 0.02, 0.2, 0.5)  # the far tail counts: a z test on one side would ask for more
def test_documents_needed_are_enough_and_not_one_more(
    sd: float, sd_b: float, gap: float, alpha: float, power: float
) -> None:
    for needed in (documents_needed, documents_for_equivalence):
        n = needed(sd, gap, sd_b=sd_b, alpha=alpha, power=power).item()
        assert n == int(n) >= 2
        found = []
        for size in {n, max(n - 1, 2)}:
            squared = sd**2 / size, sd_b**2 / size
            freedom = np.array(sum(squared) ** 2 / sum(part**2 / (size - 1) for part in squared))
            ratio = np.array(gap / sqrt(sum(squared)))
            if needed is documents_needed:
                found.append(difference_power(ratio, freedom, np.array(alpha)).item())
            else:
                found.append(equivalence_power(ratio, np.zeros(()), freedom, np.array(alpha)).item())
        assert max(found) >= power - 1e-9
        assert n == 2 or min(found) < power + 1e-9


@settings(deadline=None, max_examples=15)
@given(sds, sds, sizes, sizes, alphas)
def test_smallest_gap_has_the_power(sd: float, sd_b: float, a: int, b: int, alpha: float) -> None:
    gap = smallest_gap(sd, a, b, sd_b=sd_b, alpha=alpha)
    assert gap == smallest_gap(sd_b, b, a, sd_b=sd, alpha=alpha)
    parts = sd**2 / a, sd_b**2 / b
    freedom = np.array(sum(parts) ** 2 / (parts[0] ** 2 / (a - 1) + parts[1] ** 2 / (b - 1)))
    assert difference_power(gap / sqrt(sum(parts)), freedom, np.array(alpha)) == pytest.approx(0.8, abs=1e-9)


@pytest.mark.parametrize(("a", "b", "sd", "sd_b"), [(8, 20, 0.3, 0.1), (20, 8, 0.3, 0.1), (6, 6, 0.2, 0.2)])
def test_welch_finds_the_smallest_gap_as_often_as_planned(a: int, b: int, sd: float, sd_b: float) -> None:
    rng, times = np.random.default_rng(0), 20_000
    gap = smallest_gap(sd, a, b, sd_b=sd_b).item()
    x, y = rng.normal(gap, sd, (times, a)), rng.normal(0, sd_b, (times, b))
    found = stats.ttest_ind(x, y, axis=1, equal_var=False).pvalue < 0.05
    # Welch's test is itself approximate: allow it .01 beside the error of the simulation
    assert found.mean() == pytest.approx(0.8, abs=0.01 + 3 * sqrt(0.16 / times))


def speeches(spreads: dict[str, float], documents: int, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    leaders = np.repeat(list(spreads), documents)
    scale = np.repeat(list(spreads.values()), documents)
    values = {index: rng.normal(0.3, 1, len(leaders)) * scale for index in ("P-1", "I-1")}
    ids = [f"s{i:04}" for i in range(len(leaders))]
    return pd.DataFrame({"document_id": ids, "leader": leaders, **values})


def test_plan_rests_on_the_observed_spread(tmp_path: Path) -> None:
    scores = speeches({"Ada": 0.2, "Bo": 0.3, "Cy": 0.1}, 12)
    scores.loc[3, "P-1"] = np.nan
    table = plan(scores, margins={"P-1": 0.0625}, power=0.9)
    assert list(table.columns) == list(PLAN_COLUMNS)
    assert table["index"].tolist() == ["P-1", "I-1"] * 3
    row = table.iloc[0]
    assert (row["a"], row["b"], row["documents_a"], row["documents_b"]) == ("Ada", "Bo", 11, 12)
    sd_a, sd_b = (scores.loc[scores["leader"] == name, "P-1"].std() for name in ("Ada", "Bo"))
    assert (row["sd_a"], row["sd_b"]) == pytest.approx((sd_a, sd_b))
    options: dict[str, Any] = {"sd_b": sd_b, "alpha": 0.05 / 3, "power": 0.9}
    assert row["alpha"] == pytest.approx(0.05 / 3)
    assert row["smallest_gap"] == pytest.approx(smallest_gap(sd_a, 11, 12, **options).item())
    assert row["documents_needed_difference"] == documents_needed(sd_a, 0.0625, **options)
    assert row["documents_needed_equivalence"] == documents_for_equivalence(sd_a, 0.0625, **options)
    without = table[table["index"] == "I-1"]
    assert without.filter(like="needed").isna().all(axis=None)
    assert without["smallest_gap"].notna().all()
    write_table(table, tmp_path / "plan.csv")
    pd.testing.assert_frame_equal(read_table(tmp_path / "plan.csv"), table, check_dtype=False)


def test_plan_leaves_out_what_cannot_be_tested() -> None:
    scores = speeches({"Ada": 0.2, "Bo": 0.3, "Cy": 0.1, "Di": 0.1}, 6)
    scores = scores.drop(scores.index[(scores["leader"] == "Cy")][1:])  # one speech alone
    scores.loc[scores["leader"].isin(["Ada", "Bo"]), "I-1"] = 0.1
    table = plan(scores, margins={"P-1": 0.1, "I-1": 0.1}).set_index(["a", "b", "index"])
    numbers = ["smallest_gap", "documents_needed_difference", "documents_needed_equivalence"]
    known = table[numbers].notna().all(axis=1)
    assert (known == table[numbers].notna().any(axis=1)).all()
    assert set(known.index[known]) == {
        *(("Ada", "Bo", "P-1"), ("Ada", "Di", "P-1"), ("Bo", "Di", "P-1")),
        *(("Ada", "Di", "I-1"), ("Bo", "Di", "I-1")),
    }
    assert table.loc[("Ada", "Di", "P-1"), "alpha"] == pytest.approx(0.05 / 3)
    assert table.loc[("Ada", "Di", "I-1"), "alpha"] == pytest.approx(0.05 / 2)


def test_planned_documents_give_the_verdicts() -> None:
    # two leaders of one spread; a true gap as large as the margin, and one of 0, are found four times in five
    margin, sd = 0.1, 0.2
    for needed, gap, expected in (
        (documents_needed, margin, "divergent"),
        (documents_for_equivalence, 0.0, "convergent"),
    ):
        n = int(needed(sd, margin).item())
        rng, times = np.random.default_rng(1), 1000
        names = np.repeat(["Ada", "Bo"], n)
        values = rng.normal(0, sd, (2 * n, times)) + np.where(names == "Ada", gap, 0)[:, None]
        scores = pd.DataFrame(values, columns=[f"try{i}" for i in range(times)])
        scores = scores.assign(leader=names, document_id=[f"s{i:03}" for i in range(2 * n)])
        result = compare(scores, margins=dict.fromkeys(scores.columns[:times], margin), permutations=1)
        verdicts = result.loc[result["test"] == "welch", "verdict"]
        assert (verdicts == expected).mean() == pytest.approx(0.8, abs=3 * sqrt(0.16 / times))


def test_plan_does_not_depend_on_the_order_of_rows() -> None:
    scores = speeches({"Ada": 0.2, "Bo": 0.3, "Cy": 0.1}, 9)
    margins = {"P-1": 0.1, "I-1": 0.1}
    shuffled = scores.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(plan(scores, margins=margins), plan(shuffled, margins=margins))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"power": 0.3}, "expected power from 0.5 to below 1; found 0.3"),
        ({"power": 1}, "found 1"),
        ({"alpha": 0.6}, "expected alpha between 0 and 0.5; found 0.6"),
        ({"margins": {"P-1": -0.1}}, "expected gaps above 0, found -0.1 for P-1"),
        ({"indices": ["P-9"]}, "add or rename: P-9"),
    ],
)
def test_bad_options_are_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        plan(speeches({"Ada": 0.2, "Bo": 0.3}, 5), **options)


def test_bad_numbers_are_refused() -> None:
    with pytest.raises(InputError, match="expected at least 2 documents a leader; found 1"):
        smallest_gap(0.2, 1, 9)
    with pytest.raises(InputError, match="expected spread between 0 and inf; found 0"):
        smallest_gap([0.2, 0], 9, 9)
    with pytest.raises(InputError, match=r"expected gap between 0 and inf; found -0\.1"):
        documents_needed(0.2, [0.1, -0.1])
    with pytest.raises(InputError, match="expected margin between 0 and inf; found 0"):
        documents_for_equivalence(0.2, 0)
