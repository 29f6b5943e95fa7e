"""The documents, lemmas and verbs that move the pooled indices most."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from vicsformer.data.errors import InputError
from vicsformer.data.tables import require_columns
from vicsformer.infer.counts import count
from vicsformer.infer.indices import INDEX_NAMES, indices

INFLUENCE_COLUMNS: dict[str, str] = {
    "index": "which index",
    "unit": "what is left out: a document, every verb of a lemma, or a single verb",
    "rank": "1 for the unit that moves the index most, up or down",
    "document_id": "the document, of a verb the one it stands in; missing for a lemma",
    "lemma": "the lemma, of a verb its own; missing for a document",
    "phrase": "the verb's phrase; this and the next four are missing for documents and lemmas",
    "start": "where the verb's head starts in its document",
    "attribution": "the verb's agent",
    "category": "its category",
    "confidence": "probability of that category",
    "verbs": "how many verbs of power of Self and Other are left out",
    "estimate": "the group's pooled index",
    "without": "the index without the unit",
    "change": "without - estimate",
}
"""Columns of the table of influence, after the `by` columns."""

_UNITS: dict[str, tuple[str, ...]] = {
    "document": ("document_id",),
    "lemma": ("lemma",),
    "verb": ("document_id", "lemma", "phrase", "start", "attribution", "category", "confidence"),
}
"""Kinds of units, and the columns of the coded table that say which one it is."""


def influence(coded: pd.DataFrame, *, by: Sequence[str] = ("leader",), top: int = 10) -> pd.DataFrame:
    """Return what moves each pooled index of each group most when it is left out.

    The indices are functions of twelve counts, so that every change is exact: the indices of the group's
    counts less those of the unit. Verbs of one agent and category all change them alike; of such, those that
    the coder was least sure of come first, being the ones to read.

    Parameters
    ----------
    coded
        As from `infer.coding.code_documents`.
    by
        Columns that name a group of documents.
    top
        How many units of each kind to give for each group and index.

    Returns
    -------
    DataFrame
        The `by` columns and `INFLUENCE_COLUMNS`, groups as they first appear, indices in the order of
        `INDEX_NAMES`, then documents, lemmas, verbs by rank. Units that change nothing, or without which
        there is no index, are not among them.

    Raises
    ------
    InputError
        If a column is missing, a code is not in the codebook, there is no verb, or `top` is below 1.
    """
    if top < 1:
        raise InputError(f"expected top of at least 1; found {top}; give for instance 10")
    require_columns(coded, [*by, *_UNITS["verb"]], "coded table")
    if coded.empty:
        raise InputError("influence: expected coded verbs, found an empty table; code a corpus first")
    order = pd.Index(INDEX_NAMES)
    tables: list[pd.DataFrame] = []
    for _, group in coded.groupby([*by], sort=False, dropna=False, observed=True):
        verbs = group.sort_values(["confidence", "document_id", "start"], kind="stable", ignore_index=True)
        parts = pd.concat([_of_units(verbs, unit, by, top) for unit in _UNITS])
        tables.append(parts.iloc[order.get_indexer(pd.Index(parts["index"])).argsort(kind="stable")])
    return pd.concat(tables, ignore_index=True)[[*by, *INFLUENCE_COLUMNS]]


def _of_units(verbs: pd.DataFrame, unit: str, by: Sequence[str], top: int) -> pd.DataFrame:
    """Return the most influential units of one kind in one group, for every index."""
    # what is counted by document can be counted by anything
    names = pd.Series(verbs.index) if unit == "verb" else verbs[_UNITS[unit][0]]
    counts = count(verbs.assign(document_id=names), by=by)
    known = counts.documents.assign(verbs=counts.array.sum(axis=(1, 2)))
    known = known[known["verbs"] > 0].sort_values("document_id")  # equal changes: in the order of names
    array = counts.array[known.index]
    estimate, without = indices(array.sum(axis=0)), indices(array.sum(axis=0) - array)
    size = np.nan_to_num(np.abs(without - estimate))
    order = np.argsort(-size, axis=0, kind="stable")[:top]
    rank, index = np.nonzero(np.take_along_axis(size, order, axis=0) > 0)
    rows = order[rank, index]
    chosen = known.iloc[rows].reset_index(drop=True)
    described = chosen[["document_id"]].set_axis([_UNITS[unit][0]], axis=1)
    if unit == "verb":
        described = verbs.loc[chosen["document_id"], [*_UNITS[unit]]].reset_index(drop=True)
    table = chosen[[*by, "verbs"]].join(described)
    table = table.assign(
        index=np.array(INDEX_NAMES)[index], estimate=estimate[index], without=without[rows, index]
    )
    return table.assign(unit=unit, rank=rank + 1, change=table["without"] - table["estimate"])
