"""Passages drawn and packed for readers, as plain functions: files in, files and tables out."""

import codecs
import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from vicsformer.annotate import label_studio
from vicsformer.annotate.forms import verb_forms
from vicsformer.annotate.pack import assign_readers, code_sheet, passage_text
from vicsformer.annotate.passages import PASSAGE_COLUMNS, cut_passages
from vicsformer.annotate.sample import category_strata, passage_of, sample_passages
from vicsformer.data.codebook import CATEGORIES
from vicsformer.data.columns import Rows
from vicsformer.data.corpora import read_corpus
from vicsformer.data.errors import InputError
from vicsformer.data.files import atomic_file, refuse_written_over
from vicsformer.data.labels import load_labels
from vicsformer.data.spans import checked_spans
from vicsformer.data.table_files import to_csv
from vicsformer.data.tables import read_table, require_columns, require_suffix, write_table
from vicsformer.infer.parsing import load_parser


def draw_sample(
    corpus: str,
    output: Path,
    *,
    passages: int,
    by: Sequence[str] = (),
    coded: Path | None = None,
    strata: Sequence[str] = (),
    matching: str | None = None,
    without: Sequence[str] = (),
    start: int | None = None,
    end: int | None = None,
    shortest: int = 40,
    longest: int = 160,
    seed: int = 0,
) -> pd.DataFrame:
    """Draw passages of a corpus to code and write them with their inclusion probabilities.

    The probabilities are those of being drawn from what `start`, `end`, `strata`, `matching` and `without`
    leave of the corpus: a weight of 1 / `inclusion_probability` speaks for that part only.

    Parameters
    ----------
    corpus, start, end
        As in `data.corpora.read_corpus`.
    output
        Table of passages to write.
    passages
        How many to draw, shared equally between strata.
    by
        Columns of the documents that make strata (`leader`).
    coded
        A coded table of the corpus: passages are stratified by the rarest category in them as well.
    strata
        Only from strata of these categories; needs `coded`.
    matching
        Only passages in which this regular expression is found, upper and lower case alike.
    without
        Labels (`data.labels.load_labels`) whose passages must not be drawn again.
    shortest, longest
        Words, as in `annotate.passages.cut_passages`.
    seed
        Of the draw.

    Returns
    -------
    DataFrame
        `passage, document_id, leader, start, end, stratum, stratum_passages, inclusion_probability`.

    Raises
    ------
    InputError
        The corpus, the coded table, the labels or an option cannot be used.
    """
    require_suffix(output)  # before the work, not after it
    refuse_written_over([output], [Path(corpus), *([] if coded is None else [coded])])
    _check_strata(strata, coded)
    documents = read_corpus(corpus, start=start, end=end)
    require_columns(documents, tuple(by), corpus)
    pool = cut_passages(documents, shortest=shortest, longest=longest)
    leaders = documents.set_index("document_id", drop=False)
    pool = pool.assign(leader=pool["document_id"].map(leaders["leader"]))
    pool = _matching(_unlabelled(pool, without, corpus), leaders["text"], matching)
    if pool.empty:
        raise InputError(
            f"{corpus}: expected passages of {shortest} words or more to draw from, found none that the "
            "options leave; loosen --shortest, --matching or --without"
        )
    category: pd.Series[str] | None = None
    if coded is not None:
        category = category_strata(pool, read_table(coded))
        if strata:
            pool, category = pool[category.isin(list(strata))], category[category.isin(list(strata))]
    names = [pool["document_id"].map(leaders[name].astype("str").fillna("")) for name in by]
    names += [] if category is None else [category]
    joined = pd.concat(names, axis=1).agg(", ".join, axis=1) if names else None
    drawn = sample_passages(pool, passages_drawn=passages, strata=joined, rng=np.random.default_rng(seed))
    drawn.insert(0, "passage", [f"p{i:04d}" for i in range(1, len(drawn) + 1)])
    write_table(drawn, output)
    return drawn


def _check_strata(strata: Sequence[str], coded: Path | None) -> None:
    unknown = [name for name in strata if name not in CATEGORIES]
    if unknown:
        raise InputError(
            f"--stratum: expected categories of {', '.join(CATEGORIES)}, found {unknown[0]}; name these"
        )
    if strata and coded is None:
        raise InputError(
            "--stratum: expected a coded table that the strata are made of, found none; give --coded"
        )


def _unlabelled(pool: pd.DataFrame, without: Sequence[str], corpus: str) -> pd.DataFrame:
    for source in without:
        labelled = load_labels(source, corpus=corpus).passages
        # a passage is out if either end of one lies in the other
        last = pool.assign(start=pool["end"] - 1)
        taken = (passage_of(pool, labelled) >= 0) | (passage_of(last, labelled) >= 0)
        holding = passage_of(labelled, pool)
        taken[holding[holding >= 0]] = True
        pool = pool[~taken].reset_index(drop=True)
    return pool


