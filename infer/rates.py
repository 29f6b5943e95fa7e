"""Error rates of a coder: what it made of labelled verbs, document by document."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vicsformer.data.codebook import (
    ATTRIBUTIONS,
    CATEGORIES,
    LABEL_CATEGORIES,
    NEUTRAL,
    NONE,
    SELF_ATTRIBUTIONS,
)
from vicsformer.data.errors import InputError
from vicsformer.data.tables import require_columns
from vicsformer.infer.counts import OTHER_ATTRIBUTIONS
from vicsformer.infer.soft import SIDES

HEADS: dict[str, tuple[str, ...]] = {"side": SIDES, "category": CATEGORIES}
"""The two questions a verb is coded by, with their answers."""

RATES_COLUMNS: dict[str, str] = {
    "document_id": "the labelled speech",
    "gold_side": "label: self, other or rest",
    "gold_category": "label: one of the seven categories",
    "coded_side": "code, of the same answers",
    "coded_category": "code, of the same answers",
    "verbs": "how many of the speech's labelled verbs",
}
"""Columns of the table of error rates; cells without verbs are left out."""

_ANSWERS = {f"{by}_{head}": names for by in ("gold", "coded") for head, names in HEADS.items()}
_SIDE_OF = dict.fromkeys(SELF_ATTRIBUTIONS, SIDES[0]) | dict.fromkeys(OTHER_ATTRIBUTIONS, SIDES[1])


@dataclass(frozen=True)
class ErrorRates:
    """Labelled verbs by label and code.

    Attributes
    ----------
    documents
        Names of the labelled documents.
    cells
        Shape (documents, 3, 7, 3, 7): gold side and category, coded side and category, over `HEADS`.
    """

    documents: tuple[str, ...]
    cells: NDArray[np.int64]

    @property
    def side(self) -> NDArray[np.int64]:
        """Shape (documents, 3, 3): [gold, coded] over `soft.SIDES`."""
        return np.asarray(self.cells.sum(axis=(2, 4)))

    @property
    def category(self) -> NDArray[np.int64]:
        """Shape (documents, 7, 7): [gold, coded] over `CATEGORIES`."""
        return np.asarray(self.cells.sum(axis=(1, 3)))


def error_rates(pairs: pd.DataFrame) -> ErrorRates:
    """Count labels and codes of labelled verbs.

    A false alarm is a neutral verb of nobody's (rest) in the labels. A unit without a coded row counts as
    coded neutral, and as rest: where the coder misses more verbs of one cell than of others, that is
    corrected too. (The missed verbs are not in a coded table, so that its cell rest x neutral is too small by
    them; that moves the power cells by a product of two error rates of the misses, which is left.)

    Parameters
    ----------
    pairs
        One row a labelled verb or false alarm, as from `evaluate.matching.match`: `document_id,
        gold_category, category, gold_attribution, attribution`.

    Raises
    ------
    InputError
        If a column is missing, a code is unknown, or there is no verb.
    """
    return tally(labelled_codes(pairs))


def labelled_codes(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return one row a labelled verb, `RATES_COLUMNS` with `verbs` 1, on the index of the pairs.

    Parameters
    ----------
    pairs
        As for `error_rates`.
    """
    what = "pairs"
    columns = {"side": ("gold_attribution", "attribution"), "category": ("gold_category", "category")}
    require_columns(pairs, ["document_id", *columns["side"], *columns["category"]], what)
    if pairs.empty:
        raise InputError(f"{what}: expected labelled verbs, found none; label verbs of the coder's documents")
    for name in columns["category"]:
        _require(pairs, name, LABEL_CATEGORIES, what)
    for name in columns["side"]:
        _require(pairs[pairs[name].notna()], name, ATTRIBUTIONS, what)
    gold, coded = (pairs[name].map(_SIDE_OF).fillna("rest") for name in columns["side"])
    return pd.DataFrame(
        {
            "document_id": pairs["document_id"].astype("str"),
            "gold_side": gold.mask(pairs["gold_category"] == NONE, "rest"),
            "gold_category": pairs["gold_category"].replace(NONE, NEUTRAL),
            "coded_side": coded,
            "coded_category": pairs["category"].replace(NONE, NEUTRAL),
            "verbs": 1,
        }
    )


def rates_table(rates: ErrorRates) -> pd.DataFrame:
    """Return error rates as a table that `read_rates` reads: `RATES_COLUMNS`, cells with verbs."""
    document, *codes = np.nonzero(rates.cells)
    answers = {
        column: np.array(names)[code] for (column, names), code in zip(_ANSWERS.items(), codes, strict=True)
    }
    names = np.array(rates.documents, dtype=object)[document]
    return pd.DataFrame({"document_id": names, **answers, "verbs": rates.cells[rates.cells > 0]})


def read_rates(table: pd.DataFrame) -> ErrorRates:
    """Return the error rates of a table.

    Parameters
    ----------
    table
        `RATES_COLUMNS`.

    Raises
    ------
    InputError
        If a column is missing, a name is unknown, or a number is no whole one of at least 0.
    """
    what = "error rates"
    require_columns(table, list(RATES_COLUMNS), what)
    for column, names in _ANSWERS.items():
        _require(table, column, names, what)
    verbs = pd.to_numeric(table["verbs"], errors="coerce").to_numpy(np.float64)
    wrong = ~((verbs >= 0) & (verbs % 1 == 0))
    if wrong.any():
        row = int(wrong.argmax())
        raise InputError(
            f"{what}, row {row + 1}: expected as verbs a whole number of at least 0, found "
            f"{table['verbs'].iloc[row]!r}; count again"
        )
    return tally(table.assign(verbs=verbs))


def require_all_codes(rates: ErrorRates) -> None:
    """Raise `InputError` unless every label occurs and there are at least two labelled documents."""
    if len(rates.documents) < 2:
        raise InputError(
            f"error rates: expected at least two labelled documents, found {len(rates.documents)}; label more"
        )
    for head, names in HEADS.items():
        labelled = getattr(rates, head).sum(axis=(0, 2))
        if not labelled.all():
            raise InputError(
                f"error rates: expected labelled verbs of every {head}, found none of "
                f"{names[int(labelled.argmin())]}; label more documents"
            )


def tally(codes: pd.DataFrame) -> ErrorRates:
    """Sum `RATES_COLUMNS` by document, in the order of the documents' names."""
    documents = sorted(codes["document_id"].astype("str").unique())
    row = pd.Index(documents).get_indexer(pd.Index(codes["document_id"].astype("str")))
    answers = [pd.Index(names).get_indexer(pd.Index(codes[column])) for column, names in _ANSWERS.items()]
    cells = np.zeros((len(documents), *map(len, _ANSWERS.values())), dtype=np.int64)
    np.add.at(cells, (row, *answers), codes["verbs"].to_numpy(np.int64))
    return ErrorRates(tuple(documents), cells)


def _require(table: pd.DataFrame, column: str, names: tuple[str, ...], what: str) -> None:
    strange = (~table[column].isin(names)).to_numpy()
    if strange.any():
        found = table[column].iloc[int(strange.argmax())]
        raise InputError(
            f"{what}: expected as {column} one of {', '.join(names)}, found {str(found)!r} in row "
            f"{table.index[int(strange.argmax())]}; correct the row"
        )
