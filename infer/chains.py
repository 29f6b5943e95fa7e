"""Which verb is governed by which: chains with one subject, object control, purposes.

A chain ("we *want* to **help**") is one unit, headed by its last verb; the verbs and the nouns or adjectives
before it ("make an *effort* to", "are *ready* to") are part of it. What is no chain is two units.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from vicsformer.infer import chain_words as words
from vicsformer.infer.grammar import (
    OBJECTS,
    SUBJECTS,
    auxiliaries,
    child,
    conjuncts,
    conjuncts_of,
    is_finite,
    is_infinitive,
    is_passive,
    is_verb,
    shares,
)

if TYPE_CHECKING:
    from spacy.tokens import Token

_SPEAKERS = frozenset({"me", "us", "'s"})
_PREDICATIVE = frozenset({"acomp", "oprd", "advcl", "xcomp", "ccomp", "ROOT"})


@dataclass(frozen=True)
class Link:
    """How a non-finite or subordinate verb hangs on the verb above it.

    Attributes
    ----------
    kind
        `chain`: one unit with the verb above; `governed`: wished, called for or made possible by it;
        `purpose`: what it is done for.
    governor
        The verb above.
    between
        Noun or adjective between the two that belongs to the chain.
    """

    kind: Literal["chain", "governed", "purpose"]
    governor: "Token"
    between: "Token | None" = None


def link(verb: "Token") -> Link | None:
    """Find what a verb hangs on, None for a verb on its own."""
    infinitive = is_infinitive(verb)
    for each in conjuncts(verb):
        verb, dependency = each, each.dep_
        if is_finite(each):
            return _that_clause(each, each.head) if dependency == "ccomp" else None
        if not shares(each):
            break
        if each.head.tag_ != each.tag_ or is_infinitive(each.head) != infinitive:
            if not infinitive:
                return None
            dependency = "xcomp"  # "we want to help and *to protect*" hung on "want"
            break
    if infinitive:
        return _infinitive(verb, dependency, verb.head)
    return _gerund(verb, dependency, verb.head) if verb.tag_ == "VBG" else _bare(verb, dependency, verb.head)


def _infinitive(verb: "Token", dependency: str, head: "Token") -> Link | None:
    if head.tag_ == "MD":
        return Link("chain", head)  # "ought to V"
    if not is_verb(head):
        return (_behind_noun if dependency in ("acl", "relcl") else _behind_adjective)(verb, head)
    if head.tag_ == "VBN" and head.dep_ == "acomp":
        return _behind_adjective(verb, head)
    if dependency not in ("xcomp", "advcl", "ccomp"):
        return None
    subject = child(verb, SUBJECTS)
    if subject is not None:
        return Link("chain" if _asks_leave(head, subject) else "governed", head)
    if verb.i < head.i:
        return Link("purpose", head)
    adjective = child(head, ("acomp",)) if head.lemma_ in words.STATES else None
    if adjective is not None:
        return _behind_adjective(verb, adjective)
    if head.lemma_ == "be":
        return _behind_be(verb, head)
    target = child(head, (*OBJECTS, "nsubjpass"))
    light = (
        next((n for n in conjuncts_of(target) if _is_light(n, head)), None) if target is not None else None
    )
    if light is not None and light.i < verb.i:
        return Link("chain", head, light)
    return _behind_verb(verb, dependency, head)


def _behind_verb(verb: "Token", dependency: str, head: "Token") -> Link:
    """Tell "they want to V" and "force themselves to V" from "urge them to V" and "came here to V"."""
    target = child(head, OBJECTS)
    if target is not None and target.i < verb.i:
        chain = _asks_leave(head, target) or target.lower_.endswith(("self", "selves"))
        governed = dependency == "xcomp"
    elif is_passive(head):
        chain, governed = head.lower_ in words.BOUND, dependency == "xcomp"
    else:
        chain = _is_chain_verb(verb, dependency, head)
        governed = head.lemma_ == "help" or addressee(head) is not None
    return Link("chain" if chain else "governed" if governed else "purpose", head)


def addressee(verb: "Token") -> "Token | None":
    """Return who is called on behind a preposition: "call on *them* to V", "appeal to *them* to V"."""
    if verb.lemma_ not in ("appeal", "call", "count", "rely"):
        return None
    preposition = next(
        (c for c in verb.rights if c.lower_ in ("on", "upon", "to") and c.dep_ == "prep"), None
    )
    return None if preposition is None else child(preposition, ("pobj",))


def _is_chain_verb(verb: "Token", dependency: str, head: "Token") -> bool:
    """Whether a verb without object heads a chain, and nothing makes what follows its purpose instead."""
    lemma = head.lemma_
    if lemma not in words.TO_INFINITIVE:
        return False
    if lemma in words.ONE_FORM:
        return head.lower_ == words.ONE_FORM[lemma] and dependency == "xcomp"
    if head.dep_ == "relcl" and lemma in ("have", "need", "want"):
        subject = child(head, SUBJECTS)
        if subject is not None and subject.tag_ not in ("WDT", "WP"):
            # "the tools they need to build it": what they need are the tools
            return child(verb, (*OBJECTS, "xcomp", "ccomp")) is None
    if lemma in words.ADJACENT and verb.left_edge.i - head.i > 1:
        return False
    if lemma in words.WITH_PARTNER and any(
        c.lower_ in ("with", "together") and c.i < verb.i for c in head.rights
    ):
        return False
    return dependency != "advcl" or lemma in words.DISTANT


def _asks_leave(verb: "Token", person: "Token") -> bool:
    """Whether a verb only asks leave to speak: "allow me to V"."""
    asked = person.lower_ == "me" or (person.lower_ == "us" and child(verb, SUBJECTS) is None)
    return asked and verb.lemma_ in ("allow", "permit")


def _is_light(noun: "Token", verb: "Token") -> bool:
    """Whether noun and verb together head a chain: "make an effort", "every effort will be made"."""
    if noun.lemma_ not in words.LIGHT_NOUNS:
        return False
    if noun.dep_ in (*OBJECTS, "conj"):
        return verb.lemma_ == "do" or (verb.lemma_ in words.LIGHT_VERBS and noun.tag_ not in ("WP", "WDT"))
    return noun.dep_ == "nsubjpass" and verb.lemma_ in ("make", "spare", "take")


def _behind_be(verb: "Token", be: "Token") -> Link | None:
    """Tell "if we are to V" (a chain) from "our purpose is to V" (two units) and "it is our duty to V"."""
    noun = child(be, ("attr",))
    if noun is not None:
        return _behind_noun(verb, noun)
    subject = child(be, SUBJECTS)
    if (
        subject is None
        or child(be, ("prep",)) is not None
        or subject.lemma_ in words.AIMS | {"it", "this", "that"}
    ):
        return Link("purpose", be)
    due = be.dep_ == "advcl" or is_passive(verb) or subject.tag_ in ("PRP", "NNP", "NNPS")
    return Link("chain" if due else "purpose", be)


def _behind_adjective(verb: "Token", adjective: "Token") -> Link | None:
    """Recognise "are ready to V", "is able and willing to V", "it is necessary to V"."""
    state = adjective.head
    for member in conjuncts_of(adjective):
        state = member.head
        if is_verb(member) and member.lower_ in words.BOUND and member.dep_ != "acomp":
            return Link("chain", member)  # "are determined and able to V"
        if member.dep_ in _PREDICATIVE and is_verb(state):
            break
    if not is_verb(state) or state.lemma_ not in words.STATES or child(verb, SUBJECTS) is not None:
        return None
    if adjective.lower_ in words.EASE or any(c.lower_ == "too" for c in adjective.lefts):
        return None
    subject = child(state, SUBJECTS)
    impersonal = subject is not None and subject.lower_ == "it"
    return Link("chain", state, adjective) if impersonal == (adjective.lower_ in words.DUTIES) else None


def _behind_noun(verb: "Token", noun: "Token") -> Link | None:
    """Tell "make an effort to V", "have no wish of V-ing", "it is our duty to V" from "programs to V"."""
    for member in conjuncts_of(noun):
        head = member.head
        if is_verb(head) and (_is_light(member, head) or _is_aim(member, head)):
            return Link("chain", head, member)
    above = noun.head.head
    if noun.dep_ == "pobj" and is_verb(above):
        if above.lemma_ in words.EFFORT_VERBS and noun.lemma_ in words.EFFORTS:
            return Link("chain", above, noun)
        if noun.lower_ == "order":
            return Link("purpose", above)
    return None


def _is_aim(noun: "Token", verb: "Token") -> bool:
    """Recognise "it is our purpose to V" and "we are the first to V"."""
    if noun.dep_ != "attr" or verb.lemma_ != "be":
        return False
    subject = child(verb, SUBJECTS)
    impersonal = subject is not None and subject.lower_ == "it"
    return noun.lower_ in ("first", "last") or (impersonal and noun.lemma_ in words.AIMS)


def _gerund(verb: "Token", dependency: str, head: "Token") -> Link | None:
    if is_verb(head):
        near = 0 < verb.left_edge.i - head.i <= 2 and not any(t.is_punct for t in verb.doc[head.i : verb.i])
        chain = near and dependency in ("xcomp", "advcl", "ccomp") and child(verb, SUBJECTS) is None
        return Link("chain", head) if chain and head.lemma_ in words.GERUND else None
    return _behind_preposition(verb, head) if dependency == "pcomp" else None


def _behind_preposition(verb: "Token", preposition: "Token") -> Link | None:
    """Recognise "insist on V-ing", "are committed to V-ing", "prevent them from V-ing"."""
    above, word = preposition.head, preposition.lower_
    if {f"{above.lemma_}-{word}", f"{above.lower_}-{word}"} & words.WITH_PREPOSITION:
        if is_verb(above):
            idle = above.lemma_ == "look" and not any(c.lower_ == "forward" for c in above.children)
            return None if idle else Link("chain", above)
        state = above.head
        return Link("chain", state, above) if is_verb(state) and state.lemma_ in words.STATES else None
    if is_verb(above):
        return Link("governed", above) if word == "from" else None
    return _behind_noun(verb, above) if above.tag_ in ("NN", "NNS", "NNP", "PRP") else None


def _bare(verb: "Token", dependency: str, head: "Token") -> Link | None:
    """Recognise "let us V" (a chain), "help them V", "we demand that they V"."""
    if dependency not in ("ccomp", "xcomp") or not is_verb(head):
        return None
    subject = child(verb, SUBJECTS) or child(head, OBJECTS)
    if head.lemma_ == "let" and subject is not None and subject.lower_ in _SPEAKERS:
        request = not auxiliaries(head) and child(head, SUBJECTS) is None
        return Link("chain" if request else "governed", head)
    governed = subject is not None or head.lemma_ in ("help", "make")
    return Link("governed", head) if governed else None


def _that_clause(verb: "Token", head: "Token") -> Link | None:
    """Recognise "we promise that we V" (a chain), "we hope that they V", "make sure that they V"."""
    make = head if is_verb(head) else head.head
    if make.lemma_ == "make" and any(c.lower_ in ("sure", "certain") for c in make.rights):
        return Link("governed", make)
    if head.lemma_ in words.IRREALIS and is_verb(head):
        return Link("governed", head)
    if head.lemma_ not in words.PLEDGES:
        return None
    subject, above = child(verb, SUBJECTS), child(head, SUBJECTS)
    same = subject is not None and above is not None and subject.lower_ == above.lower_
    return Link("chain" if same else "governed", head)
