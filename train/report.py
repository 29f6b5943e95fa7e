"""How good a coder is on labelled heads, and how well calibrated."""

from typing import Any

import pandas as pd

from vicsformer.data.codebook import ATTRIBUTIONS, LABEL_CATEGORIES
from vicsformer.evaluate.agreement import agreement
from vicsformer.evaluate.matching import match
from vicsformer.models.coder import Codes
from vicsformer.models.verb_coder import VerbCoder
from vicsformer.train.calibrate import calibration_error, temperature
from vicsformer.train.examples import examples, tables

Passages = list[dict[str, Any]]


def calibrated(coder: VerbCoder, held_out: Passages) -> VerbCoder:
    """The coder with temperatures fitted on held-out passages."""
    settings = coder.settings
    told = examples(
        held_out, coder.tokenizer, max_tokens=settings.max_tokens, context_tokens=settings.context_tokens
    )
    category, attribution = coder.logits(told.windows, len(told.category))
    return coder.with_temperatures(
        temperature(category.numpy().astype(float), told.category.numpy()),
        temperature(attribution.numpy().astype(float), told.attribution.numpy()),
    )


def heads_given(coder: VerbCoder, passages: Passages, *, seed: int) -> tuple[pd.DataFrame, dict[str, float]]:
    """Agreement with the labels where the heads are given, and calibration errors.

    Parameters
    ----------
    coder
        A calibrated coder.
    passages
        Rows of `data.labels.to_dataset_dict`.
    seed
        Of the resampling of documents.

    Returns
    -------
    tuple
        As from `evaluate.agreement.agreement`; expected calibration errors of `category` and `attribution`.
    """
    sentences, verbs = tables(passages)
    codes = coder.code(sentences, verbs)
    category = verbs["category"].map(LABEL_CATEGORIES.index).to_numpy()
    attribution = verbs["attribution"].map(ATTRIBUTIONS.index).to_numpy()
    units = category != LABEL_CATEGORIES.index("none")
    errors = {
        "category": calibration_error(codes.category.astype(float), category),
        "attribution": calibration_error(codes.attribution.astype(float)[units], attribution[units]),
    }
    return agreement(_pairs(passages, verbs, codes), seed=seed), errors


def _pairs(passages: Passages, verbs: pd.DataFrame, codes: Codes) -> pd.DataFrame:
    category, attribution = codes.likeliest()
    coded = verbs.assign(category=category, attribution=attribution)
    whole = pd.DataFrame(
        {
            "document_id": range(len(passages)),
            "start": 0,
            "end": [len(p["before"]) + len(p["text"]) for p in passages],
        }
    )
    pairs = match(verbs, coded, whole)
    # passages of one speech are one case when documents are resampled
    speeches = [p["document_id"] for p in passages]
    return pairs.assign(document_id=pairs["document_id"].map(speeches.__getitem__))
