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
    conjuncts_of,
    is_finite,
    is_infinitive,
    is_passive,
    is_verb,
    shares,
)

if TYPE_CHECKING:
    from spacy.tokens import Token

_FIRST_PERSON = frozenset({"me", "us", "'s", "’s"})
_ADJECTIVE_TAGS = frozenset({"JJ", "JJR", "JJS", "RB", "VBN"})


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
    dependency, head = verb.dep_, verb.head
    if is_finite(verb):
        return _that_clause(verb, head) if dependency == "ccomp" and is_verb(head) else None
    infinitive = is_infinitive(verb)
    if shares(verb):
        if head.tag_ == verb.tag_ and is_infinitive(head) == infinitive:
            return link(head)
        if not infinitive:
            return None
        dependency = "xcomp"  # "we want to help and *to protect*" hung on "want"
    if infinitive:
        return _infinitive(verb, dependency, head)
    return _gerund(verb, dependency, head) if verb.tag_ == "VBG" else _bare(verb, dependency, head)


def _infinitive(verb: "Token", dependency: str, head: "Token") -> Link | None:
    if dependency in ("acl", "relcl") and not is_verb(head):
        return _under_noun(verb, head)
    if not is_verb(head) or (head.tag_ == "VBN" and head.dep_ == "acomp"):
        return _under_adjective(verb, head)
    if dependency not in ("xcomp", "advcl", "ccomp"):
        return None
    subject = child(verb, SUBJECTS)
    if subject is not None:
        return Link("chain" if _is_leave(head, subject) else "governed", head)
    if verb.i < head.i:
        return Link("purpose", head)
    if head.lemma_ in words.STATES and child(head, ("acomp",)) is not None:
        return _under_adjective(verb, child(head, ("acomp",)))
    if head.lemma_ == "be":
        return _under_be(verb, head)
    target = child(head, OBJECTS)
    if target is not None and target.i < verb.i:
        return _behind_object(verb, dependency, head, target)
    return _behind_verb(verb, dependency, head)


def _behind_object(verb: "Token", dependency: str, head: "Token", target: "Token") -> Link:
    """ "We urge them to V", "make an effort to V", "allow me to V", "force themselves to V"."""
    if head.lemma_ in words.LIGHT_VERBS:
        noun = next((n for n in conjuncts_of(target) if n.lemma_.lower() in words.LIGHT_NOUNS), None)
        if noun is not None:
            return Link("chain", head, noun)
    if _is_leave(head, target) or target.lower_.endswith(("self", "selves")):
        return Link("chain", head)
    return Link("governed" if dependency == "xcomp" else "purpose", head)


def _is_leave(verb: "Token", person: "Token") -> bool:
    """Whether a verb only asks leave to speak: "allow me to V"."""
    asked = person.lower_ == "me" or (person.lower_ == "us" and child(verb, SUBJECTS) is None)
    return asked and verb.lemma_ in ("allow", "permit")


def _behind_verb(verb: "Token", dependency: str, head: "Token") -> Link:
    if is_passive(head):
        if head.lower_ in words.BOUND:
            return Link("chain", head)
        noun = child(head, ("nsubjpass",))
        if head.lemma_ in ("make", "spare", "take") and noun is not None and noun.lemma_ in words.LIGHT_NOUNS:
            return Link("chain", head, noun)
        return Link("governed" if dependency == "xcomp" else "purpose", head)
    if head.lemma_ in words.TO_INFINITIVE and _close_enough(verb, dependency, head):
        return Link("chain", head)
    return Link("governed" if head.lemma_ == "help" else "purpose", head)


def _close_enough(verb: "Token", dependency: str, head: "Token") -> bool:
    """Whether nothing between the two makes the second the purpose of the first."""
    lemma = head.lemma_
    if lemma == "go":
        return head.lower_ == "going" and dependency == "xcomp"
    if lemma == "use":
        return head.lower_ == "used" and dependency == "xcomp"
    if head.dep_ == "relcl" and lemma in ("have", "need", "want") and child(verb, (*OBJECTS, "xcomp", "ccomp")):
        # "the tools they need to build it": what they need are the tools
        return child(head, SUBJECTS) is None or child(head, SUBJECTS).tag_ in ("WDT", "WP")

    if lemma in words.ADJACENT and verb.left_edge.i - head.i > 1:
        return False
    if any(c.lower_ in ("with", "together", "alongside") for c in head.rights if c.i < verb.i) and lemma != "continue":
        return lemma not in ("work", "struggle", "fight")
    return dependency != "advcl" or lemma in words.DISTANT


def _under_be(verb: "Token", head: "Token") -> Link | None:
    """ "It is our duty to V", "our purpose is to V" (two units), "if we are to V" (a chain)."""
    noun = child(head, ("attr",))
    if noun is not None:
        return _under_noun(verb, noun)
    subject = child(head, SUBJECTS)
    due = head.dep_ == "advcl" or is_passive(verb) or (subject is not None and subject.tag_ in ("PRP", "NNP", "NNPS"))
    aim = subject is None or subject.lower_ in ("it", "this", "that") or subject.lemma_.lower() in words.AIMS
    return Link("chain" if due and not aim and child(head, ("prep",)) is None else "purpose", head)


