"""Norms: what other leaders or their speeches score, the scale on which one's own leaders are placed."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import pandas as pd

from vicsformer.data.columns import Rows, shown
from vicsformer.data.errors import InputError
from vicsformer.data.sources import delimited_rows
from vicsformer.data.tables import require_columns

Unit = Literal["leader", "speech"]
Aggregation = Literal["pooled", "speech"]

DEFAULT_NORM = "psycl_leaders"
"""130 leaders of many states (Schafer & Lambert 2022)."""

NORM_COLUMNS: dict[str, str] = {
    "norm": "its name",
    "index": "which index; P-4 is Self's share of control (P-4a), Other's (P-4b) is 1 - P-4",
    "mean": "mean over the units",
    "sd": "standard deviation over the units, empty where none is known",
    "n": "how many units",
    "unit": "what the mean is over: leader or speech",
    "aggregation": "how a unit's index was made: pooled (counts of its speeches summed) or speech (mean of "
    "its speeches' own indices)",
    "coder": "program or person that coded the verbs",
    "source": "where the figures stand",
}
"""Columns of `norms.csv` and of a user's file; one row a norm and index."""

_OF_A_NORM = ("unit", "aggregation", "coder", "source")


@dataclass(frozen=True)
class Norm:
    """Means and standard deviations of the indices over one set of leaders or speeches.

    Attributes
    ----------
    name, unit, aggregation, coder, source
        As in `NORM_COLUMNS`.
    figures
        `mean, sd, n` by index; NaN where there is no SD.
    """

    name: str
    unit: str
    aggregation: str
    coder: str
    source: str
    figures: pd.DataFrame

    def mean(self, index: str) -> float:
        """Mean of an index; `InputError` if the norm has none."""
        return self._figure("mean", index)

    def sd(self, index: str) -> float:
        """Standard deviation of an index; `InputError` if the norm has none."""
        return self._figure("sd", index)

    def table(self) -> pd.DataFrame:
        """`NORM_COLUMNS`, as `load_norms` reads them from a file."""
        constants = {column: getattr(self, column) for column in _OF_A_NORM}
        table = self.figures.rename_axis("index").reset_index().assign(norm=self.name, **constants)
        return table[list(NORM_COLUMNS)]

    def _figure(self, column: str, index: str) -> float:
        value = float(self.figures[column].get(index, np.nan))
        if np.isnan(value):
            raise InputError(
                f"norm {self.name}: expected the {column} of {index}, found none; choose a norm that has it"
            )
        return value


def load_norms(path: str | Path | None = None) -> dict[str, Norm]:
    """Load the shipped norms and, where a file is given, a user's beside them.

    Parameters
    ----------
    path
        CSV or TSV with `NORM_COLUMNS`.

    Returns
    -------
    dict
        Norms by name. They are shared: do not change their figures.

    Raises
    ------
    InputError
        The file cannot be read or has no row, a cell is not what its column says, a row stands twice, the
        rows of a norm disagree on what holds for all of it, an index is not known, or a norm has the name of
        a shipped one.
    """
    shipped = _shipped()
    if path is None:
        return dict(shipped)
    rows = _checked(Path(path))
    known = {index for each in shipped.values() for index in each.figures.index}
    rows.refuse(
        rows.frame["norm"].isin(list(shipped)),
        "expected a new name, found that of a shipped norm; rename it",
    )
    rows.refuse(
        ~rows.frame["index"].str.removesuffix(" unbiased").isin(list(known)),
        lambda i: (
            f"expected one of {', '.join(sorted(known))} (P-4a is P-4), "
            f"found {shown(rows.frame['index'].iloc[i])}; rename it or drop the row"
        ),
    )
    return shipped | _norms(rows.frame)


def norm(name: str, path: str | Path | None = None) -> Norm:
    """Give the norm of a name.

    Parameters
    ----------
    name
        Of a shipped norm, or of one in the file.
    path
        As in `load_norms`.

    Raises
    ------
    InputError
        There is none of the name, or as `load_norms`.
    """
    norms = load_norms(path)
    if name not in norms:
        raise InputError(
            f"norm: expected one of {', '.join(norms)}, found {shown(name)}; correct the name or give a file"
        )
    return norms[name]


def norm_sd(name: str = DEFAULT_NORM, path: str | Path | None = None) -> dict[str, float]:
    """Give the standard deviations of a norm, by index; indices without one are left out.

    Parameters
    ----------
    name, path
        As in `norm`.

    Raises
    ------
    InputError
        The norm has no standard deviation at all, or as `norm`.
    """
    known = norm(name, path).figures["sd"].dropna()
    if known.empty:
        raise InputError(f"norm {name}: expected standard deviations, found none; choose another norm")
    return {str(index): float(sd) for index, sd in known.items()}


@cache
def _shipped() -> dict[str, Norm]:
    return _norms(_checked(Path(__file__).with_name("norms.csv")).frame)


def _norms(frame: pd.DataFrame) -> dict[str, Norm]:
    norms = {}
    for key, rows in frame.groupby("norm", sort=False):
        name = str(key)
        unit, aggregation, coder, source = (str(rows[column].iloc[0]) for column in _OF_A_NORM)
        figures = rows.set_index("index")[["mean", "sd", "n"]]
        norms[name] = Norm(name, unit, aggregation, coder, source, figures)
    return norms


def _checked(path: Path) -> Rows:
    """Rows of a file of norms, each cell as its column says."""
    rows = delimited_rows(path)
    require_columns(rows.frame, list(NORM_COLUMNS), str(path))
    if rows.frame.empty:
        raise InputError(f"{path}: expected norms, found a header only; add one row a norm and index")
    rows = Rows(rows.frame[list(NORM_COLUMNS)].map(str.strip), rows.file, rows.numbers)
    for column in ("norm", "index", *_OF_A_NORM):
        rows.refuse(rows.frame[column] == "", f"expected a text in {column}, found none; add it")
    for column, options in (("unit", get_args(Unit)), ("aggregation", get_args(Aggregation))):
        _refuse(rows, column, ~rows.frame[column].isin(options), " or ".join(options))
    numbers = {
        column: pd.to_numeric(rows.frame[column], errors="coerce")
        .astype("float64")
        .replace([np.inf, -np.inf], np.nan)
        for column in ("mean", "sd", "n")
    }
    _refuse(rows, "mean", numbers["mean"].isna(), "a number")
    _refuse(rows, "sd", (rows.frame["sd"] != "") & ~(numbers["sd"] > 0), "a number above 0, or nothing")
    _refuse(
        rows, "n", ~numbers["n"].between(1, 2**53) | (numbers["n"] % 1 != 0), "a whole number of at least 1"
    )
    rows.refuse(
        rows.frame.duplicated(["norm", "index"]), "expected one row a norm and index, found two; drop one"
    )
    for column in _OF_A_NORM:
        first = rows.frame.groupby("norm")[column].transform("first")
        _refuse(rows, column, rows.frame[column] != first, "the same in all rows of a norm")
    return Rows(rows.frame.assign(**numbers).astype({"n": "int64"}), rows.file, rows.numbers)


def _refuse(rows: Rows, column: str, bad: "pd.Series[bool]", expected: str) -> None:
    """Raise if any cell of the column is bad."""
    rows.refuse(
        bad,
        lambda i: f"expected as {column} {expected}, found {shown(rows.frame[column].iloc[i])}; correct it",
    )
