"""What corrects a coded table: the error rates of its coder, and passages that readers coded."""

from pathlib import Path
from typing import NamedTuple

import pandas as pd

from vicsformer.data.errors import InputError
from vicsformer.data.tables import read_table, require_columns
from vicsformer.infer.rates import ErrorRates, read_rates, require_all_codes
from vicsformer.models.registry import error_rates_file

MODEL = "model"
"""What a training run calls its coder in the table of error rates."""


class Corrections(NamedTuple):
    """What there is to correct the codes of a table by.

    Attributes
    ----------
    rates
        Error rates of the coder on labelled documents.
    audit
        Verbs and passages of the table's documents that readers coded.
    """

    rates: ErrorRates | None
    audit: tuple[pd.DataFrame, pd.DataFrame] | None

    def methods(self, aggregate: str) -> tuple[str, ...]:
        """The methods (`infer.corrected.METHODS`) to profile by where none is asked for.

        `confusion` is not among them: on real passages of other leaders it came no nearer to the labels than
        `naive` (`docs/methods.md`).
        """
        audited = self.audit is not None and aggregate == "pooled"
        return ("naive", "soft", "audit") if audited else ("naive", "soft")

    @property
    def best(self) -> str:
        """The method that assumes least: the audit, where there is one; without it nothing is corrected."""
        return "naive" if self.audit is None else "audit"


def find_corrections(
    coded: pd.DataFrame, *, rates: Path | None = None, audit: Path | None = None
) -> Corrections:
    """Find what corrects a coded table.

    Parameters
    ----------
    coded
        A coded table; its column `coder` names the coder.
    rates
        The error rates that a training run wrote beside its coder; those of a shipped coder are found by its
        name.
    audit
        The label table that `labels merge` wrote, its passages beside it.

    Raises
    ------
    InputError
        The table is of several coders, or a file cannot be used.
    """
    coder = coder_of(coded)
    found = None if coder is None else _rates(coder, rates)
    return Corrections(found, None if audit is None else _audit(audit))


def coder_of(coded: pd.DataFrame) -> str | None:
    """Who coded a table; None where it has no row.

    Raises
    ------
    InputError
        The table is of several coders, or has no column `coder`.
    """
    require_columns(coded, ["coder"], "coded table")
    names = coded["coder"].unique()
    if len(names) > 1:
        raise InputError(
            f"coded table: expected the codes of one coder, found {', '.join(map(str, names))}; split it"
        )
    return str(names[0]) if len(names) else None


def _audit(file: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    beside = file.with_name(file.name.replace("verbs", "passages"))
    if beside == file:
        raise InputError(
            f"{file}: expected a table named ...verbs.csv with ...passages.csv beside it, as `labels merge` "
            "writes them, found another name; rename both"
        )
    return read_table(file), read_table(beside)


def _rates(coder: str, file: Path | None) -> ErrorRates | None:
    file = file or error_rates_file(coder)
    if file is None:
        return None
    table = read_table(file)
    require_columns(table, ["coder"], str(file))
    known = {*table["coder"]}
    rates = read_rates(table[table["coder"] == (coder if coder in known else MODEL)])
    require_all_codes(rates)
    return rates