def _under_adjective(verb: "Token", adjective: "Token") -> Link | None:
    """ "are ready to V", "is able and willing to V", "it is necessary to V"."""
    head = adjective
    for head in conjuncts_of(adjective):
        if is_verb(head) and head.lower_ in words.BOUND and head.dep_ != "acomp":
            return Link("chain", head)  # "are determined and able to V"
        if head.dep_ in ("acomp", "oprd", "advcl", "xcomp", "ccomp", "ROOT") and is_verb(head.head):
            break
    state = head.head
    if not is_verb(state) or state.lemma_ not in words.STATES or child(verb, SUBJECTS) is not None:
        return None
    subject = child(state, SUBJECTS)
    if any(c.lower_ == "too" for c in adjective.lefts):
        return None
    duty = adjective.lower_ in words.DUTIES
    if subject is not None and subject.lower_ == "it":
        return Link("chain", state, adjective) if duty else None
    return None if duty or adjective.lower_ in words.EASE else Link("chain", state, adjective)


def _under_noun(verb: "Token", noun: "Token") -> Link | None:
    """ "make an effort to V", "have the intention of V-ing", "it is our duty to V", "programs to V"."""
    for member in conjuncts_of(noun):
        head = member.head
        if not is_verb(head):
            continue
        if _is_light(member, head):
            return Link("chain", head, member)
        if member.dep_ == "attr" and head.lemma_ == "be":
            subject = child(head, SUBJECTS)
            first = member.lower_ in ("first", "last")
            if first or (subject is not None and subject.lower_ == "it" and member.lemma_ in words.AIMS):
                return Link("chain", head, member)
    if noun.dep_ == "pobj" and is_verb(noun.head.head):
        verb_above = noun.head.head
        if verb_above.lemma_ in words.EFFORT_VERBS and noun.lemma_ in words.EFFORTS | {"position"}:
            return Link("chain", verb_above, noun)
        if noun.lower_ == "order":
            return Link("purpose", noun.head.head)
    return None


def _is_light(noun: "Token", verb: "Token") -> bool:
    if noun.lemma_.lower() not in words.LIGHT_NOUNS:
        return False
    if noun.dep_ in OBJECTS:
        return verb.lemma_ == "do" or (verb.lemma_ in words.LIGHT_VERBS and noun.tag_ not in ("WP", "WDT"))
    return noun.dep_ == "nsubjpass" and verb.lemma_ in ("make", "spare", "take")


def _gerund(verb: "Token", dependency: str, head: "Token") -> Link | None:
    if is_verb(head):
        if child(verb, SUBJECTS) is not None:
            return None
        near = 0 < verb.left_edge.i - head.i <= 2 and not any(t.is_punct for t in verb.doc[head.i : verb.i])
        chain = dependency in ("xcomp", "advcl", "ccomp") and head.lemma_ in words.GERUND and near
        return Link("chain", head) if chain else None
    if dependency != "pcomp":
        return None
    above = head.head
    if f"{above.lemma_}-{head.lower_}" in words.WITH_PREPOSITION or f"{above.lower_}-{head.lower_}" in words.WITH_PREPOSITION:
        if not is_verb(above):
            state = above.head
            return Link("chain", state, above) if is_verb(state) and state.lemma_ in words.STATES else None
        if above.lemma_ != "look" or any(c.lower_ == "forward" for c in above.children):
            return Link("chain", above)
        return None
    if head.lower_ == "from" and is_verb(above):
        return Link("governed", above)
    return _under_noun(verb, above) if above.pos_ in ("NOUN", "PRON") else None


def _bare(verb: "Token", dependency: str, head: "Token") -> Link | None:
    if dependency not in ("ccomp", "xcomp") or not is_verb(head):
        return None
    subject = child(verb, SUBJECTS) or child(head, OBJECTS)
    if head.lemma_ == "let":
        ours = subject is not None and subject.lower_ in _FIRST_PERSON
        return Link("chain" if ours and not auxiliaries(head) and child(head, SUBJECTS) is None else "governed", head)
    if dependency == "ccomp" and head.lemma_ in words.IRREALIS:
        return Link("governed", head)
    return Link("governed", head) if subject is not None or head.lemma_ in ("help", "make") else None


def _that_clause(verb: "Token", head: "Token") -> Link | None:
    """ "We promise that we will V", "we hope that they will V"."""
    if head.lemma_ in words.PLEDGES:
        subject, above = child(verb, SUBJECTS), child(head, SUBJECTS)
        same = subject is not None and above is not None and subject.lower_ == above.lower_
        return Link("chain" if same else "governed", head)
    return Link("governed", head) if head.lemma_ in words.IRREALIS else None
