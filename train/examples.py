"""Labelled passages as windows for the encoder, with the targets of their verbs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from vicsformer.data.codebook import LABEL_CATEGORIES, NONE
from vicsformer.data.lemma_split import held_out
from vicsformer.models.coder import Codes
from vicsformer.models.windows import Window, windows


@dataclass(frozen=True)
class Examples:
    """Windows and, verb by verb, the targets.

    Attributes
    ----------
    windows
        Windows whose `rows` point into the targets.
    category, attribution
        Shape (verbs, 8) and (verbs, 5): probabilities in the order of `LABEL_CATEGORIES` and `ATTRIBUTIONS`,
        all on one class where a reader coded. The sum of a row is its weight: attribution counts as far as
        the verb form is a unit, and a row of zeros is not taught.
    clues
        Shape (verbs, CLUES), or (verbs, 0): see `models.clues`.
    """

    windows: list[Window]
    category: Tensor
    attribution: Tensor
    clues: Tensor


def tables(passages: Sequence[dict[str, Any]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sentence and verb tables of labelled passages; the text before a passage is its first sentence."""
    sentences, verbs = [], []
    for i, passage in enumerate(passages):
        shift = len(passage["before"])
        for sentence, (start, text) in enumerate(((0, passage["before"]), (shift, passage["text"]))):
            sentences.append((i, sentence, start, text, passage["state"]))
        columns = (passage[name] for name in ("start", "end", "category", "attribution"))
        verbs += [
            (i, 1, a + shift, b + shift, passage["text"][a:b], c, who)
            for a, b, c, who in zip(*columns, strict=True)
        ]
    return (
        pd.DataFrame(sentences, columns=["document_id", "sentence", "start", "text", "state"]),
        pd.DataFrame(
            verbs, columns=["document_id", "sentence", "start", "end", "verb", "category", "attribution"]
        ),
    )


def examples(
    passages: Sequence[dict[str, Any]],
    tokenizer: Any,
    *,
    max_tokens: int,
    context_tokens: int,
    lemma_split: bool = False,
) -> Examples:
    """Windows and targets of labelled passages.

    Rows of `data.labels.to_dataset_dict`, with `clues` (one row a verb) or without.
    """
    sentences, verbs = tables(passages)
    codes = Codes.certain(verbs["category"].tolist(), verbs["attribution"].tolist())
    known = [np.asarray(p.get("clues", np.zeros((len(p["start"]), 0))), np.float32) for p in passages]
    return coded_examples(
        sentences,
        verbs,
        codes,
        torch.from_numpy(np.concatenate(known)),
        tokenizer,
        max_tokens=max_tokens,
        context_tokens=context_tokens,
        lemma_split=lemma_split,
    )


def coded_examples(
    sentences: pd.DataFrame,
    verbs: pd.DataFrame,
    codes: Codes,
    clues: Tensor,
    tokenizer: Any,
    *,
    max_tokens: int,
    context_tokens: int,
    lemma_split: bool = False,
) -> Examples:
    """Windows and targets of a sentence table and a verb table with somebody's codes.

    With `lemma_split` the verbs of held-out lemmas are not taught.
    """
    items = windows(sentences, verbs, tokenizer, max_tokens=max_tokens, context_tokens=context_tokens)
    unit = 1 - codes.category[:, [LABEL_CATEGORIES.index(NONE)]]
    taught = ~held_out(verbs).to_numpy()[:, None] if lemma_split else np.ones((len(verbs), 1), bool)
    targets = codes.category * taught, codes.attribution * unit * taught
    return Examples(items, torch.from_numpy(targets[0]), torch.from_numpy(targets[1]), clues)
