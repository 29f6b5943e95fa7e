"""Typologies with probabilities: the share of resamples in each cell.

A draw is one resample of a leader's indices, from whatever method, classifier error included. A typology
gives each draw a weight in each of its cells, 1 in all; the mean weight of a cell is its probability.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vicsformer.data.errors import InputError

Floats = NDArray[np.float64]
Draws = Mapping[str, Floats]
"""Shape (draws, indices) by leader. Draw i of all leaders is one joint draw: where leaders share a source of
error (the confusion of one coder), it has the same value in their i-th draws."""

CERTAIN = 0.8
"""A cell with a smaller probability is not to be stated without it."""

CELL_COLUMNS: dict[str, str] = {
    "cell": "one of the typology's cells",
    "probability": "share of the draws in the cell, 0..1; a draw on a border counts in equal parts on both "
    "sides; missing where no draw is used",
    "modal": "the cell with the largest probability; missing where two share it or no draw is used",
    "modal_probability": "its probability",
    "uncertain": f"whether that is under {CERTAIN}, or missing",
    "draws": "how many draws are used",
    "missing": "share of the draws left out because an index they need is missing",
}
"""What every typology says of a leader or pair, one row a cell."""


class Shares(NamedTuple):
    """Mean weights of the cells, shape (cells,), the draws used, and the share of draws left out."""

    means: Floats
    draws: int
    missing: float


_TIE = 1e-12
"""Indices are of order 1; a smaller difference comes from the order of a sum."""


def select(draws: Draws, names: Sequence[str], wanted: Sequence[str]) -> dict[str, dict[str, Floats]]:
    """Give the draws of the wanted indices, by leader and index, leaders in the order of their names.

    Parameters
    ----------
    draws
        Shape (draws, len(names)) by leader.
    names
        The index of each column.
    wanted
        Indices that are needed.

    Raises
    ------
    InputError
        There is no leader, an array has another shape or no draw, or a wanted index is not there once.
    """
    if not draws:
        raise InputError("draws: expected at least one leader, found none; resample a profile first")
    bad = [index for index in wanted if list(names).count(index) != 1]
    if bad:
        raise InputError(
            f"draws: expected the index {bad[0]} once among the columns, found {', '.join(names) or 'none'}; "
            "give the names of the draws' columns"
        )
    for leader, array in draws.items():
        if array.ndim != 2 or array.shape[1] != len(names) or not len(array):
            raise InputError(
                f"draws of {leader}: expected at least one row and {len(names)} columns, found the shape "
                f"{array.shape}; give one row a draw and one column an index"
            )
    columns = {index: list(names).index(index) for index in wanted}
    return {
        leader: {index: draws[leader][:, column] for index, column in columns.items()}
        for leader in sorted(draws)
    }


def pairs(draws: Draws) -> Iterator[tuple[str, str]]:
    """Give every two leaders, the first before the second by name.

    Raises
    ------
    InputError
        There are fewer than two leaders, or two have different numbers of draws.
    """
    leaders = sorted(draws)
    if len(leaders) < 2:
        raise InputError(f"draws: expected at least two leaders, found {len(leaders)}; add leaders")
    sizes = {leader: len(draws[leader]) for leader in leaders}
    odd = [leader for leader in leaders if sizes[leader] != sizes[leaders[0]]]
    if odd:
        raise InputError(
            f"draws: expected as many draws for {odd[0]} as for {leaders[0]}, found {sizes[odd[0]]} and "
            f"{sizes[leaders[0]]}; resample all leaders alike"
        )
    return combinations(leaders, 2)


def above(values: Floats, centre: float) -> Floats:
    """Weight of each draw above a centre: 1 above, 0 below, .5 on it; missing values stay missing."""
    distance = values - centre
    return np.heaviside(np.where(np.abs(distance) <= _TIE, 0, distance), 0.5)


def beyond(values: Floats, limit: float) -> Floats:
    """Weight of each draw past a limit that is still inside: 1 or 0; missing values stay missing."""
    return np.heaviside(np.where(np.abs(values - limit) <= _TIE, 0, values - limit), 0)


def share(weights: Floats) -> Shares:
    """Give the mean weights of the draws, shape (draws, cells), that miss nothing."""
    used = ~np.isnan(weights).any(axis=1)
    n = int(np.count_nonzero(used))
    # a sum divided once: a unanimous cell has exactly 1
    means = weights[used].sum(axis=0) / n if n else np.full(weights.shape[1], np.nan)
    return Shares(means, n, 1 - n / len(weights))


def cell_table(subjects: pd.DataFrame, shares: Iterable[Shares], cells: Sequence[str]) -> pd.DataFrame:
    """Give the probability of every cell for every subject.

    Parameters
    ----------
    subjects
        One row a leader, pair or game.
    shares
        Those of each subject.
    cells
        Names of the cells.

    Returns
    -------
    DataFrame
        One row a subject and cell: the subject's columns, then `CELL_COLUMNS`.
    """
    means, draws, missing = (np.stack(part) for part in zip(*shares, strict=True))
    largest = means.max(axis=1)
    single = np.count_nonzero(means == largest[:, None], axis=1) == 1
    modal = [cells[i] if one else None for i, one in zip(means.argmax(axis=1), single, strict=True)]
    table = subjects.assign(
        modal=pd.Series(modal, index=subjects.index, dtype="str"),
        modal_probability=largest,
        uncertain=~(largest >= CERTAIN),
        draws=draws,
        missing=missing,
    )
    table = table.loc[table.index.repeat(len(cells))].reset_index(drop=True)
    table = table.assign(cell=np.tile(np.array(cells), len(subjects)), probability=means.ravel())
    return table[[*subjects.columns, *CELL_COLUMNS]]
