"""Whether a verb phrase is negated."""

from typing import TYPE_CHECKING

from vicsformer.infer.chain_words import word_set
from vicsformer.infer.grammar import FARTHEST, OBJECTS, SUBJECTS, auxiliaries, child, own_auxiliaries, shares
from vicsformer.infer.units import Unit

if TYPE_CHECKING:
    from spacy.tokens import Token

_NEGATIVES = word_set("not n't never no neither nor hardly scarcely")
_ONLY = word_set("only just merely simply solely alone")
_IN_NO_WAY = word_set("account case circumstance condition event mean time way")


def negated(unit: Unit) -> bool:
    """Whether the verb phrase is negated: not, never, no longer, neither ... nor, "no nation V-ed".

    "Not only" is no negation, and what a verb such as `refuse` says is left to the chain.
    """
    return any(_is_negated(verb) for verb in unit.verbs) or any(
        _has_no(each.between)
        for each in unit.links
        if each.between is not None and each.governor.lemma_ != "spare"
    )


def _is_negated(verb: "Token") -> bool:
    """Whether a verb is negated itself or by what negates a conjunct before it."""
    for _ in range(FARTHEST):
        if _is_negated_itself(verb):
            return True
        if not _is_covered(verb):
            return False
        verb = verb.head
    return False


def _is_negated_itself(verb: "Token") -> bool:
    if verb.lemma_ == "spare":
        return False  # "spare no effort"
    for each in verb.children:
        lower = each.lower_
        if lower in _NEGATIVES and (each.i < verb.i or each.dep_ not in ("cc", "conj")):
            if not _is_rhetorical(each):
                return True
        elif (
            (each.dep_ in (*SUBJECTS, *OBJECTS, "attr", "npadvmod") and _has_no(each))
            or (lower == "longer" and any(c.lower_ in ("no", "any") for c in each.lefts))
            or (each.dep_ == "prep" and _is_no_way(each))
        ):
            return True
    return (verb.dep_ == "pcomp" and verb.head.lower_ == "without") or _joiner(verb) == "nor"


def _is_covered(verb: "Token") -> bool:
    """Whether what negates the conjunct before a verb negates it too: "will not attack or invade"."""
    if not shares(verb) or own_auxiliaries(verb):
        return False
    joiner = _joiner(verb)
    return joiner == "or" or (joiner != "but" and bool(auxiliaries(verb)))


def _joiner(verb: "Token") -> str:
    """Return the conjunction that joins a conjunct to those before it, `and` in the middle of a list."""
    if verb.dep_ != "conj":
        return ""
    before = [c.lower_ for c in verb.head.rights if c.dep_ == "cc" and c.i < verb.i]
    return str(
        (before or [c.lower_ for c in verb.rights if c.dep_ == "cc" and c.lower_ == "or"] or ["and"])[-1]
    )


def _is_rhetorical(negative: "Token") -> bool:
    """Whether it is "not only"."""
    following = negative.nbor(1) if negative.i + 1 < len(negative.doc) else negative
    return following.lower_ in _ONLY


def _has_no(noun: "Token") -> bool:
    if noun.lower_ in ("nobody", "none", "nothing"):
        following = noun.nbor(1).lower_ if noun.i + 1 < len(noun.doc) else ""
        return following not in ("but", "less", "more", "other", "short")
    return any(c.lower_ in ("no", "neither") and c.dep_ in ("det", "preconj", "neg") for c in noun.lefts)


def _is_no_way(preposition: "Token") -> bool:
    noun = child(preposition, ("pobj",))
    return noun is not None and noun.lemma_ in _IN_NO_WAY and _has_no(noun)
