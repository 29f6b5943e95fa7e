"""The commands `code` and `profile` as plain functions: files in, files and tables out."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
from rich.progress import Progress

from vicsformer.corrections import find_corrections
from vicsformer.data.corpora import read_corpus
from vicsformer.data.errors import InputError
from vicsformer.data.files import refuse_written_over
from vicsformer.data.tables import read_table, require_suffix, write_table
from vicsformer.infer.coding import batches, code_documents
from vicsformer.infer.corrected import profile_methods
from vicsformer.infer.counts import count
from vicsformer.infer.intervals import Aggregate, Method
from vicsformer.infer.parsing import load_parser
from vicsformer.models.coder import Coder
from vicsformer.models.registry import load_coder


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
    refuse_written_over([output], [Path(corpus), *Path(corpus).glob("*")])
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
    methods: Sequence[str] = (),
    rates: Path | None = None,
    audit: Path | None = None,
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
    methods
        As in `infer.corrected.profile_methods`; `naive`, `soft` and, with an audit, `audit` where none is
        given.
    rates, audit
        As in `corrections.find_corrections`.

    Returns
    -------
    DataFrame
        The indices, as from `infer.corrected.profile_methods`.

    Raises
    ------
    InputError
        The table or an option cannot be used.
    """
    verbs = read_table(coded)
    known = find_corrections(verbs, rates=rates, audit=audit)
    table = profile_methods(
        verbs,
        methods=methods or known.methods(aggregate),
        by=by,
        rates=known.rates,
        audit=known.audit,
        aggregate=aggregate,
        interval=interval,
        resamples=resamples,
        level=level,
        seed=seed,
    )
    write_table(table, output / "indices.csv")
    write_table(count(verbs, by=by).table(), output / "counts.csv")
    return table
