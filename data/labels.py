"""Labelled verbs: tables with offsets checked against the text, and the data set for training."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from vicsformer.data.errors import InputError
from vicsformer.data.label_files import LabelRows, read_label_rows
from vicsformer.data.spans import checked_spans, checked_verbs
from vicsformer.data.splits import LABELS, SHARES, VERBS_FILE, assign_splits
from vicsformer.data.tables import OPTIONAL_COLUMNS

if TYPE_CHECKING:
    from datasets import DatasetDict, Features

SHIPPED = {
    "sotu": VERBS_FILE,
    "invented": LABELS / "invented.jsonl",
    "statements": LABELS / "statements.jsonl",
}
"""Label sets by name: standoff on State of the Union addresses; speeches and short statements invented for
the purpose."""

REVIEW = "review"
"""Value of the column `stratum` of passages in which only verbs chosen for review are labelled, not all."""

CONTEXT_CHARACTERS = 300
"""How much text before a passage goes into the data set, at most."""


@dataclass(frozen=True)
class Labels:
    """Labelled verbs and the text that they stand in.

    Attributes
    ----------
    documents
        The document table of the labelled documents (`data.corpora.read_corpus`); `split` (train,
        validation, test) where it is fixed; `leader` and `date` may be empty.
    passages
        Stretches of text in which every verb form is labelled, but where `stratum` is `REVIEW`:
        `document_id, start, end` (characters of the document's text), further columns as given; in the order
        of `documents`, then of the text.
    verbs
        `document_id, start, end` (characters of the document's text), `verb` (text[start:end]),
        `attribution, category`, `passage` (row of `passages` it lies in), further columns as given; in the
        order of `passages`, then of the text.
    """

    documents: pd.DataFrame
    passages: pd.DataFrame
    verbs: pd.DataFrame


def load_labels(
    source: str | Path, *, passages: str | Path | None = None, corpus: str | Path = "sotu"
) -> Labels:
    """Load labelled verbs.

    Parameters
    ----------
    source
        A name of `SHIPPED`; a standoff table (.tsv, .csv) with the columns `document_id`
        (or `fileid`), `start, end, attribution, category`, best also `verb`; or JSON lines, each a `text`
        (one passage) with its `verbs: [{start, end, attribution, category}]`, optionally
        `id, leader, date, state, split`.
    passages
        Standoff tables only: the table of passages; by default the file beside it whose name has `passages`
        in place of `verbs`.
    corpus
        Standoff tables only: the documents, as `read_corpus` takes them.

    Returns
    -------
    Labels
        Every offset checked.

    Raises
    ------
    InputError
        A row that does not fit its text or the codebook: one line with file and line.
    """
    path = SHIPPED.get(str(source), Path(source))
    return _checked(read_label_rows(path, None if passages is None else Path(passages), corpus))


def reviewed(labels: Labels) -> "pd.Series[bool]":
    """Which passages hold labels of verbs chosen for review alone (`code --review`): good for teaching only.

    A verb form without a label says nothing there, neither that it is no unit nor that it was missed.
    """
    return labels.passages.get("stratum", pd.Series("", labels.passages.index)).eq(REVIEW)


def combine(parts: Sequence[Labels]) -> Labels:
    """Several label sets as one, each with its fixed splits or with splits made for it alone.

    Documents with verbs chosen for review (`reviewed`) are all for training.

    Raises
    ------
    InputError
        A document stands in two of them.
    """
    documents = pd.concat(
        [p.documents.assign(split=list(_splits(p).values())) for p in parts], ignore_index=True
    )
    optional = documents.columns.intersection(list(OPTIONAL_COLUMNS))
    documents[optional] = documents[optional].fillna("")
    twice = documents["document_id"][documents["document_id"].duplicated()]
    if len(twice):
        raise InputError(
            f"labels: expected every document in one set, found {twice.iloc[0]} in two; drop one"
        )
    before = np.cumsum([0, *(len(p.passages) for p in parts)])
    verbs = [
        p.verbs.assign(passage=p.verbs["passage"] + shift) for p, shift in zip(parts, before, strict=False)
    ]
    return Labels(
        documents,
        pd.concat([p.passages for p in parts], ignore_index=True),
        pd.concat(verbs, ignore_index=True),
    )


def _checked(rows: LabelRows) -> Labels:
    texts = dict(zip(rows.documents["document_id"], rows.documents["text"], strict=True))
    passages = checked_spans(rows.passages, texts)
    verbs = checked_verbs(rows.verbs, texts)
    documents = rows.documents[rows.documents["document_id"].isin(passages["document_id"])]
    documents = documents.reset_index(drop=True)
    if rows.splits is not None:
        documents["split"] = _fixed_splits(documents, rows.splits, rows.passages.file)
    rank = {name: i for i, name in enumerate(documents["document_id"])}
    passages = _sorted(passages, rank)
    verbs["passage"] = _passage_of(verbs, passages, rank, max(map(len, texts.values())) + 1)
    rows.verbs.refuse(
        verbs["passage"] < 0,
        lambda i: (
            f"expected a verb inside one passage of {rows.passages.file}, found "
            f"{verbs['start'][i]} to {verbs['end'][i]} of {verbs['document_id'][i]} in none; add the passage"
        ),
    )
    return Labels(documents, passages, _sorted(verbs, rank))


def _fixed_splits(documents: pd.DataFrame, splits: dict[str, str], file: str) -> "pd.Series[str]":
    without = documents.loc[~documents["document_id"].isin(list(splits)), "document_id"]
    if len(without):
        raise InputError(
            f"{file}: expected a split for every document in splits.tsv, found none for {without.iloc[0]}; "
            "run `python -m vicsformer.data.splits`"
        )
    return documents["document_id"].map(splits)


def _sorted(spans: pd.DataFrame, rank: dict[str, int]) -> pd.DataFrame:
    order = np.lexsort((spans["start"], spans["document_id"].map(rank)))
    return spans.iloc[order].reset_index(drop=True)


def _passage_of(verbs: pd.DataFrame, passages: pd.DataFrame, rank: dict[str, int], stride: int) -> Any:
    """Row of the passage that holds each verb, -1 where none does.

    Documents are laid end to end, `stride` characters each, so that one search finds all.
    """
    base = passages["document_id"].map(rank).to_numpy() * stride
    starts, ends = base + passages["start"].to_numpy(), base + passages["end"].to_numpy()
    base = verbs["document_id"].map(rank).fillna(-1).to_numpy().astype(np.int64) * stride
    row = np.searchsorted(starts, base + verbs["start"].to_numpy(), side="right") - 1
    inside = (row >= 0) & (base + verbs["end"].to_numpy() <= ends[row])
    return np.where(inside, row, -1)


def to_dataset_dict(labels: Labels) -> "DatasetDict":
    """Labels as a data set for training, split by document.

    Parameters
    ----------
    labels
        With fixed splits, or with none: then `splits.assign_splits` makes them.

    Returns
    -------
    datasets.DatasetDict
        `train`, `validation`, `test`; one row a passage: `document_id, leader, date, state` (empty where
        unknown), `offset` (first character of the passage in its document), `before` (up to 300 characters
        of text that end where the passage starts, beginning with a whole word), `text` (the passage), and
        its verbs as lists of equal length, in the order of the text: `start, end` (characters **of the
        passage's `text`**), `attribution`, `category` (text).

    Raises
    ------
    InputError
        Too few documents for three splits.
    """
    from datasets import Dataset, DatasetDict

    rows: dict[str, list[dict[str, Any]]] = {split: [] for split in SHARES}
    splits = _splits(labels)
    for row in _passage_rows(labels):
        rows[splits[row["document_id"]]].append(row)
    empty = [split for split, passages in rows.items() if not passages]
    if empty:
        raise InputError(
            f"labels: expected documents for train, validation and test, found none for {', '.join(empty)}; "
            "label more documents"
        )
    features = _features()
    return DatasetDict(
        {split: Dataset.from_list(passages, features=features) for split, passages in rows.items()}
    )


def _features() -> "Features":
    from datasets import Features, List, Value

    text = Value("string")
    return Features(
        dict.fromkeys(("document_id", "leader", "date", "state"), text)
        | {"offset": Value("int64"), "before": text, "text": text}
        | {"start": List(Value("int64")), "end": List(Value("int64"))}
        | {"attribution": List(text), "category": List(text)}
    )


def _splits(labels: Labels) -> dict[str, str]:
    documents = labels.documents
    if "split" in documents:
        return dict(zip(documents["document_id"], documents["split"], strict=True))
    sizes = labels.verbs["document_id"].value_counts().to_dict()
    taught = dict.fromkeys(labels.passages.loc[reviewed(labels), "document_id"], "train")
    return assign_splits(documents, {name: sizes.get(name, 0) for name in documents["document_id"]}, taught)


def _passage_rows(labels: Labels) -> list[dict[str, Any]]:
    documents = labels.documents.set_index("document_id")
    verbs = dict(list(labels.verbs.groupby("passage")))
    rows = []
    for number, (name, start, end) in enumerate(
        zip(labels.passages["document_id"], labels.passages["start"], labels.passages["end"], strict=True)
    ):
        document = documents.loc[name]
        inside = verbs.get(number, labels.verbs.iloc[:0])
        rows.append(
            {
                "document_id": name,
                "leader": document["leader"],
                "date": document["date"],
                "state": document.get("state", ""),
                "offset": start,
                "before": text_before(document["text"], start),
                "text": document["text"][start:end],
                "start": (inside["start"] - start).tolist(),
                "end": (inside["end"] - start).tolist(),
                "attribution": inside["attribution"].tolist(),
                "category": inside["category"].tolist(),
            }
        )
    return rows


def text_before(text: str, start: int) -> str:
    """Up to 300 characters that end at `start`, beginning with a whole word."""
    first = max(0, start - CONTEXT_CHARACTERS)
    # a word that the cut goes through is left out
    while 0 < first < start and not text[first - 1].isspace():
        first += 1
    return text[first:start]
