"""Indices on the scale of a norm, and in words."""

from typing import get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vicsformer.data.errors import InputError
from vicsformer.data.norms import Norm, Unit
from vicsformer.data.tables import require_columns

Z_COLUMNS: dict[str, str] = {
    "ladder": "the estimate in words, by the nearest anchor of its index; missing for I-5, which has none",
    "norm": "name of the norm",
    "norm_coder": "who coded the norm: another coder than that of the estimates has its own level, and z "
    "then holds the difference of the coders too",
    "z": "(estimate - mean) / SD of the norm; missing where the norm has no SD of the index",
    "z_low": "the same of the lower limit, where the table has one; the norm is taken as known",
    "z_high": "the same of the upper limit",
    "ladder_norm": "z in words: average below half an SD, then somewhat, definitely (1), very (1.5) or "
    "extremely (2) above or below average",
}
"""Columns that `z_scores` adds."""

POLES: dict[str, tuple[str, str]] = {
    "P-1": ("hostile", "friendly"),
    "P-2": ("pessimistic", "optimistic"),
    "I-1": ("conflictual", "cooperative"),
    "I-2": ("conflictual", "cooperative"),
}
"""Words for the negative and the positive end of the indices that run from -1 to 1."""

LEVEL_INDICES: tuple[str, ...] = (
    *("P-3", "P-4", "P-5", "I-3", "I-4a", "I-4b"),
    *("P-3 unbiased", "I-3 unbiased"),
)
"""Indices that run from 0 to 1 and have a verbal ladder."""

_DEGREES = ("somewhat", "definitely", "very", "extremely")
_LEVELS = ("very low", "low", "medium", "high", "very high")


def z_scores(table: pd.DataFrame, norm: Norm, *, unit: Unit = "leader") -> pd.DataFrame:
    """Place indices on the scale of a norm.

    Parameters
    ----------
    table
        One row a group and index: `index, estimate, aggregate` (as from `infer.profile.profile`), and `low,
        high` where there are intervals.
    norm
        The norm.
    unit
        What a group of the table is: a leader (or a period of one), or a single speech; then `documents` is
        needed and must be 1.

    Returns
    -------
    DataFrame
        The table with `Z_COLUMNS`; missing estimates stay missing.

    Raises
    ------
    InputError
        The table is of another unit or aggregation than the norm, the norm has no SD, or a column is missing.
    """
    require_columns(table, ["index", "estimate", "aggregate"], "indices")
    for aggregate in table["aggregate"].unique():
        require_scale(norm, str(aggregate), unit)
    if unit == "speech":
        require_columns(table, ["documents"], "indices")
        several = (table["documents"] != 1).to_numpy()
        if several.any():
            row = int(several.argmax())
            raise InputError(
                f"indices: expected single speeches, found {table['documents'].iloc[row]} documents in row "
                f"{row}; profile by document_id"
            )
    require_sd(norm)
    figures = norm.figures.reindex(table["index"])
    values = {"z": "estimate", "z_low": "low", "z_high": "high"}
    z = {
        name: (table[column].to_numpy(np.float64) - figures["mean"].to_numpy()) / figures["sd"].to_numpy()
        for name, column in values.items()
        if column in table
    }
    return table.assign(
        ladder=ladder(table["index"], table["estimate"]),
        norm=norm.name,
        norm_coder=norm.coder,
        **z,
        ladder_norm=pd.Series(_against_norm(z["z"]), index=table.index, dtype="str"),
    )


def require_sd(norm: Norm) -> None:
    """Raise `InputError` unless the norm has a standard deviation of some index."""
    if norm.figures["sd"].isna().all():
        raise InputError(f"norm {norm.name}: expected standard deviations, found none; choose another norm")


