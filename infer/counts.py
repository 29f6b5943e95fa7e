"""Coded verbs to counts: documents by Self and Other by the six categories of power."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vicsformer.data.codebook import ATTRIBUTIONS, CATEGORIES, NEUTRAL, POWER_CATEGORIES, SELF_ATTRIBUTIONS
from vicsformer.data.errors import InputError
from vicsformer.data.tables import require_columns

OTHER_ATTRIBUTIONS: frozenset[str] = frozenset({"other"})
"""Attributions that the default indices count as Other."""

_POWER = [CATEGORIES.index(name) for name in POWER_CATEGORIES]


@dataclass(frozen=True)
class Counts:
    """How often Self and Other exercise power in each document.

    Attributes
    ----------
    by
        The columns that name a group of documents.
    documents
        One row a document: the `by` columns and `document_id`, in the order in which documents first appear.
    array
        Shape (documents, 2, 6): Self then Other, columns in the order of `POWER_CATEGORIES`. Whole numbers
        from `count`; estimates from `soft.soft_counts` and `audit.audited_counts`.
    neutral
        Shape (documents, 2): neutral verbs of Self and Other.
    unknown
        Shape (documents, 6): verbs of power whose agent is neither Self nor Other.
    """

    by: tuple[str, ...]
    documents: pd.DataFrame
    array: NDArray[np.int64] | NDArray[np.float64]
    neutral: NDArray[np.int64] | NDArray[np.float64]
    unknown: NDArray[np.int64] | NDArray[np.float64]

    def table(self) -> pd.DataFrame:
        """One row a document: `self_punish` to `other_reward`, then neutral verbs and unknown agents."""
        sides = ("self", "other")
        columns = {
            f"{side}_{name}": self.array[:, i, j]
            for i, side in enumerate(sides)
            for j, name in enumerate(POWER_CATEGORIES)
        }
        columns |= {f"{side}_{NEUTRAL}": self.neutral[:, i] for i, side in enumerate(sides)}
        columns |= {f"unknown_{name}": self.unknown[:, j] for j, name in enumerate(POWER_CATEGORIES)}
        return self.documents.assign(**columns)


def count(
    coded: pd.DataFrame,
    *,
    by: Sequence[str] = ("leader",),
    self_attributions: Collection[str] = SELF_ATTRIBUTIONS,
    other_attributions: Collection[str] = OTHER_ATTRIBUTIONS,
    documents: pd.DataFrame | None = None,
) -> Counts:
    """Count coded verbs per document, agent and category.

    Parameters
    ----------
    coded
        One row a verb: `document_id, attribution, category` and the `by` columns.
    by
        Columns that name a group of documents.
    self_attributions, other_attributions
        Who counts as Self and as Other; the remaining attributions are counted as unknown.
    documents
        The documents that were coded (`document_id` and the `by` columns). Without it a document in which
        no verb was found is not there.

    Raises
    ------
    InputError
        If `by` is empty, a column is missing, a code is not in the codebook, a verb's document is not in
        `documents`, or an attribution is both Self and Other.
    """
    if not by:
        raise InputError("by: expected at least one column, found none; name one, such as leader")
    keys = list(dict.fromkeys([*by, "document_id"]))
    require_columns(coded, [*keys, "attribution", "category"], "coded table")
    if documents is not None:
        require_columns(documents, keys, "document table")
    side_of = _sides(self_attributions, other_attributions)

    table, row = _documents(coded, documents, keys)
    side = side_of[_positions(coded["attribution"], ATTRIBUTIONS)]
    category = _positions(coded["category"], CATEGORIES)
    shape = (len(table), 3, len(CATEGORIES))
    cell = np.ravel_multi_index((row, side, category), shape) if len(coded) else row
    cells = np.bincount(cell, minlength=int(np.prod(shape))).reshape(shape).astype(np.int64)
    return Counts(
        by=tuple(by),
        documents=table,
        array=cells[:, :2, _POWER],
        neutral=cells[:, :2, CATEGORIES.index(NEUTRAL)],
        unknown=cells[:, 2, _POWER],
    )


def _documents(
    coded: pd.DataFrame, documents: pd.DataFrame | None, keys: list[str]
) -> tuple[pd.DataFrame, NDArray[np.intp]]:
    """Return the table of documents and, for each verb, the row of its document in it."""
    listed = (coded if documents is None else documents)[keys].drop_duplicates(ignore_index=True)
    stacked = pd.concat([listed, coded[keys]], ignore_index=True)
    # sort=False numbers the groups as they appear: a listed document has the number of its row
    groups = stacked.groupby(keys, sort=False, dropna=False, observed=True)
    number = np.asarray(groups.ngroup(), dtype=np.intp)
    row = number[len(listed) :]
    strangers = np.flatnonzero(row >= len(listed))
    if strangers.size:
        found = coded[keys].iloc[[strangers[0]]].to_dict("records")[0]
        where = ", ".join(f"{key} {value!r}" for key, value in found.items())
        raise InputError(
            f"coded table, row {strangers[0] + 1}: expected a document of the document table, found {where}; "
            "give the documents that were coded"
        )
    return listed, row


def _sides(self_attributions: Collection[str], other_attributions: Collection[str]) -> NDArray[np.intp]:
    """Return 0 (Self), 1 (Other) or 2 (neither) for each of `ATTRIBUTIONS`."""
    strange = sorted({*self_attributions, *other_attributions} - {*ATTRIBUTIONS})
    if strange:
        raise InputError(
            f"attributions: expected some of {', '.join(ATTRIBUTIONS)}, found {', '.join(strange)}; "
            "correct the name"
        )
    both = sorted({*self_attributions} & {*other_attributions})
    if both:
        raise InputError(
            f"attributions: expected each as Self or as Other, found {', '.join(both)} as both; give it once"
        )
    sides = np.full(len(ATTRIBUTIONS), 2, dtype=np.intp)
    sides[[ATTRIBUTIONS.index(name) for name in self_attributions]] = 0
    sides[[ATTRIBUTIONS.index(name) for name in other_attributions]] = 1
    return sides


def _positions(values: pd.Series, names: Sequence[str]) -> NDArray[np.intp]:
    """Return where each value stands in `names`."""
    position = pd.Index(names).get_indexer(pd.Index(values))
    strange = np.flatnonzero(position < 0)
    if strange.size:
        raise InputError(
            f"coded table, row {strange[0] + 1}: expected as {values.name} one of {', '.join(names)}, "
            f"found {str(values.iloc[strange[0]])!r}; correct the row or code the corpus again"
        )
    return position
