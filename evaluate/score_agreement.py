"""Agreement of two systems that score or count the same documents."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vicsformer.data.errors import InputError
from vicsformer.data.tables import require_columns
from vicsformer.evaluate.checks import require_count, require_fraction

SCORE_AGREEMENT_COLUMNS: dict[str, str] = {
    "column": "which index, or cell of counts",
    "measure": "icc_agreement, icc_consistency, pearson, mean_absolute_difference or mean_difference (a - b)",
    "value": "the estimate; missing with fewer than two documents or where there is nothing to divide by",
    "low": "lower limit of the percentile interval over resampled documents",
    "high": "upper limit",
    "documents": "documents in common that have a value in both tables",
}
"""Columns of the table of agreement."""

Floats = NDArray[np.float64]

_TINY = 1e-12
"""Scores are of order 1 or more; a smaller variance is that of equal scores, from the order of a sum."""


def score_agreement(
    a: pd.DataFrame,
    b: pd.DataFrame,
    *,
    columns: Sequence[str] | None = None,
    resamples: int = 1000,
    level: float = 0.95,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return how well two tables of numbers agree, column by column, over the documents in common.

    `icc_agreement` is the intraclass correlation of single scores for absolute agreement, ICC(A,1), and
    `icc_consistency` that for consistency, ICC(C,1), of McGraw & Wong (1996), which leaves a constant shift
    between the systems out; Shrout & Fleiss (1979) call them ICC(2,1) and ICC(3,1).

    Parameters
    ----------
    a, b
        One row a document: `document_id` and numeric columns, NaN = missing.
    columns
        Which to compare; all numeric ones that both have if not given.
    resamples
        Draws of documents with replacement.
    level
        Coverage of the intervals.
    rng
        Source of the draws.

    Returns
    -------
    DataFrame
        `SCORE_AGREEMENT_COLUMNS`, columns in the order of `a`, measures in the order named there.

    Raises
    ------
    InputError
        If a column is missing, a document stands twice, there is no document or column in common, or an
        option is out of range.
    """
    require_count(resamples, "resamples")
    require_fraction(level, "level")
    if columns is None:
        numeric = [table.select_dtypes("number").columns for table in (a, b)]
        columns = [name for name in numeric[0] if name in numeric[1] and name != "document_id"]
    one, two = _common(a, b, columns)
    # the draws must not depend on the order of the rows
    n = len(one)
    draws = rng.multinomial(n, np.full(n, 1 / n), size=resamples).astype(np.float64)
    measured = _measures(one, two, np.vstack([np.ones(n), draws]))
    documents = np.count_nonzero(~np.isnan(one + two), axis=0)
    tables = []
    for measure, values in measured.items():
        tails = pd.DataFrame(values[1:]).quantile([(1 - level) / 2, (1 + level) / 2]).to_numpy()
        numbers = {"value": values[0], "low": tails[0], "high": tails[1], "documents": documents}
        tables.append(pd.DataFrame({"column": list(columns), "measure": measure, **numbers}))
    return pd.concat(tables).sort_index(kind="stable").reset_index(drop=True)


def _common(a: pd.DataFrame, b: pd.DataFrame, columns: Sequence[str]) -> tuple[Floats, Floats]:
    """Return the scores of the documents in common, by name, (documents, columns)."""
    indexed = []
    for name, table in (("a", a), ("b", b)):
        require_columns(table, ["document_id", *columns], f"table {name}")
        ids = table["document_id"].astype(str)
        if ids.duplicated().any():
            twice = ids[ids.duplicated()].iloc[0]
            raise InputError(
                f"table {name}: expected one row a document; found {twice} twice; drop one of them"
            )
        indexed.append(table[list(columns)].set_axis(ids, axis=0))
    shared = sorted(set(indexed[0].index) & set(indexed[1].index))
    if not shared or not len(columns):
        raise InputError(
            f"expected documents and numeric columns that both tables have; found {len(shared)} documents "
            f"and {len(columns)} columns; name documents and columns alike"
        )
    one, two = (table.loc[shared].to_numpy(np.float64, na_value=np.nan) for table in indexed)
    return one, two


def _measures(a: Floats, b: Floats, weights: Floats) -> dict[str, Floats]:
    """Return every measure, (draws, columns), for each row of weights of the documents."""
    present = ~np.isnan(a + b)
    a, b = (np.where(present, x, 0.0) for x in (a, b))
    # a large mean would cost the variances their digits
    centre = (a + b).sum(axis=0) / np.maximum(2 * present.sum(axis=0), 1)
    a, b = (np.where(present, x - centre, 0.0) for x in (a, b))
    n = weights @ present.astype(np.float64)
    mean_a, mean_b = (_ratio(weights @ x, n) for x in (a, b))
    freedom = np.where(n > 1, n - 1, np.nan)
    var_a, var_b, cov = (
        np.where(n > 1, _ratio(weights @ (x * y) - n * means, freedom), np.nan)
        for x, y, means in ((a, a, mean_a**2), (b, b, mean_b**2), (a, b, mean_a * mean_b))
    )
    var_a, var_b = (np.where(variance <= _TINY, 0.0, variance) for variance in (var_a, var_b))
    total, shift = var_a + var_b, mean_a - mean_b
    # mean squares of two raters: between documents (total + 2 cov)/2, between raters n shift^2/2, residual
    # (total - 2 cov)/2
    return {
        "icc_agreement": _ratio(2 * cov, total + shift**2 - (total - 2 * cov) / np.maximum(n, 1)),
        "icc_consistency": _ratio(2 * cov, total),
        "pearson": _ratio(cov, np.sqrt(np.maximum(var_a * var_b, 0))),
        "mean_absolute_difference": np.where(n > 1, _ratio(weights @ np.abs(a - b), n), np.nan),
        "mean_difference": np.where(n > 1, shift, np.nan),
    }


def _ratio(numerator: Floats, denominator: Floats) -> Floats:
    """Divide, with NaN where there is nothing to divide by."""
    out: Floats = np.full(numerator.shape, np.nan)
    return np.divide(numerator, denominator, out=out, where=denominator > _TINY)