def require_scale(norm: Norm, aggregate: str, unit: Unit) -> None:
    """Raise `InputError` unless indices of the aggregate and unit are of the kind the norm is made of.

    Parameters
    ----------
    norm
        The norm.
    aggregate
        Of the indices: pooled or speech.
    unit
        What the indices belong to.
    """
    if unit not in get_args(Unit):
        raise InputError(f"unit: expected {' or '.join(get_args(Unit))}, found {unit!r}; correct the option")
    if (aggregate, unit) != (norm.aggregation, norm.unit):
        by = "leader" if norm.unit == "leader" else "document_id"
        raise InputError(
            f"norm {norm.name}: expected, as in the norm, indices of a {norm.unit} with aggregate "
            f"{norm.aggregation!r}, found a {unit} with {aggregate!r}; profile by {by} with aggregate "
            f"{norm.aggregation}, or choose another norm"
        )


def norm_from(table: pd.DataFrame, *, name: str, coder: str, source: str) -> Norm:
    """Make a norm of one's own leaders, so that leader and norm have the same coder.

    The SD is that of the estimates: sampling error of leaders with few verbs makes it larger than the SD of
    the leaders themselves.

    Parameters
    ----------
    table
        One row a leader and index: `index, estimate, aggregate`, one aggregate throughout.
    name, coder, source
        What the norm is to say of itself.

    Returns
    -------
    Norm
        Over the leaders that have the index; no SD where there is one leader or they do not differ.
        `Norm.table` gives it as a table that `data.norms.load_norms` reads from a file.

    Raises
    ------
    InputError
        A column is missing, or the table has not one aggregate.
    """
    require_columns(table, ["index", "estimate", "aggregate"], "indices")
    aggregates = list(table["aggregate"].unique())
    if len(aggregates) != 1:
        raise InputError(f"indices: expected one aggregate, found {aggregates or 'none'}; choose one")
    groups = table.dropna(subset="estimate").groupby("index", sort=False)["estimate"]
    sd = groups.std()
    figures = pd.DataFrame({"mean": groups.mean(), "sd": sd.where(sd > 0), "n": groups.count()})
    return Norm(name, "leader", str(aggregates[0]), coder, source, figures)


def ladder(index: pd.Series, estimate: pd.Series) -> pd.Series:
    """Put indices into words by the nearest anchor (Walker, Schafer & Young 2003).

    P-1, P-2, I-1, I-2: 0 is mixed, .25 somewhat, .5 definitely, .75 very, 1 extremely, of the pole of the
    sign. P-3, P-4, P-5, I-3, I-4: 0 very low, .25 low, .5 medium, .75 high, 1 very high. Halfway between two
    anchors the one nearer the middle of the scale holds.

    Parameters
    ----------
    index
        Names of indices.
    estimate
        Their values, on the same rows.

    Returns
    -------
    Series
        Words; missing where the estimate is, or the index has no anchors.
    """
    values = estimate.to_numpy(np.float64)
    words: NDArray[np.object_] = np.full(len(values), None, dtype=object)
    for name, poles in POLES.items():
        rows = (index == name).to_numpy() & ~np.isnan(values)
        words[rows] = [_of_pole(step, poles) for step in _steps(values[rows])]
    rows = index.isin(LEVEL_INDICES).to_numpy() & ~np.isnan(values)
    words[rows] = [_LEVELS[max(0, min(4, step + 2))] for step in _steps(values[rows] - 0.5)]
    return pd.Series(words, index=estimate.index, dtype="str")


def _steps(distance: NDArray[np.float64]) -> list[int]:
    """Steps of .25 from the middle of a scale, to the nearest; halves go to the middle."""
    steps = np.sign(distance) * np.ceil(np.abs(distance) * 4 - 0.5)
    return [int(step) for step in steps]


def _of_pole(step: int, poles: tuple[str, str]) -> str:
    return f"{_DEGREES[min(abs(step), 4) - 1]} {poles[step > 0]}" if step else "mixed"


def _against_norm(z: NDArray[np.float64]) -> list[str | None]:
    words: list[str | None] = []
    for value in z:
        degree = 0 if np.isnan(value) else min(int(abs(value) * 2), 4)
        side = "above" if value > 0 else "below"
        words.append(f"{_DEGREES[degree - 1]} {side} average" if degree else "average")
    return [None if np.isnan(value) else word for value, word in zip(z, words, strict=True)]
