"""Labelled passages as documents of their own, so that coders read them and not whole speeches."""

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from vicsformer.data.labels import Labels, text_before


@dataclass(frozen=True)
class PassageDocuments:
    """Passages as documents.

    Attributes
    ----------
    documents
        Document table, one row a passage: the text before it and the passage; `speech` is the document it is
        from.
    passages
        `document_id, start, end`: where in those documents the passages stand.
    verbs
        `document_id, start, end, attribution, category` of the labelled verbs in them.
    """

    documents: pd.DataFrame
    passages: pd.DataFrame
    verbs: pd.DataFrame


def passage_documents(labels: Labels, *, of: Collection[str] | None = None) -> PassageDocuments:
    """Cut labelled passages, each with the text before it, out of their documents.

    Parameters
    ----------
    labels
        Labelled verbs.
    of
        Only these documents.
    """
    texts = labels.documents.set_index("document_id")
    chosen = labels.passages
    if of is not None:
        chosen = chosen[chosen["document_id"].isin(list(of))]
    rows = []
    for number, speech, start, end in chosen[["document_id", "start", "end"]].itertuples():
        known = texts.loc[speech]
        before = text_before(known["text"], start)
        rows.append(
            {
                "document_id": f"{speech}@{start}",
                "leader": known["leader"],
                "date": known["date"],
                "state": known.get("state", ""),
                "text": before + known["text"][start:end],
                "speech": speech,
                "passage": number,
                "shift": len(before) - start,
                "start": len(before),
                "end": len(before) + end - start,
            }
        )
    table = pd.DataFrame(rows)
    verbs = labels.verbs.merge(
        table[["passage", "shift", "document_id"]], on="passage", suffixes=("_speech", "")
    )
    verbs = verbs.assign(start=verbs["start"] + verbs["shift"], end=verbs["end"] + verbs["shift"])
    return PassageDocuments(
        table[["document_id", "leader", "date", "state", "text", "speech"]],
        table[["document_id", "start", "end"]],
        verbs[["document_id", "start", "end", "verb", "attribution", "category"]],
    )
