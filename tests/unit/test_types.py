"""Leadership types and what all typologies with probabilities share."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from vicsformer.data.errors import InputError
from vicsformer.data.norms import Norm, norm
from vicsformer.evaluate.cells import CERTAIN
from vicsformer.evaluate.types import TYPE_COLUMNS, TYPES, leadership_types

NAMES = ("P-1", "P-4", "I-1")

coarse = st.integers(-4, 4).map(lambda i: i / 4)
"""Values that often lie on an axis."""

arrays = hnp.arrays(np.float64, st.tuples(st.integers(1, 12), st.just(3)), elements=coarse).map(
    # P-4 is in 0..1
    lambda array: np.column_stack([array[:, 0], (array[:, 1] + 1) / 2, array[:, 2]])
)


def types_of(array: list[list[float]], **options: object) -> pd.DataFrame:
    draws = {"Ada": np.array(array, dtype=np.float64)}
    return leadership_types(draws, NAMES, aggregate="pooled", **options)  # type: ignore[arg-type]


def probabilities(table: pd.DataFrame, side: str) -> dict[str, float]:
    rows = table[(table["side"] == side) & (table["centre"] == "raw")]
    return dict(zip(rows["cell"], rows["probability"], strict=True))


def test_published_types() -> None:
    # Walker, Schafer & Young (2003), in Post, chapter 9: Dean Rusk's Self lies in quadrant C, his Other close
    # to the centre in quadrant DEF
    means = norm("walker_rusk").figures["mean"]
    draws = {"Rusk": means.to_numpy()[None]}
    found = leadership_types(draws, list(means.index), aggregate="pooled", norm=norm("psycl_leaders"))
    assert found.columns.tolist() == list(TYPE_COLUMNS)
    modal = found.drop_duplicates(["side", "centre"]).set_index(["side", "centre"])["modal"]
    # I-1 .41 is under the mean of PsyCL, .533: the two centres differ
    assert modal.to_dict() == {
        ("self", "raw"): "C",
        ("self", "psycl_leaders"): "B",
        ("other", "raw"): "DEF",
        ("other", "psycl_leaders"): "DEF",
    }
    assert not found["uncertain"].any()


@pytest.mark.parametrize(
    ("p1", "p4", "i1", "own", "other"),
    [
        (0.3, 0.2, 0.4, "A", "C"),
        (-0.3, 0.2, 0.4, "A", "B"),
        (0.3, 0.7, -0.4, "B", "A"),
        (-0.3, 0.7, 0.4, "C", "DEF"),
        (-0.3, 0.2, -0.4, "DEF", "B"),
    ],
)
def test_quadrants(p1: float, p4: float, i1: float, own: str, other: str) -> None:
    found = types_of([[p1, p4, i1]])
    assert probabilities(found, "self")[own] == probabilities(found, "other")[other] == 1


def test_shares_of_draws() -> None:
    found = types_of([[0.3, 0.2, 0.4]] * 3 + [[0.3, 0.7, -0.4]] + [[0.3, np.nan, 0.4]])
    own = found[found["side"] == "self"].set_index("cell")
    assert own["probability"].to_dict() == {"A": 0.75, "B": 0.25, "C": 0, "DEF": 0}
    assert set(own["modal"]) == {"A"}
    assert set(own["modal_probability"]) == {0.75}
    assert own["uncertain"].all()
    assert set(own["draws"]) == {4}
    np.testing.assert_allclose(own["missing"], 0.2)


def test_a_draw_on_an_axis_counts_on_both_sides() -> None:
    assert probabilities(types_of([[0.3, 0.2, 0.0]]), "self") == {"A": 0.5, "B": 0, "C": 0, "DEF": 0.5}
    # a sum of speeches may leave an error of rounding
    assert probabilities(types_of([[0.3, 0.2, 1e-17]]), "self")["DEF"] == 0.5
    centre = types_of([[0.0, 0.5, 0.0]])
    assert set(centre["probability"]) == {0.25}
    assert centre["modal"].isna().all()
    assert centre["uncertain"].all()


def test_certain_from_the_threshold_on() -> None:
    for sure, uncertain in ((4, False), (3, True)):
        found = types_of([[0.3, 0.2, 0.4]] * sure + [[0.3, 0.2, -0.4]] * (5 - sure))
        own = found[found["side"] == "self"]
        assert own["modal_probability"].eq(sure / 5).all()
        assert own["uncertain"].eq(uncertain).all()
    assert CERTAIN == 0.8


def test_nothing_known() -> None:
    found = types_of([[np.nan, 0.2, 0.4]]).set_index("side")
    other, own = found.loc["other"], found.loc["self"]
    assert other[["probability", "modal", "modal_probability"]].isna().all(axis=None)
    assert other["uncertain"].all()
    assert other["draws"].eq(0).all() and other["missing"].eq(1).all()
    # Self does not need P-1
    assert own["probability"].tolist() == [1, 0, 0, 0]


@settings(max_examples=25, deadline=None)
@given(arrays)
def test_probabilities(array: np.ndarray) -> None:
    found = leadership_types({"a": array}, NAMES, aggregate="pooled", norm=norm("psycl_leaders"))
    np.testing.assert_allclose(found.groupby(["side", "centre"])["probability"].sum(), 1)
    # one draw after the other, in plain words
    expected = dict.fromkeys(TYPES, 0.0)
    for _, p4, i1 in array:
        for strategy in [s for s, on in (("cooperative", i1 >= 0), ("conflictual", i1 <= 0)) if on]:
            for control in [c for c, on in (("high control", p4 >= 0.5), ("low control", p4 <= 0.5)) if on]:
                cell = next(name for name, pair in TYPES.items() if pair == (strategy, control))
                expected[cell] += 1 / ((1 + (i1 == 0)) * (1 + (p4 == 0.5)) * len(array))
    assert probabilities(found, "self") == pytest.approx(expected)


@settings(max_examples=25, deadline=None)
@given(arrays)
def test_negating_strategy_swaps_types(array: np.ndarray) -> None:
    plain = probabilities(types_of(array.tolist()), "self")
    negated = probabilities(types_of((array * [1, 1, -1]).tolist()), "self")
    assert negated == {name: plain[{"A": "DEF", "DEF": "A", "B": "C", "C": "B"}[name]] for name in TYPES}


@settings(max_examples=25, deadline=None)
@given(arrays)
def test_self_and_other_mirror_each_other(array: np.ndarray) -> None:
    # exchanging whose verbs are whose: I-1 and P-1 change places, P-4 becomes 1 - P-4
    exchanged = np.column_stack([array[:, 2], 1 - array[:, 1], array[:, 0]])
    plain, mirrored = types_of(array.tolist()), types_of(exchanged.tolist())
    assert probabilities(plain, "self") == probabilities(mirrored, "other")
    assert probabilities(plain, "other") == probabilities(mirrored, "self")


def test_order_of_leaders_and_columns_does_not_matter() -> None:
    rng = np.random.default_rng(0)
    draws = {name: rng.uniform(0, 1, (20, 3)) for name in ("Bo", "Ada")}
    found = leadership_types(draws, NAMES, aggregate="speech")
    turned = {name: draws[name][:, ::-1] for name in ("Ada", "Bo")}
    pd.testing.assert_frame_equal(found, leadership_types(turned, NAMES[::-1], aggregate="speech"))
    assert found["leader"].unique().tolist() == ["Ada", "Bo"]
    assert set(found["aggregate"]) == {"speech"}


def test_norm_at_the_raw_centre_gives_the_raw_types() -> None:
    figures = pd.DataFrame({"mean": [0.0, 0.5, 0.0], "sd": np.nan, "n": 9}, index=list(NAMES))
    centred = Norm("centred", "leader", "pooled", "nobody", "none", figures)
    rng = np.random.default_rng(1)
    found = types_of(rng.uniform([-1, 0, -1], 1, (50, 3)).tolist(), norm=centred)
    by_centre = {name: rows["probability"].tolist() for name, rows in found.groupby("centre")}
    assert by_centre["raw"] == by_centre["centred"]
    assert found.loc[found["centre"] == "raw", "norm_coder"].isna().all()
    assert found.loc[found["centre"] == "centred", "norm_coder"].eq("nobody").all()


def test_bad_input_is_refused() -> None:
    draws = {"Ada": np.zeros((4, 3))}
    psycl = norm("psycl_leaders")
    with pytest.raises(InputError, match="aggregate 'pooled', found a leader with 'speech'"):
        leadership_types(draws, NAMES, aggregate="speech", norm=psycl)
    with pytest.raises(InputError, match="expected the mean of I-1"):
        partial = replace(psycl, figures=psycl.figures.drop(index="I-1"))
        leadership_types(draws, NAMES, aggregate="pooled", norm=partial)
    with pytest.raises(InputError, match="expected the index I-1 once among the columns, found P-1, P-4"):
        leadership_types(draws, ("P-1", "P-4", "I-2"), aggregate="pooled")
    with pytest.raises(InputError, match="draws of Ada: expected at least one row and 3 columns"):
        leadership_types({"Ada": np.zeros((4, 2))}, NAMES, aggregate="pooled")
    with pytest.raises(InputError, match="at least one row"):
        leadership_types({"Ada": np.zeros((0, 3))}, NAMES, aggregate="pooled")
    with pytest.raises(InputError, match="expected at least one leader"):
        leadership_types({}, NAMES, aggregate="pooled")
