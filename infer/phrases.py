"""The words of a verb phrase: the phrase itself and the names of what heads its chain."""

from typing import TYPE_CHECKING

from vicsformer.infer.grammar import auxiliaries, child, is_verb
from vicsformer.infer.units import Unit

if TYPE_CHECKING:
    from spacy.tokens import Token

_NEGATIONS = frozenset({"not", "n't", "never", "no", "neither", "nor"})


def phrase(unit: Unit) -> str:
    """Return the words of the phrase in the order of the text: `will continue to seek`, `let us work`."""
    verbs = unit.verbs
    words: set[Token] = set(verbs)
    for verb in verbs:
        words.update(auxiliaries(verb))
        words.update(c for c in verb.children if c.dep_ in ("neg", "prt"))
        words.update(c for c in verb.lefts if c.lower_ in _NEGATIONS)
        words.update(t for c in verb.children if c.lower_ == "longer" for t in c.subtree)
        if verb.dep_ == "pcomp" and verb is not unit.top:
            words.add(verb.head)
    for each in unit.links:
        if each.between is not None:
            words.add(each.between)
            words.update(c for c in each.between.lefts if c.lower_ in _NEGATIONS)
        elif each.governor.lemma_ == "let":
            words.update(
                c for c in (child(unit.head, ("nsubj",)), child(unit.top, ("dobj",))) if c is not None
            )
    return _join(sorted(words, key=lambda token: token.i))


def chain_names(unit: Unit) -> str:
    """Lemmas of what heads the chain, comma-separated: `continue, seek`, `be ready`, `make effort`."""
    return ", ".join(
        _chain_word(each.governor, each.between) for each in unit.links if each.governor.tag_ != "MD"
    )


def _chain_word(verb: "Token", between: "Token | None") -> str:
    if between is not None:
        return f"{verb.lemma_} {between.lower_ if is_verb(between) else between.lemma_}"
    if verb.lower_ == "going":
        return "be going"
    return f"be {verb.lower_}" if any(a.dep_ == "auxpass" for a in auxiliaries(verb)) else verb.lemma_


def _join(tokens: list["Token"]) -> str:
    """Join words with the white space they have in the text, one space where others are left out."""
    parts: list[str] = []
    for i, token in enumerate(tokens):
        together = i + 1 < len(tokens) and tokens[i + 1].i == token.i + 1
        parts.append(token.text + (token.whitespace_ if together else " "))
    return "".join(parts).strip()
