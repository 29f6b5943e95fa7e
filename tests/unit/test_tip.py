"""Preference orders and the games they make."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vicsformer.data.errors import InputError
from vicsformer.data.norms import Norm, norm
from vicsformer.evaluate.tip import (
    GAME_COLUMNS,
    OBJECTIVE,
    ORDER_COLUMNS,
    ORDERS,
    OUTCOMES,
    SUBJECTIVE,
    games,
    nash_equilibria,
    preference_orders,
)

NAMES = ("P-1", "P-4", "I-1")
# exact in binary arithmetic, for the ties
NORM = Norm(
    *("here", "leader", "pooled", "nobody", "none"),
    figures=pd.DataFrame({"mean": [0.25, 0.25, 0.5], "sd": [0.5, 0.125, 0.5], "n": 9}, index=list(NAMES)),
)


def orders_of(*rows: tuple[float, float, float]) -> pd.DataFrame:
    return preference_orders({"Ada": np.array(rows)}, NAMES, NORM, aggregate="pooled")


def probabilities(table: pd.DataFrame, side: str) -> dict[str, float]:
    rows = table[(table["side"] == side) & (table["probability"] > 0)]
    return dict(zip(rows["cell"], rows["probability"], strict=True))


def test_orders_are_permutations() -> None:
    assert len(set(ORDERS.values())) == 6
    for order in ORDERS.values():
        assert sorted(order) == sorted(OUTCOMES.values())


@pytest.mark.parametrize(
    ("i1", "p4", "order"),
    [
        # the table as recalled from Walker, Malici & Schafer (2011)
        (0.6, 0.1, "settle > deadlock > submit > dominate"),
        (0.6, 0.3, "settle > deadlock > dominate > submit"),
        (0.6, 0.4, "settle > dominate > deadlock > submit"),
        (0.4, 0.1, "dominate > settle > submit > deadlock"),
        (0.4, 0.3, "dominate > settle > deadlock > submit"),
        (0.4, 0.4, "dominate > deadlock > settle > submit"),
        # one SD is within
        (0.6, 0.375, "settle > deadlock > dominate > submit"),
        (0.6, 0.125, "settle > deadlock > dominate > submit"),
    ],
)
def test_each_order(i1: float, p4: float, order: str) -> None:
    assert probabilities(orders_of((0.0, p4, i1)), "self") == {order: 1}
    # Other's control is P-4b = 1 - P-4, its strategy P-1: mirrored about the norm's means
    assert probabilities(orders_of((i1 - 0.25, 0.5 - p4, 0.0)), "other") == {order: 1}


def test_strategy_at_the_mean_counts_for_both_signs() -> None:
    found = orders_of((0.25, 0.25, 0.5))
    for side in ("self", "other"):
        assert probabilities(found, side) == {
            "settle > deadlock > dominate > submit": 0.5,
            "dominate > settle > deadlock > submit": 0.5,
        }
    assert found["modal"].isna().all() and found["uncertain"].all()


def test_orders_say_what_they_rest_on() -> None:
    found = orders_of((0.3, 0.3, 0.6))
    assert found.columns.tolist() == list(ORDER_COLUMNS)
    assert found["source"].str.contains("recalled").all() and found["source"].str.contains("verify").all()
    assert set(found["norm"]) == {"here"} and set(found["norm_coder"]) == {"nobody"}


def test_rusk() -> None:
    means = norm("walker_rusk").figures["mean"]
    draws = {"Rusk": means.to_numpy()[None]}
    found = preference_orders(draws, list(means.index), norm("psycl_leaders"), aggregate="pooled")
    # by hand: I-1 .41 < .533, P-4 .53 > .199 + .078; P-1 -.21 < .347
    assert probabilities(found, "self") == {"dominate > deadlock > settle > submit": 1}
    assert probabilities(found, "other") == {"dominate > settle > submit > deadlock": 1}


@pytest.mark.parametrize(
    ("order", "equilibria"),
    [
        # symmetric games in Rapoport & Guyer (1966) and any textbook: prisoner's dilemma, chicken, stag hunt,
        # deadlock
        (("dominate", "settle", "deadlock", "submit"), ("deadlock",)),
        (("dominate", "settle", "submit", "deadlock"), ("dominate", "submit")),
        (("settle", "dominate", "deadlock", "submit"), ("settle", "deadlock")),
        (("dominate", "deadlock", "settle", "submit"), ("deadlock",)),
    ],
)
def test_known_games(order: tuple[str, str, str, str], equilibria: tuple[str, ...]) -> None:
    assert nash_equilibria(order, order) == equilibria


def test_equilibria_of_all_strict_games() -> None:
    for row in permutations(OUTCOMES.values()):
        # payoffs 4 to 1 in a matrix: first axis the row's move, second the column's; 0 is cooperate
        r = np.array([[4 - row.index("settle"), 4 - row.index("submit")],
                      [4 - row.index("dominate"), 4 - row.index("deadlock")]])  # fmt: skip
        for column in permutations(OUTCOMES.values()):
            c = np.array([[4 - column.index("settle"), 4 - column.index("dominate")],
                          [4 - column.index("submit"), 4 - column.index("deadlock")]])  # fmt: skip
            best = (r == r.max(axis=0, keepdims=True)) & (c == c.max(axis=1, keepdims=True))
            words = np.array([["settle", "submit"], ["dominate", "deadlock"]])
            assert set(nash_equilibria(row, column)) == set(words[best])


def test_games_of_a_dyad() -> None:
    # Ada: (+,=), ascribes (-,=); Bo: (-,>), ascribes (+,<)
    draws = {"Bo": np.array([[0.9, 0.9, 0.1]] * 3), "Ada": np.array([[0.1, 0.25, 0.9]] * 3)}
    found = games(draws, NAMES, NORM, aggregate="pooled")
    assert found.columns.tolist() == list(GAME_COLUMNS)
    assert found[["row", "column", "view", "cell"]].to_numpy().tolist() == [
        ["Ada", "Other", SUBJECTIVE, "(+,=) (-,=)"],
        ["Bo", "Other", SUBJECTIVE, "(-,>) (+,<)"],
        ["Ada", "Bo", OBJECTIVE, "(+,=) (-,>)"],
    ]
    # Bo fights whatever comes; against that Other, who ranks settle, deadlock, submit, dominate, fights too
    assert found["equilibria"].tolist() == ["deadlock", "deadlock", "deadlock"]
    assert found["row_order"].tolist()[2] == "settle > deadlock > dominate > submit"
    assert found["column_order"].tolist()[2] == "dominate > deadlock > settle > submit"
    assert set(found["probability"]) == set(found["equilibria_probability"]) == {1}


def random_draws(seed: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    centre = rng.uniform([0, 0.1, 0.2], [0.5, 0.4, 0.8], (3, 1, 3))
    return dict(zip("abc", centre + rng.normal(0, 0.15, (3, 40, 3)), strict=True))


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_probabilities(seed: int) -> None:
    draws = random_draws(seed)
    orders = preference_orders(draws, NAMES, NORM, aggregate="pooled")
    np.testing.assert_allclose(orders.groupby(["leader", "side"])["probability"].sum(), 1)
    found = games(draws, NAMES, NORM, aggregate="pooled")
    keys = ["row", "column", "view"]
    np.testing.assert_allclose(found.groupby(keys)["probability"].sum(), 1)
    by_equilibria = found.groupby([*keys, "equilibria"]).agg(
        {"probability": "sum", "equilibria_probability": "first"}
    )
    np.testing.assert_allclose(by_equilibria["probability"], by_equilibria["equilibria_probability"])
    # the games' margins are the orders
    objective = found[(found["view"] == OBJECTIVE) & (found["row"] == "a") & (found["column"] == "c")]
    for side, leader in (("row_order", "a"), ("column_order", "c")):
        own = orders[(orders["leader"] == leader) & (orders["side"] == "self") & (orders["probability"] > 0)]
        margin = objective.groupby(side)["probability"].sum()
        assert margin.to_dict() == pytest.approx(dict(zip(own["cell"], own["probability"], strict=True)))


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_changing_places_mirrors_the_game(seed: int) -> None:
    draws = random_draws(seed)
    mirror = {
        "settle": "settle",
        "deadlock": "deadlock",
        "dominate": "submit",
        "submit": "dominate",
        "none": "none",
    }
    tables = []
    for first, second in (("a", "b"), ("b", "a")):
        renamed = {"Ada": draws[first], "Bo": draws[second]}
        found = games(renamed, NAMES, NORM, aggregate="pooled")
        tables.append(found[found["view"] == OBJECTIVE])
    there, back = (
        {
            (row, column): (frozenset(equilibria.split(" or ")), probability)
            for row, column, equilibria, probability in table[
                ["row_order", "column_order", "equilibria", "probability"]
            ].itertuples(index=False)
        }
        for table in tables
    )
    assert there == {
        (column, row): (frozenset(mirror[word] for word in equilibria), probability)
        for (row, column), (equilibria, probability) in back.items()
    }


def test_subjective_games_are_at_most_twelve() -> None:
    rng = np.random.default_rng(3)
    draws = {name: rng.uniform(0, 1, (4000, 3)) for name in "ab"}
    found = games(draws, NAMES, NORM, aggregate="pooled")
    assert found.groupby(["row", "view"]).size().to_dict() == {
        ("a", OBJECTIVE): 36, ("a", SUBJECTIVE): 12, ("b", SUBJECTIVE): 12,
    }  # fmt: skip


def test_missing_draws() -> None:
    draws = {"a": np.array([[0.1, 0.2, np.nan], [0.1, 0.2, 0.9]]), "b": np.array([[0.1, 0.2, 0.9]] * 2)}
    found = games(draws, NAMES, NORM, aggregate="pooled").set_index(["row", "view"])
    assert found.loc[("a", OBJECTIVE), ["draws", "missing"]].tolist() == [1, 0.5]
    assert found.loc[("b", SUBJECTIVE), ["draws", "missing"]].tolist() == [2, 0]
    nothing = games(draws | {"a": draws["a"][:1], "b": draws["b"][:1]}, NAMES, NORM, aggregate="pooled")
    of_a = nothing[nothing["row"] == "a"]
    assert len(of_a) == 72
    assert of_a[["probability", "equilibria_probability", "modal"]].isna().all(axis=None)


def test_bad_input_is_refused() -> None:
    draws = {"a": np.zeros((3, 3)), "b": np.zeros((3, 3))}
    with pytest.raises(InputError, match="with 'speech'"):
        preference_orders(draws, NAMES, NORM, aggregate="speech")
    with pytest.raises(InputError, match="indices of a speech"):
        games(draws, NAMES, norm("feng_he_xi_2016_2022"), aggregate="speech")
    with pytest.raises(InputError, match="expected the sd of P-4"):
        preference_orders(draws, NAMES, norm("walker_rusk"), aggregate="pooled")
    with pytest.raises(InputError, match="at least two leaders, found 1"):
        games({"a": np.zeros((3, 3))}, NAMES, NORM, aggregate="pooled")
    with pytest.raises(InputError, match="as many draws for b as for a, found 2 and 3"):
        games(draws | {"b": np.zeros((2, 3))}, NAMES, NORM, aggregate="pooled")
