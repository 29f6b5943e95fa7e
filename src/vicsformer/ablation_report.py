"""The report of an ablation: `python -m vicsformer.ablation_report` makes the runs and writes it."""

from pathlib import Path
from string import Template

import pandas as pd

from vicsformer.ablation import FULL, ablate
from vicsformer.console import progress
from vicsformer.model_card import markdown
from vicsformer.plots import plot_learning_curve
from vicsformer.views import number

TEMPLATE = Path(__file__).with_name("ablation.md")


def write_report(table: pd.DataFrame, folder: Path) -> None:
    """Write `MODEL_CARD.md` and, where there is one, the learning curve (`learning_curve.png`).

    Parameters
    ----------
    table
        As from `ablate`.
    folder
        Where the report goes.
    """
    sizes = table["variant"].str.endswith(" of the labels")
    parts = {"changed": table[~sizes], "curve": table[sizes | (table["variant"] == FULL)]}
    text = Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        seeds=table["seeds"].iloc[0],
        verbs=f"{table.loc[table['variant'] == FULL, 'verbs'].iloc[0]:,}",
        full=markdown(_wide(parts["changed"][parts["changed"]["variant"] == FULL], "value")),
        changed=markdown(_wide(parts["changed"][parts["changed"]["variant"] != FULL], "difference")),
        curve=markdown(_wide(parts["curve"].sort_values("verbs", kind="stable"), "value")),
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "MODEL_CARD.md").write_text(text, encoding="utf-8")
    plot_learning_curve(parts["curve"], folder / "learning_curve.png")


def _wide(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """One row a variant, one column a measure, each cell with its interval."""
    low, high = ("low", "high") if name == "value" else (f"{name}_low", f"{name}_high")
    rows = zip(table[name], table[low], table[high], strict=True)
    cells = [f"{number(value)} [{number(a)}, {number(b)}]" for value, a, b in rows]
    wide = table.assign(cell=cells).pivot_table(
        index=["variant", "verbs"], columns="measure", values="cell", aggfunc="first", sort=False
    )
    return wide.reset_index()


if __name__ == "__main__":
    with progress(False) as bar:
        found = ablate(Path("configs/ablation.yaml"), Path("runs/ablation"), bar=bar)
    write_report(found, Path("models"))
