"""Coders against the suite of hard cases, from raw text to codes."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from rich.progress import Progress

from vicsformer.data.suite import SHIPPED_SUITE, read_suite
from vicsformer.data.tables import write_table
from vicsformer.evaluate.suite import failures, judge, pass_rates
from vicsformer.models.registry import load_coders
from vicsformer.views import number
from vicsformer.workflows import code_with


class SuiteEvaluation(NamedTuple):
    """Tables of an evaluation on the suite.

    Attributes
    ----------
    rates
        Tests passed, a coder, phenomenon and measure (`evaluate.suite.RATE_COLUMNS`).
    failures
        One row a coder and failed verb, with labels, codes and its `text`.
    """

    rates: pd.DataFrame
    failures: pd.DataFrame


def evaluate_suite(
    output: Path, *, coders: Sequence[str], folder: Path | None, parser: str, bar: Progress
) -> SuiteEvaluation:
    """Evaluate coders by name on the suite, and write `suite.csv` and `suite_failures.csv`.

    Parameters
    ----------
    output
        Folder to write to.
    coders
        Names, as in `models.registry.load_coder`.
    folder
        Files of minimal pairs, as in `data.suite.read_suite`; None for the shipped ones.
    parser
        As in `infer.parsing.load_parser`.
    bar
        Where progress is shown.

    Raises
    ------
    InputError
        Suite, coders, parser or output cannot be used.
    """
    suite = read_suite(SHIPPED_SUITE if folder is None else folder)
    coded = code_with(suite.documents, load_coders(coders), parser=parser, bar=bar)
    judged = pd.concat(
        [judge(suite.verbs, table).assign(coder=name) for name, table in coded.items()], ignore_index=True
    )
    failed = failures(judged).merge(suite.documents[["document_id", "text"]], on="document_id")
    evaluation = SuiteEvaluation(pass_rates(judged), failed)
    write_table(evaluation.rates, output / "suite.csv")
    write_table(evaluation.failures, output / "suite_failures.csv")
    return evaluation


def pairs_passed(rates: pd.DataFrame) -> pd.DataFrame:
    """Pass rates of pairs as people read them: one row a phenomenon, a column a coder.

    Parameters
    ----------
    rates
        As in `SuiteEvaluation`.

    Returns
    -------
    DataFrame
        `phenomenon`, `pairs` (how many), and by coder `rate [low, high]` as text.
    """
    rows = rates[rates["measure"] == "pair"]
    limits = zip(rows["rate"], rows["low"], rows["high"], strict=True)
    cells = [f"{number(rate)} [{number(low)}, {number(high)}]" for rate, low, high in limits]
    wide = rows.assign(cell=cells).pivot_table(
        index=["phenomenon", "tests"], columns="coder", values="cell", aggfunc="first", sort=False
    )
    return wide[rows["coder"].unique()].reset_index().rename(columns={"tests": "pairs"})
