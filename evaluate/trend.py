"""Belief change as a slope: index points per decade."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from vicsformer.evaluate.blocks import basic_interval, resample_blocks
from vicsformer.evaluate.sequences import (
    Floats,
    Statistic,
    check_options,
    generator,
    in_time,
    speech_scores,
)

TREND_COLUMNS: dict[str, str] = {
    "group": "whose speeches",
    "index": "which index",
    "slope": "change of the speeches' own index in ten years, by least squares, speeches weighing equally",
    "low": "lower limit of its interval",
    "high": "upper limit",
    "p": "two-sided, of no slope; not corrected for the number of indices",
    "documents": "speeches that have the index",
    "years": "time between the first and the last of the group's speeches, in years",
    "block": "how many consecutive speeches were drawn together",
}
"""Columns of the table of trends."""


def trend(
    counts: pd.DataFrame,
    *,
    statistic: Statistic,
    names: Sequence[str],
    group: str = "leader",
    date: str = "date",
    block: int | None = None,
    resamples: int = 2000,
    level: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Return the slope of each leader's indices over time, in index points per decade.

    The speeches' own indices are regressed on their dates by least squares; blocks of consecutive speeches
    with their dates are drawn, as in `change`, so that neither equal spread nor independence is assumed.

    Parameters
    ----------
    counts, statistic, names, group, date, block, resamples, level, seed
        As in `change`; no period is needed.

    Returns
    -------
    DataFrame
        `TREND_COLUMNS`, by group, then index as given. The slope is missing where no two speeches with the
        index have different dates, limits and p also where it rests on a single speech.

    Raises
    ------
    InputError
        As `change`, but for the periods.
    """
    check_options(block, resamples, level, seed)
    sequence = in_time(counts, [group], date)
    scores = speech_scores(sequence.array, statistic, names)
    tables = []
    for leader, of_leader in sequence.labels.groupby(group):
        own, years = scores[of_leader.index], sequence.years[of_leader.index]
        decades = (years - years.mean()) / 10
        rng = generator(seed, leader)
        spread = resample_blocks(_moments(own, decades), _slope, block=block, resamples=resamples, rng=rng)
        low, high, p = basic_interval(spread.estimate, spread.deviations, level)
        numbers = {"slope": spread.estimate, "low": low, "high": high, "p": p}
        known = {"documents": np.count_nonzero(~np.isnan(own), axis=0), "years": np.ptp(years)}
        labels = {"group": leader, "index": names, "block": spread.block}
        tables.append(pd.DataFrame(labels | numbers | known))
    return pd.concat(tables, ignore_index=True)[list(TREND_COLUMNS)]


def _moments(scores: Floats, time: Floats) -> Floats:
    """Return what a slope is made of, (speeches, 5 indices); zero where a score is missing."""
    present = ~np.isnan(scores)
    scores, t = np.where(present, scores, 0), time[:, None]
    return np.hstack([present, present * t, present * t**2, scores, scores * t])


def _slope(total: Floats) -> Floats:
    """Return least-squares slopes from sums of `_moments`; NaN where all times are one."""
    n, t, tt, y, ty = np.split(total, 5, axis=-1)
    spread = n * tt - t**2
    return np.divide(n * ty - t * y, spread, out=np.full(n.shape, np.nan), where=spread > 1e-9 * n * tt)
