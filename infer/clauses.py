"""In what clause a verb phrase stands, its tense and modal verb."""

from typing import TYPE_CHECKING, Literal

from vicsformer.infer.chain_words import word_set
from vicsformer.infer.grammar import (
    FARTHEST,
    FINITE_TAGS,
    OBJECTS,
    SUBJECTS,
    auxiliaries,
    child,
    governing_verb,
    is_finite,
    is_infinitive,
    is_verb,
    modal,
    own_auxiliaries,
)
from vicsformer.infer.units import Unit

if TYPE_CHECKING:
    from spacy.tokens import Token

Clause = Literal[
    "main", "complement", "relative", "participle", "conditional", "counterfactual", "question", "imperative",
    "purpose", "governed",
]  # fmt: skip
Tense = Literal["past", "present", "future"]

_CONDITIONS = frozenset({"if", "unless", "whether", "lest"})
_INVERTED: dict[str, Clause] = {"had": "counterfactual", "were": "counterfactual", "should": "conditional"}
_REPORTING = word_set("add ask believe conclude declare feel fear hope know note say state tell think warn")
_WISHES = word_set("like love prefer wish")
_FUTURE = frozenset({"will", "shall", "would"})


def modal_verb(unit: Unit) -> str:
    """Lemma of the modal verb that governs the phrase, empty where there is none."""
    tensed = unit.tensed
    return next((modal(a) for a in (*auxiliaries(tensed), tensed) if a.tag_ == "MD"), "")


def tense(unit: Unit) -> Tense:
    """Tense of the chain as a whole, which its outermost verb carries.

    `will`, `shall`, `would` (but not "would like") and `be going to` are future; the perfect is past, as is a
    modal with `have`; other modals are present. Clauses without tense take that of the clause they hang on.
    """
    if unit.top.lower_ == "going" and unit.links:
        helper = next((a for a in auxiliaries(unit.top) if a.tag_ in FINITE_TAGS), None)
        if helper is None or helper.tag_ != "VBD":
            return "future"
    return _tense(unit.tensed)


def clause(unit: Unit, *, asked: bool) -> Clause:
    """Say what clause the verb phrase heads; coordinated verbs stand in the same clause.

    `asked` says whether the sentence ends with a question mark.
    """
    top = unit.top
    helpers = auxiliaries(top)
    have = any(a.lemma_ == "have" and a.tag_ == "VB" for a in helpers)
    if have and any(modal(a) in ("would", "could", "might") for a in helpers):
        return "counterfactual"
    if unit.links and (child(unit.head, SUBJECTS) or child(top, OBJECTS) or top).lower_ == "me":
        return "main"  # "let me V", "allow me to V"
    if top.lemma_ == "let" and unit.links:
        return "imperative"
    first = top
    while first.dep_ == "conj" and is_verb(first.head) and (is_finite(first) or not is_finite(first.head)):
        first = first.head
    condition = _condition(first)
    if condition is not None:
        return condition
    outer = unit.outer
    return _by_dependency(first, asked) if outer is None or outer.kind == "chain" else outer.kind


def _tense(verb: "Token") -> Tense:
    for _ in range(FARTHEST):
        found = _own_tense(verb)
        above = governing_verb(verb)
        if found is not None or above is None:
            return found or "present"
        verb = above
    return "present"


def _own_tense(verb: "Token") -> Tense | None:
    """Return the tense that a verb and its auxiliaries show, None for a clause without tense."""
    helpers = auxiliaries(verb)
    names = [modal(a) for a in helpers if a.tag_ == "MD"]
    finite = next((a for a in helpers if a.tag_ in FINITE_TAGS), verb)
    participle = verb.tag_ == "VBN" and verb.dep_ in ("acl", "advcl", "amod")
    if any(a.lemma_ == "have" for a in helpers) or finite.tag_ == "VBD" or (finite is verb and participle):
        return "past"
    if names and names[0] in _FUTURE:
        return "present" if names[0] == "would" and verb.lemma_ in _WISHES else "future"
    return "present" if finite.tag_ in FINITE_TAGS else None


def _condition(verb: "Token") -> Clause | None:
    """Recognise "if they V", "in case they V", "had we V-ed", "should they V"."""
    for left in verb.lefts:
        if left.lower_ in _CONDITIONS and left.dep_ in ("mark", "advmod"):
            return "conditional"
    if verb.dep_ == "acl" and verb.head.lower_ == "case" and verb.head.head.lower_ == "in":
        return "conditional"
    subject, helpers = child(verb, SUBJECTS), own_auxiliaries(verb)
    inverted = subject is not None and bool(helpers) and helpers[0].i < subject.i
    if verb.dep_ == "advcl" and inverted and child(verb, ("mark",)) is None:
        return _INVERTED.get(helpers[0].lower_)
    return None


def _by_dependency(verb: "Token", asked: bool) -> Clause:
    dependency = verb.dep_
    if dependency in ("acl", "relcl") and is_infinitive(verb):
        return "governed"  # "programs to V", "a job to do"
    if dependency == "relcl":
        return "relative"
    if dependency == "acl":
        return "complement" if is_finite(verb) else "participle"
    if dependency == "pcomp":
        return "complement" if is_finite(verb) else ("participle" if is_verb(verb.head.head) else "governed")
    if dependency == "advcl":
        if is_infinitive(verb):
            return "purpose"
        return "main" if is_finite(verb) else "participle"
    if dependency in ("csubj", "csubjpass", "xcomp"):
        return "complement"
    if dependency == "ccomp":
        aside = verb.i < verb.head.i and child(verb, ("mark",)) is None and verb.head.lemma_ not in _REPORTING
        return _main(verb, asked) if aside else "complement"
    if dependency == "amod":
        return "participle"
    return _main(verb, asked)


def _main(verb: "Token", asked: bool) -> Clause:
    if child(verb, SUBJECTS) is None and verb.tag_ in ("VB", "VBP") and verb.lemma_ not in ("thank",):
        helpers = auxiliaries(verb)
        if all(a.lemma_ == "do" for a in helpers) and child(verb, ("expl",)) is None:
            return "imperative"
    return "question" if asked else "main"
