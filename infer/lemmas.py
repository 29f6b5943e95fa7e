"""Lemmas of the words of a parse, by which the verb phrases are recognised and named.

spaCy's attribute ruler takes a quarter of a parse's time to tell the lemmatizer the part of speech, which the
tag gives as well. So both stay out of the pipeline, and the lemmatizer is asked here, about inflected words.
"""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

STOOD_FOR = ("attribute_ruler", "lemmatizer")
"""Components of a spaCy pipeline that `lemmatize` stands for."""

_INFLECTED = {"VBD": "VERB", "VBG": "VERB", "VBN": "VERB", "VBZ": "VERB", "NNS": "NOUN"}
_IRREGULAR = {
    "am": "be", "are": "be", "'m": "be", "'re": "be", "'s": "be", "'ve": "have", "'d": "have", "pending":
    "pend", "installed": "install", "installing": "install", "taxes": "tax", "us": "we", "them": "they",
    "him": "he", "me": "i",
}  # fmt: skip
_SHORT_STEM = re.compile(r"[^aeiou]*[aeiou][^aeiouwxy]")


def lemmatize(doc: "Doc", parser: "Language") -> None:
    """Set the lemmas of the words, in lower case.

    Parameters
    ----------
    doc
        A tagged parse; changed in place.
    parser
        The pipeline it comes from, with its lemmatizer, though that may be disabled.
    """
    lemmatizer = parser.get_pipe("lemmatizer")
    for token in doc:
        part = _INFLECTED.get(token.tag_)
        if token.lower_ in _IRREGULAR:
            token.lemma_ = _IRREGULAR[token.lower_]
        elif part is None:
            token.lemma = token.lower
        else:
            token.pos_ = part
            token.lemma_ = _with_e(token.lower_, lemmatizer.lemmatize(token)[0].lower())


def _with_e(form: str, lemma: str) -> str:
    """Give short verbs back the e that the lemmatizer drops ("hoped": hop).

    A verb that ends like "hop" doubles its last letter ("hopped"), so a form without that comes from "hope".
    """
    short = form in (lemma + "ed", lemma + "ing", lemma + "es") and _SHORT_STEM.fullmatch(lemma)
    return lemma + "e" if short else lemma
