"""The report of an ablation: `python -m vicsformer.ablation_report` makes the runs and writes it."""

from pathlib import Path
from string import Template

import pandas as pd

from vicsformer.ablation import FULL, Ablation, ablate
from vicsformer.console import progress
from vicsformer.model_card import markdown
from vicsformer.plots import plot_learning_curve
from vicsformer.views import number

TEMPLATE = Path(__file__).with_name("ablation.md")


_GAINS = (0.05, 0.1)
"""Gains for which the card says how many more labels they take."""
_MANY = 1000
"""Times as many labels: nobody will have them."""


def write_report(found: Ablation, folder: Path) -> None:
    """Write `MODEL_CARD.md` and, where there is one, the learning curve (`learning_curve.png`).

    Parameters
    ----------
    found
        As from `ablate`.
    folder
        Where the report goes.
    """
    table = found.table
    sizes = table["variant"].str.endswith(" of the labels")
    parts = {"changed": table[~sizes], "curve": table[sizes | (table["variant"] == FULL)]}
    text = Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        seeds=table["seeds"].iloc[0],
        verbs=f"{table.loc[table['variant'] == FULL, 'verbs'].iloc[0]:,}",
        full=markdown(_wide(parts["changed"][parts["changed"]["variant"] == FULL], "value")),
        changed=markdown(_wide(parts["changed"][parts["changed"]["variant"] != FULL], "difference")),
        curve=markdown(_wide(parts["curve"].sort_values("verbs", kind="stable"), "value")),
        doubling=markdown(_factors(found.doubling)),
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


def _factors(doubling: pd.DataFrame) -> pd.DataFrame:
    """What a doubling of the labels adds, and the times as many labels that gains take."""
    rows = list(doubling[["gain", "low", "high"]].itertuples(index=False, name=None))
    cells = {"twice as many labels add": [f"{number(a)} [{number(b)}, {number(c)}]" for a, b, c in rows]}
    for gain in _GAINS:
        cells[f"times as many labels for {number(gain)} more"] = [
            f"{_times(gain, a)} [{_times(gain, high)}, {_times(gain, low)}]" for a, low, high in rows
        ]
    return pd.DataFrame({"measure": doubling["measure"], **cells})


def _times(gain: float, of_doubling: float) -> str:
    """2^(gain / gain of a doubling), in words where it is out of reach."""
    factor = 2 ** min(gain / of_doubling, 99) if of_doubling > 0 else float("inf")
    return f"{factor:.1f}" if factor < _MANY else f"over {_MANY:,}"


if __name__ == "__main__":
    with progress(False) as bar:
        found = ablate(Path("configs/ablation.yaml"), Path("runs/ablation"), bar=bar)
    write_report(found, Path("models"))
