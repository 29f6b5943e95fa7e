"""Commands on figures from elsewhere: counts of other programs, published tables, norms."""

from pathlib import Path
from typing import Annotated, Literal, Optional

import typer

from vicsformer.console import reporting, say, show, waiting
from vicsformer.data.errors import InputError
from vicsformer.options import Aggregates, Alpha, Debug, Folder, One, Quiet, Resamples, Seed
from vicsformer.views import INDICES, intervals_by_group, norm_list


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
    with reporting(debug), waiting("comparing", quiet):
        from vicsformer.analyses import analyse_counts

        found = analyse_counts(table, output, by=by, coded=coded, alpha=alpha, resamples=resamples, seed=seed)
    if not quiet:
        show(intervals_by_group(found, by), "Indices pooled over speeches, 95% intervals")
        say(f"{INDICES} All tables are in {output}")


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
        say("\n".join(wrong["sentence"]) or "No row is impossible.")
        tally = checks["verdict"].value_counts()
        say(f"{', '.join(f'{n} {name}' for name, n in tally.items())}: {output / 'checks.csv'}")


def norms(
    coded: Annotated[
        Optional[Path],  # noqa: UP045 - Typer
        typer.Argument(help="A coded table of one's own leaders, to make a norm of."),
    ] = None,
    output: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("-o", "--output", help="CSV file for that norm, which is named like it."),
    ] = None,
    by: One = "leader",
    aggregate: Aggregates = "pooled",
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """List the shipped norms, or make one of one's own leaders, for `profile --norms`."""
    with reporting(debug):
        if (coded is None) != (output is None):
            raise InputError("norms: expected a coded table and --output, or neither; found one; give both")
        from vicsformer.data.norms import load_norms
        from vicsformer.placing import norm_table

        if coded is not None and output is not None:
            norm_table(coded, output, by=by, aggregate=aggregate)
    if not quiet and output is not None:
        say(f"{output}: for `profile --norms {output}`; its SD holds the sampling error of the leaders too")
    elif not quiet:
        show(norm_list(load_norms().values()), "Norms shipped; those without SD give no z scores")


COMMANDS = (counts, published, norms)
