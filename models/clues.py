"""What the parse and the rules say of a verb phrase, as numbers beside the encoder's states."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vicsformer.data.codebook import ATTRIBUTIONS, LABEL_CATEGORIES
from vicsformer.models.dictionary import DictionaryCoder
from vicsformer.models.rules import RuleCoder

_TENSES = ("past", "present", "future")
_CLAUSES = (
    "main", "complement", "relative", "participle", "conditional", "counterfactual", "question", "imperative",
    "purpose", "governed",
)  # fmt: skip
CLUES = 2 * len(LABEL_CATEGORIES) + len(ATTRIBUTIONS) + 2 + len(_TENSES) + len(_CLAUSES)
"""Number of clues of a verb phrase."""


def clues(sentences: pd.DataFrame, verbs: pd.DataFrame) -> NDArray[np.float32]:
    """Clues of verb phrases.

    The encoder reads the sentence; the lexicon knows rare verbs, the parser follows long sentences, and the
    rules compare the subject with the name of the speaker's state.

    Parameters
    ----------
    sentences, verbs
        As from `infer.extract.extract`.

    Returns
    -------
    array
        Shape (verbs, CLUES), entries 0 and 1: the rule coder's category and attribution, the dictionary
        coder's
        category, negated, passive, tense, clause. A row of zeros stands for a phrase the parser did not find.
    """
    rules, dictionary = RuleCoder().code(sentences, verbs), DictionaryCoder().code(sentences, verbs)
    flags = verbs[["negated", "passive"]].to_numpy(np.float32)
    return np.hstack(
        [
            rules.category,
            rules.attribution,
            dictionary.category,
            flags,
            _one_hot(verbs["tense"], _TENSES),
            _one_hot(verbs["clause"], _CLAUSES),
        ]
    )


def _one_hot(values: "pd.Series[str]", order: Sequence[str]) -> NDArray[np.float32]:
    return (values.to_numpy()[:, None] == np.array(order)).astype(np.float32)
