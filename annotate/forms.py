"""Verb forms of passages, numbered: everything a reader has to decide about."""

from typing import TYPE_CHECKING

import pandas as pd

from vicsformer.infer.parsing import parse
from vicsformer.infer.units import units

if TYPE_CHECKING:
    from spacy.language import Language

FORM_COLUMNS: dict[str, str] = {
    "document_id": "the speech",
    "start": "first character of the verb form in the document's text",
    "end": "one past the last character",
    "verb": "the form as it stands",
    "passage": "name of the passage",
    "number": "number of the form in its passage, from 1",
}
"""Columns of the table of verb forms."""

_HELPERS = frozenset({"aux", "auxpass"})


def verb_forms(documents: pd.DataFrame, passages: pd.DataFrame, parser: "Language") -> pd.DataFrame:
    """Every lexical verb form and copula of passages, also those that are no unit of their own.

    Auxiliaries and modals before their verb are left out; the heads of the units that the coders are given
    are all in.

    Parameters
    ----------
    documents
        Document table.
    passages
        `document_id, start, end, passage`.
    parser
        See `infer.parsing.load_parser`.

    Returns
    -------
    DataFrame
        `FORM_COLUMNS`, in the order of the passages and of the text.
    """
    texts = documents.set_index("document_id")["text"]
    spans = list(passages[["passage", "document_id", "start", "end"]].itertuples(index=False))
    cut = [texts[name][start:end] for _, name, start, end in spans]
    rows = []
    for (passage, name, shift, _), text, parts in zip(spans, cut, parse(cut, parser), strict=True):
        places: set[tuple[int, int]] = set()
        for part in parts:
            heads = {unit.head.i for sentence in part.doc.sents for unit in units(sentence)}
            for token in part.doc:
                if token.i in heads or (token.tag_.startswith("VB") and token.dep_ not in _HELPERS):
                    places.add(part.place(token.idx, token.idx + len(token)))
        rows += [
            (name, a + shift, b + shift, text[a:b], passage, number)
            for number, (a, b) in enumerate(sorted(places), start=1)
        ]
    table = pd.DataFrame(rows, columns=list(FORM_COLUMNS))
    return table.astype(dict.fromkeys(("start", "end", "number"), "int64"))
