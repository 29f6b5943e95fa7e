"""Sentences on pairs of leaders, to be quoted."""

import numpy as np
import pandas as pd
import pytest

from vicsformer.infer.indices import INDEX_NAMES
from vicsformer.verdicts import GAP_COLUMNS, preface, sentences, verdicts

MARGINS = {"P-1": 0.06, "I-1": 0.08}


def said(p1: tuple[float, float], i1: tuple[float, float], *, speeches: int = 20, alpha: float = 0.05) -> str:
    """The sentence on Ada and Ben, whose gaps have normal draws of a mean and an SD each."""
    rng = np.random.default_rng(0)
    draws = {name: np.zeros((4000, len(INDEX_NAMES))) for name in ("Ada", "Ben")}
    for index, (mean, sd) in {"P-1": p1, "I-1": i1}.items():
        draws["Ada"][:, INDEX_NAMES.index(index)] = rng.normal(mean, sd, 4000)
    found = verdicts(
        draws, documents={"Ada": speeches, "Ben": 12}, method="soft", margins=MARGINS, alpha=alpha
    )
    assert found.gaps.columns.tolist() == list(GAP_COLUMNS)
    (sentence,) = sentences(found)
    return sentence


def test_a_difference_and_a_likeness() -> None:
    # 1.96 SD to both sides of the means
    assert said((-0.4, 0.02), (0.0, 0.01)) == (
        "Ada (20 speeches) and Ben (12) form an interest-based partnership (probability over .99). "
        "Ada sees others as more hostile than Ben does (P-1 gap -.40, 95% interval [-.44, -.36]; "
        "beyond the margin of .06 with probability over .99). "
        "Their own strategies are alike (I-1 gap .00, 95% interval [-.02, .02]; "
        "within the margin of .08 with probability over .99)."
    )


def test_likeness_of_views_and_another_strategy() -> None:
    text = said((0.0, 0.01), (0.4, 0.02))
    assert "form a value-driven partnership" in text
    assert "They see others alike (P-1 gap" in text
    assert "Ada's own strategy is more cooperative than Ben's (I-1 gap .40" in text


def test_a_difference_that_hardly_matters_is_no_contradiction() -> None:
    # the gap of .05 is 5 SD from 0 and 3 from the margin of .08; P-1 says nothing
    text = said((0.0, 0.2), (0.07, 0.015))
    assert "more cooperative than Ben's, though probably by less than the margin (I-1 gap .07" in text
    assert "beyond the margin of .08 with probability .2" in text  # .25: two thirds of an SD
    assert "Whether they see others differently is open" in text
    assert "most likely" in text


def test_few_speeches_tell_no_extreme_probabilities() -> None:
    text = said((-0.4, 0.02), (0.4, 0.02), speeches=3)
    assert text.startswith("Ada (3 speeches) and Ben (12) are adversaries (probability over .95). ")
    assert "over .99" not in text


def test_the_interval_is_named_by_its_level() -> None:
    assert "90% interval" in said((-0.4, 0.02), (0.4, 0.02), alpha=0.1)


def test_an_index_that_nobody_has() -> None:
    draws = {name: np.full((10, len(INDEX_NAMES)), np.nan) for name in ("Ada", "Ben")}
    found = verdicts(draws, documents={"Ada": 1, "Ben": 2}, method="naive", margins=MARGINS)
    (sentence,) = sentences(found)
    assert sentence == (
        "Ada (1 speech) and Ben (2) have no relationship that is likeliest. "
        "There is nothing to compare on P-1. There is nothing to compare on I-1."
    )


def test_the_preface_names_margins_method_and_few_speeches() -> None:
    draws = {name: np.random.default_rng(1).normal(size=(50, len(INDEX_NAMES))) for name in ("A", "B", "C")}
    sizes = {"A": 9, "B": 10, "C": 3}
    text = " ".join(preface(verdicts(draws, documents=sizes, method="naive", margins=MARGINS)))
    assert "(.06 on P-1, .08 on I-1)" in text
    assert "as if they were right" in text
    assert "Fewer than 10 speeches: A (9), C (3)." in text


def test_without_few_speeches_nothing_is_said_of_them() -> None:
    draws = {name: np.random.default_rng(1).normal(size=(50, len(INDEX_NAMES))) for name in ("A", "B")}
    found = verdicts(draws, documents={"A": 10, "B": 11}, method="audit", margins=MARGINS)
    assert not any("Fewer" in line for line in preface(found))
    assert found.gaps["level"].unique() == pytest.approx(0.95)
    assert isinstance(found.gaps, pd.DataFrame)
