"""Commands on coded tables: they parse and print; the work is in `workflows` and the rooms."""

import re
from pathlib import Path
from typing import Annotated, Literal

import typer

from vicsformer.console import progress, reporting, show
from vicsformer.data.errors import InputError
from vicsformer.options import Debug, Folder, Quiet
from vicsformer.views import (
    LEGEND,
    intervals_by_group,
    likeliest_matrix,
    relationship_matrix,
    turned_by_switch,
)

CodedTable = Annotated[Path, typer.Argument(help="A coded table (from `code`).")]
One = Annotated[str, typer.Option("--by", help="The one column whose groups are compared.")]
Rates = Annotated[
    Path | None,
    typer.Option(
        help="error_rates.csv of a training run, for the method confusion; those of shipped coders are known."
    ),
]
Audit = Annotated[
    Path | None,
    typer.Option(
        help="For the method audit: ...verbs.csv of passages of these documents that readers coded "
        "(`labels sample`, then `labels merge`), with ...passages.csv beside it."
    ),
]
Resamples = Annotated[int, typer.Option(min=1, help="Bootstrap draws.")]
Seed = Annotated[int, typer.Option(min=0, help="Start of the draws.")]
Alpha = Annotated[float, typer.Option(help="Threshold of p, between 0 and .5.")]
MarginShare = Annotated[
    float,
    typer.Option(
        help="Gaps under this share of the SD over 130 leaders (Schafer & Lambert 2022) do not matter."
    ),
]
Method = Literal["naive", "soft", "imputed", "confusion", "audit"]

FEW = "Some leaders have fewer than ten speeches: their intervals are too narrow."

_SENTENCES, _ROWS = 15, 20
"""How many pairs are spelt out, or listed, on the screen."""


