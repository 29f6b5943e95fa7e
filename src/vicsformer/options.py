"""Options that several commands have."""

from pathlib import Path
from typing import Annotated, Literal

import typer

Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="No progress bars and no tables.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]
Folder = Annotated[Path, typer.Option("-o", "--output", help="Folder to write to.")]
Coders = Annotated[
    list[str],
    typer.Option(
        "--coder",
        help="default, large, dictionary, rules, majority, or the folder of a run of train; repeatable.",
    ),
]
ParserName = Annotated[str, typer.Option("--parser", help="An installed spaCy English model.")]
CodedTable = Annotated[Path, typer.Argument(help="A coded table (from `code`).")]
One = Annotated[str, typer.Option("--by", help="The one column whose groups are compared.")]
Rates = Annotated[
    Path | None,
    typer.Option(
        help="For the method confusion: error_rates.csv of a training run; those of shipped coders are known."
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
Interval = Literal["expanded", "bca", "percentile", "studentised"]
Method = Literal["naive", "soft", "imputed", "confusion", "audit"]

Level = Annotated[float, typer.Option(help="Coverage of the intervals, between 0 and 1.")]
Aggregates = Annotated[
    Literal["pooled", "speech"],
    typer.Option(
        help="pooled: indices of summed counts, speeches weigh by their verbs; speech: means of the "
        "speeches' indices, speeches weigh alike."
    ),
]


def column_names(text: str) -> list[str]:
    """Split names with commas between, each kept once."""
    return list(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
