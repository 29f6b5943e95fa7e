"""Options that several commands have."""

from pathlib import Path
from typing import Annotated

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
