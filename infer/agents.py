"""Who acts: the agent of a verb phrase in words, as the syntax gives it."""

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

from vicsformer.infer.chains import Link, addressee, link
from vicsformer.infer.grammar import (
    FARTHEST,
    OBJECTS,
    RELATIVES,
    SUBJECTS,
    child,
    conjuncts,
    governing_verb,
    is_infinitive,
    is_passive,
    is_verb,
    noun_phrase,
)
from vicsformer.infer.units import Unit

if TYPE_CHECKING:
    from spacy.tokens import Token

_ASKING_LEAVE = frozenset({"allow", "let", "permit"})
_PERSONS = (*OBJECTS, "dative")
_DEPENDENT = frozenset({"advcl", "xcomp", "ccomp", "oprd", "prep", "amod", "dep", "conj", "pobj"})
_Step: TypeAlias = "tuple[Token | None, Token | None]"
"""A subject that was found, or the verb at which the search goes on."""


def agent(unit: Unit) -> str:
    """Name the agent in words, empty where the sentence names none.

    Of a passive the agent is what follows `by`; of a coordination the shared subject; of a relative or
    participial clause what it modifies; of an infinitive the subject or the object that controls it.
    """
    word = _agent_word(unit)
    return "" if word is None else noun_phrase(word)


def by_agent(verb: "Token") -> "Token | None":
    """Return the agent of a passive, also one shared by conjuncts: "was invaded and occupied by Iraq"."""
    following = list(islice(_participles_after(verb), FARTHEST))
    before = list(islice(conjuncts(verb), 1, 2))
    for each in (verb, *following, *before):
        by = child(each, ("agent",))
        if by is not None:
            return child(by, ("pobj",))
    return None


def surface_subject(verb: "Token") -> "Token | None":
    """Return the grammatical subject of a verb, shared, inherited or modified ones included."""
    for _ in range(FARTHEST):
        *_, verb = conjuncts(verb)
        own = child(verb, SUBJECTS)
        if own is not None:
            return verb.head if own.lower_ in RELATIVES and verb.dep_ == "relcl" else own
        above = link(verb)
        found, goes_on = _of_clause(verb) if above is None else _controller(verb, above)
        if found is not None or goes_on is None:
            return found
        if above is None and goes_on.lemma_ == "be" and _is_impersonal(goes_on):
            return None  # "it is easy to V"
        verb = goes_on
    return None


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


def _participles_after(verb: "Token") -> Iterator["Token"]:
    following = next((c for c in verb.rights if c.dep_ == "conj" and c.tag_ == "VBN"), None)
    while following is not None:
        yield following
        verb = following
        following = next((c for c in verb.rights if c.dep_ == "conj" and c.tag_ == "VBN"), None)


def _is_impersonal(verb: "Token") -> bool:
    subject = child(verb, SUBJECTS)
    return subject is not None and subject.lower_ == "it"


def _relative(verb: "Token") -> "Token | None":
    """Return the verb of the relative clause that this verb or its conjuncts head."""
    *_, first = conjuncts(verb)
    return first if first.dep_ == "relcl" else None


def _controller(verb: "Token", above: Link) -> _Step:
    """Find whose act an infinitive is: the person it is asked of, or who acts in the clause above."""
    governor = above.governor
    if above.kind == "governed":
        person = child(governor, _PERSONS) or addressee(governor)
        if person is not None and person.i < verb.i:
            return person, None
    elif above.kind == "purpose" and is_passive(governor):
        return by_agent(governor), None
    return None, governor


def _of_clause(verb: "Token") -> _Step:
    """Find the subject of a clause that names none from what it hangs on."""
    head = verb.head
    if verb.dep_ in ("relcl", "acl") and not is_verb(head):
        return _holder(head) if is_infinitive(verb) else (head, None)
    if verb.dep_ == "pcomp":
        head = head.head
        if not is_verb(head):
            return _holder(head)
        return (by_agent(head), None) if is_passive(head) else (None, head)
    if verb.dep_ in _DEPENDENT:
        return None, head if is_verb(head) else governing_verb(verb)
    return None, None


def _holder(noun: "Token") -> _Step:
    """Find whose plan, right or means it is: "our plan to V", "they have means of V-ing"."""
    owner = child(noun, ("poss",))
    if owner is None and noun.dep_ in OBJECTS and is_verb(noun.head):
        return None, noun.head
    return owner, None
