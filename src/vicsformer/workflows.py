"""The commands as plain functions: files in, files and tables out."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from rich.progress import Progress

from vicsformer.data.corpora import read_corpus
from vicsformer.data.errors import InputError
from vicsformer.data.tables import read_table, require_suffix, write_table
from vicsformer.evaluate.compare import compare, omnibus
from vicsformer.evaluate.typology import typology
from vicsformer.infer.coding import batches, code_documents
from vicsformer.infer.counts import Counts, count
from vicsformer.infer.indices import INDEX_NAMES, indices
from vicsformer.infer.intervals import Aggregate, Method
from vicsformer.infer.parsing import load_parser
from vicsformer.infer.profile import profile_counts
from vicsformer.models.coder import Coder
from vicsformer.models.registry import load_coder


class Comparison(NamedTuple):
    """Tables of a comparison: pair by pair, over all groups, and the relationships."""

    comparisons: pd.DataFrame
    omnibus: pd.DataFrame
    typology: pd.DataFrame


def code_corpus(corpus: str, output: Path, *, coder: str, parser: str, bar: Progress) -> pd.DataFrame:
    """Code a corpus and write the coded table.

    Parameters
    ----------
    corpus
        As in `data.corpora.read_corpus`.
    output
        `.parquet`, `.csv` or `.jsonl`.
    coder, parser
        Names, as in `models.registry.load_coder` and `infer.parsing.load_parser`.
    bar
        Where progress is shown.

    Returns
    -------
    DataFrame
        See `infer.coding.code_documents`.

    Raises
    ------
    InputError
        The output, the corpus, the coder or the parser cannot be used.
    """
    require_suffix(output)  # before the work, not after it
    if output.is_dir():
        raise InputError(f"{output}: expected a file to write, found a folder; give a file name in it")
    loaded = load_coder(coder)
    coded = code_with(read_corpus(corpus), {loaded.name: loaded}, parser=parser, bar=bar)[loaded.name]
    write_table(coded, output)
    return coded


def code_with(
    documents: pd.DataFrame, coders: Mapping[str, Coder], *, parser: str, bar: Progress
) -> dict[str, pd.DataFrame]:
    """Code a document table with several coders; every batch is parsed once.

    Parameters
    ----------
    documents
        Document table.
    coders
        By the name for the `coder` column.
    parser
        As in `infer.parsing.load_parser`.
    bar
        Where progress is shown.

    Returns
    -------
    dict
        Coded tables by coder.
    """
    loaded = load_parser(parser)
    task = bar.add_task("coding documents", total=len(documents))
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in coders}
    for batch in batches(documents):
        for name, coded in code_documents(batch, coders, loaded).items():
            parts[name].append(coded)
        bar.advance(task, len(batch))
    return {name: pd.concat(tables, ignore_index=True) for name, tables in parts.items()}


def profile_table(
    coded: Path,
    output: Path,
    *,
    by: Sequence[str],
    aggregate: Aggregate,
    interval: Method,
    resamples: int,
    level: float,
    seed: int,
) -> pd.DataFrame:
    """Write `indices.csv` and `counts.csv` for a coded table.

    Documents in which no verb was coded are not in such a table, and so in no count.

    Parameters
    ----------
    coded
        The file of a coded table.
    output
        Folder.
    by, aggregate, interval, resamples, level, seed
        As in `infer.profile.profile`.

    Returns
    -------
    DataFrame
        The indices.

    Raises
    ------
    InputError
        The table or an option cannot be used.
    """
    counts = count(read_table(coded), by=by)
    table = profile_counts(
        counts, aggregate=aggregate, interval=interval, resamples=resamples, level=level, seed=seed
    )
    write_table(table, output / "indices.csv")
    write_table(counts.table(), output / "counts.csv")
    return table


def compare_table(coded: Path, output: Path, *, by: str, alpha: float, seed: int) -> Comparison:
    """Write `comparisons.csv`, `omnibus.csv` and `typology.csv` for a coded table.

    Parameters
    ----------
    coded
        The file of a coded table.
    output
        Folder.
    by
        The column whose groups are compared.
    alpha, seed
        As in `evaluate.compare.compare`.

    Raises
    ------
    InputError
        The table or an option cannot be used, or there are fewer than two groups.
    """
    result = compare_counts(count(read_table(coded), by=[by]), alpha=alpha, seed=seed)
    write_comparison(result, output)
    return result


def compare_counts(
    counts: Counts, *, alpha: float, seed: int, level: float = 0.95, permutations: int = 9999
) -> Comparison:
    """Compare the groups of counted documents on the documents' own indices.

    Parameters
    ----------
    counts
        Counted by one column.
    alpha, seed, level, permutations
        As in `evaluate.compare.compare`.
    """
    scores = speech_scores(counts)
    (group,) = counts.by
    comparisons = compare(
        scores,
        group=group,
        indices=INDEX_NAMES,
        alpha=alpha,
        seed=seed,
        level=level,
        permutations=permutations,
    )
    return Comparison(
        comparisons, omnibus(scores, group=group, indices=INDEX_NAMES), typology(comparisons, alpha=alpha)
    )


def write_comparison(result: Comparison, output: Path) -> None:
    """Write the three tables of a comparison."""
    for name, table in result._asdict().items():
        write_table(table, output / f"{name}.csv")


def speech_scores(counts: Counts) -> pd.DataFrame:
    """Indices of each document: the `by` columns, `document_id`, one column an index."""
    scores = pd.DataFrame(indices(counts.array), columns=list(INDEX_NAMES))
    return pd.concat([counts.documents, scores], axis=1)
