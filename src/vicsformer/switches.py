"""The codebook's switches: the same coded verbs counted under other rules."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vicsformer.data.codebook import NEUTRAL, POWER_CATEGORIES, SELF_ATTRIBUTIONS
from vicsformer.data.errors import InputError
from vicsformer.data.tables import require_columns
from vicsformer.infer.counts import OTHER_ATTRIBUTIONS, Counts, count

SWITCHES: dict[str, str] = {
    "inclusive we": "a we that takes in others (`we_inclusive`) is not Self but left out, or Other",
    "own state": "the speaker's own state in the third person (`self_state`) is Other",
    "unknown agents": "verbs whose agent is not given (`unknown`) are Other's",
    "modals": "verbs under a modal are neutral: of necessity (must, should, ought, need), of possibility "
    "(can, could, may, might), or of the future (will, would, shall)",
    "domestic verbs": "verbs that a column `domain` of the coded table calls domestic are neutral",
    "confidence": "verbs whose category has a smaller probability are neutral",
    "power threshold": "a verb is of power where the six categories together have a larger probability, and "
    "then of the likeliest of them; else neutral",
    "coder": "another coder of the same documents",
    "document": "one document is left out",
}
"""What each switch changes; the default of each is section 2 and 3 of the codebook."""

CONFIDENCES: tuple[float, ...] = (0.5, 0.6, 0.7)
THRESHOLDS: tuple[float, ...] = (0.3, 0.4, 0.5, 0.6, 0.7)

_NOT = r"(?:n['’]t)?\b"
_MODALS: dict[str, re.Pattern[str]] = {
    "necessity": re.compile(
        rf"\b(?:must|should|ought){_NOT}|\bneeds? (?:not )?to\b|\bneed(?: not\b|n['’]t\b)"
    ),
    "possibility": re.compile(rf"\b(?:cannot|can|could|may|might){_NOT}|\bcan['’]t\b"),
    "future": re.compile(rf"\b(?:will|would|shall){_NOT}|\bwon['’]t\b|['’]ll\b"),
}
_ATTRIBUTED: dict[tuple[str, str], tuple[str, frozenset[str]]] = {
    ("inclusive we", "left out"): ("we_inclusive", OTHER_ATTRIBUTIONS),
    ("inclusive we", "other"): ("we_inclusive", OTHER_ATTRIBUTIONS | {"we_inclusive"}),
    ("own state", "other"): ("self_state", OTHER_ATTRIBUTIONS | {"self_state"}),
    ("unknown agents", "other"): ("unknown", OTHER_ATTRIBUTIONS | {"unknown"}),
}


class Setting(NamedTuple):
    """The counts under one setting of one switch."""

    switch: str
    setting: str
    counts: Counts


def settings(coded: pd.DataFrame, by: str) -> Iterator[Setting]:
    """Count coded verbs under every setting of the switches that are rules; the documents stay the same.

    `coder` and `document` are none of them. Which verbs are domestic cannot be told without a column
    `domain`: `subject` and `target` are words as they stand, and do not say whether the workers that a verb
    helps are the speaker's own.

    Parameters
    ----------
    coded
        As from `infer.coding.code_documents`; of its columns those that the counts and switches need, and
        `domain` (domestic, foreign) where there is one, of verbs or of documents.
    by
        Column that names a group of documents.

    Raises
    ------
    InputError
        If a column is missing, a probability is not in 0..1, or a code is not in the codebook.
    """
    probabilities = [f"p_{name}" for name in (NEUTRAL, *POWER_CATEGORIES)]
    require_columns(coded, ["phrase", "confidence", *probabilities], "coded table")
    numbers = coded[["confidence", *probabilities]].apply(pd.to_numeric, errors="coerce")
    outside = ~numbers.apply(lambda column: column.between(0, 1)).all(axis=1)
    if outside.any():
        raise InputError(
            f"coded table, row {int(outside.to_numpy().argmax()) + 1}: expected as confidence and "
            f"{', '.join(probabilities)} numbers from 0 to 1, found another or none; code the corpus again"
        )
    coded = coded.assign(**numbers)
    for (switch, setting), (moved, other) in _ATTRIBUTED.items():
        own = SELF_ATTRIBUTIONS - {moved}
        yield Setting(switch, setting, count(coded, by=[by], self_attributions=own, other_attributions=other))
    for switch, setting, neutral in _neutralised(coded):
        category = coded["category"].where(~neutral, NEUTRAL)
        yield Setting(switch, setting, count(coded.assign(category=category), by=[by]))
    power = coded[probabilities[1:]].to_numpy(np.float64)
    likeliest = np.array(POWER_CATEGORIES)[power.argmax(axis=1)]
    for threshold in THRESHOLDS:
        recoded = np.where(1 - coded["p_neutral"] > threshold, likeliest, NEUTRAL)
        yield Setting("power threshold", f"{threshold:g}", count(coded.assign(category=recoded), by=[by]))


def _neutralised(coded: pd.DataFrame) -> Iterator[tuple[str, str, NDArray[np.bool_]]]:
    """Give the switches that make verbs neutral, and which."""
    phrase = coded["phrase"].str.lower()
    for setting, modal in _MODALS.items():
        yield "modals", setting, _true(phrase.str.contains(modal))
    if "domain" in coded:
        yield "domestic verbs", "neutral", _true(coded["domain"] == "domestic")
    for confidence in CONFIDENCES:
        yield "confidence", f"{confidence:g}", _true(coded["confidence"] < confidence)


def _true(mask: "pd.Series[Any]") -> NDArray[np.bool_]:
    return mask.fillna(False).to_numpy(dtype=bool)
