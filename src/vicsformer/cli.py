"""The command line: it parses and prints; the work is in `workflows`, `comparison` and `study`."""

from pathlib import Path
from typing import Annotated, Optional

import typer

from vicsformer import analysis_commands, reference_commands, robustness_commands
from vicsformer.console import progress, reporting, show
from vicsformer.data.errors import InputError
from vicsformer.infer.parsing import DEFAULT_PARSER
from vicsformer.label_commands import app as labels_app
from vicsformer.options import Coders, Debug, Folder, ParserName, Quiet
from vicsformer.views import side_by_side

app = typer.Typer(
    name="vicsformer",
    help="Operational codes of political leaders: verbs in context, indices with intervals, comparisons.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.add_typer(labels_app, name="labels")


@app.command()
def code(
    corpus: Annotated[
        str, typer.Argument(help="JSON lines, CSV, Parquet, a folder of .txt, or the word sotu.")
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="Table to write: .parquet, .csv or .jsonl.")],
    coder: Annotated[
        str,
        typer.Option(
            "--coder", help="default, large, dictionary, rules, majority, or the folder of a run of train."
        ),
    ] = "default",
    parser: ParserName = DEFAULT_PARSER,
    review: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Also write a coding pack of so many verbs, those where the coder's doubt is expected to "
            "move their leader's P-1, I-1 and P-4 most. They are chosen, not drawn at random, and have no "
            "inclusion probability: do not estimate the coder's accuracy from them.",
        ),
    ] = None,
    review_output: Annotated[
        Path | None, typer.Option(help="Folder of that pack; by default OUTPUT-review beside the table.")
    ] = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Code every verb phrase of a corpus: who acts, and how, from punish (-3) to reward (+3)."""
    with reporting(debug), progress(quiet) as bar:
        from vicsformer.review import review_folder, write_review
        from vicsformer.workflows import code_corpus

        if review_output and not review:
            raise InputError(
                "--review-output: expected --review with the number of verbs, found none; give both"
            )
        folder = review_folder(output, review_output) if review else None  # refused before the work
        coded = code_corpus(corpus, output, coder=coder, parser=parser, bar=bar)
        chosen = write_review(coded, corpus, folder, verbs=review) if review and folder else None
    if not quiet:
        documents = coded["document_id"].nunique()
        typer.echo(f"{output}: {len(coded):,} verbs of {documents:,} documents, coded by {coder}")
    if not quiet and chosen is not None:
        passages = chosen["passage"].nunique()
        typer.echo(f"{folder}: {len(chosen):,} verbs to review in {passages:,} passages")


for command in (
    *analysis_commands.COMMANDS,
    *robustness_commands.COMMANDS,
    *reference_commands.COMMANDS,
):
    app.command()(command)


@app.command()
def train(
    config: Annotated[Path, typer.Argument(help="A training configuration (configs/train/*.yaml).")],
    output: Folder,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Fine-tune a coder on labelled verbs; goes on where it was stopped."""
    with reporting(debug), progress(quiet) as bar:
        from vicsformer.training import train_coder

        evaluation = train_coder(config, output, bar=bar)
    if not quiet:
        show(
            side_by_side(evaluation.agreement),
            f"Test documents, from raw text; the coder is in {output / 'model'}",
        )


@app.command()
def evaluate(
    output: Folder,
    labels: Annotated[
        str | None,
        typer.Argument(help="sotu, invented or statements (shipped), a standoff TSV, or JSON lines."),
    ] = None,
    coder: Coders = ["default", "rules", "dictionary", "majority"],  # noqa: B006 - Typer reads it, nobody writes it
    suite: Annotated[
        bool, typer.Option("--suite", help="Also, or without LABELS only, the shipped suite of hard cases.")
    ] = False,
    suite_folder: Annotated[
        Path | None,
        typer.Option(help="Another suite, which takes its place: a folder of PHENOMENON.tsv."),
    ] = None,
    split: Annotated[
        str | None,
        typer.Option(help="Only train, validation or test documents, where the labels have splits."),
    ] = None,
    corpus: Annotated[
        str, typer.Option(help="The speeches that the offsets of a standoff TSV point into.")
    ] = "sotu",
    parser: ParserName = DEFAULT_PARSER,
    resamples: Annotated[int, typer.Option(min=1, help="Bootstrap draws.")] = 2000,
    seed: Annotated[int, typer.Option(min=0, help="Start of the draws.")] = 0,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Agreement of coders with labelled verbs and with each other, or hard cases passed, from raw text."""
    with reporting(debug):
        if labels is None and not (suite or suite_folder):
            raise InputError(
                "evaluate: expected LABELS, --suite or both, found neither; name what to test on"
            )
        if labels is None and split is not None:
            raise InputError(
                f"--split {split}: expected LABELS whose documents have splits, found --suite alone; "
                "name the labels or leave --split out"
            )
    if suite or suite_folder:
        _evaluate_suite(output, coder, suite_folder, parser, quiet, debug)
    if labels is None:
        return
    with reporting(debug), progress(quiet) as bar:
        from vicsformer.evaluation import evaluate_coders

        evaluation = evaluate_coders(
            labels,
            output,
            coders=coder,
            split=split,
            corpus=corpus,
            parser=parser,
            resamples=resamples,
            seed=seed,
            bar=bar,
        )
    if not quiet:
        show(
            side_by_side(evaluation.agreement),
            f"Agreement with {labels}, end to end; all measures in {output / 'agreement.csv'}",
        )


def _evaluate_suite(
    output: Path, coders: list[str], folder: Path | None, parser: str, quiet: bool, debug: bool
) -> None:
    with reporting(debug), progress(quiet) as bar:
        from vicsformer.suite_evaluation import evaluate_suite, pairs_passed

        evaluation = evaluate_suite(output, coders=coders, folder=folder, parser=parser, bar=bar)
    if not quiet:
        show(
            pairs_passed(evaluation.rates),
            f"Minimal pairs passed; all measures in {output / 'suite.csv'}, failures beside it",
        )


@app.command()
def study(
    config: Annotated[Path, typer.Argument(help="A study configuration (configs/studies/*.yaml).")],
    output: Annotated[
        Optional[Path], typer.Option("-o", "--output", help="Folder to write to; out/NAME by default.")  # noqa: UP045
    ] = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """All of it: code a corpus, profile its leaders, compare them, and set other coders beside."""
    with reporting(debug), progress(quiet) as bar:
        from vicsformer.study import run_study

        result = run_study(config, output, bar=bar)
    if not quiet:
        for title, table, note in result.summaries():
            show(table, title, note)
        typer.echo(f"All tables are in {result.folder}")


def main() -> None:
    """Run the command line."""
    app()
