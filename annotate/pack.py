"""Coding packs: numbered verbs for readers, and the key that leads codes back to the text."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from vicsformer.data.errors import InputError
from vicsformer.data.labels import text_before

CODE_COLUMNS: tuple[str, ...] = ("passage", "number", "verb", "attribution", "category", "tense", "note")
"""Columns of the sheet a reader fills in; `tense` and `note` may stay empty."""


def assign_readers(
    passages: pd.DataFrame, *, readers: int, double: float, rng: np.random.Generator
) -> pd.DataFrame:
    """Share passages out to readers.

    Parameters
    ----------
    passages
        With `passage`, their name.
    readers
        How many.
    double
        Share of the passages that a second reader gets as well, in [0, 1]; needs two readers.
    rng
        Of the draw.

    Returns
    -------
    DataFrame
        `passage, reader, reading`: reader from 1, reading 1 or 2; one row a passage and reader.

    Raises
    ------
    InputError
        More readers than passages, or a second reading without a second reader.
    """
    if not 1 <= readers <= len(passages):
        raise InputError(f"pack: expected 1 to {len(passages)} readers, found {readers}; draw more passages")
    if not 0 <= double <= 1 or (double > 0 and readers < 2):
        raise InputError(
            "pack: expected a share of 0 to 1 for a second reading and two readers for it, "
            f"found {double} and {readers}; give more readers"
        )
    shared = round(double * len(passages))
    if double > 0 and not shared:
        raise InputError(
            f"pack: expected a share for a second reading that makes a passage, found {double} of "
            f"{len(passages)}; give a larger one"
        )
    order = rng.permutation(len(passages))
    reader = np.empty(len(passages), dtype=np.int64)
    reader[order] = np.arange(len(passages)) % readers
    first = pd.DataFrame({"passage": passages["passage"].to_numpy(), "reader": reader + 1, "reading": 1})
    twice = sorted(order[:shared])
    second = first.iloc[twice].assign(reader=(reader[twice] + 1) % readers + 1, reading=2)
    return pd.concat([first, second], ignore_index=True)


def passage_text(
    documents: pd.DataFrame, passages: pd.DataFrame, forms: pd.DataFrame
) -> Iterator[tuple[str, str]]:
    """Yield name and text of each passage as a reader gets it.

    A head line names the speech; the text before the passage, for orientation, stands in round brackets; in
    the passage every verb form is `[number:form]`.

    Parameters
    ----------
    documents
        Document table.
    passages
        `passage, document_id, start, end`.
    forms
        As from `forms.verb_forms`.
    """
    known = documents.set_index("document_id")
    inside = dict(list(forms.groupby("passage")))
    spans = passages[["passage", "document_id", "start", "end"]]
    for passage, name, start, end in spans.itertuples(index=False):
        document = known.loc[name]
        text, before = document["text"], text_before(document["text"], start).strip()
        marked = inside.get(passage, forms.iloc[:0])[["start", "end", "verb", "number"]]
        pieces, last = [], start
        for a, b, verb, number in marked.itertuples(index=False):
            pieces += [text[last:a], f"[{number}:{verb}]"]
            last = b
        head = f"### {passage} | {about(document)}\n"
        context = f"(... {before})\n" if before else ""
        yield passage, head + context + "".join([*pieces, text[last:end]])


def about(document: "pd.Series[str]") -> str:
    """Who speaks, for which state, when and on what occasion, as far as the document says."""
    parts = (document["leader"], document.get("state", ""), document["date"], document.get("title", ""))
    return " | ".join(part for part in parts if part)


def code_sheet(forms: pd.DataFrame) -> pd.DataFrame:
    """The empty sheet for codes: `CODE_COLUMNS`, one row a verb form."""
    return forms.assign(attribution="", category="", tense="", note="")[list(CODE_COLUMNS)]
