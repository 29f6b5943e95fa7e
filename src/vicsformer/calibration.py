"""Calibration on labelled passages as coders meet them: with the verb phrases that the parser finds."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vicsformer.data.codebook import ATTRIBUTIONS, LABEL_CATEGORIES, NONE
from vicsformer.data.passages import PassageDocuments
from vicsformer.infer.extract import extract
from vicsformer.models.verb_coder import VerbCoder
from vicsformer.train.calibrate import IGNORED, calibrate, calibration_error, reliability

HEADS = ("category", "attribution")


@dataclass(frozen=True)
class FoundVerbs:
    """Verb phrases that the parser finds in labelled passages, with their labels.

    Attributes
    ----------
    sentences, verbs
        Sentence and verb table.
    targets
        By head, shape (verbs,): position of the label in `LABEL_CATEGORIES` or `ATTRIBUTIONS`. A phrase
        without a label in a passage is labelled `none`; text before a passage is ignored.
    """

    sentences: pd.DataFrame
    verbs: pd.DataFrame
    targets: dict[str, NDArray[np.int64]]


def find_verbs(texts: PassageDocuments, parser: Any) -> FoundVerbs:
    """Parse labelled passages and lay their labels on the verb phrases that are found."""
    sentences, verbs = extract(texts.documents, parser)
    labels = texts.verbs[["document_id", "start", "category", "attribution"]]
    found = verbs[["document_id", "start"]].merge(labels, on=["document_id", "start"], how="left")
    outside = found["start"] < found["document_id"].map(texts.passages.set_index("document_id")["start"])
    category = found["category"].fillna(NONE).map(LABEL_CATEGORIES.index).mask(outside, IGNORED)
    is_unit = found["category"].notna() & (found["category"] != NONE) & ~outside
    attribution = found["attribution"].fillna(ATTRIBUTIONS[0]).map(ATTRIBUTIONS.index).where(is_unit, IGNORED)
    return FoundVerbs(
        sentences,
        verbs,
        {"category": category.to_numpy(np.int64), "attribution": attribution.to_numpy(np.int64)},
    )


def calibrated(coder: VerbCoder, held_out: FoundVerbs) -> VerbCoder:
    """The coder with temperatures, rule weights and biases fitted on held-out passages."""
    logits = coder.logits(
        coder.windows(held_out.sentences, held_out.verbs), coder.clues(held_out.sentences, held_out.verbs)
    )
    rules = coder.rules.code(held_out.sentences, held_out.verbs)
    values: dict[str, float | tuple[float, ...]] = {}
    for head, given, evidence in zip(HEADS, logits, (rules.category, rules.attribution), strict=True):
        values[f"{head}_temperature"], values[f"{head}_rule_weight"], values[f"{head}_bias"] = calibrate(
            given.numpy().astype(np.float64), evidence.astype(np.float64), held_out.targets[head]
        )
    return coder.with_settings(**values)


class Reliability(NamedTuple):
    """How far probabilities mean what they say.

    Attributes
    ----------
    errors
        Expected calibration error of the likeliest category and attribution, by head.
    table
        Class by class: `head` and the columns of `train.calibrate.reliability`.
    """

    errors: dict[str, float]
    table: pd.DataFrame


def measure_reliability(coder: VerbCoder, found: FoundVerbs) -> Reliability:
    """Compare a coder's probabilities with labels."""
    codes = coder.code(found.sentences, found.verbs)
    given = {"category": codes.category, "attribution": codes.attribution}
    errors, tables = {}, []
    for head, p in given.items():
        targets = found.targets[head]
        errors[head] = calibration_error(p.astype(np.float64), targets)
        names = LABEL_CATEGORIES if head == "category" else ATTRIBUTIONS
        tables.append(reliability(p.astype(np.float64), targets, names).assign(head=head))
    return Reliability(errors, pd.concat(tables, ignore_index=True))
