"""Files of labelled verbs: standoff tables and JSON lines, as unchecked rows."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from vicsformer.data.columns import Rows, shown
from vicsformer.data.corpora import document_table, read_corpus
from vicsformer.data.errors import InputError
from vicsformer.data.files import base_suffix, read_json_lines
from vicsformer.data.sources import DELIMITED_SUFFIXES, JSON_SUFFIXES, delimited_rows
from vicsformer.data.splits import SHARES, read_splits

_ID = {"fileid": "document_id"}
_SPAN = ("document_id", "start", "end")


@dataclass(frozen=True)
class LabelRows:
    """Labels before their offsets are checked.

    Attributes
    ----------
    documents
        Document table; may hold documents without labels.
    passages
        `document_id, start, end`.
    verbs
        `document_id, start, end, attribution, category`, further ones where given.
    splits
        Split by document_id; None where the labels have no fixed split.
    """

    documents: pd.DataFrame
    passages: Rows
    verbs: Rows
    splits: dict[str, str] | None = None


def read_label_rows(path: Path, passages: Path | None, corpus: str | Path) -> LabelRows:
    """Rows of labels as they stand in their file.

    Raises
    ------
    InputError
        No such file, another suffix, or a file that cannot be read.
    """
    suffix = base_suffix(path)
    if suffix not in DELIMITED_SUFFIXES + JSON_SUFFIXES:
        raise InputError(
            f"{path}: expected labels as .tsv, .csv or .jsonl (each also .gz), or the word sotu, "
            f"found {path.suffix!r}; convert the file"
        )
    if not path.is_file():
        raise InputError(f"{path}: expected a file of labelled verbs, found no such file; check the path")
    return _json_lines(path) if suffix in JSON_SUFFIXES else _standoff(path, passages, corpus)


def _standoff(path: Path, passages: Path | None, corpus: str | Path) -> LabelRows:
    beside = path.with_name(path.name.replace("verbs", "passages"))
    passages = passages or beside
    if passages == path or not passages.is_file():
        raise InputError(
            f"{path}: expected the passages of these verbs in {beside.name} beside it, found no such file; "
            "name the two ..._verbs.tsv and ..._passages.tsv"
        )
    splits = path.with_name("splits.tsv")
    return LabelRows(
        documents=read_corpus(corpus),
        passages=_renamed(delimited_rows(passages)),
        verbs=_renamed(delimited_rows(path)),
        splits=read_splits(splits) if splits.is_file() else None,
    )


def _renamed(rows: Rows) -> Rows:
    return Rows(rows.frame.rename(columns=_ID), rows.file, rows.numbers)


def _json_lines(path: Path) -> LabelRows:
    numbers, objects = read_json_lines(path)
    frame = pd.DataFrame(objects, dtype=object)
    if "document_id" not in frame:
        frame = frame.rename(columns={"id": "document_id"})
    rows = Rows(frame.drop(columns="verbs", errors="ignore"), str(path), numbers)
    documents = document_table(rows, required=("text",))
    if "split" in documents:
        rows.refuse(
            ~documents["split"].isin(list(SHARES)),
            lambda i: (
                f"expected a split among {', '.join(SHARES)}, found {shown(documents['split'][i])}; mend it"
            ),
        )
    ids = documents["document_id"].tolist()
    verbs: list[dict[str, object]] = []
    lines: list[int] = []
    for name, line, item in zip(ids, numbers, objects, strict=True):
        given = item.get("verbs")
        if not isinstance(given, list) or not all(isinstance(verb, dict) for verb in given):
            raise InputError(
                f"{path}:{line}: expected verbs as a list of objects with start, end, attribution, category, "
                "found none; add it ([] where the text has no verb)"
            )
        verbs += [{**verb, "document_id": name} for verb in given]
        lines += [line] * len(given)
    spans = zip(ids, [0] * len(ids), documents["text"].map(len), strict=True)
    return LabelRows(
        documents=documents,
        passages=Rows(pd.DataFrame(spans, columns=list(_SPAN), dtype=object), str(path), numbers),
        verbs=Rows(pd.DataFrame(verbs, dtype=object), str(path), lines),
    )
