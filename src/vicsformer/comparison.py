"""The command `compare` as plain functions: tests, verdicts and typologies of a coded table's leaders."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from vicsformer.corrections import Corrections, find_corrections
from vicsformer.data.files import atomic_file
from vicsformer.data.norms import DEFAULT_NORM, norm_sd
from vicsformer.data.tables import read_table, write_table
from vicsformer.evaluate.compare import compare, omnibus
from vicsformer.evaluate.equivalence import margins_of
from vicsformer.evaluate.mixed import mixed_check
from vicsformer.evaluate.typology import typology
from vicsformer.infer.corrected import draw_indices
from vicsformer.infer.counts import Counts, count
from vicsformer.infer.indices import INDEX_NAMES, estimated_indices, indices
from vicsformer.infer.soft import soft_counts
from vicsformer.verdicts import Verdicts, preface, sentences, verdicts


class Comparison(NamedTuple):
    """Tables of a comparison.

    Attributes
    ----------
    comparisons, omnibus
        Tests of the speeches' own indices, pair by pair and over all groups (`evaluate.compare`), with the
        column `method`: soft or naive.
    typology
        Relationships from the ANOVAs, as published (`evaluate.typology`).
    mixed
        The leaders' differences as a beta-binomial model of verbs in documents has them, as a check
        (`evaluate.mixed`).
    gaps, relationships, types, orders, games
        From resampled pooled indices, with probabilities (`verdicts.Verdicts`).
    """

    comparisons: pd.DataFrame
    omnibus: pd.DataFrame
    typology: pd.DataFrame
    mixed: pd.DataFrame
    gaps: pd.DataFrame
    relationships: pd.DataFrame
    types: pd.DataFrame
    orders: pd.DataFrame
    games: pd.DataFrame

    def sentences(self) -> list[str]:
        """Three sentences a pair, to be quoted."""
        return list(sentences(Verdicts(*self[4:])))

    def preface(self) -> list[str]:
        """What a reader of the sentences has to know."""
        return preface(Verdicts(*self[4:]))


def compare_table(
    coded: Path,
    output: Path,
    *,
    by: str,
    alpha: float,
    seed: int,
    method: str | None = None,
    margin_share: float = 0.5,
    resamples: int = 2000,
    rates: Path | None = None,
    audit: Path | None = None,
) -> Comparison:
    """Write the tables of a comparison and `verdicts.txt` for a coded table.

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
    method
        Of the draws behind gaps and probabilities, one of `infer.corrected.METHODS`; `audit` where there is
        one, else `naive`, where none is given.
    margin_share
        Gaps smaller than this share of the SD over 130 leaders (`data.norms`) do not matter.
    resamples
        How many draws.
    rates, audit
        As in `corrections.find_corrections`.

    Raises
    ------
    InputError
        The table or an option cannot be used, or there are fewer than two groups.
    """
    verbs = read_table(coded)
    known = find_corrections(verbs, rates=rates, audit=audit)
    result = compare_coded(
        verbs,
        count(verbs, by=[by]),
        known,
        method=method,
        alpha=alpha,
        margins=margins_of(norm_sd(DEFAULT_NORM), share=margin_share),
        resamples=resamples,
        seed=seed,
    )
    write_comparison(result, output)
    return result


def compare_coded(
    coded: pd.DataFrame,
    counts: Counts,
    corrections: Corrections,
    *,
    method: str | None = None,
    alpha: float,
    margins: Mapping[str, float],
    resamples: int,
    seed: int,
    level: float = 0.95,
    permutations: int = 9999,
    documents: pd.DataFrame | None = None,
) -> Comparison:
    """Compare groups of documents: tests of the documents' own indices, and resampled pooled indices.

    The tests are of the codes as they are, with the method `soft` of the documents' expected counts; the
    column `method` says which. The other methods correct sums of documents and no single one.

    Parameters
    ----------
    coded, documents
        As in `infer.counts.count`.
    counts
        Their counts, by one column.
    corrections
        What there is to correct the codes by.
    method
        As in `compare_table`.
    margins
        By index: gaps smaller than this do not matter.
    alpha, seed, level, permutations
        As in `evaluate.compare.compare`.
    resamples
        How many draws.
    """
    (group,) = counts.by
    method = method or corrections.best
    soft = method == "soft"
    tested = soft_counts(coded, by=counts.by, documents=documents) if soft else counts
    scores, tests = speech_scores(tested), "soft" if soft else "naive"
    comparisons = compare(
        scores,
        group=group,
        indices=INDEX_NAMES,
        margins=margins,
        alpha=alpha,
        seed=seed,
        level=level,
        permutations=permutations,
    )
    draws = draw_indices(
        coded,
        method=method,
        by=group,
        rates=corrections.rates,
        audit=corrections.audit,
        resamples=resamples,
        seed=seed,
        documents=documents,
    )
    rested = counts.documents
    if method == "audit" and corrections.audit is not None:
        audited = corrections.audit[1]["document_id"].astype("str")
        rested = rested[rested["document_id"].astype("str").isin(audited)]
    found = rested[group].astype("str").value_counts()
    sizes = {name: int(found.get(name, 0)) for name in draws}
    return Comparison(
        comparisons.assign(method=tests),
        omnibus(scores, group=group, indices=INDEX_NAMES).assign(method=tests),
        typology(comparisons, alpha=alpha),
        mixed_check(counts.table(), group=group, level=level),
        *verdicts(
            draws,
            documents=sizes,
            method=method,
            margins=margins,
            alpha=alpha,
        ),
    )


def write_comparison(result: Comparison, output: Path) -> None:
    """Write the tables of a comparison, and its sentences as `verdicts.txt`."""
    for name, table in result._asdict().items():
        write_table(table, output / f"{name}.csv")
    with atomic_file(output / "verdicts.txt") as handle:
        lines = [*result.preface(), "", *result.sentences()]
        handle.write("".join(f"{line}\n" for line in lines).encode("utf-8"))


def speech_scores(counts: Counts) -> pd.DataFrame:
    """Indices of each document: the `by` columns, `document_id`, one column an index.

    The unbiased P-3 and I-3 of estimated counts are missing (`infer.indices.estimated_indices`).
    """
    of = indices if np.issubdtype(counts.array.dtype, np.integer) else estimated_indices
    scores = pd.DataFrame(of(counts.array), columns=list(INDEX_NAMES))
    return pd.concat([counts.documents, scores], axis=1)
