"""Columns of the tables that pass between the stages, documented once, and tables on disk."""

import gzip
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from vicsformer.data.errors import InputError
from vicsformer.data.files import atomic_file, base_suffix
from vicsformer.data.table_files import READERS, WRITERS

DOCUMENT_COLUMNS: dict[str, str] = {
    "document_id": "unique name of the speech",
    "leader": "who speaks",
    "date": "YYYY, YYYY-MM or YYYY-MM-DD, as text",
    "text": "the speech; all character offsets point into it",
}
"""Columns every document table has; any further one is kept."""

OPTIONAL_COLUMNS: tuple[str, ...] = ("state", "title", "source", "period")
"""Known columns that a document table may have: text, empty where missing."""

SENTENCE_COLUMNS: dict[str, str] = {
    "document_id": "the speech",
    "sentence": "number of the sentence in its document, from 0",
    "start": "first character in the document's text",
    "end": "one past the last character",
    "text": "the sentence as it stands: document text[start:end]",
    "state": "the speaker's own state in words, empty where unknown",
}

VERB_COLUMNS: dict[str, str] = {
    "document_id": "the speech",
    "sentence": "number of the sentence in its document",
    "start": "first character of the head verb in the document's text",
    "end": "one past the last character of the head verb",
    "verb": "the head verb as it stands: document text[start:end]",
    "lemma": "its lemma, lower case",
    "phrase": "the verb phrase: auxiliaries, negation, chain, head, particle, in the order of the text",
    "subject": "the agent in words (by-agent of a passive, shared subject of a coordination), "
    "empty where none is given",
    "target": "the noun phrase acted on, empty where none",
    "tense": "past, present or future, of the chain as a whole",
    "negated": "whether the phrase is negated",
    "passive": "whether the phrase is passive",
    "particle": "particle of a phrasal verb (`carry out`: out), empty where none",
    "modal": "lemma of the modal that governs the phrase (will, would, can, could, may, might, must, "
    "should, ...), empty where none",
    "chain": "lemmas of the words that head the chain before the head verb (`want`, `fail`, `be ready`), "
    "comma-separated",
    "object": "lemma of the head noun of the target (`impose sanctions`: sanction), empty where none",
    "preposition": "preposition that introduces the target or the first adjunct of a party (`against`, "
    "`with`), empty where none",
    "clause": "main, complement, relative, participle, conditional, counterfactual, question, imperative, "
    "purpose or governed (the embedded verb of object control)",
}

CODED_COLUMNS: tuple[str, ...] = (
    "document_id", "leader", "date", "sentence", "start", "end", "verb", "lemma", "phrase", "subject",
    "target", "tense", "negated", "passive", "attribution", "category", "intensity", "confidence",
    "expected_intensity", "p_reward", "p_promise", "p_appeal", "p_neutral", "p_oppose", "p_threaten",
    "p_punish", "p_self", "p_other", "p_unknown", "coder",
)  # fmt: skip
"""One row a coded verb; further columns of the documents (`state, period, ...`) follow."""

_CODES = ("attribution", "category", "coder")
_TEXT_COLUMNS = {*DOCUMENT_COLUMNS, *OPTIONAL_COLUMNS, *VERB_COLUMNS, *_CODES}.difference(
    ("sentence", "start", "end", "negated", "passive")
)
_SUFFIXES = ".parquet, .csv, .jsonl, .csv.gz, .jsonl.gz"


def require_suffix(path: Path) -> str:
    """Suffix that decides a table's format (`.csv` of `a.csv.gz`); to be asked before long work.

    Raises
    ------
    InputError
        No format has the suffix.
    """
    suffix = base_suffix(path)
    if suffix not in WRITERS or path.name.lower().endswith(".parquet.gz"):
        raise InputError(
            f"{path}: expected a table as {_SUFFIXES}, found {path.suffix!r}; choose one of these"
        )
    return suffix


def write_table(frame: pd.DataFrame, path: str | Path) -> None:
    """Write a table without its index, in the format of the suffix; the file appears only when it is whole.

    Parameters
    ----------
    frame
        Columns of text, numbers or booleans, also with missing cells.
    path
        Ends in .parquet, .csv, .jsonl, .csv.gz or .jsonl.gz; folders on the way are made.

    Raises
    ------
    InputError
        Another suffix, or a place that cannot be written to.
    """
    path = Path(path)
    data = WRITERS[require_suffix(path)](frame)
    with atomic_file(path) as handle:
        handle.write(gzip.compress(data, compresslevel=6, mtime=0) if path.suffix.lower() == ".gz" else data)


def read_table(path: str | Path) -> pd.DataFrame:
    """Read a table that `write_table` wrote, or one like it from another program.

    Parameters
    ----------
    path
        Ends in .parquet, .csv, .jsonl, .csv.gz or .jsonl.gz.

    Returns
    -------
    pandas.DataFrame
        Index 0, 1, ...; the columns that `DOCUMENT_COLUMNS`, `OPTIONAL_COLUMNS` and `VERB_COLUMNS` describe
        as text are text whatever they look like ("2013", "NA"), and so are the codes.

    Raises
    ------
    InputError
        No such file, another suffix, or a file that is not what its suffix says.
    """
    path = Path(path)
    read = READERS[require_suffix(path)]
    if not path.is_file():
        raise InputError(f"{path}: expected a table ({_SUFFIXES}), found no such file; check the path")
    frame = read(path)
    for name in _TEXT_COLUMNS.intersection(frame.columns):
        frame[name] = frame[name].astype("str")
    return frame


def require_columns(frame: pd.DataFrame, columns: Sequence[str], what: str) -> None:
    """Check that a table has the columns.

    Parameters
    ----------
    frame
        The table.
    columns
        Names that must be there.
    what
        The table, as the error names it: a file, or words.

    Raises
    ------
    InputError
        Lists every missing column, and those that are there.
    """
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        found = ", ".join(map(str, frame.columns)) or "none"
        raise InputError(
            f"{what}: expected the columns {', '.join(columns)}, found {found}; "
            f"add or rename: {', '.join(missing)}"
        )
