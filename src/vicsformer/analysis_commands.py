"""Commands on coded tables: they parse and print; the work is in `workflows`, `comparison` and the rooms."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Literal

import pandas as pd
import typer

from vicsformer.console import reporting, say, show, waiting
from vicsformer.data.errors import InputError
from vicsformer.options import (
    Aggregates,
    Alpha,
    Audit,
    CodedTable,
    Debug,
    Folder,
    Interval,
    Level,
    MarginShare,
    Method,
    One,
    Quiet,
    Rates,
    Resamples,
    Seed,
    column_names,
)
from vicsformer.views import (
    INDICES,
    LEGEND,
    changes,
    intervals_by_group,
    likeliest_matrix,
    omnibus_lines,
    relationship_matrix,
    slopes,
    standings,
)

FEW = "Some leaders have fewer than ten speeches: their intervals may be too narrow."
STANDING = (
    "in words: on the scale of the index (Walker, Schafer & Young 2003); z: SDs above or below the norm's "
    "mean. Where the norm's coder is not the one of these speeches, z holds the difference of the coders too."
)
CHANGE_NOTES = {
    "naive": "The codes are taken as they are: the coder's errors are in no figure.",
    "soft": "From the coder's probabilities, taken as calibrated.",
    "audit": "Corrected by what readers coded; periods with fewer than two audited speeches are left out.",
}
AGGREGATES = {"pooled": "pooled over speeches", "speech": "means over speeches"}

_SENTENCES = 15
"""How many pairs are spelt out on the screen."""


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
    norms: Annotated[
        list[str] | None,
        typer.Option(
            help="z scores and words against a norm: psycl_leaders or another one that `norms` lists, or a "
            "CSV file of one's own; repeatable."
        ),
    ] = None,
    aggregate: Aggregates = "pooled",
    interval: Annotated[
        Interval, typer.Option(help="Kind of interval; methods that correct have the expanded one.")
    ] = "expanded",
    resamples: Resamples = 2000,
    level: Level = 0.95,
    seed: Seed = 0,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Operational code indices with bootstrap intervals, coder's errors included: `indices.csv`."""
    with reporting(debug):
        from vicsformer.placing import profile_tables, shift_sentence

        groups = column_names(by)
        found = profile_tables(
            coded,
            output,
            by=groups,
            methods=method or (),
            norms=norms or (),
            rates=rates,
            audit=audit,
            aggregate=aggregate,
            interval=interval,
            resamples=resamples,
            level=level,
            seed=seed,
        )
    if quiet:
        return
    for name, part in found.indices.groupby("method", sort=False):
        title = f"Indices {AGGREGATES[aggregate]}, {100 * level:g}% intervals, method {name}"
        show(intervals_by_group(part, groups), title)
    for title, part in _by_norm(found.z):
        show(standings(part, groups), title, STANDING)
    if found.shift is not None:
        say(shift_sentence(found.shift, groups))
    say(f"{INDICES} All indices are in {output / 'indices.csv'}.")
    if found.indices["few_documents"].any():
        say(FEW)


def _by_norm(z: pd.DataFrame | None) -> Iterator[tuple[str, pd.DataFrame]]:
    """Title and rows of each norm, of the method that assumes least."""
    if z is None:
        return
    method = z["method"].iloc[0] if "audit" not in set(z["method"]) else "audit"
    for name, part in z[z["method"] == method].groupby("norm", sort=False):
        coder = part["norm_coder"].iloc[0]
        yield f"Standing in SD of the norm {name} (coded by: {coder}), method {method}", part


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
    with reporting(debug), waiting("comparing", quiet):
        from vicsformer.comparison import compare_table

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
        codes = "expected counts (soft)" if method == "soft" else "the codes as they are"
        note = (
            f"{LEGEND}; from one-way ANOVA of the speeches' P-1 and I-1, alpha {alpha:g}, on {codes}; "
            "- where a leader has fewer than two speeches"
        )
        show(relationship_matrix(result.typology), "Relationships by p (Feng & He 2024, figure 1)", note)
        used = result.relationships["method"].iloc[0]
        show(
            likeliest_matrix(result.relationships),
            f"Likeliest relationships, method {used}",
            f"{LEGEND}; in brackets where not certain (under .8, or open who is higher)",
        )
        say("\n".join([*omnibus_lines(result.omnibus), *result.preface(), ""]))
        lines = result.sentences()
        say("\n".join(lines[:_SENTENCES]))
        rest = f"; {len(lines):,} pairs in verdicts.txt" if len(lines) > _SENTENCES else ""
        say(f"\nAll tables are in {output}{rest}")


def change(
    coded: CodedTable,
    output: Folder,
    by: One = "leader",
    period: Annotated[str | None, typer.Option(help="Column that names the period of a speech.")] = None,
    years: Annotated[
        str | None, typer.Option(help="Periods instead of a column: 2013-2015,2016-2022.")
    ] = None,
    method: Annotated[
        Literal["naive", "soft", "audit"] | None,
        typer.Option(
            help="How the coder's errors enter (see `profile`); by default audit where there is one, else "
            "naive."
        ),
    ] = None,
    audit: Audit = None,
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
        from vicsformer.belief_change import change_tables
        from vicsformer.infer.profile import FEW_DOCUMENTS

        found = change_tables(
            coded,
            output,
            by=by,
            period=period,
            years=_periods(years),
            method=method,
            audit=audit,
            block=block,
            resamples=resamples,
            seed=seed,
        )
    if quiet:
        return
    if found.trend is not None:
        show(slopes(found.trend), "Speeches' indices over time: least-squares slope, 95% intervals")
    if found.change is not None:
        show(changes(found.change), "Change between periods, indices pooled over speeches, 95% intervals")
    tables = [table for table in found if table is not None]
    sizes = pd.concat([table.filter(regex="^documents").min(axis=1) for table in tables])
    if (sizes < FEW_DOCUMENTS).any():
        say(FEW)
    say(
        f"{CHANGE_NOTES[tables[0]['method'].iloc[0]]} p is not corrected for the number of comparisons; "
        "with fewer than ten speeches it tends to be too small, with fewer than five there is none."
    )
    say(f"{INDICES} All indices are in {output}.")


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
    for (_, last), (first, _) in pairwise(sorted(found)):
        if first <= last:
            raise InputError(
                f"--years: expected periods that do not overlap, found {first} in two; correct it"
            )
    return found


COMMANDS = (profile, compare, change)
