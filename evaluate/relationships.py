"""Probabilities of the four relationships of Feng & He (2024, figure 1), from resampled indices."""

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd

from vicsformer.data.errors import InputError
from vicsformer.data.norms import DEFAULT_NORM, norm_sd
from vicsformer.evaluate.cells import CELL_COLUMNS, CERTAIN, Draws, Floats, cell_table, pairs, select, share
from vicsformer.evaluate.equivalence import CONVERGENT, DIVERGENT, margins_of
from vicsformer.evaluate.typology import RELATIONSHIPS

RELATIONSHIP_COLUMNS: dict[str, str] = {
    "a": "first leader; a < b by name",
    "b": "second leader",
    "margin_p1": "two leaders converge on P-1 in a draw where their gap is smaller than this",
    "margin_i1": "the same for I-1",
    "p1_convergent": "share of the draws in which they converge on P-1; missing where no draw is used",
    "i1_convergent": "the same for I-1",
    **CELL_COLUMNS,
    "one_direction": "largest share of the draws that lie in the cell with the same leader higher on each "
    "index they diverge on",
    "uncertain": f"whether one_direction of the modal cell is under {CERTAIN}, or there is none",
}
"""Columns of the table of relationships with probabilities."""

_INDICES = ("P-1", "I-1")

_DIRECTIONS = (CONVERGENT, DIVERGENT, DIVERGENT)
"""Verdicts on an index in a draw: no gap, a higher, b higher."""

_IN_CELL = np.array([[pair == cell for cell in RELATIONSHIPS] for pair in product(_DIRECTIONS, repeat=2)])
"""Shape (9, 4): which directions on P-1 and I-1 make which relationship."""


def half_sd_margins() -> dict[str, float]:
    """Half an SD of the 130 leaders of Schafer & Lambert (2022), by index: the default margins."""
    return margins_of(norm_sd(DEFAULT_NORM))


def relationship_probabilities(
    draws: Draws, names: Sequence[str], *, margins: Mapping[str, float] | None = None
) -> pd.DataFrame:
    """Give the probability of each relationship for every two leaders.

    In a draw two leaders converge on an index where the size of their gap is under the margin, and diverge
    elsewhere; the two verdicts give the relationship as in `typology.RELATIONSHIPS`. Unlike p > alpha the
    margin does not depend on how many speeches there are.

    Convergence is a bounded region and divergence all the rest, so that with ever wider draws "adversary"
    goes to 1 for any two leaders. A relationship is therefore not certain before the draws also agree on
    which leader is higher: `one_direction`.

    Parameters
    ----------
    draws, names
        Resampled indices, (draws, indices) by leader, as many draws for each, and the name of each column;
        P-1 and I-1 are read.
    margins
        Smallest gap that counts as one, above 0, for P-1 and I-1; others are not read. `half_sd_margins` if
        not given.

    Returns
    -------
    DataFrame
        `RELATIONSHIP_COLUMNS`, one row a pair and relationship.

    Raises
    ------
    InputError
        An index or a margin is missing, a margin is not above 0, there are fewer than two leaders, or draws
        differ in shape.
    """
    margins = half_sd_margins() if margins is None else margins
    for index in _INDICES:
        if not margins.get(index, 0) > 0:
            raise InputError(
                f"margins: expected a margin above 0 for {index}, found {margins.get(index)}; give one"
            )
    values = select(draws, names, _INDICES)
    both = list(pairs(draws))
    directed = [
        share(_joint(*(_directions(values[a][i] - values[b][i], margins[i]) for i in _INDICES)))
        for a, b in both
    ]
    shares = np.stack([each.means for each in directed])
    subjects = pd.DataFrame(both, columns=["a", "b"]).assign(
        margin_p1=margins["P-1"],
        margin_i1=margins["I-1"],
        p1_convergent=shares[:, :3].sum(axis=1),
        i1_convergent=shares[:, ::3].sum(axis=1),
    )
    cells = (each._replace(means=each.means @ _IN_CELL) for each in directed)
    table = cell_table(subjects, cells, list(RELATIONSHIPS.values()))
    table["one_direction"] = np.where(_IN_CELL, shares[:, :, None], 0).max(axis=1).ravel()
    of_modal = table["one_direction"].where(table["cell"] == table["modal"], 0.0)
    table["uncertain"] = ~(of_modal.groupby(table.index // len(RELATIONSHIPS)).transform("max") >= CERTAIN)
    return table[list(RELATIONSHIP_COLUMNS)]


def _directions(gap: Floats, margin: float) -> Floats:
    """Weights of each draw, (draws, 3): no gap, a higher, b higher; missing where the gap is."""
    weights = np.stack([np.abs(gap) < margin, gap >= margin, -gap >= margin], axis=1).astype(np.float64)
    weights[np.isnan(gap)] = np.nan
    return weights


def _joint(p1: Floats, i1: Floats) -> Floats:
    """Weights of each draw in the directions on both indices, (draws, 9)."""
    return (p1[:, :, None] * i1[:, None, :]).reshape(len(p1), -1)
