"""Tables of the cards in Markdown."""

import pandas as pd


def markdown(table: pd.DataFrame, title: str) -> str:
    """Lay out a table, its index as first column under `title`, the others set to the right."""
    header = [title, *map(str, table.columns)]
    rows = [[str(name), *map(str, cells)] for name, cells in zip(table.index, table.to_numpy(), strict=True)]
    lines = [header, ["---", *["---:"] * len(table.columns)], *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
