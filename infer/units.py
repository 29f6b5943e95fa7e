"""Which words of a parse are units of the codebook: the heads of verb phrases, each with its chain."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vicsformer.infer.chain_words import TO_INFINITIVE
from vicsformer.infer.chains import Link, link
from vicsformer.infer.grammar import (
    FINITE_TAGS,
    OBJECTS,
    SUBJECTS,
    VERB_TAGS,
    child,
    governing_verb,
    is_finite,
)

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

_OTHER_TAGS = frozenset({"NN", "NNS", "NNP", "JJ", "RB"})
_NO_CLAUSE = frozenset(
    {"prep", "punct", "pobj", "nsubj", "nsubjpass", "compound", "det", "intj", "nmod", "amod"}
)
_VERB_ONLY = frozenset({"dobj", "nsubj", "prt", "agent", "aux"})
_NOUN_ONLY = frozenset({"det", "amod", "poss", "compound", "nummod"})
_PREPOSITIONAL = frozenset({"according", "including", "pending", "regarding", "relating"})
_PREPOSITIONAL_ALONE = frozenset({"beginning", "concerning", "following", "starting"})
_ADJECTIVAL = frozenset({"related", "associated", "opposed"})
_COMPLEMENTS_OF_BE = frozenset(
    {"attr", "acomp", "prep", "expl", "xcomp", "ccomp", "oprd", "npadvmod", "dobj", "advcl", "csubj"}
)
_COMPLEMENTS = frozenset({"dobj", "xcomp", "ccomp", "acomp", "prt", "dative"})
_PROFORMS = frozenset({"so", "well", "better", "otherwise"})
_COMPLEMENTS_OF_CHAIN = frozenset({"dobj", "xcomp", "ccomp", "prep", "attr", "acomp"})


@dataclass(frozen=True)
class Unit:
    """A verb phrase.

    Attributes
    ----------
    head
        The last verb of the chain: the unit's anchor.
    links
        The chain's links from the outermost verb inwards; empty for a verb on its own.
    outer
        What the outermost verb hangs on, None for a clause of its own.
    """

    head: "Token"
    links: tuple[Link, ...]
    outer: Link | None

    @property
    def top(self) -> "Token":
        """The outermost verb of the chain, which carries subject and negation."""
        return self.links[0].governor if self.links else self.head

    @property
    def verbs(self) -> tuple["Token", ...]:
        """All verbs of the chain, from the outermost to the head."""
        return (*(each.governor for each in self.links), self.head)

    @property
    def tensed(self) -> "Token":
        """The verb that carries tense and modal: `top`, or that of a pledge's clause ("vowed he *would*")."""
        if not self.links:
            return self.head
        return next((verb for verb in reversed(self.verbs) if is_finite(verb)), self.top)


def units(sentence: "Span") -> list[Unit]:
    """Return the units of a parsed sentence in the order of its words."""
    candidates = {token.i: token for token in sentence if is_candidate(token)}
    links = {i: link(token) for i, token in candidates.items()}
    inside = {each.governor.i for each in links.values() if each is not None and each.kind == "chain"}
    inside |= {i for i, token in candidates.items() if _leans_on_conjunct(token, inside)}
    found = []
    for i, token in candidates.items():
        if i not in inside:
            chain, outer = _climb(links[i])
            found.append(Unit(token, chain, outer))
    return found


def is_candidate(token: "Token") -> bool:
    """Whether a word may head a unit or a part of a chain: a verb that is no auxiliary and no adjective."""
    tag = token.tag_
    if tag not in VERB_TAGS:
        return tag in _OTHER_TAGS and _is_mistagged_verb(token, tag)
    dependency, word = token.dep_, token.lower_
    if dependency in ("aux", "auxpass"):
        return word == "help"
    if not word[0].isalpha() and word[0] != "'":
        return False
    if dependency in _NO_CLAUSE:
        return _is_verb_in_noun_place(token, tag, dependency)
    if dependency in ("acl", "advcl"):
        if word in _PREPOSITIONAL or word in _ADJECTIVAL:
            return child(token, SUBJECTS) is not None
        if word in _PREPOSITIONAL_ALONE:
            return child(token, OBJECTS) is not None
    return not _is_stranded(token)


def _is_verb_in_noun_place(token: "Token", tag: str, dependency: str) -> bool:
    """Whether a verb form that the parser took for a part of a noun phrase has what only verbs have."""
    if dependency == "amod" and _continues_verb(token):
        return True
    if tag in FINITE_TAGS and dependency in ("compound", "nsubj"):
        return True
    return (tag == "VBN" and dependency == "pobj") or any(c.dep_ in _VERB_ONLY for c in token.children)


def _continues_verb(participle: "Token") -> bool:
    """Whether a participle before a noun is a second verb: "they have taken towns and *burned* villages"."""
    if not participle.i or participle.nbor(-1).tag_ != "CC":
        return False
    above = governing_verb(participle.head)
    return above is not None and above.tag_ == participle.tag_ and above.i < participle.i


def _is_mistagged_verb(token: "Token", tag: str) -> bool:
    """Whether a word tagged as a noun or adjective stands in a verb's place."""
    dependency = token.dep_
    if token.n_lefts and any(c.dep_ == "aux" and c.tag_ in ("MD", "TO") for c in token.lefts):
        return token.is_alpha
    if dependency == "relcl":
        return child(token, SUBJECTS) is not None
    if tag == "NN" and dependency == "conj":
        return token.head.tag_ in ("VB", "VBP") and not any(c.dep_ in _NOUN_ONLY for c in token.lefts)
    if tag == "RB" or not token.i or not token.is_lower:
        return False
    before = token.nbor(-1)
    return before.tag_ in ("MD", "TO") and before.head.tag_ not in VERB_TAGS


def _is_stranded(token: "Token") -> bool:
    """Whether a form of be, have or do stands for a left-out verb: "as they are", "when they do"."""
    lemma = token.lemma_
    if lemma == "be":
        return is_finite(token) and not any(
            c.dep_ in _COMPLEMENTS_OF_BE or (c.i > token.i and c.dep_ in ("advmod", "nsubj"))
            for c in token.children
        )
    if lemma not in ("do", "have") or token.tag_ not in FINITE_TAGS or token.dep_ == "relcl":
        return False
    return not any(c.dep_ in _COMPLEMENTS or c.lower_ in _PROFORMS for c in token.children)


def _leans_on_conjunct(token: "Token", inside: set[int]) -> bool:
    """Whether a chain verb leaves its `to V` to a conjunct: "many fail or refuse to see it"."""
    if token.lemma_ not in TO_INFINITIVE:
        return False
    rights = list(token.rights)
    if any(c.dep_ in _COMPLEMENTS_OF_CHAIN for c in rights):
        return False
    return any(c.dep_ == "conj" and c.i in inside and c.i - token.i <= 4 for c in rights)


def _climb(above: Link | None) -> tuple[tuple[Link, ...], Link | None]:
    """Follow a head's links outwards to the first that is no chain."""
    chain: list[Link] = []
    while above is not None and above.kind == "chain":
        chain.insert(0, above)
        above = link(above.governor)
    return tuple(chain), above
