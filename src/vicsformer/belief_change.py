"""Belief change of a coded table: slopes over time, and differences between periods."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vicsformer.corrections import Corrections, find_corrections
from vicsformer.data.errors import InputError
from vicsformer.data.tables import read_table, require_columns, write_table
from vicsformer.evaluate.change import change
from vicsformer.evaluate.trend import trend
from vicsformer.infer.audit import audited_counts
from vicsformer.infer.counts import Counts, count
from vicsformer.infer.index_limits import within_range
from vicsformer.infer.indices import INDEX_NAMES, estimated_indices, indices
from vicsformer.infer.soft import soft_counts

ChangeMethod = Literal["naive", "soft", "audit"]
"""Those of `infer.corrected.METHODS` that correct counts: blocks of speeches can be drawn of them."""

Years = Sequence[tuple[int, int]]
"""First and last year of each period."""


FEWEST = 5
"""Speeches of a leader or period below which there are no limits and no p: they would be wrong too often
(`docs/methods.md`, belief change)."""


class Change(NamedTuple):
    """Tables of belief change, with a column `method`.

    Attributes
    ----------
    trend
        `TREND_COLUMNS`; None with an audit, which corrects sums of speeches and no single one. No limits and
        no p with fewer than `FEWEST` speeches.
    change
        `CHANGE_COLUMNS`, where periods are given; the same with fewer speeches in one of them.
    """

    trend: pd.DataFrame | None
    change: pd.DataFrame | None


def change_tables(
    coded: Path,
    output: Path,
    *,
    by: str,
    period: str | None,
    years: Years,
    method: ChangeMethod | None = None,
    audit: Path | None = None,
    block: int | None = None,
    resamples: int = 2000,
    seed: int = 0,
) -> Change:
    """Write `trend.csv` and, with periods, `change.csv` for a coded table.

    Parameters
    ----------
    coded, output
        Coded table, folder.
    by, block, resamples, seed
        As in `evaluate.change.change`.
    period
        Column that names the period of a document, or None.
    years
        In its place: periods; documents of other years are left out.
    method
        `audit` where there is one, else `naive`, where none is given. With an audit a period of a group with
        fewer than two audited documents is left out, and there is no trend.
    audit
        As in `corrections.find_corrections`.

    Raises
    ------
    InputError
        The table or an option cannot be used.
    """
    if period is not None and years:
        raise InputError("change: expected --period or --years, found both; give one")
    verbs = read_table(coded)
    known = find_corrections(verbs, audit=audit)
    method = method or ("naive" if known.audit is None else "audit")
    keys = list(dict.fromkeys([by, "date", *([period] if period else [])]))
    require_columns(verbs, keys, str(coded))
    table = _counts(verbs, keys, method, known).table()
    options = {"group": by, "block": block, "resamples": resamples, "seed": seed}
    found = Change(
        None if method == "audit" else _of_indices(trend, table, method, **options),
        _changes(table, period, years, method, known, **options) if period or years else None,
    )
    if found.trend is None and found.change is None:
        raise InputError(
            "change: expected periods with an audit, which corrects sums of speeches, found none; "
            "give --period or --years"
        )
    for name, rows in found._asdict().items():
        if rows is not None:
            write_table(rows, output / f"{name}.csv")
    return found


def _counts(verbs: pd.DataFrame, by: Sequence[str], method: ChangeMethod, known: Corrections) -> Counts:
    if method == "audit":
        if known.audit is None:
            raise InputError("--method audit: expected audited passages, found none; give --audit")
        return audited_counts(verbs, *known.audit, by=by)
    return soft_counts(verbs, by=by) if method == "soft" else count(verbs, by=by)


def _of_indices(analysis: Any, table: pd.DataFrame, method: str, **options: Any) -> pd.DataFrame:
    statistic = {"naive": indices, "soft": estimated_indices, "audit": _audited_indices}[method]
    found: pd.DataFrame = analysis(table, statistic=statistic, names=INDEX_NAMES, **options)
    few = (found.filter(like="documents") < FEWEST).any(axis=1)
    found[["low", "high", "p"]] = found[["low", "high", "p"]].mask(few)
    return found.assign(method=method)


def _audited_indices(array: NDArray[np.float64]) -> NDArray[np.float64]:
    """Indices within their ranges; P-5 is missing too, as P-3 of noisy counts is too high."""
    scores = within_range(estimated_indices(array))
    scores[..., INDEX_NAMES.index("P-5")] = np.nan
    return scores


def _changes(
    table: pd.DataFrame,
    period: str | None,
    years: Years,
    method: ChangeMethod,
    known: Corrections,
    **options: Any,
) -> pd.DataFrame:
    if period is None:
        period, table = "period", _in_periods(table, years)
    if method == "audit" and known.audit is not None:
        table = _audited_periods(table, known.audit[1], [options["group"], period])
    return _of_indices(change, table, method, period=period, corrected=method == "audit", **options)


def _audited_periods(table: pd.DataFrame, passages: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Documents of the periods of which at least two documents are audited: fewer show no spread."""
    audited = table["document_id"].astype("str").isin(passages["document_id"].astype("str"))
    kept = table[audited.groupby([table[key] for key in keys]).transform("sum") >= 2]
    if kept.empty:
        raise InputError(
            "audit: expected audited passages in at least two speeches of a period, found fewer in all; "
            "audit more speeches, or compare without --audit"
        )
    return kept


def _in_periods(table: pd.DataFrame, years: Years) -> pd.DataFrame:
    """Documents of the periods, with a column `period`; a document in two periods stands in the first."""
    year = pd.to_numeric(table["date"].astype("str").str[:4], errors="coerce")
    names = pd.Series(pd.NA, index=table.index, dtype="str")
    for first, last in reversed(years):
        names = names.mask(year.between(first, last), f"{first}-{last}")
    if names.isna().all():
        raise InputError(
            f"--years: expected speeches of these years, found those of {year.min():.0f} to "
            f"{year.max():.0f}; choose other periods"
        )
    return table.assign(period=names)[names.notna()]
