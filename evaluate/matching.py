"""Coded verbs laid on labelled verbs, one row a unit or false alarm."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vicsformer.data.codebook import ATTRIBUTIONS, LABEL_CATEGORIES, NEUTRAL, NONE
from vicsformer.data.errors import InputError
from vicsformer.data.tables import require_columns
from vicsformer.evaluate.checks import require_codes

PAIR_COLUMNS: dict[str, str] = {
    "document_id": "the speech",
    "start": "first character of the head: of the labelled verb, or of the false alarm",
    "end": "one past the last character",
    "gold_category": "label: one of the seven categories; `none` for a false alarm",
    "category": "code: one of the seven categories; neutral where the coder has no row",
    "gold_attribution": "label; missing for a false alarm",
    "attribution": "code; missing where the coder has no row",
    "matched": "whether a coded row lies on the labelled unit",
    "false_alarm": "whether the coded row lies on no labelled unit",
}
"""Columns of the table of pairs."""

_SPAN = ("document_id", "start", "end")
_VERB = (*_SPAN, "attribution", "category")


def match(gold: pd.DataFrame, coded: pd.DataFrame, passages: pd.DataFrame) -> pd.DataFrame:
    """Pair labelled with coded verbs.

    A coded row can stand for a labelled verb when their heads share a character. Equal starts go first, then
    units before verbs labelled `none`, then the larger overlap; each row is used once. A labelled unit left
    without a coded row counts as coded neutral. A coded row left without a unit, also one that lies on a
    verb labelled `none`, is a false alarm.

    Parameters
    ----------
    gold
        One row a labelled verb: `document_id, start, end, attribution, category` (a category or `none`).
    coded
        The same columns, one row a coded verb (see `data.tables.CODED_COLUMNS`); rows of category `none`
        say that there is no unit, and are left out.
    passages
        `document_id, start, end` of the stretches that are labelled exhaustively; coded rows that share no
        character with one are left out.

    Returns
    -------
    DataFrame
        `PAIR_COLUMNS`, sorted by document and position.

    Raises
    ------
    InputError
        If a column is missing, a code is unknown, a labelled verb lies in no passage, or none of the coded
        documents is a labelled one.
    """
    _check_verbs(gold, "labelled verbs")
    _check_verbs(coded, "coded verbs")
    require_columns(passages, _SPAN, "labelled passages")
    outside = np.setdiff1d(np.arange(len(gold)), _overlaps(gold, passages)[0])
    if len(outside):
        verb = gold.iloc[outside[0]]
        raise InputError(
            f"labelled verbs: expected every verb in a labelled passage; {verb['document_id']} "
            f"{verb['start']}-{verb['end']} (row {outside[0]}) lies in none; add the passage or drop the verb"
        )
    if len(coded) and not coded["document_id"].isin(passages["document_id"]).any():
        raise InputError(
            f"coded verbs: expected documents such as {passages['document_id'].iloc[0]}; found only others "
            f"such as {coded['document_id'].iloc[0]}; code the labelled documents"
        )
    return _pair(gold, coded.iloc[np.unique(_overlaps(coded, passages)[0])])


def between(coded_a: pd.DataFrame, coded_b: pd.DataFrame) -> pd.DataFrame:
    """Pair the rows of two coders, the first in the place of the labels.

    The units are the union of both coders' rows: where one has no row, it counts as having coded neutral.
    Rows of the second coder alone stay marked as false alarms, so that unit recall is the share of the
    first's rows that the second has, and unit precision the share of the second's rows that the first has.

    Parameters
    ----------
    coded_a, coded_b
        As `coded` in `match`, over the same documents.

    Returns
    -------
    DataFrame
        `PAIR_COLUMNS`; `gold_category` is never `none`.

    Raises
    ------
    InputError
        If a column is missing, a code is unknown, or the coders share no document.
    """
    _check_verbs(coded_a, "first coder")
    _check_verbs(coded_b, "second coder")
    if not coded_a["document_id"].isin(coded_b["document_id"]).any():
        raise InputError(
            "expected two coders of the same documents; found none in common; code one corpus with both"
        )
    pairs = _pair(coded_a[coded_a["category"] != NONE], coded_b)
    pairs["gold_category"] = pairs["gold_category"].replace(NONE, NEUTRAL)
    return pairs


def _check_verbs(verbs: pd.DataFrame, name: str) -> None:
    require_columns(verbs, _VERB, name)
    require_codes(verbs, "category", LABEL_CATEGORIES, name)
    require_codes(verbs, "attribution", ATTRIBUTIONS, name)
    if verbs[list(_VERB)].isna().to_numpy().any():
        row = int(verbs[list(_VERB)].isna().any(axis=1).to_numpy().argmax())
        raise InputError(f"{name}: expected {', '.join(_VERB)} in every row; row {row} lacks one; fill it in")


def _pair(gold: pd.DataFrame, coded: pd.DataFrame) -> pd.DataFrame:
    """Pair all rows of the two tables."""
    gold = gold.loc[:, list(_VERB)].reset_index(drop=True)
    coded = coded.loc[coded["category"] != NONE, list(_VERB)].reset_index(drop=True)
    partner = _partners(gold, coded)
    units = np.flatnonzero(gold["category"] != NONE)
    alarms = np.setdiff1d(np.arange(len(coded)), partner[units])
    # which labelled and which coded row makes each pair; -1 is no row's name, so it gives missing values
    left = np.concatenate([units, np.full(len(alarms), -1)])
    right = np.concatenate([partner[units], alarms])
    spans = pd.concat([gold.iloc[units], coded.iloc[alarms]], ignore_index=True)[list(_SPAN)]
    pairs = spans.assign(
        gold_category=gold["category"].reindex(left).fillna(NONE).array,
        category=coded["category"].reindex(right).fillna(NEUTRAL).array,
        gold_attribution=gold["attribution"].reindex(left).array,
        attribution=coded["attribution"].reindex(right).array,
        matched=(left >= 0) & (right >= 0),
        false_alarm=left < 0,
    )
    return pairs.sort_values(list(_SPAN), kind="stable", ignore_index=True)


def _partners(gold: pd.DataFrame, coded: pd.DataFrame) -> NDArray[np.intp]:
    """Return for each gold row the position of its coded row, -1 where it has none."""
    i, j = _overlaps(gold, coded)
    one, two = gold.iloc[i].reset_index(drop=True), coded.iloc[j].reset_index(drop=True)
    shared = np.minimum(one["end"], two["end"]) - np.maximum(one["start"], two["start"])
    order = pd.DataFrame(
        {
            "another_start": one["start"] != two["start"],
            "none": one["category"] == NONE,
            "shared": -shared,
            "document_id": one["document_id"],
            "start": one["start"],
            "coded_start": two["start"],
        }
    )
    partner = np.full(len(gold), -1, dtype=np.intp)
    free = np.ones(len(coded), dtype=bool)
    for k in order.sort_values(list(order.columns), kind="stable").index:
        if partner[i[k]] < 0 and free[j[k]]:
            partner[i[k]] = j[k]
            free[j[k]] = False
    return partner


def _overlaps(left: pd.DataFrame, right: pd.DataFrame) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the positions of every left and right row that share a character of a document."""
    # all documents on one axis, each with a stretch of its own: no loop over documents
    stride = max([0, *left["end"], *right["end"]]) + 1
    offset = pd.factorize(pd.concat([left["document_id"], right["document_id"]]))[0] * stride
    start, end = (left[side].to_numpy(np.int64) + offset[: len(left)] for side in ("start", "end"))
    order = np.argsort(right["start"].to_numpy(np.int64) + offset[len(left) :], kind="stable")
    starts, ends = (
        (right[side].to_numpy(np.int64) + offset[len(left) :])[order] for side in ("start", "end")
    )
    # a row that begins earlier may end later: the running maximum keeps the ends sorted for the search
    first = np.searchsorted(np.maximum.accumulate(ends), start, side="right")
    length = np.maximum(np.searchsorted(starts, end, side="left") - first, 0)
    i = np.repeat(np.arange(len(left)), length)
    j = np.arange(len(i)) + np.repeat(first - np.cumsum(length) + length, length)
    keep = ends[j] > start[i]
    return i[keep], order[j[keep]]
