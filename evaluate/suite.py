"""Coded verbs against a suite of minimal pairs: which tests they pass, and how many of each phenomenon."""

import pandas as pd
from scipy.stats import binomtest

from vicsformer.data.codebook import CATEGORIES, NEUTRAL, VALENCE
from vicsformer.data.errors import InputError
from vicsformer.data.tables import require_columns
from vicsformer.evaluate.checks import require_codes, require_fraction
from vicsformer.evaluate.matching import match

ALL = "all"
"""Stands for all phenomena together in the table of pass rates."""

MEASURES = ("category", "attribution", "valence")
"""What a single verb is tested on; `pair` comes on top."""

RATE_COLUMNS: dict[str, str] = {
    "coder": "whose codes",
    "phenomenon": "name of the phenomenon, or `all`",
    "measure": "category, attribution, valence, or pair",
    "passed": "number of tests passed",
    "tests": "number of tests: verbs, or pairs",
    "rate": "passed / tests",
    "low": "lower limit of the Wilson interval",
    "high": "upper limit",
}
"""Columns of the table of pass rates."""

_SPAN = ["document_id", "start", "end"]
_CASE = ["phenomenon", "pair", "member"]
_CODES = ["gold_category", "category", "gold_attribution", "attribution"]


def judge(verbs: pd.DataFrame, coded: pd.DataFrame) -> pd.DataFrame:
    """Lay the codes of one coder on the tested verbs of a suite.

    Which coded row stands for a verb is decided as in `matching.match`; where there is none, the verb counts
    as coded neutral. Category and valence (cooperative, neutral, conflictual) are tested on every verb.
    Attribution, one of five, is tested on the verbs that are labelled other than neutral, for that of
    neutral verbs enters no index; and on all verbs of a pair that has only neutral ones, which else every
    coder would pass that finds nothing in it. A verb without a coded row has no attribution, and fails.

    Parameters
    ----------
    verbs
        `document_id, start, end, verb, attribution, category, phenomenon, pair, member`, one row a tested
        verb (`data.suite.Suite.verbs`).
    coded
        One row a coded verb (see `data.tables.CODED_COLUMNS`) of the suite's documents.

    Returns
    -------
    DataFrame
        One row a tested verb, in their order: `document_id, start, end, verb, phenomenon, pair, member`,
        `gold_category` and `gold_attribution` (labels), `category` and `attribution` (codes),
        `passed_category`, `passed_attribution` (missing where not tested), `passed_valence`.

    Raises
    ------
    InputError
        A column is missing, a code is unknown, a verb is labelled `none`, or the coded documents are others.
    """
    require_columns(verbs, [*_SPAN, "verb", *_CASE, "attribution", "category"], "verbs of the suite")
    require_codes(verbs, "category", CATEGORIES, "verbs of the suite")
    # of each sentence the marked heads alone are labelled: they are the passages
    found = match(verbs, coded, verbs)
    laid = verbs[[*_SPAN, "verb", *_CASE]].merge(
        found.loc[~found["false_alarm"], [*_SPAN, *_CODES]], on=_SPAN, validate="one_to_one"
    )
    power = laid["gold_category"] != NEUTRAL
    tested = power | ~power.groupby([laid["phenomenon"], laid["pair"]]).transform("any")
    same = (laid["attribution"] == laid["gold_attribution"]).astype("boolean")
    return laid.assign(
        passed_category=laid["category"] == laid["gold_category"],
        passed_attribution=same.where(tested),
        passed_valence=laid["category"].map(VALENCE) == laid["gold_category"].map(VALENCE),
    )


def pass_rates(judged: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Count the tests passed, a coder and phenomenon.

    A pair passes if every test of category and attribution on the verbs of both its members does. The
    interval is that of Wilson (1927), which takes the tests for independent.

    Parameters
    ----------
    judged
        Tables from `judge`, one below the other, with a column `coder`.
    level
        Coverage of the intervals.

    Returns
    -------
    DataFrame
        `RATE_COLUMNS`; a phenomenon without a test of a measure has no row for it.

    Raises
    ------
    InputError
        A column is missing, a phenomenon is named `all`, or the level is out of range.
    """
    require_fraction(level, "level")
    verdicts = [f"passed_{measure}" for measure in MEASURES]
    require_columns(judged, ["coder", "phenomenon", "pair", *verdicts], "judged verbs")
    if (judged["phenomenon"] == ALL).any():
        raise InputError(
            f"judged verbs: expected names of phenomena other than {ALL}, which stands for all of them; "
            "rename it"
        )
    keys = ["coder", "phenomenon", "pair"]
    tests = pd.concat(
        [judged[keys].assign(measure=name, passed=judged[f"passed_{name}"]) for name in MEASURES]
    ).dropna(subset="passed")
    codes = tests[tests["measure"] != "valence"]
    pairs = codes.groupby(keys, sort=False)["passed"].all().reset_index().assign(measure="pair")
    tests = pd.concat([tests, pairs])
    tests = pd.concat([tests, tests.assign(phenomenon=ALL)])
    counts = tests.groupby(["coder", "phenomenon", "measure"], sort=False)["passed"].agg(["sum", "count"])
    table = counts.set_axis(["passed", "tests"], axis=1).astype("int64").reset_index()
    limits = [
        binomtest(passed, n).proportion_ci(confidence_level=level, method="wilson")
        for passed, n in zip(table["passed"], table["tests"], strict=True)
    ]
    return table.assign(
        rate=table["passed"] / table["tests"],
        low=[interval.low for interval in limits],
        high=[interval.high for interval in limits],
    )


def failures(judged: pd.DataFrame) -> pd.DataFrame:
    """Pick the verbs that fail a test of category or attribution.

    Parameters
    ----------
    judged
        As in `pass_rates`.

    Returns
    -------
    DataFrame
        `coder, document_id, phenomenon, pair, member, verb`, labels and codes as from `judge`.
    """
    failed = ~(judged["passed_category"] & judged["passed_attribution"].fillna(value=True))
    return judged.loc[failed.to_numpy(bool), ["coder", "document_id", *_CASE, "verb", *_CODES]].reset_index(
        drop=True
    )
