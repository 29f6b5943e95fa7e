"""Counts corrected by an audit: passages coded by readers, drawn with known probabilities."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vicsformer.data.codebook import ATTRIBUTIONS, LABEL_CATEGORIES, NONE
from vicsformer.data.errors import InputError
from vicsformer.data.labels import REVIEW
from vicsformer.data.tables import require_columns
from vicsformer.infer.counts import Counts, count
from vicsformer.infer.soft import as_counts, certain, document_rows, probabilities, sum_cells

_SPAN = ("document_id", "start", "end")


def audited_counts(
    coded: pd.DataFrame,
    audit_verbs: pd.DataFrame,
    audit_passages: pd.DataFrame,
    *,
    by: Sequence[str] = ("leader",),
    documents: pd.DataFrame | None = None,
    soft: bool = False,
) -> Counts:
    """Correct the counts of a coder by what readers found in a random sample of passages.

    Per document and cell: the sum of the codes over all verbs, plus the sum over the audited passages of
    (readers' count - coder's count) / inclusion probability. This is the difference estimator (Särndal,
    Swensson & Wretman 1992, ch. 6), today known as prediction-powered inference (Angelopoulos et al. 2023).
    It is unbiased for the readers' counts over the draw of the passages, however the coder errs; a better
    coder only narrows the interval. A coded verb on which readers see no unit is taken out, a unit that the
    coder missed is put in; heads need no matching, as only sums over a passage enter.

    Parameters
    ----------
    coded
        As in `counts.count`, with `start`; with the probabilities too where `soft`.
    audit_verbs
        One row a verb form in an audited passage: `document_id, start, attribution, category` (`none` for no
        unit). A row outside all passages is refused.
    audit_passages
        `document_id, start, end, inclusion_probability` of passages coded exhaustively.
    by, documents
        As in `counts.count`; a document belongs to one group.
    soft
        Correct the expected counts of `soft.soft_counts` instead of the whole ones.

    Returns
    -------
    Counts
        Estimates, which can be negative in single documents and even in a group: they stay so, or the sums
        would be biased. Sums of documents are what they are good for; a document's own indices are not.

    Raises
    ------
    InputError
        As `counts.count` and `soft.soft_counts`; if a passage was not drawn at random (stratum `review`), has
        no inclusion probability in 0..1, overlaps another, or lies in no document of the tables; if a verb
        lies in no passage or has an unknown code; if a place is no whole number.
    """
    counts = count(coded, by=by, documents=documents)
    require_columns(coded, ["start"], "coded table")
    coded = _with_places(coded, "coded table", ["start"])
    codes = probabilities if soft else certain
    passages, verbs = _checked_passages(audit_passages), _checked_verbs(audit_verbs)
    row_of = _row_of_document(counts, passages)

    row, (side, category) = document_rows(coded, counts), codes(coded)
    predicted = sum_cells(row, side, category, len(counts.array))
    weight = _weights(coded, passages)
    inside = weight > 0
    removed = sum_cells(row[inside], side[inside] * weight[inside, None], category[inside], len(counts.array))
    weight = _weights(verbs, passages)
    _refuse(
        weight == 0, verbs, "audit verbs", "a verb inside an audited passage", "add its passage or drop it"
    )
    units = verbs["category"].to_numpy() != NONE
    side, category = certain(verbs[units])
    rows = row_of.loc[verbs["document_id"][units]].to_numpy(np.intp)
    added = sum_cells(rows, side * weight[units, None], category, len(counts.array))
    return as_counts(counts, predicted + (added - removed))


def _weights(verbs: pd.DataFrame, passages: pd.DataFrame) -> NDArray[np.float64]:
    """Return 1 / inclusion probability of the passage in which each head starts, 0 where there is none."""
    heads = pd.DataFrame(
        {
            "document_id": verbs["document_id"].to_numpy(),
            "start": verbs["start"].to_numpy(),
            "verb": np.arange(len(verbs)),
        }
    )
    found = pd.merge_asof(
        heads.sort_values("start"), passages.sort_values("start"), on="start", by="document_id"
    ).sort_values("verb")
    head = found["start"].to_numpy()
    return np.where(head < found["end"], 1 / found["inclusion_probability"], 0.0)


def _checked_passages(passages: pd.DataFrame) -> pd.DataFrame:
    """Return span and inclusion probability of passages that can be audited."""
    what = "audit passages"
    require_columns(passages, [*_SPAN, "inclusion_probability"], what)
    if passages.empty:
        raise InputError(f"{what}: expected at least one passage, found none; draw with `labels sample`")
    stratum = passages.get("stratum", pd.Series("", index=passages.index))
    _refuse(
        (stratum == REVIEW).to_numpy(),
        passages,
        what,
        f"passages drawn at random (stratum {REVIEW} is not)",
        "leave it out",
    )
    spans = _with_places(passages[[*_SPAN, "inclusion_probability"]], what, ["start", "end"])
    probability = pd.to_numeric(spans["inclusion_probability"], errors="coerce").to_numpy(np.float64)
    _refuse(
        ~((probability > 0) & (probability <= 1)),
        passages,
        what,
        "an inclusion_probability above 0 and up to 1",
        "give the one it was drawn with",
    )
    spans = spans.assign(inclusion_probability=probability).sort_values(["document_id", "start"])
    before = spans.groupby("document_id")["end"].shift()
    _refuse(
        (spans["start"] < before).to_numpy(),
        spans,
        what,
        "passages that do not overlap",
        "drop one of the two",
    )
    return spans


def _checked_verbs(verbs: pd.DataFrame) -> pd.DataFrame:
    what = "audit verbs"
    require_columns(verbs, ["document_id", "start", "attribution", "category"], what)
    known = verbs["category"].isin(LABEL_CATEGORIES)
    _refuse(~known.to_numpy(), verbs, what, f"a category of {', '.join(LABEL_CATEGORIES)}", "recode it")
    known = verbs["attribution"].isin(ATTRIBUTIONS) | (verbs["category"] == NONE)
    _refuse(~known.to_numpy(), verbs, what, f"an attribution of {', '.join(ATTRIBUTIONS)}", "recode it")
    return _with_places(verbs, what, ["start"])


def _with_places(table: pd.DataFrame, what: str, columns: list[str]) -> pd.DataFrame:
    """Return documents as text and characters as whole numbers."""
    numbers = table[columns].apply(pd.to_numeric, errors="coerce").astype("float64")
    whole = (numbers >= 0) & (numbers % 1 == 0)
    _refuse(~whole.all(axis=1).to_numpy(), table, what, "characters as whole numbers from 0", "correct it")
    return table.assign(document_id=table["document_id"].astype("str"), **numbers.astype("int64"))


def _row_of_document(counts: Counts, passages: pd.DataFrame) -> "pd.Series[int]":
    """Return the row of each document by its name."""
    names = counts.documents["document_id"].astype("str")
    twice = names[names.duplicated()]
    if len(twice):
        raise InputError(
            f"audit: expected every document in one group of {', '.join(counts.by)}, found {twice.iloc[0]} "
            "in two; group by columns of the documents"
        )
    strange = ~passages["document_id"].isin(names).to_numpy()
    _refuse(
        strange, passages, "audit passages", "a document of the coded table", "code the audited documents"
    )
    return pd.Series(np.arange(len(names)), index=names)


def _refuse(bad: NDArray[np.bool_], table: pd.DataFrame, what: str, expected: str, remedy: str) -> None:
    """Raise an `InputError` that names the first bad row."""
    if bad.any():
        at = int(bad.argmax())
        span = [
            f"{name} {table[name].iloc[at]}" for name in (*_SPAN, "inclusion_probability") if name in table
        ]
        raise InputError(f"{what}: expected {expected}, found {', '.join(span)}; {remedy}")
