"""Counts from the probabilities of the codes: expected (soft) counts, and codes drawn anew."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vicsformer.data.codebook import ATTRIBUTIONS, CATEGORIES, NEUTRAL, POWER_CATEGORIES, SELF_ATTRIBUTIONS
from vicsformer.data.errors import InputError
from vicsformer.data.tables import require_columns
from vicsformer.infer.counts import OTHER_ATTRIBUTIONS, Counts, count
from vicsformer.infer.indices import indices
from vicsformer.infer.intervals import Resamples

SIDES: tuple[str, ...] = ("self", "other", "rest")
"""Who acts: Self, Other, or neither (`unknown`)."""

POWER = [CATEGORIES.index(name) for name in POWER_CATEGORIES]
"""Where the six categories of power stand among the seven."""

_SIDE_COLUMNS = ("p_self", "p_other", "p_unknown")
_CATEGORY_COLUMNS = tuple(f"p_{name}" for name in CATEGORIES)
_ROUNDING = 1e-3  # probabilities that went through a table of few digits
_BLOCK = 2**21
"""Random numbers held at a time (16 MB)."""

Floats = NDArray[np.float64]


def soft_counts(
    coded: pd.DataFrame, *, by: Sequence[str] = ("leader",), documents: pd.DataFrame | None = None
) -> Counts:
    """Count every verb in all cells at once, by its probabilities.

    A verb adds p(side) * p(category) to each cell: side and category are taken as independent given the
    text. Where the probabilities are calibrated in the speeches of the leader, the sum of a document is the
    expected number of its verbs per cell (the probabilistic classify-and-count of Bella et al. 2010), and
    nothing is attenuated; a coder calibrated elsewhere keeps that under covariate shift alone. The sums are
    linear in documents, so that `intervals.resample_documents` gives their intervals.

    Parameters
    ----------
    coded
        One row a verb: `document_id`, the `by` columns, `attribution, category`, and the probabilities
        `p_self, p_other, p_unknown`, `p_punish` to `p_reward`, `p_neutral`.
    by, documents
        As in `counts.count`.

    Returns
    -------
    Counts
        Expected numbers instead of whole ones.

    Raises
    ------
    InputError
        As `counts.count`, and if probabilities are missing, out of 0..1, or do not sum to 1.
    """
    counts = count(coded, by=by, documents=documents)
    return as_counts(
        counts, sum_cells(document_rows(coded, counts), *probabilities(coded), len(counts.array))
    )


def probabilities(coded: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return the probabilities of side and category of each verb, (verbs, 3) and (verbs, 7).

    Columns in the order of `SIDES` and `CATEGORIES`.

    Raises
    ------
    InputError
        If probabilities are missing, out of 0..1, or do not sum to 1.
    """
    require_columns(coded, [*_SIDE_COLUMNS, *_CATEGORY_COLUMNS], "coded table")
    return _distribution(coded, _SIDE_COLUMNS), _distribution(coded, _CATEGORY_COLUMNS)


