"""Documents to coded verbs: parse, code, and lay out one row a verb."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from vicsformer.data.codebook import (
    ATTRIBUTIONS,
    CATEGORIES,
    INTENSITY,
    LABEL_CATEGORIES,
    NONE,
    SELF_ATTRIBUTIONS,
)
from vicsformer.data.tables import CODED_COLUMNS
from vicsformer.infer.extract import extract
from vicsformer.models.coder import Coder, Codes

CHARACTERS_A_BATCH = 400_000

_SIDES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("self", tuple(a for a in ATTRIBUTIONS if a in SELF_ATTRIBUTIONS)),
    ("other", ("other",)),
    ("unknown", ("unknown",)),
)


def batches(documents: pd.DataFrame, characters: int = CHARACTERS_A_BATCH) -> Iterator[pd.DataFrame]:
    """Stretches of the document table of about so many characters: memory does not grow with the corpus."""
    number = documents["text"].str.len().cumsum() // characters
    for _, batch in documents.groupby(number, sort=False):
        yield batch


def code_documents(
    documents: pd.DataFrame, coders: Mapping[str, Coder], parser: Any
) -> dict[str, pd.DataFrame]:
    """Code every verb phrase of a document table with each of some coders, parsing it once.

    Parameters
    ----------
    documents
        `document_id, leader, date, text`, optional `state`, further columns.
    coders
        Coders by name.
    parser
        As from `infer.parsing.load_parser`.

    Returns
    -------
    dict
        By the coder's name: `CODED_COLUMNS`, then the documents' further columns but their text
        (see `lay_out`).
    """
    sentences, verbs = extract(documents, parser)
    return {
        name: lay_out(documents, verbs, coder.code(sentences, verbs), name) for name, coder in coders.items()
    }


def lay_out(documents: pd.DataFrame, verbs: pd.DataFrame, codes: Codes, coder: str) -> pd.DataFrame:
    """Verbs and their codes as a coded table.

    The category is the likeliest one; verb forms that are likeliest no unit are dropped, and the
    probabilities of the seven categories are those given that the form is a unit. The attribution is the
    likeliest one of the likeliest side (Self, Other, unknown), so that it always agrees with
    `p_self, p_other, p_unknown`.

    Parameters
    ----------
    documents, verbs
        Document and verb table.
    codes
        One row a verb.
    coder
        Name for the `coder` column.

    Returns
    -------
    DataFrame
        In the order of `verbs`; a column of the documents with the name of a coded column, such as
        `subject`, is there as `document_subject`.
    """
    units = codes.category.argmax(axis=1) != LABEL_CATEGORIES.index(NONE)
    category = codes.category[units][:, : len(CATEGORIES)].astype(np.float64)
    category /= category.sum(axis=1, keepdims=True)
    attribution = codes.attribution[units].astype(np.float64)
    sides = np.stack(
        [attribution[:, [ATTRIBUTIONS.index(a) for a in members]].sum(axis=1) for _, members in _SIDES],
        axis=1,
    )
    on_side = np.array([[a in members for a in ATTRIBUTIONS] for _, members in _SIDES])
    likeliest = np.where(on_side[sides.argmax(axis=1)], attribution, -1.0).argmax(axis=1)

    names = np.array(CATEGORIES)[category.argmax(axis=1)]
    table = verbs.loc[units, [c for c in verbs if c in CODED_COLUMNS]].reset_index(drop=True)
    table = table.assign(
        attribution=np.array(ATTRIBUTIONS)[likeliest],
        category=names,
        intensity=[INTENSITY[name] for name in names],
        confidence=category.max(axis=1),
        expected_intensity=category @ np.array([INTENSITY[name] for name in CATEGORIES]),
        **{f"p_{name}": category[:, i] for i, name in enumerate(CATEGORIES)},
        **{f"p_{side}": sides[:, i] for i, (side, _) in enumerate(_SIDES)},
        coder=coder,
    )
    taken = set(CODED_COLUMNS) - {"document_id", "leader", "date"}
    known = documents.drop(columns="text").rename(columns=lambda c: f"document_{c}" if c in taken else c)
    table = table.merge(known, on="document_id", how="left", validate="many_to_one")
    return table[[*CODED_COLUMNS, *(c for c in known.columns if c not in CODED_COLUMNS)]]
