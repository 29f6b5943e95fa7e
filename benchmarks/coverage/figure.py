"""The coverage study as a plot."""

from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

_COLOURS = ("#b5542c", "#b08a2e", "#3f7d4e", "#7a5195", "#1f3b57")
_PALE = "#9aa5b1"


def plot_coverage(table: pd.DataFrame, path: Path) -> None:
    """Draw coverage against the number of documents: lines are means over indices, bars reach from the least.

    Parameters
    ----------
    table
        As from `study.tabulate`; a panel a method and confusion, a colour an accuracy.
    path
        PNG file.
    """
    names, confusions = table["method"].unique(), table["confusion"].unique()
    figure = Figure(figsize=(2.3 * len(names), 2.5 * len(confusions)), layout="constrained")
    panels = figure.subplots(len(confusions), len(names), sharex=True, sharey=True, squeeze=False)
    for (confusion, method), part in table.groupby(["confusion", "method"]):
        axes = panels[list(confusions).index(confusion), list(names).index(method)]
        axes.axhspan(0.93, 0.97, color=_PALE, alpha=0.3, linewidth=0)
        for (accuracy, group), colour in zip(part.groupby("accuracy"), _COLOURS, strict=False):
            summary = group.groupby("documents")["coverage"].agg(["mean", "min", "max"])
            spread = [summary["mean"] - summary["min"], summary["max"] - summary["mean"]]
            axes.errorbar(
                summary.index, summary["mean"], yerr=spread, fmt="o-", color=colour, markersize=3,
                linewidth=1, elinewidth=0.7, label=f"{accuracy:g}",
            )  # fmt: skip
        axes.set_title(f"{method}, {confusion}", fontsize=9)
        axes.set_xscale("log")
        numbers = sorted(table["documents"].unique())
        axes.set_xticks(numbers, [str(number) for number in numbers])
        axes.minorticks_off()
        axes.set_ylim(0, 1)
        axes.tick_params(labelsize=7)
        axes.spines[["top", "right"]].set_visible(False)
    panels[0, 0].legend(title="accuracy", frameon=False, fontsize=7, title_fontsize=7, loc="lower left")
    figure.supxlabel("documents of the leader (logarithmic)", fontsize=9)
    figure.supylabel("coverage of the 95 % interval: mean, least and most over indices", fontsize=9)
    figure.savefig(path, dpi=150, metadata={"Software": None})
