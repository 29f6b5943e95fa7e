"""Leadership types of Holsti and Walker, for Self and for Other, with their probabilities."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from vicsformer.data.norms import Norm
from vicsformer.evaluate.cells import CELL_COLUMNS, Draws, Floats, above, cell_table, select, share
from vicsformer.evaluate.standardise import require_scale

TYPES: dict[str, tuple[str, str]] = {
    "A": ("cooperative", "low control"),
    "B": ("conflictual", "high control"),
    "C": ("cooperative", "high control"),
    "DEF": ("conflictual", "low control"),
}
"""The quadrants: strategy (I-1 of Self, P-1 of Other) and share of control (P-4a of Self, P-4b of Other).

Holsti (1977) has six types; Walker (1983) put D, E and F together. The quadrants on the indices are those of
Walker, Schafer & Young (2003).
"""

RAW = "raw"
"""Name of the centre (0, .5): as many cooperative as conflictual acts, as many acts of Self as of Other."""

TYPE_COLUMNS: dict[str, str] = {
    "leader": "whose type",
    "side": "self or other",
    "aggregate": "of the indices: pooled or speech",
    "centre": "raw (0, .5), or the norm whose means are the centre",
    "norm_coder": "who coded the norm; missing for the raw centre",
    **CELL_COLUMNS,
}
"""Columns of the table of types."""


def leadership_types(
    draws: Draws, names: Sequence[str], *, aggregate: str, norm: Norm | None = None
) -> pd.DataFrame:
    """Give the probability of each type for Self and Other, from the raw centre and from the norm's.

    A draw on an axis (its I-1, P-1 or P-4 is that of the centre) counts half on either side, one on both axes
    a quarter in each type. For the types of the estimates themselves give these as one draw.

    Parameters
    ----------
    draws, names
        Resampled indices, (draws, indices) by leader, and the name of each column; P-1, P-4 and I-1 are read.
    aggregate
        Of the indices: pooled or speech.
    norm
        Its means are the second centre; without it there is the raw one only.

    Returns
    -------
    DataFrame
        `TYPE_COLUMNS`, one row a leader, side, centre and type, leaders in the order of their names.

    Raises
    ------
    InputError
        An index or a mean of the norm is missing, the draws have not one shape, or the norm has another
        aggregation or is no norm of leaders.
    """
    centres: list[tuple[str, str | None, dict[str, float]]] = [(RAW, None, {"I-1": 0, "P-1": 0, "P-4": 0.5})]
    if norm is not None:
        require_scale(norm, aggregate, "leader")
        means = {index: norm.mean(index) for index in ("I-1", "P-1", "P-4")}
        centres.append((norm.name, norm.coder, means))
    values = select(draws, names, ["P-1", "P-4", "I-1"])
    rows, shares = [], []
    for leader, of in values.items():
        for side, strategy in (("self", "I-1"), ("other", "P-1")):
            for centre, coder, at in centres:
                control = above(of["P-4"], at["P-4"])
                # P-4b is 1 - P-4a in the draw and in the centre: Other is above where Self is below
                high = control if side == "self" else 1 - control
                rows.append((leader, side, aggregate, centre, coder))
                shares.append(share(_quadrants(above(of[strategy], at[strategy]), high)))
    subjects = pd.DataFrame(rows, columns=["leader", "side", "aggregate", "centre", "norm_coder"])
    return cell_table(subjects.astype({"norm_coder": "str"}), shares, list(TYPES))


def _quadrants(cooperative: Floats, high: Floats) -> Floats:
    """Weights of a draw in each of `TYPES`, shape (draws, 4)."""
    weight = {"cooperative": cooperative, "conflictual": 1 - cooperative}
    weight |= {"high control": high, "low control": 1 - high}
    return np.stack([weight[strategy] * weight[control] for strategy, control in TYPES.values()], axis=1)