def profile(
    coded: CodedTable,
    output: Folder,
    by: Annotated[str, typer.Option(help="Columns that make a group, with commas between.")] = "leader",
    method: Annotated[
        list[str] | None,
        typer.Option(
            help="naive: codes as they are; soft: from probabilities; imputed: what a perfect reader would "
            "have found in these very speeches; confusion: by error rates; audit: by what readers coded; "
            "repeatable. By default naive, soft and, where there is one, audit."
        ),
    ] = None,
    audit: Audit = None,
    rates: Rates = None,
    aggregate: Annotated[
        Literal["pooled", "speech"],
        typer.Option(
            help="pooled: indices of summed counts, speeches weigh by their verbs; speech: means of the "
            "speeches' indices, speeches weigh alike."
        ),
    ] = "pooled",
    interval: Annotated[
        Literal["bca", "percentile", "studentised"], typer.Option(help="Kind of interval.")
    ] = "bca",
    resamples: Resamples = 2000,
    level: Annotated[float, typer.Option(help="Coverage of the intervals, between 0 and 1.")] = 0.95,
    seed: Seed = 0,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Operational code indices with bootstrap intervals, coder's errors included: `indices.csv`."""
    with reporting(debug):
        from vicsformer.workflows import profile_table

        groups = [name.strip() for name in by.split(",")]
        table = profile_table(
            coded,
            output,
            by=groups,
            methods=method or (),
            rates=rates,
            audit=audit,
            aggregate=aggregate,
            interval=interval,
            resamples=resamples,
            level=level,
            seed=seed,
        )
    if not quiet:
        for name, part in table.groupby("method", sort=False):
            show(
                intervals_by_group(part, groups),
                f"Indices ({aggregate}, {name}), {100 * level:g}% intervals in {output / 'indices.csv'}",
            )
        if table["few_documents"].any():
            typer.echo(FEW)


def compare(
    coded: CodedTable,
    output: Folder,
    by: One = "leader",
    alpha: Alpha = 0.05,
    margin_share: MarginShare = 0.5,
    method: Annotated[
        Method | None,
        typer.Option(
            help="How the coder's errors enter gaps and probabilities (see `profile`); by default audit "
            "where there is one, else naive."
        ),
    ] = None,
    audit: Audit = None,
    rates: Rates = None,
    resamples: Resamples = 2000,
    seed: Seed = 0,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Leaders pair by pair: tests, three-way verdicts, and typologies with their probabilities."""
    with reporting(debug), progress(quiet) as bar:
        from vicsformer.workflows import compare_table

        bar.add_task("comparing", total=None)
        result = compare_table(
            coded,
            output,
            by=by,
            alpha=alpha,
            margin_share=margin_share,
            method=method,
            audit=audit,
            rates=rates,
            resamples=resamples,
            seed=seed,
        )
    if not quiet:
        note = f"{LEGEND}\nfrom one-way ANOVA of the speeches' P-1 and I-1, alpha {alpha}"
        show(relationship_matrix(result.typology), "Relationships by p (Feng & He 2024, figure 1)", note)
        used = result.relationships["method"].iloc[0]
        show(
            likeliest_matrix(result.relationships),
            f"Likeliest relationships, method {used}",
            f"{LEGEND}; in brackets where not certain (probability under .8)",
        )
        lines = result.sentences()
        typer.echo("\n".join(lines[:_SENTENCES]))
        typer.echo(FEW if result.few_documents else "", nl=result.few_documents)
        rest = f"; {len(lines):,} pairs in verdicts.txt" if len(lines) > _SENTENCES else ""
        typer.echo(f"All tables are in {output}{rest}")


def power(
    coded: CodedTable,
    output: Folder,
    by: One = "leader",
    alpha: Alpha = 0.05,
    margin_share: MarginShare = 0.5,
    wanted: Annotated[float, typer.Option("--power", help="Probability of the verdict, .5 to 1.")] = 0.8,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """What a comparison can find: the smallest detectable gap, and the speeches needed: `power.csv`."""
    with reporting(debug):
        from vicsformer.analyses import plan_table

        table = plan_table(coded, output, by=by, alpha=alpha, margin_share=margin_share, power=wanted)
    if not quiet:
        for index, part in table[table["index"].isin(["P-1", "I-1"])].groupby("index", sort=False):
            shown = part.drop(columns=["index", "alpha", "sd_a", "sd_b"]).head(_ROWS)
            names = {"documents_needed_difference": "to differ", "documents_needed_equivalence": "to agree"}
            show(
                shown.rename(columns=names),
                f"{index}: smallest gap found with power {wanted:g}; speeches a leader to find a gap of the "
                "margin (to differ) and none (to agree)",
                f"{len(part):,} pairs; all indices in {output / 'power.csv'}",
            )


def change(
    coded: CodedTable,
    output: Folder,
    by: One = "leader",
    period: Annotated[str | None, typer.Option(help="Column that names the period of a speech.")] = None,
    years: Annotated[
        str | None, typer.Option(help="Periods instead of a column: 2013-2015,2016-2022.")
    ] = None,
    block: Annotated[
        int | None,
        typer.Option(min=1, help="Consecutive speeches drawn together; by their number where not given."),
    ] = None,
    resamples: Resamples = 2000,
    seed: Seed = 0,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Belief change: slopes over time and, with periods, differences between them, by block resampling."""
    with reporting(debug):
        from vicsformer.analyses import change_tables

        found = change_tables(
            coded,
            output,
            by=by,
            period=period,
            years=_periods(years),
            block=block,
            resamples=resamples,
            seed=seed,
        )
    if not quiet:
        for title, table in (("Change in ten years", found.trend), ("Change of periods", found.change)):
            if table is not None:
                shown = table[table["index"].isin(["P-1", "P-4", "I-1"])]
                show(
                    shown.drop(columns=["block", "block_from", "block_to", "aggregate"], errors="ignore"),
                    title,
                )
        typer.echo(f"All indices are in {output}")


def _periods(years: str | None) -> list[tuple[int, int]]:
    """First and last years of `2013-2015,2016-2022`."""
    found = []
    for part in (years or "").split(",") if years else ():
        match = re.fullmatch(r"\s*(\d{4})\s*-\s*(\d{4})\s*", part)
        if not match or match[1] > match[2]:
            raise InputError(
                f"--years: expected periods such as 2013-2015,2016-2022, found {part.strip()!r}; correct it"
            )
        found.append((int(match[1]), int(match[2])))
    return found


def sensitivity(
    coded: Annotated[
        list[Path],
        typer.Argument(help="Coded tables of the same speeches, one a coder; the first is judged."),
    ],
    output: Folder,
    by: One = "leader",
    alpha: Alpha = 0.05,
    margin_share: MarginShare = 0.5,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Which verdicts turn under other rules of coding, another coder, or without one speech."""
    with reporting(debug), progress(quiet) as bar:
        from vicsformer.analyses import sensitivity_tables

        bar.add_task("comparing again", total=None)
        report = sensitivity_tables(coded, output, by=by, alpha=alpha, margin_share=margin_share)
    if not quiet:
        show(turned_by_switch(report.summary), "Pairs whose verdict turns under some setting of a switch")
        typer.echo(f"All tables, and the verbs and speeches that weigh most, are in {output}")


def counts(
    table: Annotated[
        Path, typer.Argument(help="Twelve counts a text from another program (PsyCL, Profiler Plus, leadeR).")
    ],
    output: Folder,
    by: One = "leader",
    coded: Annotated[
        Path | None, typer.Option(help="A coded table of the same texts, to agree with.")
    ] = None,
    alpha: Alpha = 0.05,
    resamples: Resamples = 2000,
    seed: Seed = 0,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Indices and tests from the counts of another program, and how far it agrees with a coder."""
    with reporting(debug), progress(quiet) as bar:
        from vicsformer.analyses import analyse_counts

        bar.add_task("comparing", total=None)
        found = analyse_counts(table, output, by=by, coded=coded, alpha=alpha, resamples=resamples, seed=seed)
    if not quiet:
        show(intervals_by_group(found, by), f"Indices (pooled), 95% intervals in {output / 'indices.csv'}")
        typer.echo(f"All tables are in {output}")


def published(
    table: Annotated[Path, typer.Argument(help="Published means: `index` and a column a group, or long.")],
    output: Folder,
    aggregate: Annotated[
        Literal["speech", "pooled"], typer.Option(help="What the means are: of speeches, or pooled.")
    ] = "speech",
    digits: Annotated[
        int | None, typer.Option(min=1, help="Decimals that can be relied on; as printed by default.")
    ] = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """A published table of indices checked against the identities that bind them: `checks.csv`."""
    with reporting(debug):
        from vicsformer.analyses import check_table

        checks = check_table(table, output, aggregate=aggregate, digits=digits)
    if not quiet:
        wrong = checks[checks["verdict"] == "impossible"]
        typer.echo("\n".join(wrong["sentence"]) or "No row is impossible.")
        tally = checks["verdict"].value_counts()
        typer.echo(f"{', '.join(f'{n} {name}' for name, n in tally.items())}: {output / 'checks.csv'}")


COMMANDS = (profile, compare, change, power, sensitivity, counts, published)
