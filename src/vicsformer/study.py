"""A study: one configuration from a corpus to the comparison of its leaders."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, get_args

import pandas as pd
from pydantic import Field
from rich.progress import Progress

from vicsformer.comparison import Comparison, compare_coded, write_comparison
from vicsformer.corrections import Corrections, find_corrections
from vicsformer.data.configuration import Strict, read_config, write_config
from vicsformer.data.corpora import read_corpus
from vicsformer.data.errors import InputError
from vicsformer.data.norms import DEFAULT_NORM, norm_sd
from vicsformer.data.tables import require_columns, write_table
from vicsformer.evaluate.agreement import agreement, index_differences
from vicsformer.evaluate.equivalence import margins_of
from vicsformer.evaluate.matching import between
from vicsformer.infer.corrected import profile_methods
from vicsformer.infer.counts import count
from vicsformer.infer.intervals import Aggregate, Method
from vicsformer.infer.parsing import DEFAULT_PARSER
from vicsformer.models.registry import load_coders
from vicsformer.views import LEGEND, intervals_by_group, likeliest_matrix, relationship_matrix
from vicsformer.workflows import code_with


class StudyConfig(Strict):
    """A study.

    Attributes
    ----------
    corpus
        As in `data.corpora.read_corpus`; a path is relative to the working directory.
    columns, where, leaders, start, end
        Renaming of columns and choice of documents, as in `read_corpus`.
    coders
        The first one's codes are reported; the others are set beside it.
    by
        The column whose groups are profiled and compared.
    parser
        An installed spaCy English model.
    interval, resamples, level, seed
        Of the bootstrap.
    method
        Of the draws behind gaps and probabilities, one of `infer.corrected.METHODS`; `naive` where none is
        given.
    margin_share
        Gaps smaller than this share of the SD over 130 leaders do not matter.
    alpha, permutations
        Of the comparison.
    """

    corpus: str
    columns: dict[str, str] = {}
    where: dict[str, list[str | int | float | bool]] = {}
    leaders: list[str] | None = None
    start: int | None = None
    end: int | None = None
    coders: Annotated[list[str], Field(min_length=1)] = ["default", "dictionary"]
    by: str = "leader"
    parser: str = DEFAULT_PARSER
    interval: Method = "expanded"
    resamples: Annotated[int, Field(ge=1)] = 2000
    level: Annotated[float, Field(gt=0, lt=1)] = 0.95
    seed: Annotated[int, Field(ge=0)] = 0
    method: Literal["naive", "soft", "imputed", "confusion"] | None = None
    margin_share: Annotated[float, Field(gt=0)] = 0.5
    alpha: Annotated[float, Field(gt=0, lt=0.5)] = 0.05
    permutations: Annotated[int, Field(ge=1)] = 9999


@dataclass(frozen=True)
class Study:
    """What a study finds.

    Attributes
    ----------
    config, folder
        The study, and where its tables are.
    indices
        Tidy indices of every coder by every method, pooled and as means of speeches.
    comparison
        Of the first coder.
    agreement, differences
        Agreement of the other coders (`b`) with the first (`a`), and how far their indices are from its.
    """

    config: StudyConfig
    folder: Path
    indices: pd.DataFrame
    comparison: Comparison
    agreement: pd.DataFrame
    differences: pd.DataFrame

    def summaries(self) -> Iterator[tuple[str, pd.DataFrame, str]]:
        """Title, table and note of what the terminal shows."""
        pooled = self.indices.query("aggregate == 'pooled' and method == 'naive'")
        coders = pooled["coder"].unique()
        for coder in coders:
            yield (
                f"Indices by coder {coder}, pooled over speeches, {100 * self.config.level:g}% intervals",
                intervals_by_group(pooled[pooled["coder"] == coder], self.config.by),
                "",
            )
        yield (
            f"Relationships by coder {coders[0]} (Feng & He 2024, figure 1)",
            relationship_matrix(self.comparison.typology),
            f"{LEGEND}\nfrom one-way ANOVA of the speeches' P-1 and I-1, alpha {self.config.alpha}",
        )
        likeliest = self.comparison.relationships
        yield (
            f"Likeliest relationships by coder {coders[0]}, method {likeliest['method'].iloc[0]}",
            likeliest_matrix(likeliest),
            f"{LEGEND}; in brackets where not certain (under .8, or open who is higher)\n"
            "sentences in verdicts.txt",
        )


def run_study(config: Path, output: Path | None, *, bar: Progress) -> Study:
    """Run a study and write its tables.

    Parameters
    ----------
    config
        YAML, see `StudyConfig`.
    output
        Folder; `out/` and the configuration's name where not given.
    bar
        Where progress is shown.

    Returns
    -------
    Study
        Its folder then holds `indices.csv, comparisons.csv, omnibus.csv, typology.csv, agreement.csv,
        differences.csv`, a `coded-CODER.parquet` a coder, and the resolved `study.yaml`.

    Raises
    ------
    InputError
        The configuration, the corpus or a coder cannot be used, or there are no two groups to compare.
    """
    study = read_config(config, StudyConfig)
    folder = output or Path("out") / config.stem
    coders = load_coders(study.coders)
    documents = read_corpus(
        study.corpus,
        columns=study.columns,
        where=study.where,
        leaders=study.leaders,
        start=study.start,
        end=study.end,
    )
    require_columns(documents, [study.by], study.corpus)
    groups = documents[study.by].unique()
    if len(groups) < 2:
        raise InputError(
            f"{config}: expected at least two values of {study.by} to compare, "
            f"found {', '.join(map(str, groups))}; use `vicsformer code` and `vicsformer profile`"
        )
    write_config(study, folder / "study.yaml")
    coded = code_with(documents, coders, parser=study.parser, bar=bar)
    for name, table in coded.items():
        write_table(table, folder / f"coded-{name}.parquet")
    task = bar.add_task("comparing leaders", total=None)
    result = analyse(study, folder, documents, coded)
    bar.remove_task(task)
    for name in ("indices", "agreement", "differences"):
        table = getattr(result, name)
        if not table.empty:  # one coder agrees with nobody
            write_table(table, folder / f"{name}.csv")
    write_comparison(result.comparison, folder)
    return result


def analyse(
    study: StudyConfig, folder: Path, documents: pd.DataFrame, coded: dict[str, pd.DataFrame]
) -> Study:
    """Profiles and comparisons of a coded corpus.

    Parameters
    ----------
    study, folder
        The study and where its tables go.
    documents
        Document table: documents without a verb count as documents.
    coded
        Coded tables by coder, the one that is reported first.
    """
    known = {name: find_corrections(table) for name, table in coded.items()}
    indices = pd.concat(
        [_indices(table, known[name], study, documents).assign(coder=name) for name, table in coded.items()],
        ignore_index=True,
    )
    naive = indices[indices["method"] == "naive"]
    first, *others = coded
    beside, differences = [], []
    for other in others:
        pairs = between(coded[first], coded[other])
        found = agreement(pairs, resamples=study.resamples, level=study.level, seed=study.seed)
        beside.append(found.assign(a=first, b=other))
        tables = (naive[naive["coder"] == name] for name in (first, other))
        differences.append(index_differences(*tables, by=[study.by]).assign(a=first, b=other))
    return Study(
        study,
        folder,
        indices,
        compare_coded(
            coded[first],
            count(coded[first], by=[study.by], documents=documents),
            known[first],
            method=study.method,
            alpha=study.alpha,
            margins=margins_of(norm_sd(DEFAULT_NORM), share=study.margin_share),
            resamples=study.resamples,
            seed=study.seed,
            level=study.level,
            permutations=study.permutations,
            documents=documents,
        ),
        pd.concat(beside, ignore_index=True) if others else pd.DataFrame(),
        pd.concat(differences, ignore_index=True) if others else pd.DataFrame(),
    )


def _indices(
    coded: pd.DataFrame, known: Corrections, study: StudyConfig, documents: pd.DataFrame
) -> pd.DataFrame:
    """Indices of both aggregates by the methods that go with each."""
    return pd.concat(
        [
            profile_methods(
                coded,
                methods=known.methods(aggregate),
                by=[study.by],
                rates=known.rates,
                documents=documents,
                aggregate=aggregate,
                interval=study.interval,
                resamples=study.resamples,
                level=study.level,
                seed=study.seed,
            )
            for aggregate in get_args(Aggregate)
        ],
        ignore_index=True,
    )
