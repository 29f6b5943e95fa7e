"""Agreement of two independent readings of the shipped labels."""

import numpy as np
import pandas as pd
from sklearn.metrics import cohen_kappa_score

from vicsformer.data.codebook import NONE, SELF_ATTRIBUTIONS
from vicsformer.data.labels import Labels
from vicsformer.data.splits import LABELS
from vicsformer.data.tables import read_table

INVENTED_FILE = LABELS / "invented_second.csv"
"""Second reading of invented speeches: `document_id, start, attribution, category`."""
DOUBLE_FILE = LABELS / "sotu_double.csv"
"""Both readings of State of the Union passages as they were made, before differences were settled."""

RESAMPLES = 500


def double_readings(invented: Labels) -> dict[str, pd.DataFrame]:
    """Verb forms that two readers coded, neither of them seeing the other's codes.

    Parameters
    ----------
    invented
        The invented speeches, with the first reader's codes.

    Returns
    -------
    dict
        `sotu` and `invented`: `document_id, attribution, category, second_attribution, second_category`.
    """
    second = read_table(INVENTED_FILE).add_prefix("second_")
    told = invented.verbs.merge(
        second, left_on=["document_id", "start"], right_on=["second_document_id", "second_start"]
    )
    return {"sotu": read_table(DOUBLE_FILE), "invented": told}


def second_reading(both: pd.DataFrame) -> pd.DataFrame:
    """Compare two readings.

    Parameters
    ----------
    both
        As from `double_readings`.

    Returns
    -------
    DataFrame
        One row a question put to both readers: `question`, `verbs`, `agree` (share), `kappa` (Cohen), `low`,
        `high` (95 %, percentile, documents resampled).
    """
    units = both[(both["category"] != NONE) & (both["second_category"] != NONE)]
    sides = units.assign(
        side=units["attribution"].map(_side), second_side=units["second_attribution"].map(_side)
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
    one, two = verbs[name].to_numpy(), verbs[f"second_{name}"].to_numpy()
    documents = list(verbs.reset_index(drop=True).groupby("document_id").indices.values())
    rng = np.random.default_rng(0)
    draws = []
    for _ in range(RESAMPLES):
        rows = np.concatenate([documents[i] for i in rng.integers(len(documents), size=len(documents))])
        draws.append(cohen_kappa_score(one[rows], two[rows]))
    low, high = np.quantile(draws, [0.025, 0.975])
    return question, len(verbs), float(np.mean(one == two)), cohen_kappa_score(one, two), low, high
