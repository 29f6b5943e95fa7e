"""From documents to sentences and verb phrases, the units that are coded."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd

from vicsformer.data.tables import SENTENCE_COLUMNS, VERB_COLUMNS
from vicsformer.infer.agents import agent
from vicsformer.infer.clauses import clause, modal_verb, tense
from vicsformer.infer.grammar import is_passive
from vicsformer.infer.negation import negated
from vicsformer.infer.parsing import Parsed, load_parser, parse
from vicsformer.infer.phrases import chain_names, phrase
from vicsformer.infer.targets import particle, target
from vicsformer.infer.units import Unit, units

if TYPE_CHECKING:
    from spacy.language import Language

Row = tuple[Any, ...]

__all__ = ["extract", "extract_each", "load_parser"]


def extract(documents: pd.DataFrame, parser: "Language") -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cut documents into sentences and find their verb phrases.

    Parameters
    ----------
    documents
        One row a document: `document_id, text`, optional `state`.
    parser
        See `load_parser`.

    Returns
    -------
    sentences
        One row a sentence, columns `SENTENCE_COLUMNS`.
    verbs
        One row a unit of the codebook's section 1, columns `VERB_COLUMNS`, in the order of the text.
        Of a copula the target is the complement ("are a *threat* to us"). A verb that hangs on a noun
        ("programs *to help*") counts as governed. Clauses without tense take that of the clause above.
    """
    sentence_rows, verb_rows = [], []
    for sentences, verbs in _rows(documents, parser):
        sentence_rows += sentences
        verb_rows += verbs
    return _sentence_table(sentence_rows), _verb_table(verb_rows)


def extract_each(documents: pd.DataFrame, parser: "Language") -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """Yield sentences and verb phrases of one document after the other, as `extract` returns them for all.

    Parameters and columns are those of `extract`; a document without words gives two empty tables.
    """
    for sentences, verbs in _rows(documents, parser):
        yield _sentence_table(sentences), _verb_table(verbs)


def _rows(documents: pd.DataFrame, parser: "Language") -> Iterator[tuple[list[Row], list[Row]]]:
    """Rows of the two tables, one document after the other."""
    states = documents["state"].fillna("") if "state" in documents else [""] * len(documents)
    parsed = parse(documents["text"], parser)
    for name, text, state, parts in zip(
        documents["document_id"], documents["text"], states, parsed, strict=True
    ):
        sentence_rows: list[Row] = []
        verb_rows: list[Row] = []
        for part in parts:
            _extract_part(part, name, text, state, sentence_rows, verb_rows)
        yield sentence_rows, verb_rows


def _extract_part(
    part: Parsed,
    name: str,
    text: str,
    state: str,
    sentence_rows: list[Row],
    verb_rows: list[Row],
) -> None:
    """Append the rows of one piece of a document."""
    for sentence in part.doc.sents:
        start, end = part.place(sentence.start_char, sentence.end_char)
        number = len(sentence_rows)
        sentence_rows.append((name, number, start, end, text[start:end], state))
        asked = text[start:end].rstrip("\"'”’») ").endswith("?")
        for unit in units(sentence):
            start, end = part.place(unit.head.idx, unit.head.idx + len(unit.head))
            verb_rows.append((name, number, start, end, text[start:end], *_describe(unit, asked)))


def _describe(unit: Unit, asked: bool) -> tuple[Any, ...]:
    """Return the columns from `lemma` to `clause` in the order of `VERB_COLUMNS`."""
    aim = target(unit.head, unit.top)
    return (
        unit.head.lemma_,
        phrase(unit),
        agent(unit),
        aim.phrase,
        tense(unit),
        negated(unit),
        is_passive(unit.head),
        particle(unit.head),
        modal_verb(unit),
        chain_names(unit),
        aim.noun,
        aim.preposition,
        clause(unit, asked=asked),
    )


def _sentence_table(rows: list[Row]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=list(SENTENCE_COLUMNS))
    return table.astype(dict.fromkeys(("sentence", "start", "end"), "int64"))


def _verb_table(rows: list[Row]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=list(VERB_COLUMNS))
    return table.astype(
        dict.fromkeys(("sentence", "start", "end"), "int64") | dict.fromkeys(("negated", "passive"), "bool")
    )
