"""Coded verbs to profiles: the indices of each group of documents, with intervals."""

from collections.abc import Collection, Sequence
from typing import get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vicsformer.data.codebook import SELF_ATTRIBUTIONS
from vicsformer.data.errors import InputError
from vicsformer.infer.counts import OTHER_ATTRIBUTIONS, Counts, count
from vicsformer.infer.indices import INDEX_NAMES
from vicsformer.infer.intervals import (
    Aggregate,
    Method,
    Resamples,
    limits,
    resample_documents,
    resample_verbs,
)


def profile(
    coded: pd.DataFrame,
    *,
    by: Sequence[str] = ("leader",),
    aggregate: Aggregate = "pooled",
    interval: Method = "bca",
    resamples: int = 2000,
    level: float = 0.95,
    seed: int = 0,
    self_attributions: Collection[str] = SELF_ATTRIBUTIONS,
    other_attributions: Collection[str] = OTHER_ATTRIBUTIONS,
    documents: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the indices of each group of documents, with intervals.

    Parameters
    ----------
    coded, by, self_attributions, other_attributions, documents
        As in `counts.count`.
    aggregate, interval, resamples, level, seed
        As in `profile_counts`.

    Returns
    -------
    DataFrame
        As from `profile_counts`.

    Raises
    ------
    InputError
        If the table or an option cannot be used.
    """
    counts = count(
        coded,
        by=by,
        self_attributions=self_attributions,
        other_attributions=other_attributions,
        documents=documents,
    )
    return profile_counts(
        counts, aggregate=aggregate, interval=interval, resamples=resamples, level=level, seed=seed
    )


def profile_counts(
    counts: Counts,
    *,
    aggregate: Aggregate = "pooled",
    interval: Method = "bca",
    resamples: int = 2000,
    level: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Return the indices of each group of counted documents, with intervals.

    The draws of a group depend on the seed, its name and its documents only: other groups, and the order of
    groups and documents, do not change its interval.

    Parameters
    ----------
    counts
        Counts of documents; `counts.by` names the groups.
    aggregate
        "pooled": indices of the summed counts; "speech": means of the documents' own indices, documents
        where an index is missing left out of its mean.
    interval
        "bca" or "percentile"; see `intervals.limits`, also for when it is missing.
    resamples
        Number of draws, at least 1.
    level
        Coverage of the intervals, between 0 and 1.
    seed
        Start of the draws, at least 0.

    Returns
    -------
    DataFrame
        One row a group and index, groups in the order in which they first appear: the `by` columns; `index`,
        one of `INDEX_NAMES`; `estimate`, `low`, `high` (NaN where missing); `documents` of the group;
        `verbs`, its counted verbs of power by Self and Other; `aggregate`, `interval` and `level` as given;
        `unit`, what was resampled: "document", or "verb" where only one document of the group has any.

    Raises
    ------
    InputError
        If an option is out of its range or there is no document.
    """
    _check_options(aggregate, interval, resamples, level, seed)
    if counts.documents.empty:
        raise InputError("profile: expected coded verbs, found an empty table; code a corpus first")
    by = list(counts.by)
    tables = []
    for key, rows in counts.documents.groupby(by, sort=False, dropna=False, observed=True):
        rows = rows.sort_values("document_id", key=lambda ids: ids.astype(str))
        array = counts.array[rows.index]
        resampled, unit = _resample(array, resamples, aggregate, _generator(seed, key))
        low, high = limits(resampled, level=level, method=interval).T
        numbers = {"index": INDEX_NAMES, "estimate": resampled.estimate, "low": low, "high": high}
        constants = {"documents": len(array), "verbs": array.sum(), "aggregate": aggregate}
        options = {"interval": interval, "level": level, "unit": unit}
        group = rows[by].head(1).merge(pd.DataFrame(numbers), how="cross")
        tables.append(group.assign(**constants, **options))
    return pd.concat(tables, ignore_index=True)


def _resample(
    array: NDArray[np.int64], resamples: int, aggregate: Aggregate, rng: np.random.Generator
) -> tuple[Resamples, str]:
    """Resample documents, or verbs where fewer than two documents have any: one document shows no spread."""
    if np.count_nonzero(array.any(axis=(1, 2))) > 1:
        return resample_documents(array, resamples, aggregate=aggregate, rng=rng), "document"
    return resample_verbs(array.sum(axis=0), resamples, rng=rng), "verb"


def _generator(seed: int, key: tuple[object, ...]) -> np.random.Generator:
    """Return the generator of a group, from the seed and the group's name alone."""
    name = "\x1f".join(map(str, key)).encode()
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=tuple(name)))


def _check_options(aggregate: str, interval: str, resamples: int, level: float, seed: int) -> None:
    """Raise an `InputError` that names the first option out of its range."""
    checks = [
        ("aggregate", aggregate, aggregate in get_args(Aggregate), " or ".join(get_args(Aggregate))),
        ("interval", interval, interval in get_args(Method), " or ".join(get_args(Method))),
        ("resamples", resamples, resamples >= 1, "at least 1"),
        ("level", level, 0 < level < 1, "between 0 and 1, both excluded"),
        ("seed", seed, seed >= 0, "at least 0"),
    ]
    for option, value, right, expected in checks:
        if not right:
            raise InputError(f"{option}: expected {expected}, found {value!r}; correct the option")
