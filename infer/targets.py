"""What is acted on: target, its head noun, the preposition before it, the verb's particle."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vicsformer.infer.agents import antecedent_object, surface_subject
from vicsformer.infer.chain_words import STATES, word_set
from vicsformer.infer.grammar import (
    OBJECTS,
    RELATIVES,
    SUBJECTS,
    child,
    is_finite,
    is_passive,
    is_verb,
    noun_phrase,
)

if TYPE_CHECKING:
    from spacy.tokens import Token

_TO_A_PARTY = word_set(
    """
    against alongside among behind between for from of on over to toward towards upon with
    without
    """
)
_TO_A_PLACE = frozenset({"at", "in", "into", "onto", "through"})
_BEHIND_NOUN = word_set("against at for from on over to toward towards upon with")
_NO_PARTY = word_set(
    """
    addition case century course day decade example fact general hour instance measure minute moment
    month night order particular time today view week year
    """
)


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
    preposition = _preposition(head) or _preposition(head, _TO_A_PLACE)
    if noun is None and preposition is not None:
        noun = child(preposition, ("pobj",))
    if noun is None:
        return Target(preposition="" if preposition is None else preposition.lower_)
    if preposition is None:
        preposition = _preposition(noun, _BEHIND_NOUN)
    return Target(noun_phrase(noun), noun.lemma_, "" if preposition is None else preposition.lower_)


def particle(head: "Token") -> str:
    """Return the particle of a phrasal verb (`carry out`: out), empty where there is none."""
    found = child(head, ("prt",))
    return "" if found is None else found.lower_


def _object(head: "Token", top: "Token") -> "Token | None":
    if is_passive(head):
        return surface_subject(top)
    complements = ("attr", "acomp") if head.lemma_ in STATES else ()
    own = child(head, (*OBJECTS, *complements)) or child(head, ("dative",))
    if own is not None and own.tag_ in ("WDT", "WP", "IN") and own.lower_ in RELATIVES:
        return antecedent_object(top) or own
    if own is not None and own.tag_ not in ("IN", "TO"):
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


def _preposition(word: "Token", wanted: frozenset[str] = _TO_A_PARTY) -> "Token | None":
    """Return the first preposition behind a word that introduces a party rather than a time or manner."""
    for right in word.rights:
        if right.lower_ in wanted and right.dep_ in ("prep", "dative"):
            noun = child(right, ("pobj",))
            if noun is not None and noun.tag_ != "CD" and noun.lemma_ not in _NO_PARTY:
                return right
    return None
