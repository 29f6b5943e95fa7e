"""What the command line shows: progress, tables, and one line for bad input."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pandas as pd
import typer
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from vicsformer.data.errors import InputError
from vicsformer.views import number


@contextmanager
def reporting(debug: bool) -> Iterator[None]:
    """Turn bad input into one line on standard error and exit code 2; with `debug` let the traceback show."""
    try:
        yield
    except InputError as error:
        if debug:
            raise
        Console(stderr=True, soft_wrap=True, highlight=False).print(f"vicsformer: {error}", markup=False)
        raise typer.Exit(2) from None


def progress(quiet: bool) -> Progress:
    """A progress bar on standard error; nothing when quiet."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=quiet,
    )


@contextmanager
def waiting(what: str, quiet: bool) -> Iterator[None]:
    """Say on standard error what is being done, as long as it takes; nothing when quiet or in a pipe."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield
        return
    with console.status(what):
        yield


def show(frame: pd.DataFrame, title: str, note: str = "") -> None:
    """Print a table between its title and a note: figures to two digits, missing values as a dash."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for name in frame.columns:
        numeric = pd.api.types.is_numeric_dtype(frame[name])
        interval = not numeric and frame[name].astype("str").str.contains("[", regex=False).any()
        table.add_column(
            str(name), justify="right" if numeric else "left", no_wrap=bool(interval), overflow="fold"
        )
    for row in frame.itertuples(index=False):
        table.add_row(*(number(value) for value in row))
    console = Console(highlight=False, markup=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:  # a pipe or a file has no width of its own
        console.width = 100
    console.print(title, style="bold")
    console.print(table)
    if note:
        console.print(note)
    console.print()


def say(text: str) -> None:
    """Print sentences, wrapped like the tables."""
    console = Console(highlight=False, markup=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = 100
    console.print(text)
