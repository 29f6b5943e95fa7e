"""Belief change: one leader's indices in consecutive periods."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, get_args

import numpy as np
import pandas as pd

from vicsformer.data.errors import InputError
from vicsformer.evaluate.blocks import Spread, basic_interval, resample_blocks
from vicsformer.evaluate.sequences import (
    Floats,
    Statistic,
    check_options,
    generator,
    in_time,
    speech_scores,
)

CHANGE_COLUMNS: dict[str, str] = {
    "group": "whose speeches",
    "index": "which index",
    "from": "the earlier period",
    "to": "the later one: the next, or the last",
    "gap": "the index in `to` minus that in `from`",
    "low": "lower limit of its interval",
    "high": "upper limit",
    "p": "two-sided, of no change; not corrected for the number of periods and indices",
    "documents_from": "speeches of `from`",
    "documents_to": "speeches of `to`",
    "block_from": "how many consecutive speeches of `from` were drawn together",
    "block_to": "the same for `to`",
    "aggregate": "pooled or speech, as given",
}
"""Columns of the table of changes."""

Aggregate = Literal["pooled", "speech"]


def change(
    counts: pd.DataFrame,
    *,
    statistic: Statistic,
    names: Sequence[str],
    group: str = "leader",
    period: str = "period",
    date: str = "date",
    aggregate: Aggregate = "pooled",
    corrected: bool = False,
    block: int | None = None,
    resamples: int = 2000,
    level: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Return how each leader's indices change from period to period, and from the first to the last.

    Speeches given after one another are alike, and a bootstrap that draws them one by one takes them for more
    evidence than they are. Blocks of consecutive speeches are drawn within each period (see
    `blocks.resample_blocks`, also for p and limits: `blocks.basic_interval`).

    The counts and the function from counts to indices are asked for, not a table of scores: the indices of
    pooled counts are no mean of the speeches' own, and must be taken anew from the counts of every resample.

    Parameters
    ----------
    counts
        One row a speech: `document_id`, the columns of group, period and date, `self_punish` to
        `other_reward` (fractions are allowed).
    statistic
        The indices of counts; `infer.indices.indices`.
    names
        Their names; `infer.indices.INDEX_NAMES`.
    group, period, date
        Columns that name the leader, the period and the date (YYYY, YYYY-MM or YYYY-MM-DD). Periods follow
        each other by their first speech, speeches by date (a year counts as its middle, as does a month) and,
        within a date, by `document_id`.
    aggregate
        "pooled": indices of the summed counts; "speech": means of the speeches' own indices.
    corrected
        Whether the counts are those of an audit (`infer.audit.audited_counts`), which hold in sums and can be
        below 0 in a speech; pooled only.
    block
        Length of the blocks, in speeches; see `blocks.block_length`.
    resamples
        Number of draws, at least 1.
    level
        Coverage of the intervals, between 0 and 1.
    seed
        Of the draws; each period draws its own from the seed and the names of group and period.

    Returns
    -------
    DataFrame
        `CHANGE_COLUMNS`, by group, then period, then index as given; a group with one period has no row.
        Limits and p are missing where an index rests on a single speech of a period or where more than half
        of the resamples have none.

    Raises
    ------
    InputError
        If a column is missing, a document stands twice, a group, period, date or count cannot be used, no
        group has two periods, or an option is out of range.
    """
    check_options(block, resamples, level, seed)
    if aggregate not in get_args(Aggregate):
        raise InputError(f"expected aggregate pooled or speech; found {aggregate!r}; correct the option")
    if corrected and aggregate != "pooled":
        raise InputError(f"expected aggregate pooled with corrected counts; found {aggregate}; choose pooled")
    sequence = in_time(counts, [group, period], date, corrected=corrected)
    features, finish = _sums(sequence.array, aggregate, statistic, names)
    tables = []
    for leader, of_leader in sequence.labels.groupby(group):
        periods = {
            str(name): resample_blocks(
                features[rows.index], finish, block=block, resamples=resamples,
                rng=generator(seed, leader, name),
            )
            for name, rows in of_leader.groupby(period, sort=False)
        }  # fmt: skip
        for earlier, later in _steps(list(periods)):
            ends = {"group": leader, "index": names, "from": earlier, "to": later, "aggregate": aggregate}
            tables.append(pd.DataFrame(ends | _difference(periods[earlier], periods[later], level)))
    if not tables:
        raise InputError(
            f"counts: expected a {group} with two values of {period}; found none; "
            "choose other periods or add speeches"
        )
    return pd.concat(tables, ignore_index=True)[list(CHANGE_COLUMNS)]


def _sums(
    array: Floats, aggregate: Aggregate, statistic: Statistic, names: Sequence[str]
) -> tuple[Floats, Statistic]:
    """Return what is summed over speeches, (speeches, features), and what makes indices of the sums."""
    scores = speech_scores(array, statistic, names)
    if aggregate == "pooled":
        return array.reshape(len(array), -1), lambda total: statistic(
            total.reshape(*total.shape[:-1], *array.shape[1:])
        )
    present = ~np.isnan(scores)
    return np.hstack([np.where(present, scores, 0), present]), _mean


def _mean(total: Floats) -> Floats:
    """Divide sums of scores by the number of scores, both halves of the last axis."""
    scores, present = np.split(total, 2, axis=-1)
    return np.divide(scores, present, out=np.full(scores.shape, np.nan), where=present > 0)


def _steps(periods: list[str]) -> list[tuple[str, str]]:
    """Return every two consecutive periods, then the first and the last."""
    ends = [(periods[0], periods[-1])] if len(periods) > 2 else []
    return [*pairwise(periods), *ends]


def _difference(earlier: Spread, later: Spread, level: float) -> dict[str, object]:
    """Return the numbers of two periods, whose resamples are independent."""
    gap = later.estimate - earlier.estimate
    low, high, p = basic_interval(gap, later.deviations - earlier.deviations, level)
    documents = {"documents_from": earlier.speeches, "documents_to": later.speeches}
    blocks = {"block_from": earlier.block, "block_to": later.block}
    return {"gap": gap, "low": low, "high": high, "p": p, **documents, **blocks}
