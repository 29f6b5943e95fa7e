"""The coder that looks at nothing: every verb gets the most frequent code."""

from collections import Counter
from collections.abc import Iterable

import pandas as pd

from vicsformer.data.codebook import NEUTRAL
from vicsformer.models.coder import Codes


class MajorityCoder:
    """Gives every verb one category and one attribution: what any other coder must beat.

    Parameters
    ----------
    categories, attributions
        Labels whose most frequent value is given (the first one met where several are); with no labels
        `neutral` and `self`.
    """

    name = "majority"

    def __init__(self, categories: Iterable[str] = (), attributions: Iterable[str] = ()) -> None:
        self.category = _mode(categories, NEUTRAL)
        self.attribution = _mode(attributions, "self")

    def code(self, sentences: pd.DataFrame, verbs: pd.DataFrame) -> Codes:
        """Give every verb the same code; see `models.coder.Coder`."""
        return Codes.certain([self.category] * len(verbs), [self.attribution] * len(verbs))


def _mode(labels: Iterable[str], default: str) -> str:
    counts = Counter(labels)
    return counts.most_common(1)[0][0] if counts else default
