"""Pairs of labelled and coded verbs, cross-tabulated by document."""

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vicsformer.data.codebook import ATTRIBUTIONS, CATEGORIES, LABEL_CATEGORIES, NONE
from vicsformer.data.errors import InputError
from vicsformer.evaluate.checks import require_codes
from vicsformer.evaluate.confusion import Floats


@dataclass(frozen=True)
class PairCounts:
    """All that the coefficients are functions of; the first axis is documents, or resamples of them.

    Attributes
    ----------
    category
        Shape (documents, 7, 7): units, gold by coded, in the order of `CATEGORIES`.
    attribution
        Shape (documents, 5, 5): matched units, gold by coded, in the order of `ATTRIBUTIONS`.
    stray
        Shape (documents, 7): coded rows where the gold has no category.
    alarms
        Shape (documents, 7): all false alarms.
    units
        Shape (documents,): rows of the gold.
    matched
        Shape (documents,): those with a coded row.
    """

    category: Floats
    attribution: Floats
    stray: Floats
    alarms: Floats
    units: Floats
    matched: Floats


def count_pairs(pairs: pd.DataFrame, names: pd.Index) -> PairCounts:
    """Cross-tabulate the pairs of each document.

    Parameters
    ----------
    pairs
        As from `matching.match`, with all columns.
    names
        The documents, in the order of the first axis; one without pairs has zeros.

    Raises
    ------
    InputError
        If a code is unknown, or there is no unit.
    """
    require_codes(pairs, "gold_category", LABEL_CATEGORIES, "pairs")
    require_codes(pairs, "category", CATEGORIES, "pairs")
    for column in ("gold_attribution", "attribution"):
        require_codes(pairs, column, ATTRIBUTIONS, "pairs")
    documents = names.get_indexer(pd.Index(pairs["document_id"]))
    gold, coded = (_positions(pairs[c], LABEL_CATEGORIES) for c in ("gold_category", "category"))
    agents = [_positions(pairs[c], ATTRIBUTIONS) for c in ("gold_attribution", "attribution")]
    matched, alarm = (pairs[c].to_numpy(bool) for c in ("matched", "false_alarm"))
    unit = (pairs["gold_category"] != NONE).to_numpy()
    if not unit.any():
        raise InputError("pairs: expected at least one labelled unit; found none; check the labels")

    def tabulate(chosen: NDArray[np.bool_], *axes: tuple[NDArray[np.intp], int]) -> Floats:
        shape = (len(names), *(size for _, size in axes))
        cells = np.ravel_multi_index((documents[chosen], *(codes[chosen] for codes, _ in axes)), shape)
        return np.bincount(cells, minlength=int(np.prod(shape))).reshape(shape).astype(np.float64)

    k, a = len(CATEGORIES), len(ATTRIBUTIONS)
    return PairCounts(
        category=tabulate(unit, (gold, k), (coded, k)),
        attribution=tabulate(matched & (agents[0] >= 0) & (agents[1] >= 0), (agents[0], a), (agents[1], a)),
        stray=tabulate(~unit, (coded, k)),
        alarms=tabulate(alarm, (coded, k)),
        units=tabulate(~alarm),
        matched=tabulate(matched),
    )


def _positions(codes: pd.Series, order: tuple[str, ...]) -> NDArray[np.intp]:
    """Return where each code stands in its order, -1 where it is missing."""
    return np.asarray(pd.Categorical(codes, categories=order).codes, dtype=np.intp)


def weighted(counts: PairCounts, weights: Floats) -> PairCounts:
    """Return the sums over documents for each row of weights, (resamples, documents)."""
    return PairCounts(
        **{f.name: np.tensordot(weights, getattr(counts, f.name), axes=1) for f in fields(PairCounts)}
    )
