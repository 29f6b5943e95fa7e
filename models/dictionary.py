"""The dictionary coder, as the published programs do it: a verb lexicon, tense and a first-person rule.

It stands for coders of the Profiler Plus kind: a verb is looked up by its lemma (with particle, preposition
and object noun), a deed in the future becomes a promise or a threat, and whoever speaks in the first person
is Self. By its nature it knows no negation, modality, condition or chain; `models.rules` adds those.
"""

from functools import cache

import pandas as pd

from vicsformer.data.codebook import KIND
from vicsformer.data.lexicon import NEUTRAL_ACT, Act, Lexicon, load_lexicon
from vicsformer.models.coder import Codes
from vicsformer.models.subjects import is_first_person

_LOOKUP_COLUMNS = ["lemma", "particle", "preposition", "object"]


class DictionaryCoder:
    """Codes verbs by lexicon and tense.

    Parameters
    ----------
    lexicon
        The acts of verbs; the one of the package by default.
    """

    name = "dictionary"

    def __init__(self, lexicon: Lexicon | None = None) -> None:
        self.lexicon = lexicon or load_lexicon()

    def code(self, sentences: pd.DataFrame, verbs: pd.DataFrame) -> Codes:
        """Code the verbs, all probability on one code each; see `models.coder.Coder`."""
        acts = look_up(self.lexicon, verbs)
        categories = [
            act.announced if KIND[act.category] == "deed" and tense == "future" else act.category
            for act, tense in zip(acts, verbs["tense"].tolist(), strict=True)
        ]
        return Codes.certain(categories, [_attribution(subject) for subject in verbs["subject"]])


def look_up(lexicon: Lexicon, verbs: pd.DataFrame) -> list[Act]:
    """Acts of the verbs of a table, `NEUTRAL_ACT` where the lexicon does not know the lemma."""
    rows = zip(*(verbs[column].tolist() for column in _LOOKUP_COLUMNS), strict=True)
    lookup = cache(lexicon.lookup)  # few verbs make up most of a table
    return [lookup(*row) or NEUTRAL_ACT for row in rows]


def _attribution(subject: str) -> str:
    if not subject.strip():
        return "unknown"
    return "self" if is_first_person(subject) else "other"
