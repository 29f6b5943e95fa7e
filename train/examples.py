"""Labelled passages as windows for the encoder, with the targets of their verbs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from vicsformer.data.codebook import ATTRIBUTIONS, LABEL_CATEGORIES, NONE
from vicsformer.models.windows import Window, windows

IGNORED = -100
"""Target of an attribution that means nothing: the verb form is no unit."""


@dataclass(frozen=True)
class Examples:
    """Windows and, verb by verb, the targets.

    Attributes
    ----------
    windows
        Windows whose `rows` point into the targets.
    category, attribution
        Shape (verbs,): positions in `LABEL_CATEGORIES` and `ATTRIBUTIONS`; attribution of `none` rows is
        `IGNORED`.
    """

    windows: list[Window]
    category: Tensor
    attribution: Tensor


def tables(passages: Sequence[dict[str, Any]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sentence and verb tables of labelled passages; the text before a passage is its first sentence."""
    sentences, verbs = [], []
    for i, passage in enumerate(passages):
        shift = len(passage["before"])
        for sentence, (start, text) in enumerate(((0, passage["before"]), (shift, passage["text"]))):
            sentences.append((i, sentence, start, text, passage["state"]))
        columns = (passage[name] for name in ("start", "end", "category", "attribution"))
        verbs += [(i, 1, a + shift, b + shift, c, who) for a, b, c, who in zip(*columns, strict=True)]
    return (
        pd.DataFrame(sentences, columns=["document_id", "sentence", "start", "text", "state"]),
        pd.DataFrame(verbs, columns=["document_id", "sentence", "start", "end", "category", "attribution"]),
    )


def examples(
    passages: Sequence[dict[str, Any]], tokenizer: Any, *, max_tokens: int, context_tokens: int
) -> Examples:
    """Windows and targets of labelled passages (rows of `data.labels.to_dataset_dict`)."""
    return coded_examples(*tables(passages), tokenizer, max_tokens=max_tokens, context_tokens=context_tokens)


def coded_examples(
    sentences: pd.DataFrame, verbs: pd.DataFrame, tokenizer: Any, *, max_tokens: int, context_tokens: int
) -> Examples:
    """Windows and targets of a sentence table and a verb table with `category` and `attribution`."""
    items = windows(sentences, verbs, tokenizer, max_tokens=max_tokens, context_tokens=context_tokens)
    category = verbs["category"].map(LABEL_CATEGORIES.index)
    attribution = verbs["attribution"].map(ATTRIBUTIONS.index).where(verbs["category"] != NONE, IGNORED)
    return Examples(items, torch.tensor(category.to_numpy()), torch.tensor(attribution.to_numpy()))
