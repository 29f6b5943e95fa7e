"""Agreement of two systems on scores and counts of the same documents."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm

from vicsformer.comparators import agreement_of_counts
from vicsformer.data.codebook import POWER_CATEGORIES
from vicsformer.data.errors import InputError
from vicsformer.evaluate.score_agreement import score_agreement
from vicsformer.infer.counts import Counts
from vicsformer.infer.indices import INDEX_NAMES


def table(**columns: list[float]) -> pd.DataFrame:
    scores = pd.DataFrame(columns)
    return scores.assign(document_id=[f"d{i}" for i in range(len(scores))])


def agree(a: pd.DataFrame, b: pd.DataFrame, **options: int) -> pd.DataFrame:
    return score_agreement(a, b, rng=np.random.default_rng(1), **{"resamples": 20} | options)


def values(found: pd.DataFrame, column: str = "x") -> dict[str, float]:
    return found[found["column"] == column].set_index("measure")["value"].to_dict()


def expected(a: np.ndarray, b: np.ndarray) -> dict[str, float]:
    """Return McGraw & Wong's (1996) ICCs from the mean squares of a two-way analysis of variance."""
    n = len(a)
    long = pd.DataFrame({"y": [*a, *b], "row": [*range(n)] * 2, "rater": np.repeat([0, 1], n)})
    squares = anova_lm(ols("y ~ C(row) + C(rater)", long).fit())
    rows, raters, rest = squares["sum_sq"] / squares["df"]
    return {
        "icc_agreement": (rows - rest) / (rows + rest + 2 / n * (raters - rest)),
        "icc_consistency": (rows - rest) / (rows + rest),
        "pearson": stats.pearsonr(a, b).statistic,
        "mean_absolute_difference": np.abs(a - b).mean(),
        "mean_difference": a.mean() - b.mean(),
    }


def test_shrout_and_fleiss() -> None:
    # Shrout & Fleiss (1979), Psychological Bulletin 86, table 2: six targets, judges 1 and 4
    a, b = [9, 6, 8, 7, 10, 6], [8, 2, 8, 6, 9, 7]
    found = values(agree(table(x=a), table(x=b)))
    assert found == pytest.approx(expected(np.array(a), np.array(b)), abs=1e-12)


@settings(max_examples=12, deadline=None)
@given(
    arrays(np.float64, (2, 7), elements=st.floats(-1, 1, allow_subnormal=False), unique=True),
    st.sampled_from([0.0, 1000.0]),
)
def test_against_an_analysis_of_variance(scores: np.ndarray, shift: float) -> None:
    a, b = np.round(scores, 3) + shift
    if min(np.ptp(a), np.ptp(b)) < 0.01:
        return
    assert values(agree(table(x=a), table(x=b))) == pytest.approx(expected(a, b), abs=1e-6)


def test_a_constant_shift_costs_agreement_but_not_consistency() -> None:
    found = values(agree(table(x=[1, 2, 3, 4]), table(x=[2, 3, 4, 5])))
    assert found["icc_consistency"] == found["pearson"] == pytest.approx(1)
    assert found["mean_difference"] == -1
    # by hand: 2 (5/3) / (2 (5/3) + 1 - 0)
    assert found["icc_agreement"] == pytest.approx(10 / 13)


def test_documents_in_common_with_a_score_in_both_tables_count() -> None:
    a = table(x=[1, 2, np.nan, 5, 9], y=[0, 0, 0, 0, 0])
    b = table(x=[1, np.nan, 3, 4, 7, 100], z=[1, 1, 1, 1, 1, 1]).sample(frac=1, random_state=0)
    found = agree(a, b)
    assert set(found["column"]) == {"x"}
    assert set(found["documents"]) == {3}
    assert values(found) == pytest.approx(expected(np.array([1.0, 5, 9]), np.array([1.0, 4, 7])))


def test_what_does_not_vary_has_no_correlation() -> None:
    found = values(agree(table(x=[0.1, 0.1, 0.1]), table(x=[0.1, 0.1, 0.1])))
    assert found.pop("mean_absolute_difference") == found.pop("mean_difference") == 0
    assert np.isnan(list(found.values())).all()
    assert agree(table(x=[1]), table(x=[2]))["value"].isna().all()
    half = values(agree(table(x=[0.1] * 7), table(x=[0.1, 0.7, 0.3, 0.9, 0.2, 0.4, 0.65])))
    assert np.isnan(half["pearson"])
    assert half["icc_consistency"] == pytest.approx(0, abs=1e-12)


def test_intervals_are_the_spread_over_documents() -> None:
    rng = np.random.default_rng(0)
    a = rng.normal(size=400)
    b = a + rng.normal(size=400)
    found = agree(table(x=a), table(x=b), resamples=2000).set_index("measure").loc["pearson"]
    # Fisher's z of two normal scores
    limits = np.tanh(np.arctanh(found["value"]) + np.array([-1.96, 1.96]) / np.sqrt(397))
    assert [found["low"], found["high"]] == pytest.approx(limits, abs=0.015)
    shuffled = agree(table(x=a).iloc[::-1], table(x=b), resamples=2000).set_index("measure").loc["pearson"]
    assert shuffled["low"] == found["low"]


def counts(*rows: list[list[int]]) -> Counts:
    n = len(rows)
    documents = pd.DataFrame({"leader": "A", "document_id": [f"d{i}" for i in range(n)]})
    return Counts(("leader",), documents, np.array(rows), np.zeros((n, 2), int), np.zeros((n, 6), int))


def test_counts_of_two_systems() -> None:
    ours = counts([[1, 0, 0, 3, 0, 0], [0] * 6], [[0, 0, 1, 1, 0, 0], [0, 0, 0, 2, 0, 0]], [[0] * 6, [0] * 6])
    theirs = counts(
        [[2, 0, 0, 2, 0, 0], [0] * 6], [[0, 0, 1, 3, 0, 0], [2, 0, 0, 2, 0, 0]], [[0] * 6, [0] * 6]
    )
    found = agreement_of_counts(ours, theirs, resamples=20, rng=np.random.default_rng(0))
    cells = [f"{side}_{name}" for side in ("self", "other") for name in POWER_CATEGORIES]
    assert found["column"].drop_duplicates().tolist() == [*cells, *INDEX_NAMES]
    assert values(found, "self_punish")["mean_absolute_difference"] == pytest.approx(1 / 3)
    # the empty third document has counts but no index; I-1: .5 and 0 against 0 and .5
    assert values(found, "I-1")["mean_absolute_difference"] == pytest.approx(0.5)
    assert values(found, "I-1")["pearson"] == pytest.approx(-1)
    documents = found.set_index("column")["documents"]
    assert set(documents["self_punish"]) == {3}
    assert set(documents["I-1"]) == {2}
    assert set(documents["P-1"]) == {1}


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        (table(x=[1, 2]), table(y=[1, 2]), "found 0 documents|found 2 documents and 0 columns"),
        (table(x=[1, 2]), table(x=[1, 2]).assign(document_id=["e", "f"]), "found 0 documents and 1 columns"),
        (
            table(x=[1, 2]).assign(document_id="d0"),
            table(x=[1]),
            "table a: expected one row a document; found d0",
        ),
        (table(x=[1]), pd.DataFrame({"x": [1]}), "table b: expected the columns document_id"),
    ],
)
def test_tables_that_cannot_be_compared(a: pd.DataFrame, b: pd.DataFrame, words: str) -> None:
    with pytest.raises(InputError, match=words):
        agree(a, b)
