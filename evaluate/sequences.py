"""Speeches of one leader in the order of time, and what belief change and trend do with them alike."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import NamedTuple
from zlib import crc32

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vicsformer.data.dates import DATE_FORMS, normalise_date
from vicsformer.data.errors import InputError
from vicsformer.evaluate.checks import require_count, require_fraction, require_seed
from vicsformer.evaluate.count_tables import count_array

Floats = NDArray[np.float64]
Statistic = Callable[[Floats], Floats]
"""Makes indices (..., indices) of counts (..., 2, 6), NaN = missing, as `infer.indices.indices` does."""


class Timeline(NamedTuple):
    """Speeches in the order of time.

    Attributes
    ----------
    array
        Shape (speeches, 2, 6): counts.
    labels
        The key columns as text, rows from 0.
    years
        Shape (speeches,): date as a year with fraction.
    """

    array: Floats
    labels: pd.DataFrame
    years: Floats


def in_time(counts: pd.DataFrame, keys: list[str], date: str, *, corrected: bool = False) -> Timeline:
    """Check a table of counts (see `count_tables.count_array`) and order its speeches by date and name."""
    array = count_array(counts, keys=[*keys, date], corrected=corrected)
    years = np.array([_year(value, row) for row, value in enumerate(counts[date])])
    order = np.lexsort((counts["document_id"].astype(str).to_numpy(np.str_), years))
    labels = counts[keys].astype(str).iloc[order].reset_index(drop=True)
    return Timeline(array[order], labels, years[order])


def _year(value: object, row: int) -> float:
    """Return a date as a year with fraction; a year or month stands for its middle."""
    try:
        parts = [int(part) for part in normalise_date(value).split("-")]
    except ValueError as error:
        raise InputError(
            f"counts: expected a date as {DATE_FORMS}; found {value!r} (row {row}); correct it"
        ) from error
    if len(parts) == 3:
        return parts[0] + (dt.date(*parts).timetuple().tm_yday - 0.5) / 366
    return parts[0] + ((parts[1] - 0.5) / 12 if len(parts) == 2 else 0.5)


def speech_scores(array: Floats, statistic: Statistic, names: Sequence[str]) -> Floats:
    """Return the speeches' own indices, (speeches, indices)."""
    scores = statistic(array)
    if scores.shape != (len(array), len(names)):
        raise InputError(
            f"statistic: expected {len(names)} indices a speech, as many as names; found the shape "
            f"{scores.shape} for {len(array)} speeches; give the names of what it returns"
        )
    return scores


def generator(seed: int, *names: object) -> np.random.Generator:
    """Return the generator of a group or period, from the seed and its names alone."""
    return np.random.default_rng([seed, *(crc32(str(name).encode()) for name in names)])


def check_options(block: int | None, resamples: int, level: float, seed: int) -> None:
    """Raise an `InputError` that names the first option out of its range."""
    require_fraction(level, "level")
    require_count(resamples, "resamples")
    if block is not None:
        require_count(block, "block")
    require_seed(seed)
