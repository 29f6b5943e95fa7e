"""Agreement of two independent readings of invented speeches."""

from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import cohen_kappa_score

from vicsformer.data.codebook import NONE, SELF_ATTRIBUTIONS
from vicsformer.data.labels import Labels
from vicsformer.data.splits import LABELS
from vicsformer.data.tables import read_table

SECOND_FILE = LABELS / "invented_second.csv"
RESAMPLES = 1000


def second_reading(first: Labels, file: Path = SECOND_FILE) -> pd.DataFrame:
    """Compare the second reading with the first.

    Parameters
    ----------
    first
        Labels of the first reading.
    file
        `document_id, start, attribution, category` of the second one.

    Returns
    -------
    DataFrame
        One row a question put to both readers: `question`, `verbs`, `agree` (share), `kappa` (Cohen), `low`,
        `high` (95 %, percentile, passages resampled).
    """
    both = first.verbs.merge(read_table(file), on=["document_id", "start"], suffixes=("", "_second"))
    units = both[(both["category"] != NONE) & (both["category_second"] != NONE)]
    sides = units.assign(
        side=units["attribution"].map(_side), side_second=units["attribution_second"].map(_side)
    )
    rows = [
        _row("category, seven and none", both, "category"),
        _row("category, seven", units, "category"),
        _row("attribution, five", units, "attribution"),
        _row("self / other / unknown", sides, "side"),
    ]
    return pd.DataFrame(rows, columns=["question", "verbs", "agree", "kappa", "low", "high"])


def _side(attribution: str) -> str:
    return "self" if attribution in SELF_ATTRIBUTIONS else attribution


def _row(question: str, verbs: pd.DataFrame, name: str) -> tuple[str, int, float, float, float, float]:
    one, two = verbs[name].to_numpy(), verbs[f"{name}_second"].to_numpy()
    passages = list(verbs.reset_index(drop=True).groupby("document_id").indices.values())
    rng = np.random.default_rng(0)
    draws = []
    for _ in range(RESAMPLES):
        rows = np.concatenate([passages[i] for i in rng.integers(len(passages), size=len(passages))])
        draws.append(cohen_kappa_score(one[rows], two[rows]))
    low, high = np.quantile(draws, [0.025, 0.975])
    return question, len(verbs), float(np.mean(one == two)), cohen_kappa_score(one, two), low, high
