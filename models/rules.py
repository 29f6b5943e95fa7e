"""The dictionary coder with the codebook's rules: negation, modality, chains, clauses, the own state."""

from functools import cache

import pandas as pd

from vicsformer.data.codebook import NEUTRAL, VALENCE
from vicsformer.data.lexicon import Act, Lexicon, load_lexicon
from vicsformer.models.coder import Codes
from vicsformer.models.dictionary import look_up
from vicsformer.models.moods import REFUSAL, STOPPING, Mood, chain_words, mood
from vicsformer.models.subjects import attribute, says_we

_IRREALIS = frozenset({"conditional", "counterfactual", "question", "governed"})
_STANCE = {"cooperative": "appeal", "neutral": NEUTRAL, "conflictual": "oppose"}
_ACT_COLUMNS = ["modal", "chain", "tense", "clause", "negated", "subject"]
_AGENT_COLUMNS = ["document_id", "sentence", "subject", "chain", "clause"]


class RuleCoder:
    """Codes verbs by lexicon and the rules of the codebook's sections 2 to 4.

    Parameters
    ----------
    lexicon
        The acts of verbs; the one of the package by default.
    """

    name = "rules"

    def __init__(self, lexicon: Lexicon | None = None) -> None:
        self.lexicon = lexicon or load_lexicon()

    def code(self, sentences: pd.DataFrame, verbs: pd.DataFrame) -> Codes:
        """Code the verbs, all probability on one code each; see `models.coder.Coder`."""
        rows = zip(*(verbs[column].tolist() for column in _ACT_COLUMNS), strict=True)
        acts = look_up(self.lexicon, verbs)
        categories = [_category(act, *row) for act, row in zip(acts, rows, strict=True)]
        return Codes.certain(categories, _attributions(sentences, verbs))


def _category(act: Act, modal: str, chain: str, tense: str, clause: str, negated: bool, subject: str) -> str:
    """Category of an act in its context (codebook, sections 3 and 4)."""
    if clause in _IRREALIS or (clause == "purpose" and not subject.strip()):
        return NEUTRAL
    words = chain_words(chain)
    how = mood(modal, words, tense, clause)
    category = _in_mood(act, how)
    if (
        VALENCE[category] == "conflictual"
        and how == "stance"
        and not negated
        and not STOPPING.isdisjoint(words)
    ):
        return "oppose"  # "they must stop shelling" resists the act; it does not report that it ended
    refusals = sum(word in REFUSAL for word in words)
    return _denied(category, how) if (refusals + negated) % 2 else category


def _in_mood(act: Act, how: Mood) -> str:
    if how == "announced":
        return act.announced
    return _STANCE[VALENCE[act.category]] if how == "stance" else act.category


def _denied(category: str, how: Mood) -> str:
    """Category of an act not done; to announce that one forgoes a cost is a promise."""
    if category == NEUTRAL:
        return NEUTRAL
    if VALENCE[category] == "cooperative":
        return "oppose"
    return "promise" if category == "threaten" and how == "announced" else "appeal"


def _attributions(sentences: pd.DataFrame, verbs: pd.DataFrame) -> list[str]:
    """Who acts in each row of the verb table."""
    numbers = zip(sentences["document_id"], sentences["sentence"], strict=True)
    context = dict(
        zip(numbers, zip(sentences["state"], map(says_we, sentences["text"]), strict=True), strict=True)
    )
    agent = cache(attribute)  # few subjects make up most of a table
    codes = []
    for document, number, subject, chain, clause in zip(
        *(verbs[c].tolist() for c in _AGENT_COLUMNS), strict=True
    ):
        state, among_us = context[document, number]
        if "let" in chain_words(chain):  # "let us V" is one unit; "let them V" is none
            codes.append("we_inclusive")
        elif clause == "imperative":
            codes.append("self")
        else:
            codes.append(agent(subject, state, among_us=among_us))
    return codes
