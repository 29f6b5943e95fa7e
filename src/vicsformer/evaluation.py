"""Coders against labelled verbs, from raw text to codes."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from rich.progress import Progress

from vicsformer.data.errors import InputError
from vicsformer.data.labels import load_labels, reviewed
from vicsformer.data.passages import PassageDocuments, passage_documents
from vicsformer.data.splits import SHARES
from vicsformer.data.tables import write_table
from vicsformer.evaluate.agreement import advantage, agreement, index_differences
from vicsformer.evaluate.matching import between, match
from vicsformer.infer.profile import profile
from vicsformer.models.coder import Coder
from vicsformer.models.registry import load_coders
from vicsformer.workflows import code_with


class Evaluation(NamedTuple):
    """Tables of an evaluation.

    Attributes
    ----------
    agreement
        Of each coder with the labels (`evaluate.agreement`), column `coder`.
    advantage
        Of the first coder over each other one (`evaluate.agreement.advantage`), column `over`.
    between
        Agreement of each two coders with each other, columns `a`, `b`.
    differences
        Pooled indices from codes and from labels, a leader and coder.
    """

    agreement: pd.DataFrame
    advantage: pd.DataFrame
    between: pd.DataFrame
    differences: pd.DataFrame


def evaluate_coders(
    labels: str,
    output: Path,
    *,
    coders: Sequence[str],
    split: str | None,
    corpus: str,
    parser: str,
    resamples: int,
    seed: int,
    bar: Progress,
) -> Evaluation:
    """Evaluate coders by name and write the tables.

    Parameters
    ----------
    labels
        As in `data.labels.load_labels`.
    output
        Folder; gets a CSV for each table of `Evaluation` and the `pairs-CODER.csv` they rest on.
    coders
        Names, as in `models.registry.load_coder`; the advantage is that of the first one.
    split
        Only the documents of this split.
    corpus
        What the offsets of a standoff table point into, as in `data.corpora.read_corpus`.
    parser
        As in `infer.parsing.load_parser`.
    resamples, seed
        Of the resampling of documents.
    bar
        Where progress is shown.

    Raises
    ------
    InputError
        Labels, coders, corpus or split cannot be used.
    """
    loaded = load_labels(labels, corpus=corpus)
    if reviewed(loaded).any():
        raise InputError(
            f"{labels}: expected passages in which every verb is labelled, found verbs chosen for review; "
            "teach a coder with them, and evaluate on passages drawn by `labels sample`"
        )
    if split is not None and ("split" not in loaded.documents or split not in SHARES):
        raise InputError(
            f"--split {split}: expected one of {', '.join(SHARES)} and labels with splits, found no such "
            f"split in {labels}; leave --split out"
        )
    documents = loaded.documents
    chosen = None if split is None else documents.loc[documents["split"] == split, "document_id"].tolist()
    if chosen == []:
        raise InputError(
            f"--split {split}: expected documents in that split, found none in {labels}; choose another"
        )
    texts = passage_documents(loaded, of=chosen)
    named = load_coders(coders)
    evaluation, pairs = evaluate_on(texts, named, parser=parser, resamples=resamples, seed=seed, bar=bar)
    for name, table in evaluation._asdict().items():
        if not table.empty:  # one coder has no advantage over another
            write_table(table, output / f"{name}.csv")
    for name, table in pairs.items():
        write_table(table, output / f"pairs-{name}.csv")
    return evaluation


def evaluate_on(
    texts: PassageDocuments,
    coders: Mapping[str, Coder],
    *,
    parser: str,
    resamples: int,
    seed: int,
    bar: Progress,
) -> tuple[Evaluation, dict[str, pd.DataFrame]]:
    """Evaluate coders on labelled passages.

    Parameters
    ----------
    texts
        The passages and their labels.
    coders
        By name; the advantage is that of the first one.
    parser, resamples, seed, bar
        As in `evaluate_coders`.

    Returns
    -------
    tuple
        The tables, and by coder the pairs of labelled and coded verbs that they rest on.
    """
    coded = code_with(texts.documents, coders, parser=parser, bar=bar)
    inside = {name: _inside(table, texts.passages) for name, table in coded.items()}
    # passages of one speech are one case when documents are resampled
    speech = texts.documents.set_index("document_id")["speech"]
    pairs = {name: match(texts.verbs, table, texts.passages) for name, table in inside.items()}
    cases = {
        name: table.assign(document_id=table["document_id"].map(speech)) for name, table in pairs.items()
    }
    first, *others = coders
    gold = texts.verbs[texts.verbs["category"] != "none"].merge(texts.documents[["document_id", "leader"]])
    reference = profile(gold, resamples=1)
    tables = Evaluation(
        _stack(agreement(c, resamples=resamples, seed=seed).assign(coder=n) for n, c in cases.items()),
        _stack(
            advantage(cases[first], cases[n], resamples=resamples, seed=seed).assign(coder=first, over=n)
            for n in others
        ),
        _stack(
            agreement(between(inside[a], inside[b]), resamples=resamples, seed=seed).assign(a=a, b=b)
            for i, a in enumerate(coders)
            for b in list(coders)[i + 1 :]
        ),
        _stack(
            index_differences(reference, profile(table, resamples=1)).assign(coder=name)
            for name, table in inside.items()
        ),
    )
    return tables, pairs


def _inside(coded: pd.DataFrame, passages: pd.DataFrame) -> pd.DataFrame:
    """Coded rows in the passages, not in the text before them; every document here has one passage."""
    starts = passages.set_index("document_id")["start"]
    return coded[coded["start"] >= coded["document_id"].map(starts)]


def _stack(tables: Iterable[pd.DataFrame]) -> pd.DataFrame:
    found = list(tables)
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()
