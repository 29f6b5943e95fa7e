"""Leaders of states: which state a speaker speaks for, told from the name and the date."""

import re
import unicodedata
from functools import cache
from itertools import dropwhile
from pathlib import Path
from typing import NamedTuple

from vicsformer.data.sources import delimited_rows
from vicsformer.data.states import state_name

_NEAR, _FAR = 1, 10
"""Years before and after an office in which the leader is looked for; the second for a full name."""

_FAMILY_FIRST = {"Cambodia", "China", "North Korea", "South Korea", "Taiwan"}
_FIRST_OR_LAST = {"Eritrea", "Ethiopia", "Vietnam"}
"""States where one word of a name stands for it: the first; the first (Meles, Ho) or the last (Giap)."""

_TITLES = frozenset([
    "admiral", "ambassador", "archbishop", "ayatollah", "baroness", "bishop", "brigadier", "captain",
    "chairman", "chairwoman", "chancellor", "chief", "colonel", "comrade", "dame", "deputy", "doctor",
    "dr", "emir", "emperor", "excellency", "gen", "general", "head", "her", "highness", "his", "hon",
    "honourable", "imam", "king", "leader", "lieutenant", "lord", "madam", "madame", "majesty", "major",
    "marshal", "minister", "mr", "mrs", "ms", "pm", "pope", "premier", "pres", "president", "prime",
    "prince", "princess", "professor", "queen", "secretary", "senator", "shah", "shaikh", "sheik",
    "sheikh", "sir", "sultan", "taoiseach",
])  # fmt: skip
# what may stand between a title and a name: Secretary of State, Minister for Foreign Affairs
_LINKS = frozenset(["affairs", "external", "for", "foreign", "of", "state", "the"])

# with the articles of Arabic names: el-Sisi, al-Sisi and Sisi are one name
_DROPPED = frozenset(["al", "el", "jr", "mp", "sr"])
# letters that do not come apart into a plain one and an accent
_LETTERS = str.maketrans({"ı": "i", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ß": "ss"})
_APOSTROPHES = re.compile("['’‘ʼ`]")
_WORD = re.compile(r"[^\W\d_]{2,}")
_NUMERAL = re.compile("[ivx]{2,}")


class _Office(NamedTuple):
    state: str
    first: int
    last: float


def leader_state(name: str, date: str) -> str:
    """Give the state a leader speaks for.

    The leaders known are heads of state and government, and the foreign ministers, ambassadors and leaders of
    an opposition or insurgency best known abroad, since 1945 (`leaders.tsv`).

    Parameters
    ----------
    name
        Full name, surname alone or a byname (`Lula`), in either order, with or without comma, title, initials
        and accents: `Rudd, Kevin`, `President Obama`, `Abe Shinzo`, `ERDOGAN`.
    date
        Of the speech, beginning with the year (YYYY). A single word is looked for among those in office then
        or a year before or after, a full name, where that finds nobody, also up to ten years before and
        after.

    Returns
    -------
    str
        Common name of the state; empty where nobody fits, people of more than one state fit, the speaker
        stood for an international organisation then, the name is that or the code of a state, or there is no
        date.
    """
    # HUN is Hungary, not Hun Sen
    if not date[:4].isdecimal() or state_name(name) is not None:
        return ""
    year = int(date[:4])
    for words in _readings(name):
        key = "".join(words)
        full, short = _full_names().get(key, []), _short_names().get(key, [])
        # one person, two posts: Shevardnadze spoke for the Soviet Union until 1991, for Georgia from 1992
        found = _fitting(full, year, 0) or _fitting(full + short, year, _NEAR) or _fitting(full, year, _FAR)
        if found:
            return found.pop() if len(found) == 1 else ""
    return ""


def _fitting(offices: list[_Office], year: int, years: int) -> set[str]:
    return {state for state, first, last in offices if first - years <= year <= last + years}


def _readings(name: str) -> list[list[str]]:
    """Words of what the name may be, the most literal first."""
    surname, comma, given = re.sub(r"\(.*?\)|\[.*?\]", " ", name).partition(",")
    rest = _words(given)
    whole = [*rest, *_words(surname)]
    readings = [whole, _after_title(whole)]
    if comma and not _TITLES.isdisjoint(rest):
        # Kevin Rudd, Prime Minister of Australia
        readings += [_words(surname), _after_title(_words(surname))]
    # further names in the middle: Vladimir Vladimirovich Putin
    return readings + [[words[0], words[-1]] for words in readings if len(words) > 2]


def _after_title(words: list[str]) -> list[str]:
    places = [i for i, word in enumerate(words[:-1]) if word in _TITLES]
    rest = words[places[-1] + 1 :] if places else words
    return list(dropwhile(_LINKS.__contains__, rest))


def _words(name: str) -> list[str]:
    """Words in small plain letters, without initials."""
    decomposed = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", name.translate(_LETTERS)))
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter)).casefold()
    return [word for word in _WORD.findall(plain) if word not in _DROPPED]


@cache
def _full_names() -> dict[str, list[_Office]]:
    """Offices by full name, in the usual order, with the family name put first or the other way round."""
    found: dict[str, list[_Office]] = {}
    for name, _, office in _named_offices():
        words = _words(name)
        orders = (words, words[-1:] + words[:-1], words[1:] + words[:1], [words[0], words[-1]])
        for key in {"".join(order) for order in orders if len(words) > 1}:
            found.setdefault(key, []).append(office)
    return found


@cache
def _short_names() -> dict[str, list[_Office]]:
    """Offices by surname or byname; those that are the name of a state as well are left out."""
    found: dict[str, list[_Office]] = {}
    for name, is_main, office in _named_offices():
        for key in _short_forms(_words(name), office.state if is_main else ""):
            if state_name(key.title()) is None:
                found.setdefault(key, []).append(office)
    return found


def _short_forms(words: list[str], state: str) -> set[str]:
    """What a name is cut to, as keys; `state` where the order of its words is that of the state."""
    if len(words) == 1:
        return {words[0]}
    if _NUMERAL.fullmatch(words[-1]):
        return set()
    tails = {"".join(words[i:]) for i in range(1, len(words))}
    if state in _FAMILY_FIRST:
        return {words[0]}
    return tails | {words[0]} if state in _FIRST_OR_LAST else tails


@cache
def _named_offices() -> list[tuple[str, bool, _Office]]:
    """Every name of the table, whether it is the main one of its row, and the office."""
    rows = delimited_rows(Path(__file__).with_name("leaders.tsv")).frame
    return [
        (name, i == 0, _Office(state, int(first), int(last) if last else float("inf")))
        for main, state, first, last, others in rows.itertuples(index=False, name=None)
        for i, name in enumerate([main, *filter(None, others.split("|"))])
    ]