def _matching(pool: pd.DataFrame, texts: "pd.Series[str]", matching: str | None) -> pd.DataFrame:
    if matching is None:
        return pool
    try:
        pattern = re.compile(matching, re.IGNORECASE)
    except re.error as error:
        raise InputError(
            f"--matching {matching}: expected a regular expression, found: {error}; mend it"
        ) from error
    spans = pool[list(PASSAGE_COLUMNS)].itertuples(index=False)
    return pool[[bool(pattern.search(texts[name][a:b])) for name, a, b in spans]].reset_index(drop=True)


def make_packs(
    sample: Path,
    output: Path,
    *,
    corpus: str,
    readers: int = 1,
    double: float = 0.0,
    parser: str,
    seed: int = 0,
) -> pd.DataFrame:
    """Write coding packs for a sample of passages.

    Parameters
    ----------
    sample
        As from `draw_sample`.
    output
        A new folder; gets `passages.csv` (the sample), `key.csv` (every verb form with its place in the
        corpus, and which reader codes it), for each reader `reader-K.txt` (passages with numbered verbs),
        `reader-K.csv` (the sheet to fill in) and `reader-K.json` (the same as tasks for Label Studio), and
        `label_studio.xml` (its labelling configuration).
    corpus
        What the sample was drawn from.
    readers, double
        As in `annotate.pack.assign_readers`.
    parser
        As in `infer.parsing.load_parser`.
    seed
        Of the sharing out.

    Returns
    -------
    DataFrame
        The key: `annotate.forms.FORM_COLUMNS`, `reader, reading`.

    Raises
    ------
    InputError
        The sample, the corpus or an option cannot be used, or the folder holds a pack: its sheets may be
        filled in.
    """
    if (output / "key.csv").exists():
        raise InputError(f"{output}: expected a folder without a pack, found key.csv; name another folder")
    documents = read_corpus(corpus)
    passages = _sampled(sample, documents)
    documents = documents[documents["document_id"].isin(passages["document_id"])]
    shared = assign_readers(passages, readers=readers, double=double, rng=np.random.default_rng(seed))
    forms = verb_forms(documents, passages, load_parser(parser))
    for reader in range(1, readers + 1):
        own = passages[passages["passage"].isin(shared.loc[shared["reader"] == reader, "passage"])]
        write_pack(output, reader, documents, own, forms[forms["passage"].isin(own["passage"])])
    write_table(passages, output / "passages.csv")
    key = forms.merge(shared, on="passage")
    write_table(key, output / "key.csv")
    return key


def _sampled(sample: Path, documents: pd.DataFrame) -> pd.DataFrame:
    """Read a sample and check it: every passage has a name of its own and lies in its document."""
    table = read_table(sample)
    require_columns(table, ("passage", *PASSAGE_COLUMNS), str(sample))
    table["passage"] = table["passage"].astype("str")
    first = 2 if ".csv" in sample.suffixes else 1
    rows = Rows(table.astype(object), str(sample), list(range(first, first + len(table))))
    rows.refuse(table.duplicated("passage"), "expected each passage name once, found it twice; rename one")
    checked_spans(rows, dict(zip(documents["document_id"], documents["text"], strict=True)))
    return table


def write_pack(
    output: Path, reader: int, documents: pd.DataFrame, passages: pd.DataFrame, forms: pd.DataFrame
) -> None:
    """Write one reader's `reader-K.txt`, `.csv` and `.json`, and `label_studio.xml`, the same for all.

    Parameters
    ----------
    output
        Folder.
    reader
        K.
    documents, passages, forms
        As in `annotate.pack.passage_text`.

    Raises
    ------
    InputError
        The folder cannot be written to.
    """
    path = output / f"reader-{reader}"
    texts = passage_text(documents, passages, forms)
    _write_text("\n\n".join(text for _, text in texts) + "\n", path.with_suffix(".txt"))
    with atomic_file(path.with_suffix(".csv")) as handle:
        handle.write(codecs.BOM_UTF8 + to_csv(code_sheet(forms)))  # spreadsheets take it for Latin-1 without
    tasks = label_studio.tasks(documents, passages, forms)
    _write_text(json.dumps(tasks, ensure_ascii=False, indent=1) + "\n", path.with_suffix(".json"))
    _write_text(label_studio.configuration(), output / "label_studio.xml")


def _write_text(text: str, path: Path) -> None:
    with atomic_file(path) as handle:
        handle.write(text.encode("utf-8"))
