"""Questions about single words of a parse: is it a verb, its auxiliaries, its conjuncts, its noun phrase.

The names of dependencies are those of spaCy's English models (ClearNLP labels).
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Token

FARTHEST = 20
"""Conjuncts or clauses that are followed upwards at most: endless sentences must not cost endless time."""

VERB_TAGS = frozenset({"VB", "VBD", "VBG", "VBN", "VBP", "VBZ"})
FINITE_TAGS = frozenset({"VBD", "VBP", "VBZ", "MD"})
SUBJECTS = frozenset({"nsubj", "nsubjpass"})
OBJECTS = frozenset({"dobj", "obj"})
RELATIVES = frozenset({"who", "which", "that", "whom"})
_IN_NOUN_PHRASE = frozenset(
    {"prep", "cc", "conj", "case", "nummod", "amod", "advmod", "nmod", "appos", "poss"}
)
_CLAUSES = frozenset({"relcl", "acl", "advcl"})
_AUXILIARIES = frozenset({"aux", "auxpass"})
_MODALS = {
    "'ll": "will",
    "’ll": "will",
    "wo": "will",
    "sha": "shall",
    "ca": "can",
    "'d": "would",
    "’d": "would",
}


def is_verb(token: "Token") -> bool:
    """Whether the tagger took the word for a form of a lexical verb, be, have or do."""
    return token.tag_ in VERB_TAGS


def child(token: "Token", dependencies: Iterable[str]) -> "Token | None":
    """Return the first direct dependent with one of the dependencies."""
    for each in token.children:
        if each.dep_ in dependencies:
            return each
    return None


def modal(token: "Token") -> str:
    """Lemma of a modal verb as a word of its own (`'ll`: will)."""
    return _MODALS.get(token.lower_, token.lower_)


def own_auxiliaries(verb: "Token") -> list["Token"]:
    """Auxiliaries, modals and `to` that the parser hung on this verb."""
    return [c for c in verb.lefts if c.dep_ in _AUXILIARIES] if verb.n_lefts else []


def shares(verb: "Token") -> bool:
    """Whether the verb is coordinated with an earlier verb and has no subject of its own."""
    return verb.dep_ == "conj" and verb.head.tag_ in VERB_TAGS and child(verb, SUBJECTS) is None


def conjuncts(verb: "Token") -> Iterator["Token"]:
    """Yield the verb and, nearest first, the conjuncts before it whose subject it shares."""
    for _ in range(FARTHEST):
        yield verb
        if not shares(verb):
            return
        verb = verb.head


def auxiliaries(verb: "Token") -> list["Token"]:
    """Auxiliaries, modals and `to` of the verb, those shared with an earlier conjunct among them.

    "will condemn and (will) punish", "has been invaded and (has been) occupied", "to help and (to) protect".
    """
    if verb.dep_ != "conj" or verb.tag_ in FINITE_TAGS:
        return own_auxiliaries(verb)
    doc = verb.doc
    key = ("auxiliaries", verb.i)
    if key not in doc.user_data:  # places, not words, which would hold the parse itself
        doc.user_data[key] = [a.i for a in _shared_auxiliaries(verb)]
    return [doc[i] for i in doc.user_data[key]]


def _shared_auxiliaries(verb: "Token") -> list["Token"]:
    found: list[Token] = []
    for each in conjuncts(verb):
        if each.tag_ != verb.tag_:
            break
        helpers = own_auxiliaries(each)
        # what a conjunct has itself replaces all but the first of those before it: "will be met and have won"
        found = [a for a in helpers if not found or _leads(a)] + found
        if any(_leads(a) for a in helpers):
            break
    return found


def _leads(auxiliary: "Token") -> bool:
    """Whether it is the first of a verb's auxiliaries: a finite one, a modal or `to`."""
    return auxiliary.tag_ in FINITE_TAGS or auxiliary.tag_ == "TO"


def is_infinitive(verb: "Token") -> bool:
    """Whether the verb is a to-infinitive, by its own `to` or a shared one."""
    return any(a.tag_ == "TO" for a in auxiliaries(verb))


def is_finite(verb: "Token") -> bool:
    """Whether the verb or one of its auxiliaries carries tense or a modal."""
    return verb.tag_ in FINITE_TAGS or any(a.tag_ in FINITE_TAGS for a in auxiliaries(verb))


def is_passive(verb: "Token") -> bool:
    """Whether the verb is passive: an auxiliary of the passive, or a past participle behind a noun."""
    if verb.tag_ not in ("VBN", "VBD"):
        return False
    helpers = auxiliaries(verb)
    if any(a.dep_ == "auxpass" for a in helpers) or child(verb, ("nsubjpass", "agent")) is not None:
        return True
    if helpers or verb.tag_ == "VBD":
        return False
    first = next((c for c in conjuncts(verb) if not shares(c) or c.head.tag_ != "VBN"), verb)
    return first.dep_ in ("acl", "advcl", "amod") and child(first, OBJECTS) is None


def conjuncts_of(token: "Token") -> list["Token"]:
    """Return the word and the members of its coordination before it, nearest first."""
    out = [token]
    while token.dep_ == "conj":
        token = token.head
        out.append(token)
    return out


def governing_verb(token: "Token") -> "Token | None":
    """Return the nearest verb above a word that is no verb itself."""
    while token.head.i != token.i:
        token = token.head
        if is_verb(token):
            return token
    return None


def noun_phrase(noun: "Token") -> str:
    """Words of a noun phrase without its clauses: "those" of "those who threaten us"."""
    doc = noun.doc
    end = noun.i
    for right in noun.rights:
        if right.dep_ in _IN_NOUN_PHRASE:
            end = right.right_edge.i
        elif right.dep_ != "punct":
            break
    for i in range(noun.i + 1, end + 1):
        if doc[i].dep_ in _CLAUSES:
            end = doc[i].left_edge.i - 1
            break
    while end > noun.i and (doc[end].is_punct or doc[end].dep_ == "cc"):
        end -= 1
    start = noun.left_edge.i
    while start < noun.i and doc[start].is_punct and not doc[start].is_quote:
        start += 1
    return str(doc[start : max(end, noun.i) + 1].text)
