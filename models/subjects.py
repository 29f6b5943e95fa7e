"""Who acts, read from the words of a subject (codebook, section 2)."""

import re

from vicsformer.data.codebook import SELF_ATTRIBUTIONS
from vicsformer.data.states import names_state, state_name

_PRONOUNS = frozenset({"i", "me", "myself", "mine", "we", "us", "ourselves", "ours"})
_POSSESSIVES = frozenset({"my", "our"})

_OTHERS = frozenset(
    {
        "adversaries", "adversary", "allies", "ally", "colleague", "colleagues", "competitor",
        "competitors", "critic", "critics", "daughter", "daughters", "enemies", "enemy", "father", "foe",
        "foes", "friend", "friends", "husband", "mother", "neighbor", "neighbors", "neighbour",
        "neighbours", "opponent", "opponents", "opposition", "parents", "partner", "partners",
        "predecessor", "predecessors", "rival", "rivals", "son", "sons", "wife",
    }
)  # fmt: skip
"""Heads that name somebody else even with "our" or the own state's name before them."""

_STATE = frozenset(
    {
        "ambassador", "army", "citizen", "citizens", "congress", "country", "court", "courts", "delegation",
        "diplomats", "economy", "farmers", "fathers", "forces", "founders", "government", "guard",
        "homeland", "land", "leaders", "legislature", "marines", "men", "military", "minister", "ministers",
        "nation", "navy", "parliament", "people", "police", "president", "republic", "sailors", "senate",
        "servicemen", "society", "soldier", "soldiers", "state", "students", "taxpayers", "teachers",
        "troops", "veterans", "voters", "women", "workers", "youth",
    }
)  # fmt: skip
"""Heads that, with "our" or the own state's name, stand for that state, its people or its organs."""

_SHARED = frozenset(
    {
        "alliance", "civilisation", "civilization", "communities", "continent", "continents", "countries",
        "generation", "governments", "hemisphere", "nations", "organisation", "organization", "peoples",
        "planet", "region", "species", "states", "world",
    }
)  # fmt: skip
"""Heads that, with "our", take in others."""

_PARTS = frozenset(
    {
        "all", "any", "both", "each", "few", "hundreds", "majority", "many", "member", "members",
        "millions", "most", "none", "one", "part", "rest", "some", "thousands",
    }
)  # fmt: skip

_LEADING = re.compile(
    r"(?:(?:all|both|even|and|but|only|now|today|so|then|perhaps|yet|nor)\b,? (?:of )?)+", re.I
)
_AFTER_HEAD = re.compile(r",| (?:of|in|for|to|from|at|on|with|who|whom|that|which|under|against)\b", re.I)
_JOIN = re.compile(r",? (?:and|together with|along with|as well as) ", re.I)

_WE = re.compile(r"\b(?:[Ww]e|[Oo]ur|us)\b")
_INCLUSIVE_WE = re.compile(
    r"\b(?:we,? (?:all|both|together)|(?:all|both|each) of us|you and (?:i|me))\b"
    r"|\bwe,? (?:the |as )?(?:\w+ )?(?:nations|peoples|states|countries|members|leaders|neighbou?rs)\b",
    re.I,
)
_CLASS = re.compile(
    r"(?:all|every|the free|free|peace-loving)(?: of the)? (?:free |peace-loving )?"
    r"(?:countries|country|men|nations?|peoples?|states?)\b"
    r"|(?:the )?(?:free world|international community|world community|family of nations)\b"
    r"|(?:mankind|humankind|humanity)\b",
    re.I,
)
_OWN_MEASURE = re.compile(
    r"(?:this|these) (?:\w+ )?(?:act|agreement|bill|budget|initiative|law|legislation|measure|plan|policy"
    r"|program|programme|proposal)s?",
    re.I,
)
_OWN_ORGAN = re.compile(r"(?:the |this )?(?:congress|parliament|administration|government|cabinet)", re.I)


def is_first_person(subject: str) -> bool:
    """Whether the subject is I or we, "my X" or "our X", alone or as the last of several ("she and I")."""
    words = _words(_LEADING.sub("", _plain(subject), count=1))
    return bool(words) and (words[0] in _PRONOUNS | _POSSESSIVES or words[-1] in ("i", "we"))


def says_we(sentence: str) -> bool:
    """Whether a sentence has we, us or our in it."""
    return _WE.search(sentence) is not None


def attribute(subject: str, state: str = "", *, among_us: bool = False) -> str:
    """Name who acts.

    Parameters
    ----------
    subject
        The agent in words, empty where none is given.
    state
        The speaker's own state, empty where unknown.
    among_us
        Whether the sentence says "we" or "our" (see `says_we`): there a class such as "all nations" takes the
        speaker in.

    Returns
    -------
    One of `ATTRIBUTIONS`.
    """
    phrase = _plain(subject)
    if not phrase:
        return "unknown"
    if _INCLUSIVE_WE.search(phrase):
        return "we_inclusive"
    if _CLASS.match(phrase):
        return "we_inclusive" if among_us else "other"
    if phrase.lower() == "the president" or _OWN_MEASURE.fullmatch(phrase):
        return "self"
    if _OWN_ORGAN.fullmatch(phrase):
        return "self_state"
    if not _JOIN.search(phrase.partition(" of ")[2]) and (code := _part_of(phrase, state)):
        return code
    return _joined([_single(part, state) for part in _parts(phrase)])


def _plain(subject: str) -> str:
    """Drop outer punctuation and spare white space, and straighten apostrophes."""
    return " ".join(subject.replace("’", "'").split()).strip(" ,;:.\"'")


def _words(phrase: str) -> list[str]:
    """Lower-case words; "US" is the country, not the pronoun."""
    return ["united states" if word == "US" else word.lower() for word in re.split(r"[,\s]+", phrase) if word]


def _parts(phrase: str) -> list[str]:
    """Members of a coordination; commas separate only where a conjunction follows."""
    joined = _JOIN.split(phrase)
    if len(joined) == 1:
        return joined
    return [part for piece in joined for part in piece.split(", ") if _words(part)] or [phrase]


def _joined(codes: list[str]) -> str:
    """Speaker or own state named together with others takes others in."""
    selves = [code for code in codes if code in SELF_ATTRIBUTIONS]
    if len(selves) == len(codes):
        return selves[0]
    return "we_inclusive" if selves else "other"


def _part_of(phrase: str, state: str) -> str | None:
    """Attribution of "members of our alliance", "the men and women of our army", "the people of Iraq"."""
    whole, of, rest = phrase.partition(" of ")
    nouns = set(_words(whole))
    if not of or not nouns & (_STATE | _PARTS) or nouns & _OTHERS:
        return None
    code = _single(rest, state)
    return code if code in SELF_ATTRIBUTIONS else None


def _single(phrase: str, state: str) -> str:
    """Attribution of one noun phrase."""
    phrase = _LEADING.sub("", phrase, count=1)
    first, *rest = _words(phrase) or [""]
    if first in _PRONOUNS:
        return "self"
    if code := _part_of(phrase, state):
        return code
    if state and state_name(phrase) == state_name(state) is not None:
        return "self_state"
    noun_phrase = _AFTER_HEAD.split(phrase, maxsplit=1)[0]
    head = noun_phrase.rpartition(" ")[2].lower()
    if head in _OTHERS:
        return "other"
    if first in _POSSESSIVES and rest:
        # "our government" is the speaker (codebook, table of section 2); "our people" the state
        if head in _SHARED:
            return "we_inclusive"
        return "self_state" if head in _STATE - {"government", "delegation"} else "self"
    return "self_state" if state and names_state(noun_phrase, state) else "other"
