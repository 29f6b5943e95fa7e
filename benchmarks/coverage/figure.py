"""The coverage study as a plot."""

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator, NullFormatter, PercentFormatter

_COLOURS = ("#c8a2c8", "#a06cb4", "#6a51a3", "#2f6f9f", "#123a5a")
"""From the least accurate coder to the best."""
_PALE = "#9aa5b1"
_BAR = (0.93, 0.97)
"""Coverage that an interval of nominally 95 % is to have."""


def plot_coverage(table: pd.DataFrame, path: Path) -> None:
    """Draw coverage against the number of documents: dots are means over indices, bars go from least to most.

    Corrected methods have an axis of their own, as codes taken as they are cover next to nothing.

    Parameters
    ----------
    table
        As from `study.tabulate`; a row of panels a confusion, a column a method, a colour an accuracy.
    path
        PNG file.
    """
    names, confusions = table["method"].unique(), table["confusion"].unique()
    figure = Figure(figsize=(1.2 + 2.4 * len(names), 0.9 + 2.6 * len(confusions)), layout="constrained")
    panels = figure.subplots(len(confusions), len(names), sharex=True, squeeze=False)
    lowest = table.loc[table["method"] != "naive", "coverage"].min()
    for row, confusion in zip(panels, confusions, strict=True):
        for axes, name in zip(row, names, strict=True):
            _panel(axes, table[(table["confusion"] == confusion) & (table["method"] == name)])
            axes.set_ylim(0 if name == "naive" else np.floor(20 * lowest) / 20, 1.005)
            axes.yaxis.set_major_locator(MultipleLocator(0.2 if name == "naive" else 0.05))
        row[0].set_ylabel(f"{confusion} confusion", fontsize=10)
    for axes, name in zip(panels[0], names, strict=True):
        axes.set_title(name, fontsize=11)
    handles, labels = panels[0, -1].get_legend_handles_labels()
    figure.legend(
        handles, labels, title="accuracy of the coder", loc="outside right upper", frameon=False, fontsize=9,
        title_fontsize=9,
    )  # fmt: skip
    figure.supxlabel("speeches of the leader", fontsize=10)
    figure.suptitle(
        "How often 95 % intervals hold the truth: mean, least and most over indices (shaded: 93 to 97 %)",
        fontsize=11,
    )
    figure.savefig(path, dpi=150, metadata={"Software": None})


def _panel(axes: Axes, table: pd.DataFrame) -> None:
    axes.axhspan(*_BAR, color=_PALE, alpha=0.35, linewidth=0)
    groups = list(table.groupby("accuracy"))
    for place, ((accuracy, group), colour) in enumerate(zip(groups, _COLOURS, strict=False)):
        summary = group.groupby("documents")["coverage"].agg(["mean", "min", "max"])
        # side by side: the bars of five accuracies would cover each other
        at = summary.index * 1.09 ** (place - (len(groups) - 1) / 2)
        spread = [summary["mean"] - summary["min"], summary["max"] - summary["mean"]]
        axes.errorbar(
            at, summary["mean"], yerr=spread, fmt="o", color=colour, markersize=3.5, elinewidth=1,
            label=f"{accuracy:g}",
        )  # fmt: skip
    numbers = sorted(table["documents"].unique())
    axes.set_xscale("log")
    axes.set_xticks(numbers, [str(number) for number in numbers])
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.minorticks_off()
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.tick_params(labelsize=8)
    axes.spines[["top", "right"]].set_visible(False)
