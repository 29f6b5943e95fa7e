"""Documents cut into passages of a length that a reader codes at one sitting."""

import re
from collections.abc import Iterator

import pandas as pd

PASSAGE_COLUMNS: dict[str, str] = {
    "document_id": "the speech",
    "start": "first character of the passage in the document's text",
    "end": "one past the last character",
}
"""Columns of every table of passages; further ones are kept."""

_SENTENCE_END = re.compile(r"(?<=[.!?])([\"'”’)\]]*)\s+(?=[\"“'‘(]?[A-Z])")
_CLOSED = re.compile(r"[.!?:;][\"'”’)\]]*\Z")
_LINE = re.compile(r"\S[^\n\r]*")


def cut_passages(documents: pd.DataFrame, *, shortest: int = 40, longest: int = 160) -> pd.DataFrame:
    """Cut documents into passages of whole paragraphs, or of whole sentences where a paragraph is long.

    Parameters
    ----------
    documents
        Document table.
    shortest
        Words under which a paragraph takes the next one in; a rest shorter than that at the end of a document
        is left out.
    longest
        Words beyond which a paragraph is cut where a sentence ends; a longer single sentence stays whole.

    Returns
    -------
    DataFrame
        `PASSAGE_COLUMNS`, in the order of the documents and the text; passages do not overlap.
    """
    rows = [
        (name, start, end)
        for name, text in zip(documents["document_id"], documents["text"], strict=True)
        for start, end in _joined(text, list(_pieces(text, longest)), shortest, longest)
    ]
    table = pd.DataFrame(rows, columns=list(PASSAGE_COLUMNS))
    return table.astype({"start": "int64", "end": "int64"})


def _words(text: str) -> int:
    return len(text.split())


def _pieces(text: str, longest: int) -> Iterator[tuple[int, int, bool]]:
    """Paragraphs, long ones as sentences: start, end, and whether a paragraph ends there."""
    for start, end in _paragraphs(text):
        if _words(text[start:end]) <= longest:
            yield start, end, True
            continue
        cuts = list(_SENTENCE_END.finditer(text, start, end))
        starts, ends = [start, *(m.end() for m in cuts)], [*(m.end(1) for m in cuts), end]
        for a, b in zip(starts, ends, strict=True):
            yield a, b, b == end


def _paragraphs(text: str) -> list[tuple[int, int]]:
    """Lines of a text; where most of them end inside a sentence (a page's lines), lines up to such an end."""
    lines = [(m.start(), m.start() + len(m.group().rstrip())) for m in _LINE.finditer(text)]
    closed = [bool(_CLOSED.search(text, start, end)) for start, end in lines]
    if 2 * sum(closed) >= len(lines):
        return lines
    ends = [i for i, is_closed in enumerate(closed) if is_closed or i == len(lines) - 1]
    firsts = [0, *(i + 1 for i in ends[:-1])]
    return [(lines[a][0], lines[b][1]) for a, b in zip(firsts, ends, strict=True)]


def _joined(
    text: str, pieces: list[tuple[int, int, bool]], shortest: int, longest: int
) -> Iterator[tuple[int, int]]:
    """Neighbouring pieces together, up to the end of a paragraph or the longest length."""
    begin: int | None = None
    last = 0
    for start, end, closes in pieces:
        full = begin is not None and _words(text[begin:end]) > longest
        if full and begin is not None and _words(text[begin:last]) >= shortest:
            yield begin, last
            begin = None
        begin, last = (start if begin is None else begin), end
        if closes and _words(text[begin:last]) >= shortest:
            yield begin, last
            begin = None
    if begin is not None and _words(text[begin:last]) >= shortest:
        yield begin, last
