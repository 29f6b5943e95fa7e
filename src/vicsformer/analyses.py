"""Further analyses, files in and tables out: planning, sensitivity, other programs' tables."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from vicsformer.comparators import agreement_of_counts
from vicsformer.data.norms import DEFAULT_NORM, norm_sd
from vicsformer.data.tables import read_table, write_table
from vicsformer.evaluate.change import change
from vicsformer.evaluate.compare import compare, omnibus
from vicsformer.evaluate.equivalence import margins_of
from vicsformer.evaluate.power import plan
from vicsformer.evaluate.published import check_published
from vicsformer.evaluate.trend import trend
from vicsformer.infer.counts import count
from vicsformer.infer.imported_counts import read_counts
from vicsformer.infer.indices import INDEX_NAMES, indices
from vicsformer.infer.influence import influence
from vicsformer.infer.profile import profile_counts
from vicsformer.sensitivity import Sensitivity
from vicsformer.sensitivity import sensitivity as sensitivity_of
from vicsformer.workflows import speech_scores


def plan_table(
    coded: Path, output: Path, *, by: str, alpha: float, margin_share: float, power: float
) -> pd.DataFrame:
    """Write `power.csv` for a coded table.

    Parameters
    ----------
    coded, output
        Coded table, folder.
    by, alpha, power
        As in `evaluate.power.plan`.
    margin_share
        As in `workflows.compare_table`.

    Raises
    ------
    InputError
        The table or an option cannot be used.
    """
    scores = speech_scores(count(read_table(coded), by=[by]))
    table = plan(
        scores, group=by, indices=INDEX_NAMES, margins=_margins(margin_share), alpha=alpha, power=power
    )
    write_table(table, output / "power.csv")
    return table


class Change(NamedTuple):
    """Tables of belief change: `TREND_COLUMNS`, and `CHANGE_COLUMNS` where periods are given."""

    trend: pd.DataFrame
    change: pd.DataFrame | None


def change_tables(
    coded: Path,
    output: Path,
    *,
    by: str,
    period: str | None,
    years: Sequence[tuple[int, int]],
    block: int | None,
    resamples: int,
    seed: int,
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
        In its place: first and last year of each period; documents of other years are left out.

    Raises
    ------
    InputError
        The table or an option cannot be used.
    """
    verbs = read_table(coded)
    keys = list(dict.fromkeys([by, "date", *([period] if period else [])]))
    table = count(verbs, by=keys).table()
    options: dict[str, Any] = {
        "statistic": indices,
        "names": INDEX_NAMES,
        "block": block,
        "resamples": resamples,
        "seed": seed,
    }
    slopes = trend(table, group=by, **options)
    write_table(slopes, output / "trend.csv")
    if period is None and not years:
        return Change(slopes, None)
    if period is None:
        period, table = "period", _in_periods(table, years)
    changes = change(table, group=by, period=period, **options)
    write_table(changes, output / "change.csv")
    return Change(slopes, changes)


def _in_periods(table: pd.DataFrame, years: Sequence[tuple[int, int]]) -> pd.DataFrame:
    """Documents of the periods, with a column `period`; a document in two periods stands in the first."""
    year = pd.to_numeric(table["date"].astype("str").str[:4], errors="coerce")
    names = pd.Series(pd.NA, index=table.index, dtype="str")
    for first, last in reversed(years):
        names = names.mask(year.between(first, last), f"{first}-{last}")
    return table.assign(period=names)[names.notna()]


def sensitivity_tables(
    coded: Sequence[Path], output: Path, *, by: str, alpha: float, margin_share: float
) -> Sensitivity:
    """Write `sensitivity.csv`, `sensitivity_summary.csv` and `influence.csv`.

    Parameters
    ----------
    coded
        Coded tables of the same documents; the first is the one that is judged.
    output
        Folder.
    by, alpha
        As in `sensitivity.sensitivity`.
    margin_share
        As in `workflows.compare_table`.

    Raises
    ------
    InputError
        A table or an option cannot be used.
    """
    tables = {file.stem: read_table(file) for file in coded}
    report = sensitivity_of(tables, by=by, margins=_margins(margin_share), alpha=alpha)
    write_table(report.verdicts, output / "sensitivity.csv")
    write_table(report.summary, output / "sensitivity_summary.csv")
    write_table(influence(tables[coded[0].stem], by=[by]), output / "influence.csv")
    return report


def analyse_counts(
    table: Path,
    output: Path,
    *,
    by: str,
    coded: Path | None,
    alpha: float,
    resamples: int,
    seed: int,
) -> pd.DataFrame:
    """Write indices, counts and comparisons of another program's counts, and its agreement with a coder.

    Parameters
    ----------
    table
        As in `infer.imported_counts.read_counts`.
    output
        Folder.
    by, alpha, resamples, seed
        As in `workflows.compare_table`.
    coded
        A coded table of the same documents, or None.

    Returns
    -------
    DataFrame
        The indices.

    Raises
    ------
    InputError
        A table or an option cannot be used.
    """
    counts = read_counts(table, by=[by])
    found = profile_counts(counts, resamples=resamples, seed=seed)
    write_table(found, output / "indices.csv")
    write_table(counts.table(), output / "counts.csv")
    scores = speech_scores(counts)
    if len(scores[by].unique()) > 1:
        margins = _margins(0.5)
        tests = compare(scores, group=by, indices=INDEX_NAMES, margins=margins, alpha=alpha, seed=seed)
        write_table(tests, output / "comparisons.csv")
        write_table(omnibus(scores, group=by, indices=INDEX_NAMES), output / "omnibus.csv")
    if coded is not None:
        rng = np.random.default_rng(seed)
        ours = count(read_table(coded), by=[by])
        write_table(agreement_of_counts(ours, counts, rng=rng), output / "agreement.csv")
    return found


def check_table(
    table: Path, output: Path, *, aggregate: Literal["speech", "pooled"], digits: int | None
) -> pd.DataFrame:
    """Write `checks.csv` for a published table of indices.

    Parameters
    ----------
    table, output
        The table, as CSV or Parquet, and the folder.
    aggregate, digits
        As in `evaluate.published.check_published`.

    Raises
    ------
    InputError
        The table or an option cannot be used.
    """
    checks = check_published(read_table(table), aggregate=aggregate, digits=digits)
    write_table(checks, output / "checks.csv")
    return checks


def _margins(share: float) -> dict[str, float]:
    return margins_of(norm_sd(DEFAULT_NORM), share=share)
