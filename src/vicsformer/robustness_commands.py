"""Commands on how far a comparison can be relied on: what it can find, and what its verdicts hang on."""

from pathlib import Path
from typing import Annotated

import typer

from vicsformer.console import reporting, say, show, waiting
from vicsformer.options import Alpha, CodedTable, Debug, Folder, MarginShare, One, Quiet
from vicsformer.views import number, plans, turned_by_switch

_ROWS = 20
"""How many pairs are listed on the screen."""


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
            margin = number(part["margin"].iloc[0])
            show(
                plans(part.head(_ROWS)),
                f"{index}: what the speeches of each pair can show, with power {wanted:g}",
                "smallest gap: the smallest true gap found divergent (none: a larger one than there can be); "
                f"to differ, to agree: speeches a leader that it takes to find a gap of the margin {margin} "
                f"divergent, and no gap convergent. Corrected for the {len(part):,} pair(s), on the codes as "
                f"they are; all pairs and indices in {output / 'power.csv'}",
            )


def sensitivity(
    coded: Annotated[
        list[Path],
        typer.Argument(
            help="A coded table, whose verdicts are judged; then, as other coders, coded tables or tables of "
            "counts (see `counts`) of the same speeches."
        ),
    ],
    output: Folder,
    by: One = "leader",
    alpha: Alpha = 0.05,
    margin_share: MarginShare = 0.5,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Which verdicts turn under other rules of coding, another coder, or without one speech."""
    with reporting(debug), waiting("comparing again", quiet):
        from vicsformer.analyses import sensitivity_tables

        report = sensitivity_tables(coded, output, by=by, alpha=alpha, margin_share=margin_share)
    if not quiet:
        show(
            turned_by_switch(report.summary),
            "Pairs of leaders whose verdict turns under some setting of a rule of coding",
            "P-1, I-1: the three-way verdict; by p: convergent where the ANOVA's p is over "
            f"{alpha:g} (Feng & He 2024). settings: how many were tried; of document, the speeches left out "
            "one by one. On the codes as they are.",
        )
        say(f"All tables, and the verbs and speeches that weigh most, are in {output}")


COMMANDS = (power, sensitivity)