def certain(verbs: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return the codes of each verb as certainties, (verbs, 3) and (verbs, 7), as `probabilities` does.

    Parameters
    ----------
    verbs
        One row a verb: `attribution, category`, both of the codebook.
    """
    side_of = [0 if a in SELF_ATTRIBUTIONS else 1 if a in OTHER_ATTRIBUTIONS else 2 for a in ATTRIBUTIONS]
    side = np.array(side_of)[pd.Index(ATTRIBUTIONS).get_indexer(pd.Index(verbs["attribution"]))]
    category = pd.Index(CATEGORIES).get_indexer(pd.Index(verbs["category"]))
    return np.eye(len(SIDES))[side], np.eye(len(CATEGORIES))[category]


def document_rows(coded: pd.DataFrame, counts: Counts) -> NDArray[np.intp]:
    """Return for each verb of the counted table the row of its document in `counts.documents`."""
    keys = [*counts.documents.columns]
    numbered = counts.documents.assign(row=np.arange(len(counts.documents)))
    return coded[keys].merge(numbered, on=keys, how="left")["row"].to_numpy(np.intp)


def sum_cells(row: NDArray[np.intp], side: Floats, category: Floats, documents: int) -> Floats:
    """Sum side x category over the verbs of each document.

    Parameters
    ----------
    row
        Shape (verbs,): row of the verb's document.
    side, category
        Shapes (verbs, 3) and (verbs, 7): probabilities, certainties, or these times a weight.
    documents
        Number of documents.

    Returns
    -------
    NDArray
        Shape (documents, 3, 7).
    """
    cells = np.empty((documents, len(SIDES), len(CATEGORIES)))
    for s, c in np.ndindex(cells.shape[1:]):
        cells[:, s, c] = np.bincount(row, weights=side[:, s] * category[:, c], minlength=documents)
    return cells


def as_counts(counts: Counts, cells: Floats) -> Counts:
    """Return the documents of `counts` with other numbers, (documents, 3, 7)."""
    return Counts(
        by=counts.by,
        documents=counts.documents,
        array=cells[:, :2, POWER],
        neutral=cells[:, :2, CATEGORIES.index(NEUTRAL)],
        unknown=cells[:, 2, POWER],
    )


def resample_imputed(
    side: Floats, category: Floats, resamples: int, *, rng: np.random.Generator
) -> Resamples:
    """Code every verb anew in every draw, from its probabilities (multiple imputation, Rubin 1987).

    The draws answer a question of their own: what would a perfect reader have found **in these very
    speeches**? Documents are not resampled; calibrated probabilities are assumed, and verbs whose true codes
    are independent given the text.

    Parameters
    ----------
    side, category
        Shapes (verbs, 3) and (verbs, 7), as from `probabilities`; their order does not matter.
    resamples
        Number of draws.
    rng
        Source of the draws.

    Returns
    -------
    Resamples
        The estimate is the mean of the draws (Rubin 1987). For `limits(..., method="expanded")`:
        nothing is left out, so that `jackknife` is the estimate in one row, in which other methods find no
        acceleration and no standard error.
    """
    cells = (side[:, :2, None] * category[:, None, POWER]).reshape(-1, 2 * len(POWER))
    cells = cells[np.lexsort(cells.T)]  # draws must not depend on the order of the rows
    borders = np.cumsum(cells, axis=1).T
    below = np.empty((resamples, len(borders)))
    rows = max(1, _BLOCK // max(len(side), 1))
    for start in range(0, resamples, rows):
        drawn = rng.random((min(rows, resamples - start), len(side)))
        for cell, border in enumerate(borders):
            below[start : start + len(drawn), cell] = np.count_nonzero(drawn < border, axis=1)
    return of_imputed(np.diff(below, axis=1, prepend=0).reshape(resamples, 2, -1))


def of_imputed(counts: Floats) -> Resamples:
    """Return the indices of verbs that were coded anew in every draw.

    Parameters
    ----------
    counts
        Shape (resamples, 2, 6): the draws.

    Returns
    -------
    Resamples
        As from `resample_imputed`.
    """
    draws = indices(counts)
    present = ~np.isnan(draws)
    n = present.sum(axis=0)
    total = np.where(present, draws, 0).sum(axis=0)
    estimate = np.divide(total, n, out=np.full(len(n), np.nan), where=n > 0)
    return Resamples(estimate=estimate, draws=draws, jackknife=estimate[None], multiplicity=np.ones(1))


def _distribution(coded: pd.DataFrame, columns: Sequence[str]) -> Floats:
    """Return columns of probabilities, each row summing to 1."""
    told = coded[list(columns)]
    values: Floats = told.apply(pd.to_numeric, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    total = values.sum(axis=1)
    wrong = ~((values >= 0).all(axis=1) & (np.abs(total - 1) <= _ROUNDING))
    if wrong.any():
        row = int(wrong.argmax())
        found = ", ".join(map(str, told.iloc[row]))
        raise InputError(
            f"coded table, row {row + 1}: expected as {', '.join(columns)} probabilities that sum to 1, "
            f"found {found}; correct the row or code the corpus again"
        )
    return np.asarray(values / total[:, None])
