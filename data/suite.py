"""The suite of hard cases: minimal pairs of sentences and the codes of their verbs, one file a phenomenon."""

import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from vicsformer.data.codebook import NONE
from vicsformer.data.columns import Rows, is_blank, shown
from vicsformer.data.errors import InputError
from vicsformer.data.files import read_delimited
from vicsformer.data.spans import checked_verbs

SHIPPED_SUITE = Path(__file__).with_name("suite")
HEADER = ["pair", "state", "text"]
"""Columns of a file, in this order."""

MEMBERS = "ab"
"""Names of the two lines of a pair, in the order of the file."""

_VERB = [
    "document_id", "start", "end", "verb", "attribution", "category", "phenomenon", "pair", "member",
]  # fmt: skip
_MARK = re.compile(r"\[([^\[\]|\s]+)\|([^\[\]|]*)\|([^\[\]|]*)\]")


@dataclass(frozen=True)
class Suite:
    """Minimal pairs and the codes that their verbs should get.

    Attributes
    ----------
    documents
        A document table, one row a line of a file: `document_id` (PHENOMENON-PAIR-a or -b), `leader`
        (always suite), `date` (always empty), `state` (the speaker's), `text` (without marks).
    verbs
        One row a tested verb: `document_id, start, end` (characters of the document's text, of the head),
        `verb` (text[start:end]), `attribution`, `category` (one of the seven), `phenomenon` (name of the
        file), `pair` (number in the file), `member` (a or b).
    """

    documents: pd.DataFrame
    verbs: pd.DataFrame


def read_suite(folder: str | Path = SHIPPED_SUITE) -> Suite:
    """Read the suite of hard cases.

    Parameters
    ----------
    folder
        Holds files PHENOMENON.tsv with the columns `pair, state, text` and two lines a pair; tested verbs
        are marked in the text as `[form|attribution|category]`, the form a single token.

    Returns
    -------
    Suite
        In the order of the files' names, then of the files.

    Raises
    ------
    InputError
        No such files, or a line that is not as above: file and line.
    """
    files = sorted(Path(folder).glob("*.tsv"))
    if not files:
        raise InputError(
            f"{folder}: expected a folder with minimal pairs as PHENOMENON.tsv, found no such file; "
            "check the path"
        )
    documents, verbs = zip(*map(_read_file, files), strict=True)
    return Suite(pd.concat(documents, ignore_index=True), pd.concat(verbs, ignore_index=True))


def _read_file(path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Documents and verbs of one phenomenon."""
    rows = _lines(path)
    pairs = _pairs(rows)
    rows.refuse(map(is_blank, rows.frame["text"]), "expected a sentence in text, found none; write it")
    parsed = [_unmarked(text) for text in rows.frame["text"]]
    rows.refuse(
        (not marks or any(sign in text for sign in "[]|") for text, marks in parsed),
        lambda i: (
            "expected every tested verb marked as [form|attribution|category] with a single token as form, "
            f"found {shown(rows.frame['text'][i], 80)}; mend the marks"
        ),
    )
    names = [f"{path.stem}-{pair}-{member}" for pair, member in pairs]
    texts = [text for text, _ in parsed]
    documents = pd.DataFrame(
        {"document_id": names, "leader": "suite", "date": "", "state": rows.frame["state"], "text": texts},
        dtype="str",
    )
    verbs = [(names[i], *mark, path.stem, *pairs[i]) for i, (_, marks) in enumerate(parsed) for mark in marks]
    numbers = [number for number, (_, marks) in zip(rows.numbers, parsed, strict=True) for _ in marks]
    labelled = Rows(pd.DataFrame(verbs, columns=_VERB, dtype=object), rows.file, numbers)
    labelled.refuse(
        labelled.frame["category"] == NONE,
        f"expected a verb that is a unit, found category {NONE}; leave it unmarked",
    )
    return documents, checked_verbs(labelled, dict(zip(names, texts, strict=True)))


def _lines(path: Path) -> Rows:
    header, numbers, fields = read_delimited(path)
    if header != HEADER:
        raise InputError(
            f"{path}:1: expected the columns {', '.join(HEADER)} with tabs between, "
            f"found {', '.join(header)}; correct the header"
        )
    if not fields:
        raise InputError(f"{path}:1: expected two lines a pair, found the header alone; write pairs")
    return Rows(pd.DataFrame(fields, columns=header, dtype=object), str(path), numbers)


def _pairs(rows: Rows) -> list[tuple[int, str]]:
    """Return the pair and the member of each line."""
    given = rows.frame["pair"]
    rows.refuse(
        (not (pair.isascii() and pair.isdecimal()) for pair in given),
        lambda i: f"expected a whole number as pair, found {shown(given[i])}; number the pairs",
    )
    pairs = given.map(int)
    sizes = pairs.groupby(pairs).transform("size")
    rows.refuse(
        sizes != len(MEMBERS),
        lambda i: f"expected two lines of pair {pairs[i]}, found {sizes[i]}; a pair has two members",
    )
    members = [MEMBERS[number] for number in pairs.groupby(pairs).cumcount()]
    return list(zip(pairs.tolist(), members, strict=True))


def _unmarked(marked: str) -> tuple[str, list[tuple[int, int, str, str, str]]]:
    """Return a text without its marks, and of each mark start, end, form, attribution and category."""
    text, marks, done = "", [], 0
    for mark in _MARK.finditer(marked):
        form, attribution, category = mark.groups()
        text += marked[done : mark.start()]
        marks.append((len(text), len(text) + len(form), form, attribution, category))
        text += form
        done = mark.end()
    return text + marked[done:], marks
