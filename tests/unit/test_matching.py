"""Coded verbs laid on labelled ones."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vicsformer.data.codebook import CATEGORIES, LABEL_CATEGORIES, NONE
from vicsformer.data.errors import InputError
from vicsformer.evaluate.matching import PAIR_COLUMNS, between, match

VERB = ["document_id", "start", "end", "attribution", "category"]


def verbs(*rows: tuple[str, int, int, str, str]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=VERB)


def passages(*rows: tuple[str, int, int]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["document_id", "start", "end"])


# "We want to help. They refused and broke it." worked by hand: characters of the heads
GOLD = verbs(
    ("d1", 3, 7, "self", "none"),  # want, inside the chain
    ("d1", 11, 15, "self", "appeal"),  # help
    ("d1", 22, 29, "other", "oppose"),  # refused
    ("d1", 34, 39, "other", "punish"),  # broke
    ("d2", 0, 4, "self", "neutral"),
)


def test_hand_worked_example() -> None:
    coded = verbs(
        ("d1", 34, 42, "other", "threaten"),  # longer token on `broke`
        ("d1", 3, 7, "self", "promise"),  # on a verb labelled none: false alarm
        ("d1", 11, 15, "other", "appeal"),
        ("d1", 40, 42, "other", "neutral"),  # on nothing: false alarm
        ("d1", 60, 64, "other", "punish"),  # outside the passages: ignored
        ("d2", 2, 6, "self", "reward"),  # overlaps, starts elsewhere
        ("d3", 0, 4, "self", "reward"),  # no labelled document: ignored
    )
    pairs = match(GOLD, coded, passages(("d1", 0, 45), ("d2", 0, 10)))
    nan = np.nan
    expected = pd.DataFrame(
        [
            ("d1", 3, 7, "none", "promise", nan, "self", False, True),
            ("d1", 11, 15, "appeal", "appeal", "self", "other", True, False),
            ("d1", 22, 29, "oppose", "neutral", "other", nan, False, False),
            ("d1", 34, 39, "punish", "threaten", "other", "other", True, False),
            ("d1", 40, 42, "none", "neutral", nan, "other", False, True),
            ("d2", 0, 4, "neutral", "reward", "self", "self", True, False),
        ],
        columns=list(PAIR_COLUMNS),
    )
    pd.testing.assert_frame_equal(pairs, expected, check_dtype=False)


def test_equal_start_goes_before_larger_overlap() -> None:
    gold = verbs(("d", 10, 20, "self", "appeal"))
    coded = verbs(("d", 8, 20, "other", "punish"), ("d", 10, 12, "self", "promise"))
    pairs = match(gold, coded, passages(("d", 0, 30)))
    assert pairs.loc[~pairs["false_alarm"], "category"].tolist() == ["promise"]
    assert pairs.loc[pairs["false_alarm"], "category"].tolist() == ["punish"]


def test_each_coded_row_is_used_once() -> None:
    gold = verbs(("d", 0, 3, "self", "appeal"), ("d", 4, 9, "self", "punish"))
    pairs = match(gold, verbs(("d", 0, 9, "self", "reward")), passages(("d", 0, 9)))
    assert pairs["category"].tolist() == ["reward", "neutral"]
    assert pairs["matched"].tolist() == [True, False]


def test_touching_heads_do_not_overlap() -> None:
    pairs = match(
        verbs(("d", 0, 3, "self", "appeal")), verbs(("d", 3, 6, "self", "appeal")), passages(("d", 0, 9))
    )
    assert pairs["matched"].tolist() == [False, False]


def test_long_row_before_shorter_ones_is_found() -> None:
    gold = verbs(("d", 18, 19, "self", "appeal"))
    coded = verbs(
        ("d", 0, 20, "self", "reward"), ("d", 1, 2, "self", "punish"), ("d", 3, 4, "self", "punish")
    )
    pairs = match(gold, coded, passages(("d", 0, 30)))
    assert pairs.loc[pairs["matched"], "category"].tolist() == ["reward"]


def test_a_coder_without_rows_is_neutral_throughout() -> None:
    pairs = match(GOLD, verbs(), passages(("d1", 0, 45), ("d2", 0, 10)))
    assert pairs["category"].unique().tolist() == ["neutral"]
    assert not pairs["matched"].any()
    assert len(pairs) == 4


def test_between_takes_the_union_of_rows() -> None:
    one = verbs(("d", 0, 3, "self", "appeal"), ("d", 5, 8, "self", "punish"), ("d", 9, 10, "self", "none"))
    two = verbs(("d", 0, 3, "self", "reward"), ("d", 12, 15, "other", "oppose"))
    pairs = between(one, two)
    assert pairs["gold_category"].tolist() == ["appeal", "punish", "neutral"]
    assert pairs["category"].tolist() == ["reward", "neutral", "oppose"]
    assert pairs["false_alarm"].tolist() == [False, False, True]
    mirrored = between(two, one)
    assert mirrored["gold_category"].tolist() == pairs["category"].tolist()
    assert mirrored["category"].tolist() == pairs["gold_category"].tolist()


@pytest.mark.parametrize(
    ("gold", "coded", "words"),
    [
        (GOLD.drop(columns="end"), GOLD, "labelled verbs: expected the columns.*add or rename: end"),
        (GOLD.assign(category="praise"), GOLD, "expected category to be one of.*found 'praise' in row 0"),
        (GOLD, GOLD.assign(attribution="we"), "coded verbs: expected attribution.*found 'we'"),
        (GOLD, GOLD.assign(category=None), "coded verbs: expected .* in every row; row 0"),
        (GOLD.assign(start=90, end=99), GOLD, "d1 90-99 .row 0. lies in none"),
        (GOLD, GOLD.assign(document_id="x"), "expected documents such as d1; found only others such as x"),
    ],
)
def test_bad_tables_are_refused(gold: pd.DataFrame, coded: pd.DataFrame, words: str) -> None:
    with pytest.raises(InputError, match=words):
        match(gold, coded, passages(("d1", 0, 45), ("d2", 0, 10)))


def test_coders_of_different_documents_are_refused() -> None:
    with pytest.raises(InputError, match="two coders of the same documents"):
        between(GOLD, GOLD.assign(document_id="x"))


def heads(categories: tuple[str, ...]) -> st.SearchStrategy[pd.DataFrame]:
    """Verbs whose heads may overlap, in three documents."""
    row = st.tuples(
        st.sampled_from(["a", "b", "c"]),
        st.integers(0, 40),
        st.integers(1, 8),
        st.sampled_from(["self", "other"]),
        st.sampled_from(categories),
    )
    rows = st.lists(row, max_size=25, unique_by=lambda r: r[:2])
    return rows.map(lambda found: verbs(*[(d, s, s + n, who, what) for d, s, n, who, what in found]))


@settings(deadline=None, max_examples=50)
@given(heads(LABEL_CATEGORIES), heads(CATEGORIES), st.integers(0, 2**32 - 1))
def test_every_row_appears_once_and_order_does_not_matter(
    gold: pd.DataFrame, coded: pd.DataFrame, seed: int
) -> None:
    whole = passages(*[(d, 0, 60) for d in "abc"])
    pairs = match(gold, coded, whole)
    assert (~pairs["false_alarm"]).sum() == (gold["category"] != NONE).sum()
    assert pairs["matched"].sum() + pairs["false_alarm"].sum() == len(coded)
    assert not (pairs["matched"] & pairs["false_alarm"]).any()
    shuffled = match(gold.sample(frac=1, random_state=seed), coded.sample(frac=1, random_state=seed), whole)
    pd.testing.assert_frame_equal(pairs, shuffled)


@settings(deadline=None, max_examples=50)
@given(heads(CATEGORIES), heads(CATEGORIES))
def test_no_free_pair_is_left_that_overlaps(gold: pd.DataFrame, coded: pd.DataFrame) -> None:
    pairs = match(gold, coded, passages(*[(d, 0, 60) for d in "abc"]))
    free_gold = pairs[~pairs["matched"] & ~pairs["false_alarm"]]
    free_coded = pairs[pairs["false_alarm"]]
    both = free_gold.merge(free_coded, on="document_id")
    assert not ((both["start_x"] < both["end_y"]) & (both["start_y"] < both["end_x"])).any()


@settings(deadline=None, max_examples=50)
@given(heads(LABEL_CATEGORIES))
def test_labels_match_themselves(gold: pd.DataFrame) -> None:
    pairs = match(gold, gold, passages(*[(d, 0, 60) for d in "abc"]))
    assert pairs["matched"].all()
    assert (pairs["category"] == pairs["gold_category"]).all()


def test_verbs_labelled_none_take_only_what_units_leave() -> None:
    gold = verbs(("d", 0, 4, "self", "none"), ("d", 5, 9, "self", "appeal"))
    over_both = match(gold, verbs(("d", 2, 7, "self", "reward")), passages(("d", 0, 9)))
    assert over_both[["category", "matched"]].to_numpy().tolist() == [["reward", True]]
    on_none = match(gold, verbs(("d", 0, 7, "self", "reward")), passages(("d", 0, 9)))
    assert on_none["category"].tolist() == ["reward", "neutral"]
    assert on_none["false_alarm"].tolist() == [True, False]
