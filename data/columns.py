"""Columns from Python values, and rows that know where they stand in their file."""

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from vicsformer.data.errors import InputError

_MAY_BE_MISSING = {type(None), float, type(pd.NA), type(pd.NaT)}


def is_missing(value: object) -> bool:
    """Whether a cell holds nothing: None, NaN, NaT, NA; blank text is not missing."""
    return (
        value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value))
    )


def is_blank(value: object) -> bool:
    """Whether a cell is missing or holds only white space."""
    return is_missing(value) or (isinstance(value, str) and not value.strip())


def typed(values: Sequence[object]) -> "pd.Series[Any]":
    """Make a column of the narrowest kind that holds every value unchanged.

    Returns
    -------
    pandas.Series
        bool (boolean where cells are missing), int64, float64 (also for whole numbers with missing cells,
        and where nothing is there) or text; a mixture, and anything nested, becomes text (JSON where JSON
        has it).
    """
    kinds = set(map(type, values))
    gaps = False
    # only values of these kinds can be missing: most columns need no second look
    if kinds & _MAY_BE_MISSING:
        present = [value for value in values if not is_missing(value)]
        gaps = len(present) < len(values)
        kinds = set(map(type, present))
        values = [None if is_missing(value) else value for value in values] if gaps else values
    if kinds == {bool}:
        return pd.Series(values, dtype="boolean" if gaps else "bool")
    if kinds <= {int, float}:
        whole = [value for value in values if isinstance(value, int)]
        if kinds == {int} and not gaps and all(-(2**63) <= value < 2**63 for value in whole):
            return pd.Series(values, dtype="int64")
        # beyond that a float64 no longer holds every whole number
        if all(abs(value) <= 2**53 for value in whole):
            return pd.Series(values, dtype="float64")
    return pd.Series(values if kinds == {str} else list(map(_text, values)), dtype="str")


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool | int | float | list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


@dataclass(frozen=True)
class Rows:
    """Rows of a file, not checked yet.

    Attributes
    ----------
    frame
        The cells as they were read, all of dtype object, with index 0, 1, ...
    file
        The file, as errors name it.
    numbers
        Line or row of the file for each row of `frame`, from 1.
    """

    frame: pd.DataFrame
    file: str
    numbers: list[int]

    def refuse(self, bad: Iterable[bool], problem: str | Callable[[int], str]) -> None:
        """Raise if any row is bad.

        Parameters
        ----------
        bad
            For each row, whether it is.
        problem
            What is wrong (expected, found, what to do), or a function that says so for a position of `frame`.

        Raises
        ------
        InputError
            Names the file, the first bad row, its problem and how many more there are.
        """
        found = [i for i, is_bad in enumerate(bad) if is_bad]
        if found:
            more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
            what = problem if isinstance(problem, str) else problem(found[0])
            raise InputError(f"{self.file}:{self.numbers[found[0]]}{more}: {what}")


def shown(value: object, longest: int = 40) -> str:
    """Show a value in an error message: quoted, on one line, cut where it is long."""
    text = repr(value)
    return text if len(text) <= longest else f"{text[:longest]}..."
