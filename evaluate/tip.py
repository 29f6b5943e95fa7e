"""Preference orders by the theory of inferences about preferences (TIP), and the games they make.

The orders are recalled from Walker, Malici & Schafer (2011); verify them against the book before citing.
"""

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
import pandas as pd

from vicsformer.data.norms import Norm
from vicsformer.evaluate.cells import (
    CELL_COLUMNS,
    Draws,
    Floats,
    Shares,
    above,
    beyond,
    cell_table,
    pairs,
    select,
    share,
)
from vicsformer.evaluate.standardise import require_scale

Order = tuple[str, str, str, str]
"""The four outcomes, the best first."""

OUTCOMES: dict[tuple[str, str], str] = {
    ("cooperate", "cooperate"): "settle",
    ("conflict", "cooperate"): "dominate",
    ("cooperate", "conflict"): "submit",
    ("conflict", "conflict"): "deadlock",
}
"""What comes of a player's own move and the other's, in the words of that player: where one dominates, the
other submits."""

ORDERS: dict[tuple[str, str], Order] = {
    ("+", "<"): ("settle", "deadlock", "submit", "dominate"),
    ("+", "="): ("settle", "deadlock", "dominate", "submit"),
    ("+", ">"): ("settle", "dominate", "deadlock", "submit"),
    ("-", "<"): ("dominate", "settle", "submit", "deadlock"),
    ("-", "="): ("dominate", "settle", "deadlock", "submit"),
    ("-", ">"): ("dominate", "deadlock", "settle", "submit"),
}
"""Order by strategy (I-1 of Self, P-1 of Other; + above, - below the norm's mean) and control (P-4a of Self,
P-4b of Other; more than one SD below <, within =, above > the norm's mean). See `TIP_SOURCE`."""

TIP_SOURCE = "orders recalled from Walker, Malici & Schafer 2011; verify before citing"

_ON_A_NORM: dict[str, str] = {
    "aggregate": "of the indices: pooled or speech",
    "norm": "whose means and SD the strategy and control are held against",
    "norm_coder": "who coded the norm; another coder than that of the draws has its own level",
    "source": "of the orders, and how sure they are",
}

ORDER_COLUMNS: dict[str, str] = {
    "leader": "whose order",
    "side": "self: the leader's own order; other: the order that the leader ascribes to others",
    **_ON_A_NORM,
    **CELL_COLUMNS,
}
"""Columns of the table of preference orders; a cell is an order, the best outcome first."""

OBJECTIVE, SUBJECTIVE = "objective", "subjective"
OTHER = "Other"

GAME_COLUMNS: dict[str, str] = {
    "row": "the leader who plays the rows",
    "column": "the leader who plays the columns; Other in a subjective game",
    "view": "objective: both leaders play by their own orders; subjective: the leader plays by the own order "
    "against the one ascribed to others",
    **_ON_A_NORM,
    "row_order": "order of the row player",
    "column_order": "order of the column player, in that player's own words",
    "equilibria": "Nash equilibria in pure strategies, in the words of the row player",
    "equilibria_probability": "share of the draws whose game, this or another, has these equilibria",
    **CELL_COLUMNS,
}
"""Columns of the table of games; a cell is a game, named by (strategy, control) of the row and of the column
player."""


def preference_orders(draws: Draws, names: Sequence[str], norm: Norm, *, aggregate: str) -> pd.DataFrame:
    """Give the probability of each of the six orders for Self and Other.

    A draw with the strategy at the norm's mean counts half for either sign; control at one SD is within it.

    Parameters
    ----------
    draws, names
        Resampled indices, (draws, indices) by leader, and the name of each column; P-1, P-4 and I-1 are read.
    norm
        Of leaders, with the means of the three and the SD of P-4.
    aggregate
        Of the indices: pooled or speech.

    Returns
    -------
    DataFrame
        `ORDER_COLUMNS`, one row a leader, side and order, leaders in the order of their names.

    Raises
    ------
    InputError
        An index or a figure of the norm is missing, the draws have not one shape, or the norm has another
        aggregation or is no norm of leaders.
    """
    weights = _order_weights(draws, names, norm, aggregate)
    keys = [(leader, side) for leader in weights for side in ("self", "other")]
    subjects = pd.DataFrame(keys, columns=["leader", "side"]).assign(**_constants(norm, aggregate))
    cells = [" > ".join(order) for order in ORDERS.values()]
    return cell_table(subjects, (share(weights[leader][side]) for leader, side in keys), cells)


