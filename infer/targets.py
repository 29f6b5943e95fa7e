"""What is acted on: target, its head noun, the preposition before it, the verb's particle."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vicsformer.infer.agents import antecedent_object, surface_subject
from vicsformer.infer.grammar import OBJECTS, RELATIVES, SUBJECTS, child, is_finite, is_passive, is_verb, noun_phrase

if TYPE_CHECKING:
    from spacy.tokens import Token

_PARTY_PREPOSITIONS = frozenset(
    """
    against alongside among at behind between for from into of on onto over through to toward towards upon with
    without in
    """.split()
)
_NO_PARTY = frozenset("case century day decade hour minute moment month night time today week year".split())

_LEMMAS = {"taxes": "tax"}  # the lemmatizer says taxis


@dataclass(frozen=True)
class Target:
    """What a verb acts on.

    Attributes
    ----------
    phrase
        The noun phrase; of a copula its complement; empty where there is none.
    noun
        Lemma of its head, lower case.
    preposition
        What introduces it, or, behind a direct object, the first other party.
    """

    phrase: str = ""
    noun: str = ""
    preposition: str = ""


def target(head: "Token", top: "Token") -> Target:
    """Find what the head verb of a chain acts on; `top` is the chain's outermost verb."""
    noun = _object(head, top)
    preposition = _preposition(head)
    if noun is None and preposition is not None:
        noun = child(preposition, ("pobj",))
    if noun is None:
        return Target(preposition="" if preposition is None else preposition.lower_)
    if preposition is None:
        preposition = _preposition(noun)
    return Target(noun_phrase(noun), _LEMMAS.get(noun.lower_, noun.lemma_.lower()), "" if preposition is None else preposition.lower_)


def particle(head: "Token") -> str:
    """Return the particle of a phrasal verb (`carry out`: out), empty where there is none."""
    found = child(head, ("prt",))
    return "" if found is None else found.lower_


def _object(head: "Token", top: "Token") -> "Token | None":
    if is_passive(head):
        return surface_subject(top)
    own = child(head, (*OBJECTS, "attr", "acomp")) or child(head, ("dative",))
    if own is not None and own.tag_ in ("WDT", "WP", "IN") and own.lower_ in RELATIVES:
        return antecedent_object(top) or own
    if own is not None and own.pos_ != "ADP":
        return own
    clause = child(head, ("ccomp", "xcomp"))
    if clause is not None:  # "we want *them* to go"
        return None if is_finite(clause) else child(clause, SUBJECTS)
    gap = antecedent_object(top)
    if gap is not None:
        return gap
    following = child(head, ("conj",))
    if following is not None and is_verb(following) and 0 < following.i - head.i <= 3:
        return child(following, OBJECTS)
    return None


def _preposition(word: "Token") -> "Token | None":
    """Return the first preposition behind a word that introduces a party and no time."""
    for right in word.rights:
        if right.dep_ in ("prep", "dative") and right.lower_ in _PARTY_PREPOSITIONS:
            noun = child(right, ("pobj",))
            if noun is not None and noun.tag_ != "CD" and noun.lemma_.lower() not in _NO_PARTY:
                return right
    return None
