"""Figures as they are printed."""

import numpy as np
import pandas as pd
import pytest

from vicsformer.views import number, omnibus_lines, p_value, plans, with_interval


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.314, ".31"), (-0.004, ".00"), (-0.006, "-.01"), (1.0, "1.00"), (np.nan, "-"), (None, "-"), (3, "3")],
)
def test_numbers(value: object, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("p", "text"),
    [(0.0123, ".012"), (0.0004, "< .001"), (0.0, "< .001"), (0.9999, "1.000"), (1.0, "1.000"), (np.nan, "-")],
)
def test_p_is_never_zero(p: float, text: str) -> None:
    assert p_value(p) == text


def test_an_estimate_without_limits_has_no_brackets() -> None:
    rows = pd.DataFrame(
        {"gap": [0.5, 0.5, np.nan], "low": [0.1, np.nan, np.nan], "high": [0.9, np.nan, np.nan]}
    )
    assert with_interval(rows, "gap") == [".50 [.10, .90]", ".50", "-"]


def test_a_gap_that_cannot_be_is_none() -> None:
    plan = pd.DataFrame(
        {
            **{"a": "A", "b": ["B", "C", "D"], "smallest_gap": [7.1, 0.4, np.nan]},
            **{"documents_a": 3, "documents_b": [3, 9, 1]},
            **{"documents_needed_difference": 90, "documents_needed_equivalence": 99},
        }
    )
    assert plans(plan)["smallest gap"].tolist() == ["none", ".40", "-"]
    assert plans(plan)["speeches"].tolist() == ["3, 3", "3, 9", "3, 1"]


def test_tests_of_all_groups_in_words() -> None:
    table = pd.DataFrame(
        {
            **{
                "index": ["P-1", "P-2", "I-1"],
                "groups": 3,
                "documents": 30,
                "statistic": [3.456, 1.0, np.nan],
            },
            **{"p": [0.0462, 0.4, np.nan], "eta_squared": [0.204, 0.1, np.nan]},
            **{"welch_statistic": 1.0, "welch_p": [0.00001, 0.4, np.nan]},
        }
    )
    assert omnibus_lines(table) == [
        "Over all 3 groups, P-1: one-way ANOVA F(2, 27) = 3.46, p = .046, eta squared .20; "
        "Welch's ANOVA p < .001."
    ]
