"""Does a coder err alike on all leaders? A test of what the correction by error rates assumes."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vicsformer.data.errors import InputError
from vicsformer.data.tables import require_columns
from vicsformer.infer.profile import Options
from vicsformer.infer.rates import HEADS, ErrorRates, labelled_codes, tally

SHIFT_COLUMNS: dict[str, str] = {
    "head": "side or category: which error rates",
    "documents": "labelled documents of the leader",
    "verbs": "labelled verbs of the leader",
    "accuracy": "share of them coded as labelled",
    "others_accuracy": "what that share would be at the error rates of the others, at the leader's labels",
    "statistic": "chi-square of code by leader, summed over labels",
    "p": "share of sign flips of documents with at least that statistic",
    "p_holm": "p after Holm's (1979) correction over the leaders, within head",
}
"""Columns of the table of tests, after the `by` columns."""

_TIE = 1e-9
Floats = NDArray[np.float64]


def shift_test(
    pairs: pd.DataFrame, by: Sequence[str] = ("leader",), *, flips: int = 9999, seed: int = 0
) -> pd.DataFrame:
    """Test for each leader whether the coder errs on his verbs as on those of the others.

    Correction by error rates takes P(code | label) as the same for all speakers, however often each label
    occurs (label shift; Lipton, Wang & Smola 2018). The statistic compares just that: for each label the
    Pearson chi-square of code by "this leader or another", summed over labels.

    Verbs of a speech are alike, so that the chi-square distribution gives p values that are too small; and
    exchanging documents between leaders does so too where leaders differ in their mix of labels, which label
    shift allows. Instead each document's contribution to the deviations from what is expected keeps its size
    and gets a random sign (Hemerik, Goeman & Finos 2020; the wild cluster bootstrap of Cameron, Gelbach &
    Miller 2008 for scores): valid for documents of any length, mix and likeness, where there are many. With
    few documents of a leader (under five) the test is weak and its p is not to be relied on.

    Parameters
    ----------
    pairs
        As for `rates.error_rates`, with the `by` columns.
    by
        Columns that name a leader; a document has one.
    flips
        Number of draws of signs, at least 1.
    seed
        Start of the draws; each leader draws its own from the seed and its name.

    Returns
    -------
    DataFrame
        The `by` columns and `SHIFT_COLUMNS`, two rows a leader, leaders by name.

    Raises
    ------
    InputError
        As `rates.error_rates`; if there are fewer than two leaders, or a document has two.
    """
    require_columns(pairs, [*by, "document_id"], "pairs")
    return shift_of_rates(tally(labelled_codes(pairs)), pairs, by, flips=flips, seed=seed)


def shift_of_rates(
    rates: ErrorRates,
    documents: pd.DataFrame,
    by: Sequence[str] = ("leader",),
    *,
    fewest: int = 1,
    flips: int = 9999,
    seed: int = 0,
) -> pd.DataFrame:
    """Test error rates as `shift_test` does, where it is known whose some of the labelled documents are.

    Parameters
    ----------
    rates
        As from `rates.error_rates`. Labelled documents that `documents` does not name are others' for every
        leader.
    documents
        `document_id` and the `by` columns, one row a document or more (a coded table).
    fewest
        Labelled documents, at least 1, that a leader must have to be tested.
    by, flips, seed
        As in `shift_test`.

    Returns
    -------
    DataFrame
        As from `shift_test`; of a leader who is not tested all but `documents` and `verbs` is missing.

    Raises
    ------
    InputError
        A column is missing, a document has two leaders, all labelled documents are of one leader, or flips is
        out of range.
    """
    by = list(by)
    require_columns(documents, [*by, "document_id"], "documents")
    if flips < 1:
        raise InputError(f"flips: expected at least 1, found {flips}; give for instance 9999")
    position = pd.Index(rates.documents)
    rows = []
    for key, names in _documents_of(documents, by):
        own = position.isin(names)
        if own.all():
            raise InputError(
                f"pairs: expected verbs of at least two of {', '.join(by)}, found one; add others"
            )
        for head in HEADS:
            cells = getattr(rates, head).astype(np.float64)
            rng = Options(seed=seed).generator((*key, head))
            tested = _tested(cells, own, flips, rng) if own.sum() >= fewest else (np.nan,) * 4
            rows.append((*key, head, own.sum(), int(cells[own].sum()), *tested))
    table = pd.DataFrame(rows, columns=[*by, *list(SHIFT_COLUMNS)[:-1]])
    return table.assign(p_holm=table.groupby("head")["p"].transform(_holm))


def _documents_of(
    documents: pd.DataFrame, by: list[str]
) -> Iterator[tuple[tuple[object, ...], "pd.Series[str]"]]:
    """Return the name of each leader and those of the documents, leaders by name."""
    named = documents[[*by, "document_id"]].drop_duplicates().sort_values([*by, "document_id"])
    named = named.assign(document_id=named["document_id"].astype("str"))
    twice = named["document_id"][named["document_id"].duplicated()]
    if len(twice):
        raise InputError(
            f"pairs: expected one value of {', '.join(by)} a document, found two of {twice.iloc[0]}; "
            "correct it"
        )
    for key, own in named.groupby(by, dropna=False):
        yield key, own["document_id"]


def _tested(
    cells: Floats, own: NDArray[np.bool_], flips: int, rng: np.random.Generator
) -> tuple[float, float, float, float]:
    """Return both accuracies, the statistic and its p."""
    described = _accuracies(cells[own].sum(axis=0), cells[~own].sum(axis=0))
    return (*described, *sign_flip_test(cells, own, flips, rng=rng))


def sign_flip_test(
    cells: Floats, own: NDArray[np.bool_], flips: int, *, rng: np.random.Generator
) -> tuple[float, float]:
    """Test whether P(code | label) is the same in two groups of documents.

    Parameters
    ----------
    cells
        Shape (documents, labels, codes): labelled verbs.
    own
        Shape (documents,): which documents are of the first group.
    flips
        Number of draws.
    rng
        Source of the signs.

    Returns
    -------
    tuple
        Chi-square and p, above 0.
    """
    total, share = cells.sum(axis=0), cells[own].sum(axis=(0, 2)) / np.maximum(cells.sum(axis=(0, 2)), 1)
    rates = total / np.maximum(total.sum(axis=1, keepdims=True), 1)
    residual = cells - cells.sum(axis=2, keepdims=True) * rates
    # sums over documents to the first group's counts less their expectation
    part = (own[:, None] - share)[..., None] * residual
    scale = (share * (1 - share))[:, None] * total
    weight = np.divide(1, scale, out=np.zeros(scale.shape), where=scale > 0)
    signs = rng.choice([-1.0, 1.0], size=(flips, len(cells)))
    observed = (part.sum(axis=0) ** 2 * weight).sum()
    drawn = (signs @ part.reshape(len(cells), -1)) ** 2 @ weight.ravel()
    return float(observed), (1 + np.count_nonzero(drawn >= observed - _TIE)) / (1 + flips)


def _accuracies(own: Floats, others: Floats) -> tuple[float, float]:
    """Return the share of a leader's verbs coded as labelled, and what it is by the others' rates."""
    n = others.sum(axis=1)
    known = n > 0
    labels = np.where(known, own.sum(axis=1), 0)
    rates = np.divide(np.diag(others), n, out=np.zeros(len(n)), where=known)
    expected = labels @ rates / labels.sum() if labels.any() else np.nan
    return np.trace(own) / own.sum(), expected


def _holm(p: "pd.Series[float]") -> "pd.Series[float]":
    """Return p after Holm's correction: the i-th smallest of m times m - i + 1, never falling; NaN stays."""
    ordered = p.dropna().sort_values(kind="stable")
    return (ordered * np.arange(len(ordered), 0, -1)).cummax().clip(upper=1).reindex(p.index)
