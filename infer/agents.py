"""Who acts: the agent of a verb phrase in words, as the syntax gives it."""

from typing import TYPE_CHECKING

from vicsformer.infer.chains import link
from vicsformer.infer.grammar import (
    OBJECTS,
    RELATIVES,
    SUBJECTS,
    child,
    governing_verb,
    is_infinitive,
    is_passive,
    is_verb,
    noun_phrase,
    shares,
)
from vicsformer.infer.units import Unit

if TYPE_CHECKING:
    from spacy.tokens import Token

_ASKING_LEAVE = frozenset({"allow", "let", "permit"})
_PERSONS = (*OBJECTS, "dative")


def agent(unit: Unit) -> str:
    """Name the agent in words, empty where the sentence names none.

    Of a passive the agent is what follows `by`; of a coordination the shared subject; of a relative or
    participial clause what it modifies; of an infinitive the subject or the object that controls it.
    """
    word = _agent_word(unit)
    return "" if word is None else noun_phrase(word)


def by_agent(verb: "Token") -> "Token | None":
    """Return the agent of a passive, also one shared by conjuncts: "was invaded and occupied by Iraq"."""
    by = child(verb, ("agent",))
    if by is not None:
        return child(by, ("pobj",))
    following = next((c for c in verb.rights if c.dep_ == "conj" and c.tag_ == "VBN"), None)
    if following is not None:
        return by_agent(following)
    before = child(verb.head, ("agent",)) if shares(verb) else None
    return child(before, ("pobj",)) if before is not None else None


def surface_subject(verb: "Token") -> "Token | None":
    """Return the grammatical subject of a verb, shared, inherited or modified ones included."""
    own = child(verb, SUBJECTS)
    if own is not None:
        return _antecedent(verb) if own.lower_ in RELATIVES and _relative(verb) is not None else own
    if shares(verb):
        return surface_subject(verb.head)
    above = link(verb)
    if above is not None:
        return _controller(verb, above.kind, above.governor)
    return _subject_of_clause(verb)


def antecedent_object(verb: "Token") -> "Token | None":
    """Return the noun that a relative clause modifies, if it is the object: "the war (that) they began"."""
    clause = _relative(verb)
    if clause is None:
        return None
    own = child(clause, SUBJECTS)
    return None if own is None or own.lower_ in RELATIVES else clause.head


def _agent_word(unit: Unit) -> "Token | None":
    top, head = unit.top, unit.head
    if is_passive(head):
        return by_agent(head)
    if top is not head and top.lemma_ in _ASKING_LEAVE:
        return child(head, SUBJECTS) or child(top, OBJECTS)
    if unit.links and unit.links[0].between is not None and unit.links[0].between.dep_ == "nsubjpass":
        return by_agent(top)  # "every effort will be made to V"
    subject = surface_subject(top)
    if subject is not None and unit.links and subject.lower_ == "it" and top.lemma_ == "be":
        between = unit.links[0].between  # "it is necessary to V", "it is our duty to V"
        return child(between, ("poss",)) if between is not None else None
    return subject


def _relative(verb: "Token") -> "Token | None":
    """Return the verb of the relative clause that this verb or its conjuncts head."""
    while shares(verb):
        verb = verb.head
    return verb if verb.dep_ == "relcl" else None


def _antecedent(verb: "Token") -> "Token | None":
    clause = _relative(verb)
    return None if clause is None else clause.head


def _controller(verb: "Token", kind: str, governor: "Token") -> "Token | None":
    if kind == "governed":
        person = child(governor, _PERSONS)
        if person is not None and person.i < verb.i:
            return person
        return surface_subject(governor)
    if kind == "purpose" and is_passive(governor):
        return by_agent(governor)
    return surface_subject(governor)


def _subject_of_clause(verb: "Token") -> "Token | None":
    """Return the subject of a clause that names none, from what it hangs on."""
    head = verb.head
    if verb.dep_ in ("relcl", "acl") and not is_verb(head):
        return _holder(head) if is_infinitive(verb) else head
    if verb.dep_ == "pcomp":
        head = head.head
        if not is_verb(head):
            return _holder(head)
        return by_agent(head) if is_passive(head) else surface_subject(head)
    if verb.dep_ in ("advcl", "xcomp", "ccomp", "oprd", "prep", "amod", "dep", "conj", "pobj"):
        above = head if is_verb(head) else governing_verb(verb)
        return surface_subject(above) if above is not None else None
    return None


def _holder(noun: "Token") -> "Token | None":
    """Return whose plan, right or means it is: "our plan to V", "they have means of V-ing"."""
    owner = child(noun, ("poss",))
    if owner is not None:
        return owner
    if noun.dep_ in OBJECTS and is_verb(noun.head):
        return surface_subject(noun.head)
    return None
