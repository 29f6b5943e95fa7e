"""Agreement of a coder with labels or with another coder, with intervals by resampling documents."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from vicsformer.data.errors import InputError
from vicsformer.data.tables import require_columns
from vicsformer.evaluate.checks import require_count, require_fraction, require_seed
from vicsformer.evaluate.coefficients import Measure, measures
from vicsformer.evaluate.confusion import Floats
from vicsformer.evaluate.matching import PAIR_COLUMNS
from vicsformer.evaluate.tabulation import count_pairs, weighted

AGREEMENT_COLUMNS: dict[str, str] = {
    "attribute": "unit, category, valence, intensity, self_other (three values) or attribution (five)",
    "measure": "which coefficient (see `agreement`)",
    "label": "the class it is about, `all` for a coefficient over all classes",
    "value": "the estimate; missing where there is nothing to divide by",
    "low": "lower limit of the interval",
    "high": "upper limit",
    "n": "number of rows the estimate rests on",
}
"""Columns of the table of agreement."""


def agreement(
    pairs: pd.DataFrame, *, resamples: int = 1000, level: float = 0.95, seed: int = 0
) -> pd.DataFrame:
    """Return how well a coder agrees with the gold.

    Coefficients of category, valence and intensity are over all units, a unit without a coded row counting as
    coded neutral:

    - `accuracy`, `kappa` (Cohen), `alpha_nominal` (Krippendorff); `macro_f1`, the mean over the classes
      that are in the gold or the coded rows (in a resample: in that resample);
    - a class: `precision`, `recall`, `f1`, and `precision_with_false_alarms`, whose denominator also holds
      the rows coded so where the gold has no unit;
    - `sign_agreement`: the share of the same sign among the units that both call non-neutral;
    - `kappa_quadratic`, `alpha_ordinal`, `alpha_interval` of the intensities -3..3.

    Attribution is over matched units, in its five values and, as `self_other`, merged into Self
    (`SELF_ATTRIBUTIONS`), Other and unknown. Units: `recall` (matched / gold), `precision` (matched / coded
    rows), `f1`, `false_alarms_per_100` gold units, and `power_false_alarms_per_100`, those that are not
    neutral.

    Parameters
    ----------
    pairs
        As from `matching.match` or `matching.between`.
    resamples
        Draws of documents with replacement.
    level
        Coverage of the percentile intervals. Draws in which a coefficient is missing are left out; with
        a single document the limits are missing.
    seed
        Of the draws.

    Returns
    -------
    DataFrame
        `AGREEMENT_COLUMNS`, one row a coefficient and class.

    Raises
    ------
    InputError
        If a column is missing, a code is unknown, there is no unit, or an option is out of range.
    """
    _check_options(resamples, level, seed)
    found = _resampled(pairs, _documents(pairs), resamples, seed)
    return _table(found, [measure.draws for measure in found], level)


def advantage(
    pairs: pd.DataFrame, other: pd.DataFrame, *, resamples: int = 1000, level: float = 0.95, seed: int = 0
) -> pd.DataFrame:
    """Return how much better one coder agrees with the labels than another.

    The same documents are drawn for both, so that what makes a document hard for either cancels out.

    Parameters
    ----------
    pairs, other
        The two coders' pairs with the same labels, as from `matching.match`.
    resamples, level, seed
        As in `agreement`.

    Returns
    -------
    DataFrame
        As from `agreement`; `value` is the first coder's coefficient less the other's, `n` the rows that the
        first's rests on.

    Raises
    ------
    InputError
        As `agreement`, and if the labels differ.
    """
    _check_options(resamples, level, seed)
    documents = _documents(pairs, other)
    gold = [table.loc[~table["false_alarm"], ["document_id", "gold_category"]] for table in (pairs, other)]
    if not gold[0].value_counts().sort_index().equals(gold[1].value_counts().sort_index()):
        raise InputError(
            f"expected two coders on the same labels; found {len(gold[0])} and {len(gold[1])} labelled "
            "verbs, not alike in document and category; match both with one set"
        )
    found, others = (_resampled(table, documents, resamples, seed) for table in (pairs, other))
    return _table(found, [one.draws - two.draws for one, two in zip(found, others, strict=True)], level)


def index_differences(
    gold_indices: pd.DataFrame, coded_indices: pd.DataFrame, *, by: Sequence[str] = ("leader",)
) -> pd.DataFrame:
    """Return how far the indices from codes are from those from labels.

    Parameters
    ----------
    gold_indices, coded_indices
        Tidy indices, one row a group and index: the `by` columns, `index`, `estimate`; rows are also kept
        apart by `aggregate` where both tables have it.
    by
        Columns that name the group.

    Returns
    -------
    DataFrame
        The `by` columns, `index` (and `aggregate`), `gold`, `coded`, `difference` = coded - gold; a row that
        one table lacks is kept, with missing values.

    Raises
    ------
    InputError
        If a column is missing, or a group has an index twice.
    """
    tables = {"gold": gold_indices, "coded": coded_indices}
    keys = [*by, "index"]
    if all("aggregate" in table for table in tables.values()):
        keys.append("aggregate")
    for name, table in tables.items():
        require_columns(table, [*keys, "estimate"], f"{name} indices")
        twice = table.duplicated(keys).to_numpy()
        if twice.any():
            found = ", ".join(map(str, table[keys].iloc[int(twice.argmax())]))
            raise InputError(
                f"{name} indices: expected one row a group and index; found {found} twice (row "
                f"{int(twice.argmax())}); drop one or name the group's columns"
            )
    estimates = {name: table.set_index(keys)["estimate"] for name, table in tables.items()}
    rows = estimates["gold"].index.union(estimates["coded"].index, sort=False)
    merged = pd.DataFrame({name: estimate.reindex(rows) for name, estimate in estimates.items()})
    return merged.assign(difference=merged["coded"] - merged["gold"]).reset_index()


def _check_options(resamples: int, level: float, seed: int) -> None:
    require_count(resamples, "resamples")
    require_fraction(level, "level")
    require_seed(seed)


def _documents(*tables: pd.DataFrame) -> pd.Index:
    """Return the documents of all tables by name: the draws must not depend on the order of rows."""
    for table in tables:
        require_columns(table, tuple(PAIR_COLUMNS), "pairs")
    return pd.Index(sorted(set().union(*(table["document_id"] for table in tables))))


def _resampled(pairs: pd.DataFrame, documents: pd.Index, resamples: int, seed: int) -> list[Measure]:
    """Return every coefficient in the data and in resamples of the documents."""
    counts = count_pairs(pairs, documents)
    n = len(documents)
    draws = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=resamples).astype(np.float64)
    if n < 2:
        draws[:] = np.nan  # nothing is known of the spread between documents
    return list(measures(weighted(counts, np.vstack([np.ones(n), draws]))))


def _table(found: list[Measure], draws: list[Floats], level: float) -> pd.DataFrame:
    """Return estimates (the first of the draws) and percentile limits (of the others)."""
    values = pd.DataFrame(np.array(draws))
    limits = values.iloc[:, 1:].quantile([(1 - level) / 2, (1 + level) / 2], axis=1)
    keys = [(m.attribute, m.name, m.label) for m in found]
    table = pd.DataFrame(keys, columns=["attribute", "measure", "label"])
    return table.assign(
        value=values[0], low=limits.iloc[0], high=limits.iloc[1], n=[round(m.n) for m in found]
    )
