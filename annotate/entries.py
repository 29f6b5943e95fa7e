"""What a reader entered, verb by verb, and the passages of the pack that it is about."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from vicsformer.annotate.forms import FORM_COLUMNS
from vicsformer.annotate.passages import PASSAGE_COLUMNS
from vicsformer.data.columns import shown
from vicsformer.data.errors import InputError
from vicsformer.data.tables import require_columns

Span = tuple[int, int]


@dataclass(frozen=True)
class PackPassage:
    """A passage of a pack.

    Attributes
    ----------
    name, document_id
        Its name and the speech it is from.
    start
        Its first character in the document's text.
    text
        The passage.
    forms
        The marked verb forms: characters of the document by number.
    """

    name: str
    document_id: str
    start: int
    text: str
    forms: Mapping[int, Span]

    def word(self, span: Span) -> str:
        """The characters of the document, which lie in the passage."""
        return self.text[span[0] - self.start : span[1] - self.start]

    def clashes(self, span: Span) -> bool:
        """Whether the characters share one with a marked form."""
        return any(a < span[1] and span[0] < b for a, b in self.forms.values())


@dataclass(frozen=True)
class Entry:
    """A code as a reader entered it, not checked.

    Attributes
    ----------
    line
        Where it stands in the reader's file.
    passage, span
        The verb form: characters of the document.
    attribution, category, tense, note
        As entered, without white space around; may be empty.
    """

    line: int
    passage: PackPassage
    span: Span
    attribution: str
    category: str
    tense: str
    note: str

    @property
    def verb(self) -> str:
        """The form as it stands."""
        return self.passage.word(self.span)


def pack_passages(
    key: pd.DataFrame, documents: pd.DataFrame, passages: pd.DataFrame
) -> dict[str, PackPassage]:
    """Return the passages of a pack by name.

    Parameters
    ----------
    key
        `forms.FORM_COLUMNS`, a form once or once a reader.
    documents
        Document table.
    passages
        `passage, document_id, start, end`.

    Raises
    ------
    InputError
        A table lacks a column, or does not fit the documents.
    """
    require_columns(key, list(FORM_COLUMNS), "key.csv")
    require_columns(passages, ("passage", *PASSAGE_COLUMNS), "passages.csv")
    texts = dict(zip(documents["document_id"], documents["text"], strict=True))
    lost = sorted(set(passages["document_id"]).difference(texts))
    if lost:
        raise InputError(f"passages.csv: expected documents of the corpus, found {lost[0]}; give its corpus")
    forms: dict[str, dict[int, Span]] = {str(name): {} for name in passages["passage"]}
    for name, start, end, verb, passage, number in key[list(FORM_COLUMNS)].itertuples(index=False):
        found = texts.get(name, "")[start:end]
        if found != verb or str(passage) not in forms:
            raise InputError(
                f"key.csv: expected {shown(verb)} at {start} of {name} in {passage}, found {shown(found)}; "
                "give the corpus and the passages that the pack was made from"
            )
        forms[str(passage)][number] = (start, end)
    spans = passages[["passage", *PASSAGE_COLUMNS]].itertuples(index=False)
    return {
        str(passage): PackPassage(str(passage), name, start, texts[name][start:end], forms[str(passage)])
        for passage, name, start, end in spans
    }
