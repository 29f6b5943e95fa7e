"""What every coder is: sentences and verb phrases in, probabilities out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vicsformer.data.codebook import ATTRIBUTIONS, LABEL_CATEGORIES


@dataclass(frozen=True)
class Codes:
    """Probabilities over the codes of n verbs.

    Attributes
    ----------
    category
        Shape (n, 8), columns in the order of `LABEL_CATEGORIES`; rows sum to 1.
    attribution
        Shape (n, 5), columns in the order of `ATTRIBUTIONS`; rows sum to 1.
    """

    category: NDArray[np.float32]
    attribution: NDArray[np.float32]

    def __post_init__(self) -> None:
        n = len(self.category)
        expected = (n, len(LABEL_CATEGORIES)), (n, len(ATTRIBUTIONS))
        if (self.category.shape, self.attribution.shape) != expected:
            raise ValueError(
                f"codes of shape {self.category.shape}, {self.attribution.shape}; expected {expected}"
            )

    def likeliest(self) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
        """The likeliest category (or `none`) and attribution of each verb."""
        return (
            np.array(LABEL_CATEGORIES)[self.category.argmax(axis=1)],
            np.array(ATTRIBUTIONS)[self.attribution.argmax(axis=1)],
        )

    @classmethod
    def certain(cls, categories: list[str], attributions: list[str]) -> "Codes":
        """All probability on one category and one attribution a verb (coders without probabilities)."""
        return cls(_one_hot(categories, LABEL_CATEGORIES), _one_hot(attributions, ATTRIBUTIONS))

    @classmethod
    def mean(cls, codes: Sequence["Codes"]) -> "Codes":
        """Mean of several coders' probabilities for the same verbs."""
        return cls(
            np.mean([c.category for c in codes], axis=0, dtype=np.float32),
            np.mean([c.attribution for c in codes], axis=0, dtype=np.float32),
        )

    @classmethod
    def together(cls, codes: Sequence["Codes"]) -> "Codes":
        """Codes of one set of verbs after those of another."""
        return cls(
            np.concatenate([c.category for c in codes]), np.concatenate([c.attribution for c in codes])
        )


class Coder(Protocol):
    """Anything that codes verbs in context.

    `name` is what the `coder` column of the coded table says.
    """

    name: str

    def code(self, sentences: pd.DataFrame, verbs: pd.DataFrame) -> Codes:
        """Code the verbs.

        Parameters
        ----------
        sentences
            One row a sentence: `document_id, sentence, start, end, text, state` (see `infer.extract`).
        verbs
            One row a verb phrase, its `document_id` and `sentence` pointing into `sentences`.

        Returns
        -------
        Codes
            One row a verb, in the order of `verbs`.
        """
        ...


def _one_hot(names: list[str], order: tuple[str, ...]) -> NDArray[np.float32]:
    out = np.zeros((len(names), len(order)), dtype=np.float32)
    out[np.arange(len(names)), [order.index(name) for name in names]] = 1
    return out
