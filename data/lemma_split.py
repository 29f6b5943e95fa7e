"""The lemma split: verbs that a coder is not taught, to see what it makes of verbs it has never met.

`labels/lemmas.tsv` has a row for every labelled verb form. It is made, and extended when labels are added, by
`python -m vicsformer.lemma_split`; here it is only read, so that no parser is needed.
"""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from vicsformer.data.codebook import NEUTRAL, NONE
from vicsformer.data.columns import shown
from vicsformer.data.sources import delimited_rows
from vicsformer.data.splits import LABELS
from vicsformer.data.tables import require_columns

LEMMAS_FILE = LABELS / "lemmas.tsv"
LEMMA_COLUMNS: dict[str, str] = {
    "form": "a labelled verb form, lower case",
    "lemma": "its lemma as a verb; one lemma a form (`found` is find)",
    "held_out": "yes or no: whether the lemma is held out",
}
"""Columns of `labels/lemmas.tsv`."""

HELD_OUT_SHARE = 1 / 8
"""Share of the lemmas that may be held out which is."""
COMMONEST = 1 / 200
"""A lemma with a larger share of the units is never held out: no coder meets `make` for the first time."""


def verb_forms(verbs: pd.DataFrame) -> "pd.Series[str]":
    """Forms of verbs as `labels/lemmas.tsv` spells them.

    Parameters
    ----------
    verbs
        With `verb`, the word as it stands.
    """
    return verbs["verb"].str.lower().str.replace("’", "'").astype("str")


def held_out(verbs: pd.DataFrame, path: Path = LEMMAS_FILE) -> "pd.Series[bool]":
    """Whether each verb is one that the lemma split keeps from training.

    Parameters
    ----------
    verbs
        With `verb`, the word as it stands; where `lemma` is there as well (the verb table of a parse), forms
        that no label has are found by it.
    path
        The split.

    Returns
    -------
    Series
        Index of `verbs`; False for verbs that the split does not know.

    Raises
    ------
    InputError
        `verb` is missing, or the split cannot be read.
    """
    require_columns(verbs, ("verb",), "verbs")
    lemmas = read_lemmas(path)
    known = dict(zip(lemmas["form"], lemmas["held_out"], strict=True))
    found = verb_forms(verbs).map(known)
    if "lemma" in verbs:
        held = set(lemmas.loc[lemmas["held_out"], "lemma"])
        found = found.where(found.notna(), verbs["lemma"].isin(list(held)))
    return found.eq(True)


def read_lemmas(path: Path = LEMMAS_FILE) -> pd.DataFrame:
    """The split as a table: `form, lemma` (text), `held_out` (bool).

    Raises
    ------
    InputError
        The file cannot be read, a form stands in it twice, `held_out` is neither yes nor no, or one lemma is
        both.
    """
    rows = delimited_rows(path)
    require_columns(rows.frame, list(LEMMA_COLUMNS), rows.file)
    table = rows.frame[list(LEMMA_COLUMNS)]
    rows.refuse(
        ~table["held_out"].isin(["yes", "no"]),
        lambda i: f"expected held_out as yes or no, found {shown(table['held_out'][i])}; correct it",
    )
    rows.refuse(
        table["form"].duplicated(),
        lambda i: f"expected every form once, found {shown(table['form'][i])} again; drop the row",
    )
    first = table.groupby("lemma")["held_out"].transform("first")
    rows.refuse(
        first != table["held_out"],
        lambda i: (
            f"expected {shown(table['lemma'][i])} held out in all its rows or in none, found both; correct it"
        ),
    )
    return pd.DataFrame(
        {
            "form": table["form"].astype("str"),
            "lemma": table["lemma"].astype("str"),
            "held_out": table["held_out"] == "yes",
        }
    )


def draw_lemmas(units: pd.DataFrame, fixed: Mapping[str, bool]) -> dict[str, bool]:
    """Decide for every lemma whether it is held out.

    A lemma that carries power somewhere and is not among the commonest (`COMMONEST`) is held out if the hash
    of its spelling falls into the lowest `HELD_OUT_SHARE`. So the decision for one lemma does not depend on
    which others there are, and British and American spellings go together.

    Parameters
    ----------
    units
        Labelled verbs with `lemma` and `category`; rows of category `none` count for nothing.
    fixed
        Decisions that stand.

    Returns
    -------
    dict
        By lemma, those of `fixed` first.
    """
    counted = units[units["category"] != NONE]
    sizes = counted["lemma"].value_counts()
    power = set(counted.loc[counted["category"] != NEUTRAL, "lemma"])
    drawn = {
        lemma: _draw(lemma) < HELD_OUT_SHARE
        and lemma in power
        and int(sizes[lemma]) <= COMMONEST * len(counted)
        for lemma in sorted(set(units["lemma"]).difference(fixed))
    }
    return {**fixed, **drawn}


def _draw(lemma: str) -> float:
    """Number in [0, 1) that the spelling of a lemma alone decides."""
    american = re.sub(r"([iy])se$", r"\1ze", lemma)
    spelling = re.sub(r"l+$", "l", re.sub(r"our$", "or", american))
    return int.from_bytes(hashlib.sha256(spelling.encode()).digest()[:8], "big") / 2**64
