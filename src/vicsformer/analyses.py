"""Further analyses, files in and tables out: planning, sensitivity, other programs' tables."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from vicsformer.comparators import agreement_of_counts
from vicsformer.comparison import speech_scores
from vicsformer.corrections import coder_of
from vicsformer.data.errors import InputError
from vicsformer.data.files import refuse_written_over
from vicsformer.data.norms import DEFAULT_NORM, norm_sd
from vicsformer.data.tables import read_table, require_columns, write_table
from vicsformer.evaluate.compare import compare, omnibus
from vicsformer.evaluate.equivalence import margins_of
from vicsformer.evaluate.power import plan
from vicsformer.evaluate.published import check_published
from vicsformer.infer.counts import Counts, count
from vicsformer.infer.imported_counts import read_counts
from vicsformer.infer.indices import INDEX_NAMES
from vicsformer.infer.influence import influence
from vicsformer.infer.profile import profile_counts
from vicsformer.sensitivity import Sensitivity
from vicsformer.sensitivity import sensitivity as sensitivity_of


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
        As in `comparison.compare_table`.

    Raises
    ------
    InputError
        The table or an option cannot be used.
    """
    verbs = read_table(coded)
    coder_of(verbs)
    scores = speech_scores(count(verbs, by=[by]))
    table = plan(
        scores, group=by, indices=INDEX_NAMES, margins=_margins(margin_share), alpha=alpha, power=power
    )
    write_table(table, output / "power.csv")
    return table


def sensitivity_tables(
    coded: Sequence[Path], output: Path, *, by: str, alpha: float, margin_share: float
) -> Sensitivity:
    """Write `sensitivity.csv`, `sensitivity_summary.csv` and `influence.csv`.

    Parameters
    ----------
    coded
        Coded tables of the same documents; the first is the one that is judged, the others can be tables of
        counts as in `infer.imported_counts.read_counts`.
    output
        Folder.
    by, alpha
        As in `sensitivity.sensitivity`.
    margin_share
        As in `comparison.compare_table`.

    Raises
    ------
    InputError
        A table or an option cannot be used.
    """
    first = read_table(coded[0])
    require_columns(first, ["category"], f"{coded[0]}, whose rules of coding are to be changed")
    tables = {coded[0].stem: first, **{file.stem: _coded_or_counts(file, by) for file in coded[1:]}}
    if len(tables) < len(coded):
        raise InputError(
            "sensitivity: expected tables of different names, found "
            f"{', '.join(file.name for file in coded)}; rename or drop one"
        )
    for table in tables.values():
        if isinstance(table, pd.DataFrame):
            coder_of(table)
    report = sensitivity_of(tables, by=by, margins=_margins(margin_share), alpha=alpha)
    write_table(report.verdicts, output / "sensitivity.csv")
    write_table(report.summary, output / "sensitivity_summary.csv")
    write_table(influence(first, by=[by]), output / "influence.csv")
    return report


def _coded_or_counts(file: Path, by: str) -> pd.DataFrame | Counts:
    table = read_table(file)
    return table if "category" in table else read_counts(file, by=[by])


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
        As in `comparison.compare_table`.
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
    made = ("indices.csv", "counts.csv", "comparisons.csv", "omnibus.csv", "agreement.csv")
    refuse_written_over([output / name for name in made], [table])
    counts = read_counts(table, by=[by])
    found = profile_counts(counts, resamples=resamples, seed=seed)
    write_table(found, output / "indices.csv")
    write_table(_without_unknown(counts.table()), output / "counts.csv")
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


def _without_unknown(table: pd.DataFrame) -> pd.DataFrame:
    """Leave out neutral verbs and verbs without an agent where none are counted: they are unknown, not 0."""
    others = [name for name in table.columns if name.endswith("_neutral") or name.startswith("unknown_")]
    return table if table[others].any(axis=None) else table.drop(columns=others)


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
