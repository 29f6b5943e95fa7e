"""Counts of two systems compared: what joins imported counts with agreement."""

import numpy as np
import pandas as pd

from vicsformer.data.codebook import POWER_CATEGORIES
from vicsformer.evaluate.score_agreement import score_agreement
from vicsformer.infer.counts import Counts
from vicsformer.infer.indices import INDEX_NAMES, indices


def agreement_of_counts(
    a: Counts, b: Counts, *, resamples: int = 1000, level: float = 0.95, rng: np.random.Generator
) -> pd.DataFrame:
    """Return how well two systems agree on the twelve counts and the indices of the documents in common.

    Parameters
    ----------
    a, b
        Counts of the same documents, as from `infer.counts.count` or `infer.imported_counts.read_counts`.
    resamples, level, rng
        As in `evaluate.score_agreement.score_agreement`.

    Returns
    -------
    DataFrame
        `SCORE_AGREEMENT_COLUMNS`: the cells `self_punish` to `other_reward`, then the indices, each over the
        documents in which both systems have it.

    Raises
    ------
    InputError
        If a document stands twice in one of them, or they have none in common.
    """
    return score_agreement(_scores(a), _scores(b), resamples=resamples, level=level, rng=rng)


def _scores(counts: Counts) -> pd.DataFrame:
    """Counts and indices of each document."""
    cells = [f"{side}_{name}" for side in ("self", "other") for name in POWER_CATEGORIES]
    scores = pd.DataFrame(indices(counts.array), columns=list(INDEX_NAMES))
    return pd.concat([counts.table()[["document_id", *cells]], scores], axis=1)
