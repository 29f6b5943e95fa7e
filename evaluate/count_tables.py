"""Tables of counts, one row a document: their columns, and what every use of them checks."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vicsformer.data.codebook import POWER_CATEGORIES
from vicsformer.data.errors import InputError
from vicsformer.data.tables import require_columns

SIDES: tuple[str, ...] = ("self", "other")

COUNT_COLUMNS: tuple[str, ...] = tuple(f"{side}_{name}" for side in SIDES for name in POWER_CATEGORIES)
"""The twelve columns `self_punish` to `other_reward`, as `infer.counts.Counts.table` writes them."""


def count_array(
    table: pd.DataFrame, *, keys: Sequence[str] = (), whole: bool = False, corrected: bool = False
) -> NDArray[np.float64]:
    """Return the counts of a table, after a check of its rows.

    Parameters
    ----------
    table
        One row a document: `document_id`, the keys and `COUNT_COLUMNS`; further columns are not looked at.
    keys
        Columns that must be there and filled in every row.
    whole
        Whether fractions, as from soft counts, are refused.
    corrected
        Whether a document's count may be below 0, as one corrected by an audit can be.

    Returns
    -------
    NDArray
        Shape (documents, 2, 6): Self then Other, columns in the order of `POWER_CATEGORIES`.

    Raises
    ------
    InputError
        If a column is missing, a document stands twice, a key is empty, or a count is not a number of at
        least 0 (and whole, where asked for).
    """
    require_columns(table, ["document_id", *keys, *COUNT_COLUMNS], "counts")
    if table.empty:
        raise InputError("counts: expected at least one document; found an empty table; code a corpus first")
    cells = table[list(COUNT_COLUMNS)].apply(pd.to_numeric, errors="coerce")
    array = cells.to_numpy(np.float64, na_value=np.nan)
    wrong = ~(np.isfinite(array) & ((array >= 0) | corrected))
    expected = "counts" if corrected else "counts of at least 0"
    if whole:
        wrong |= array != np.floor(array)
        expected = "whole counts of at least 0"
    faults = [("one row a document", table["document_id"].duplicated()), (expected, wrong.any(axis=1))]
    faults += [(f"a {key} for every document", table[key].isna() | (table[key] == "")) for key in keys]
    for fault, bad in faults:
        if bad.any():
            row = int(np.asarray(bad).argmax())
            raise InputError(
                f"counts: expected {fault}; {table['document_id'].iloc[row]} (row {row}) has not; correct it"
            )
    return array.reshape(len(table), len(SIDES), len(POWER_CATEGORIES))
