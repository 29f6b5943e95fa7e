"""Drawing passages to code, with the probability that each had of being drawn."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from vicsformer.data.codebook import CATEGORIES, NEUTRAL
from vicsformer.data.errors import InputError
from vicsformer.data.tables import require_columns
from vicsformer.evaluate.checks import require_codes

SAMPLE_COLUMNS: dict[str, str] = {
    "stratum": "the part of the corpus the passage was drawn from, `all` without strata",
    "stratum_passages": "number of passages in that part",
    "inclusion_probability": "probability that a passage of that part is drawn, in (0, 1]",
}
"""Columns that a draw adds to the table of passages."""


def sample_passages(
    passages: pd.DataFrame,
    *,
    passages_drawn: int,
    rng: np.random.Generator,
    strata: "pd.Series[str] | None" = None,
) -> pd.DataFrame:
    """Draw passages without replacement, with equal probability inside each stratum.

    The draw is shared equally between strata, as far as they have passages: rare strata are drawn more often
    than in proportion, and a weight of 1 / `inclusion_probability` makes up for it (Horvitz & Thompson
    1952).

    Parameters
    ----------
    passages
        As from `passages.cut_passages`.
    passages_drawn
        How many, at least one a stratum.
    rng
        Of the draw.
    strata
        The stratum of each passage; None for one stratum.

    Returns
    -------
    DataFrame
        The passages drawn, in their order, with `SAMPLE_COLUMNS`.

    Raises
    ------
    InputError
        Fewer passages than are to be drawn, or fewer draws than strata.
    """
    if len(passages) < passages_drawn or passages_drawn < 1:
        raise InputError(
            f"sample: expected 1 to {len(passages)} passages to draw, found {passages_drawn}; "
            "ask for fewer or give more speeches"
        )
    names = pd.Series("all", index=passages.index) if strata is None else strata
    sizes = names.value_counts().sort_index()
    if passages_drawn < len(sizes):
        raise InputError(
            f"sample: expected at least one passage for each of {len(sizes)} strata, found {passages_drawn}; "
            "ask for more or for fewer strata"
        )
    shares = pd.Series(_allocate(sizes.tolist(), passages_drawn), index=sizes.index)
    chosen = [
        index
        for name, n in shares.items()
        for index in rng.choice(passages.index[names == name], size=n, replace=False)
    ]
    drawn = passages.loc[sorted(chosen)]
    stratum = names.loc[drawn.index]
    return drawn.assign(
        stratum=stratum,
        stratum_passages=stratum.map(sizes),
        inclusion_probability=stratum.map(shares / sizes),
    ).reset_index(drop=True)


def _allocate(sizes: Sequence[int], total: int) -> list[int]:
    """Shares of a total as equal as the sizes allow; what is left over goes to the largest."""
    shares = [0] * len(sizes)
    open_, rest = list(range(len(sizes))), total
    while rest and open_:
        each = rest // len(open_)
        if each == 0:
            for i in sorted(open_, key=lambda i: -sizes[i])[:rest]:
                shares[i] += 1
            break
        for i in open_:
            given = min(each, sizes[i] - shares[i])
            shares[i] += given
            rest -= given
        open_ = [i for i in open_ if shares[i] < sizes[i]]
    return shares


def category_strata(passages: pd.DataFrame, coded: pd.DataFrame) -> "pd.Series[str]":
    """Stratum of each passage: the rarest category that a coder sees in it.

    Parameters
    ----------
    passages
        As from `passages.cut_passages`.
    coded
        Coded verbs of the same documents: `document_id, start, category`. The rarer a category is among them,
        the more it counts; the passages in which only neutral verbs are seen are `neutral`.

    Raises
    ------
    InputError
        A column is missing, a category is unknown, or the coded table has no verb in any passage.
    """
    require_columns(coded, ("document_id", "start", "category"), "coded table")
    require_codes(coded, "category", CATEGORIES, "coded table")
    inside = coded.assign(passage=passage_of(coded, passages))
    inside = inside[inside["passage"] >= 0]
    if inside.empty:
        raise InputError(
            "sample: expected coded verbs of the speeches that passages are drawn from, found none; "
            "code the same corpus"
        )
    seen = inside["category"].value_counts().reindex(list(CATEGORIES), fill_value=0)
    order = seen.drop(NEUTRAL).sort_values(kind="stable").index.tolist()
    rank = inside["category"].map({name: i for i, name in enumerate([*order, NEUTRAL])})
    best = rank.groupby(inside["passage"]).min().reindex(range(len(passages)), fill_value=len(order))
    names = pd.Series([*order, NEUTRAL])
    return pd.Series(names.iloc[best.to_numpy()].to_numpy(), index=passages.index)


def passage_of(verbs: pd.DataFrame, passages: pd.DataFrame) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Position in `passages` of the passage that holds each verb, -1 where none does."""
    place = np.full(len(verbs), -1, dtype=np.int64)
    in_order = passages.assign(_row=np.arange(len(passages))).sort_values("start")
    by_document = {
        str(name): (group["start"].to_numpy(), group["end"].to_numpy(), group["_row"].to_numpy())
        for name, group in in_order.groupby("document_id")
    }
    for name, rows in verbs.reset_index(drop=True).groupby("document_id").indices.items():
        if str(name) not in by_document:
            continue
        starts, ends, numbers = by_document[str(name)]
        at = verbs["start"].to_numpy()[rows]
        found = np.searchsorted(starts, at, side="right") - 1
        inside = (found >= 0) & (at < ends[found])
        place[rows[inside]] = numbers[found[inside]]
    return place
