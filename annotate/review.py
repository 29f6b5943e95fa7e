"""Which coded verbs a reader should look at first: those in doubt on which a leader's indices hang."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import entropy

from vicsformer.data.codebook import ATTRIBUTIONS, CATEGORIES, SELF_ATTRIBUTIONS, VALENCE
from vicsformer.data.errors import InputError
from vicsformer.data.tables import require_columns
from vicsformer.evaluate.checks import require_codes

REVIEW_COLUMNS: dict[str, str] = {
    "expected_change": "expected absolute change of the leader's pooled P-1, I-1 and P-4, summed, if the "
    "verb were coded anew as the coder's probabilities say; in 0..5",
    "category_entropy": "entropy of the seven category probabilities, 0 (certain) to 1 (all alike)",
    "side_entropy": "entropy of the probabilities of self, other and unknown, 0 to 1",
}
"""Columns that ranking adds to a coded table."""

_SIDES = ("self", "other", "unknown")
_SIGN = np.array([{"cooperative": 1, "neutral": 0, "conflictual": -1}[VALENCE[name]] for name in CATEGORIES])
# What a verb adds to (n_s, b_s, n_o, b_o): n counts verbs of power of Self and Other, b cooperative less
# conflictual ones. Rows: not counted; Self cooperative, conflictual; Other cooperative, conflictual.
_ADDS = np.array([[0, 0, 0, 0], [1, 1, 0, 0], [1, -1, 0, 0], [0, 0, 1, 1], [0, 0, 1, -1]], dtype=np.float64)


def rank_for_review(coded: pd.DataFrame, *, by: str = "leader") -> pd.DataFrame:
    """Order coded verbs by how much a reader's code can be expected to move their leader's indices.

    A verb counts towards P-1, I-1 and P-4 in one of five ways k: not at all (neutral, or agent unknown), or
    as Self or Other, cooperative or conflictual. The coder's probabilities give each way
    q_k = p(side) p(valence), side and category taken as independent. With x the leader's index from all
    counts as coded, and x_k from those counts with this one verb moved to k,

        expected change = sum over x in {P-1, I-1, P-4} of sum over k of q_k |x_k - x|.

    It is 0 where the coder is certain, grows with its doubt, and is the larger the fewer verbs a leader has.
    Doubt that moves none of the three indices (promise or reward?) does not count. An index with nothing to
    divide by is taken to stand in the middle of its range (P-1, I-1: 0; P-4: 1/2).

    Parameters
    ----------
    coded
        `attribution, category`, `p_` and the seven categories, `p_self, p_other, p_unknown`, and `by`.
    by
        The column whose groups are the leaders.

    Returns
    -------
    DataFrame
        The rows of `coded` with their index and `REVIEW_COLUMNS`, the largest expected change first; among
        equal ones the order of `coded` stays.

    Raises
    ------
    InputError
        A column is missing, a code is unknown, or a probability is missing or not in 0..1.
    """
    names = [f"p_{name}" for name in CATEGORIES], [f"p_{side}" for side in _SIDES]
    require_columns(coded, [by, "attribution", "category", *names[0], *names[1]], "coded table")
    require_codes(coded, "attribution", ATTRIBUTIONS, "coded table")
    require_codes(coded, "category", CATEGORIES, "coded table")
    category, side = (_probabilities(coded, columns) for columns in names)

    as_coded = _ADDS[_way(coded)]
    group = coded.groupby(by, dropna=False, sort=False).ngroup().to_numpy()
    counts = np.zeros((group.max(initial=-1) + 1, _ADDS.shape[1]))
    np.add.at(counts, group, as_coded)
    moved = (counts[group] - as_coded)[:, None] + _ADDS
    change = np.abs(_indices(moved) - _indices(counts[group])[:, None]).sum(axis=-1)
    ranked = coded.assign(
        expected_change=(_ways(category, side) * change).sum(axis=1),
        category_entropy=entropy(category, base=len(CATEGORIES), axis=1),
        side_entropy=entropy(side, base=len(_SIDES), axis=1),
    )
    return ranked.sort_values("expected_change", ascending=False, kind="stable")


def _probabilities(coded: pd.DataFrame, columns: list[str]) -> NDArray[np.float64]:
    values = coded[columns].to_numpy(dtype=np.float64)
    strange = ~((values >= 0) & (values <= 1 + 1e-6)).all(axis=1) | ~(values.sum(axis=1) > 0)
    if strange.any():
        row = int(strange.argmax())
        raise InputError(
            f"coded table, row {row + 1}: expected probabilities of 0 to 1 in {', '.join(columns)}, found "
            f"{', '.join(f'{value:g}' for value in values[row])}; code the corpus again"
        )
    return values / values.sum(axis=1, keepdims=True)


def _way(coded: pd.DataFrame) -> NDArray[np.int64]:
    """Row of `_ADDS` for each verb as coded."""
    valence = coded["category"].map(VALENCE)
    own = coded["attribution"].isin(list(SELF_ATTRIBUTIONS))
    return np.select(
        [(valence == "neutral") | (coded["attribution"] == "unknown"), own],
        [0, np.where(valence == "cooperative", 1, 2)],
        np.where(valence == "cooperative", 3, 4),
    )


def _ways(category: NDArray[np.float64], side: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probability of each row of `_ADDS`: shape (verbs, 5)."""
    valence = np.stack([category[:, sign == _SIGN].sum(axis=1) for sign in (1, -1)], axis=1)
    counted = (side[:, :2, None] * valence[:, None, :]).reshape(len(side), 4)
    return np.concatenate([np.clip(1 - counted.sum(axis=1, keepdims=True), 0, None), counted], axis=1)


def _indices(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """P-1, I-1 and P-4 of (n_s, b_s, n_o, b_o) on the last axis."""
    n_self, b_self, n_other, b_other = np.moveaxis(counts, -1, 0)
    parts = ((b_other, n_other, 0.0), (b_self, n_self, 0.0), (n_self, n_self + n_other, 0.5))
    return np.stack(
        [np.divide(part, n, out=np.full(n.shape, middle), where=n > 0) for part, n, middle in parts], axis=-1
    )