def games(draws: Draws, names: Sequence[str], norm: Norm, *, aggregate: str) -> pd.DataFrame:
    """Give the games of every two leaders and the subjective game of each, with their equilibria.

    Both orders are strict, so an equilibrium is an outcome that either player makes worse for himself by
    moving alone. In a subjective game P-4b = 1 - P-4a leaves twelve of the 36 games.

    Parameters
    ----------
    draws, names, norm, aggregate
        As in `preference_orders`, as many draws for each leader; at least two leaders.

    Returns
    -------
    DataFrame
        `GAME_COLUMNS`, one row a game that occurs in the draws: the subjective games of the leaders, then the
        objective ones of the pairs, leaders in the order of their names. Where no draw is used all 36 games
        stand with a missing probability.

    Raises
    ------
    InputError
        As `preference_orders`, or there are fewer than two leaders, or draws differ in number.
    """
    weights = _order_weights(draws, names, norm, aggregate)
    keys = [(leader, OTHER, SUBJECTIVE) for leader in weights]
    keys += [(a, b, OBJECTIVE) for a, b in pairs(draws)]
    subjects = pd.DataFrame(keys, columns=["row", "column", "view"]).assign(**_constants(norm, aggregate))

    def joint() -> Iterator[Shares]:
        for row, column, view in keys:
            second = weights[row]["other"] if view == SUBJECTIVE else weights[column]["self"]
            yield share((weights[row]["self"][:, :, None] * second[:, None, :]).reshape(len(second), -1))

    described = _described_games()
    table = cell_table(subjects, joint(), described["cell"].tolist()).merge(described, on="cell", how="left")
    table["equilibria_probability"] = table.groupby(["row", "column", "view", "equilibria"])[
        "probability"
    ].transform("sum", min_count=1)
    return table.loc[table["probability"] != 0, list(GAME_COLUMNS)].reset_index(drop=True)


def nash_equilibria(row: Order, column: Order) -> tuple[str, ...]:
    """Find the outcomes of a 2 x 2 game from which neither player gains by moving alone.

    Parameters
    ----------
    row, column
        The players' orders, each in the player's own words.

    Returns
    -------
    tuple
        None, one or two outcomes in the words of the row player, in the order of `OUTCOMES`.
    """
    other_move = {"cooperate": "conflict", "conflict": "cooperate"}
    return tuple(
        outcome
        for (own, others), outcome in OUTCOMES.items()
        if row.index(outcome) < row.index(OUTCOMES[other_move[own], others])
        and column.index(OUTCOMES[others, own]) < column.index(OUTCOMES[other_move[others], own])
    )


def _described_games() -> pd.DataFrame:
    """Each of the 36 games: its name as a cell, the orders, and the equilibria in words."""
    rows = [
        (
            "({},{}) ({},{})".format(*first, *second),
            " > ".join(row),
            " > ".join(column),
            " or ".join(nash_equilibria(row, column)) or "none",
        )
        for (first, row), (second, column) in product(ORDERS.items(), repeat=2)
    ]
    return pd.DataFrame(rows, columns=["cell", "row_order", "column_order", "equilibria"])


def _constants(norm: Norm, aggregate: str) -> dict[str, str]:
    return {"aggregate": aggregate, "norm": norm.name, "norm_coder": norm.coder, "source": TIP_SOURCE}


def _order_weights(
    draws: Draws, names: Sequence[str], norm: Norm, aggregate: str
) -> dict[str, dict[str, Floats]]:
    """Weights of each draw in the six orders, (draws, 6), by leader and side."""
    require_scale(norm, aggregate, "leader")
    centre, spread = norm.mean("P-4"), norm.sd("P-4")
    found = {}
    for leader, of in select(draws, names, ["P-1", "P-4", "I-1"]).items():
        # P-4b = 1 - P-4a has the mirrored distance from its mean, and the same SD
        control = of["P-4"] - centre
        found[leader] = {
            "self": _weights(above(of["I-1"], norm.mean("I-1")), control, spread),
            "other": _weights(above(of["P-1"], norm.mean("P-1")), -control, spread),
        }
    return found


def _weights(plus: Floats, control: Floats, spread: float) -> Floats:
    """Weights in the six orders from the weight of + and the distance of control from its mean."""
    low, high = beyond(-control, spread), beyond(control, spread)
    signs = {"+": plus, "-": 1 - plus}
    levels = {"<": low, "=": 1 - low - high, ">": high}
    return np.stack([signs[sign] * levels[level] for sign, level in ORDERS], axis=1)
