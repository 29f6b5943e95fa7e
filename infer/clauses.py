"""In what clause a verb phrase stands, its tense, modal verb and negation."""

from typing import TYPE_CHECKING, Literal

from vicsformer.infer.grammar import (
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
    shares,
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
_REPORTING = frozenset(
    [
        "add",
        "ask",
        "believe",
        "conclude",
        "declare",
        "feel",
        "fear",
        "hope",
        "know",
        "note",
        "say",
        "state",
        "tell",
        "think",
        "warn",
    ]
)
_NEGATIVES = frozenset(
    {"not", "n't", "never", "no", "neither", "nor", "nobody", "none", "nothing", "hardly", "scarcely"}
)
_ONLY = frozenset({"only", "just", "merely", "simply", "solely", "alone"})
_IN_NO_WAY = frozenset({"account", "case", "circumstance", "condition", "event", "means", "time", "way"})
_FUTURE = frozenset({"will", "shall", "would"})


def modal_verb(unit: Unit) -> str:
    """Lemma of the modal verb that governs the phrase, empty where there is none."""
    return next((modal(a) for a in auxiliaries(unit.tensed) if a.tag_ == "MD"), "")


def tense(unit: Unit) -> Tense:
    """Tense of the chain as a whole, which its outermost verb carries.

    `will`, `shall`, `would` and `be going to` are future; the perfect is past, and so is a modal with `have`;
    other modals are present. Clauses without tense take that of the clause they hang on.
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
    return _by_dependency(first, asked) if unit.outer is None else unit.outer.kind


def negated(unit: Unit) -> bool:
    """Whether the verb phrase is negated: not, never, no longer, neither ... nor, "no nation V-ed".

    "Not only" is no negation, and what a verb such as `refuse` says is left to the chain.
    """
    return any(_is_negated(verb) for verb in unit.verbs) or any(
        _has_no(each.between)
        for each in unit.links
        if each.between is not None and each.governor.lemma_ != "spare"
    )


def _tense(verb: "Token") -> Tense:
    helpers = auxiliaries(verb)
    names = [modal(a) for a in helpers if a.tag_ == "MD"]
    have = any(a.lemma_ == "have" for a in helpers)
    if names:
        if have:
            return "past"
        return "future" if names[0] in _FUTURE else "present"
    finite = next((a for a in helpers if a.tag_ in FINITE_TAGS), verb)
    if have or finite.tag_ == "VBD":
        return "past"
    if finite.tag_ in FINITE_TAGS:
        return "present"
    if verb.tag_ == "VBN" and verb.dep_ in ("acl", "advcl", "amod"):
        return "past"
    above = governing_verb(verb)
    return "present" if above is None else _tense(above)


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


def _is_negated(verb: "Token") -> bool:
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
    if verb.dep_ == "pcomp" and verb.head.lower_ == "without":
        return True
    return verb.dep_ == "conj" and _is_negated_conjunct(verb)


def _is_negated_conjunct(verb: "Token") -> bool:
    """Whether `nor` or a negation before the first conjunct covers this one: "will not attack or invade"."""
    before = [c.lower_ for c in verb.head.rights if c.dep_ == "cc" and c.i < verb.i]
    joined = (before or [c.lower_ for c in verb.rights if c.dep_ == "cc"] or ["and"])[-1]
    if before and joined == "nor":
        return True
    covered = shares(verb) and not own_auxiliaries(verb) and joined != "but"
    return covered and (joined == "or" or bool(auxiliaries(verb))) and _is_negated(verb.head)


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
