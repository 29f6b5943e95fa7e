"""Coded verbs to profiles: the indices of each group of documents, with intervals."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vicsformer.data.codebook import SELF_ATTRIBUTIONS
from vicsformer.data.errors import InputError
from vicsformer.infer.counts import OTHER_ATTRIBUTIONS, Counts, count
from vicsformer.infer.index_limits import index_limits, within_range
from vicsformer.infer.indices import INDEX_NAMES
from vicsformer.infer.intervals import (
    Aggregate,
    Method,
    Resamples,
    resample_documents,
    resample_verbs,
)

FEW_DOCUMENTS = 10
"""Below it intervals hold the truth less often than they say: see `docs/methods.md`, "Which one"."""


@dataclass(frozen=True)
class Options:
    """How a profile is made: see `profile_counts`.

    Raises
    ------
    InputError
        Names the first option out of its range.
    """

    aggregate: Aggregate = "pooled"
    interval: Method = "expanded"
    resamples: int = 2000
    level: float = 0.95
    seed: int = 0

    def __post_init__(self) -> None:
        checks = [
            ("aggregate", self.aggregate in get_args(Aggregate), " or ".join(get_args(Aggregate))),
            ("interval", self.interval in get_args(Method), " or ".join(get_args(Method))),
            ("resamples", self.resamples >= 1, "at least 1"),
            ("level", 0 < self.level < 1, "between 0 and 1, both excluded"),
            ("seed", self.seed >= 0, "at least 0"),
        ]
        for option, right, expected in checks:
            if not right:
                raise InputError(
                    f"{option}: expected {expected}, found {getattr(self, option)!r}; correct the option"
                )

    def generator(self, key: tuple[object, ...]) -> np.random.Generator:
        """Return the generator of a group, from the seed and the group's name alone."""
        name = "\x1f".join(map(str, key)).encode()
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=tuple(name)))


def profile(
    coded: pd.DataFrame,
    *,
    by: Sequence[str] = ("leader",),
    aggregate: Aggregate = "pooled",
    interval: Method = "expanded",
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
    interval: Method = "expanded",
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
        "expanded", "bca", "percentile" or "studentised"; see `intervals.limits`, also for when it is missing,
        and `index_limits.index_limits`.
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
        `unit`, what was resampled: "document", or "verb" where only one document of the group has any;
        `few_documents`, whether the group has fewer than `FEW_DOCUMENTS`: its intervals may be too narrow.

    Raises
    ------
    InputError
        If an option is out of its range or there is no document.
    """
    options = Options(aggregate, interval, resamples, level, seed)
    return pd.concat(
        [
            tidy(
                rows[list(counts.by)],
                *resample_group(array, options, options.generator(key)),
                array.sum(),
                options,
            )
            for key, rows, array in groups(counts)
        ],
        ignore_index=True,
    )


def groups(
    counts: Counts,
) -> Iterator[tuple[tuple[object, ...], pd.DataFrame, NDArray[np.int64] | NDArray[np.float64]]]:
    """Each group's name, its rows of `counts.documents` by name of the document, and their counts.

    Raises
    ------
    InputError
        If there is no document.
    """
    if counts.documents.empty:
        raise InputError("profile: expected coded verbs, found an empty table; code a corpus first")
    for key, rows in counts.documents.groupby(list(counts.by), sort=False, dropna=False, observed=True):
        rows = rows.sort_values("document_id", key=lambda ids: ids.astype(str))
        yield key, rows, counts.array[rows.index]


def tidy(
    names: pd.DataFrame,
    resampled: Resamples,
    unit: str,
    verbs: float,
    options: Options,
) -> pd.DataFrame:
    """One row an index of a group, as from `profile_counts`.

    Parameters
    ----------
    names
        The `by` columns, one row a document of the group.
    resampled
        Its indices.
    unit, verbs, options
        What was resampled, how many verbs it rests on, and how.
    """
    estimate, pooled = within_range(resampled.estimate), options.aggregate == "pooled"
    low, high = index_limits(resampled, level=options.level, method=options.interval, pooled=pooled).T
    numbers = {"index": INDEX_NAMES, "estimate": estimate, "low": low, "high": high}
    return (
        names.head(1)
        .merge(pd.DataFrame(numbers), how="cross")
        .assign(
            documents=len(names),
            verbs=verbs,
            aggregate=options.aggregate,
            interval=options.interval,
            level=options.level,
            unit=unit,
            few_documents=len(names) < FEW_DOCUMENTS,
        )
    )


def resample_group(
    array: NDArray[np.int64] | NDArray[np.float64], options: Options, rng: np.random.Generator
) -> tuple[Resamples, str]:
    """Resample documents, or verbs where fewer than two documents have any: one document shows no spread.

    Estimated counts (fractions) have no verbs to draw; of one document their limits are missing.
    """
    errors = options.interval == "studentised"
    whole = np.issubdtype(array.dtype, np.integer)
    if whole and np.count_nonzero(array.any(axis=(1, 2))) <= 1:
        return resample_verbs(array.sum(axis=0), options.resamples, rng=rng, errors=errors), "verb"
    resampled = resample_documents(
        array, options.resamples, aggregate=options.aggregate, rng=rng, errors=errors
    )
    return resampled, "document"
