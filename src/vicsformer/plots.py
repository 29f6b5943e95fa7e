"""Figures for cards and reports."""

from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_INK = "#1f3b57"
_PALE = "#9aa5b1"
_FEWEST = 10
_COLOURS = (_INK, "#b5542c", "#3f7d4e", "#7a5195", "#b08a2e", "#3f8fb5")


def plot_reliability(table: pd.DataFrame, path: Path) -> None:
    """Draw, class by class, how often a code was right against the probability it was given.

    Parameters
    ----------
    table
        `head, label, predicted, observed, verbs`, as from `calibration.measure_reliability`; a panel a class.
        Bins of fewer than 10 verbs are left out.
    path
        PNG file.
    """
    panels = list(table[table["verbs"] >= _FEWEST].groupby(["head", "label"], sort=False))
    columns = 5
    figure = _figure(2.1 * columns, 2.2 * -(-len(panels) // columns))
    for place, ((head, label), part) in enumerate(panels, start=1):
        axes = figure.add_subplot(-(-len(panels) // columns), columns, place)
        axes.plot([0, 1], [0, 1], color=_PALE, linewidth=0.8, zorder=1)
        axes.errorbar(
            part["predicted"], part["observed"], yerr=_margins(part), fmt="o-", color=_INK, markersize=3,
            linewidth=1, elinewidth=0.8,
        )  # fmt: skip
        axes.set_title(str(label) if head == "category" else f"{label} (who)", fontsize=9)
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        axes.set_xticks([0, 0.5, 1])
        axes.set_yticks([0, 0.5, 1])
        axes.tick_params(labelsize=7)
    figure.supxlabel("probability given, in ten bins of equal width", fontsize=9)
    figure.supylabel("share right, 95 % (Wilson)", fontsize=9)
    _save(figure, path)


def _margins(part: pd.DataFrame) -> Any:
    """Distances from the observed shares to their Wilson limits (Wilson 1927), shape (2, bins)."""
    n, p, z = part["verbs"].to_numpy(), part["observed"].to_numpy(), 1.96
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return np.clip([p - (middle - half), middle + half - p], 0, None)


def plot_learning_curve(table: pd.DataFrame, path: Path) -> None:
    """Draw agreement with labels against the number of labelled verbs learnt from.

    Parameters
    ----------
    table
        `verbs, measure, value, low, high`, one row a size and measure.
    path
        PNG file.
    """
    figure = _figure(5.5, 3.6)
    axes = figure.add_subplot()
    for (measure, part), colour in zip(table.groupby("measure", sort=False), cycle(_COLOURS), strict=False):
        part = part.sort_values("verbs")
        axes.plot(part["verbs"], part["value"], "o-", color=colour, markersize=4, label=str(measure))
        axes.fill_between(part["verbs"], part["low"], part["high"], color=colour, alpha=0.12, linewidth=0)
    axes.set_xscale("log")
    sizes = sorted(table["verbs"].unique())
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes], fontsize=8)
    axes.minorticks_off()
    axes.set_xlabel("labelled verb forms in training (logarithmic)")
    axes.set_ylabel("on held-out documents")
    axes.legend(frameon=False, fontsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    _save(figure, path)


def _figure(width: float, height: float) -> "Figure":
    # without pyplot: no windows, no state between figures
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def _save(figure: "Figure", path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=150, metadata={"Software": None})
