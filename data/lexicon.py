"""The verb lexicon of the dictionary coders: what act a verb names, read from `lexicon.tsv`.

The file was written for this project from the codebook's definitions. Tab-separated, one header line:

lemma
    Lemma of the verb, lower case, American spelling (lookup maps British spellings to it). A lemma that
    starts with `@` names a class of nouns instead: `object` then lists its members and the rest is empty.
with
    Particle, preposition, or both (`out`, `against`, `up to`) the row holds for; empty = any.
object
    Comma-separated lemmas of the noun acted on, or names of noun classes, the row holds for; empty = any.
category
    One of the codebook's seven categories: the verb in the plain past or present, active and affirmed.
announced
    The category when the act is announced (`will V`, `plan to V`). Empty = promise for a reward, threaten
    for a punish, otherwise as `category`. `support` is an appeal, `will support` a promise; `discuss` stays
    an appeal.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vicsformer.data.codebook import CATEGORIES, NEUTRAL
from vicsformer.data.errors import InputError

COLUMNS: tuple[str, ...] = ("lemma", "with", "object", "category", "announced")
LEXICON_FILE = Path(__file__).with_name("lexicon.tsv")

_ANNOUNCED = {"reward": "promise", "punish": "threaten"}


@dataclass(frozen=True)
class Act:
    """What a verb does.

    Attributes
    ----------
    category
        Its category when the act is asserted as done or going on.
    announced
        Its category when the act is announced.
    """

    category: str
    announced: str


NEUTRAL_ACT = Act(NEUTRAL, NEUTRAL)
"""What coders take for a verb that the lexicon does not know."""


@dataclass(frozen=True)
class Lexicon:
    """Acts by verb lemma, `with` word and object lemma (whole words, never parts of words)."""

    acts: dict[tuple[str, str, str], Act]

    @property
    def lemmas(self) -> frozenset[str]:
        """All verb lemmas."""
        return frozenset(lemma for lemma, _, _ in self.acts)

    def lookup(self, lemma: str, particle: str = "", preposition: str = "", obj: str = "") -> Act | None:
        """Find the most specific row for a verb, or None where the lemma is unknown.

        The particle binds tightest (`carry out` is another verb than `carry`), then the object, then the
        preposition; what no row knows is dropped.

        Parameters
        ----------
        lemma
            Lemma of the head verb, lower case.
        particle, preposition, obj
            Columns of the verb table, empty where there is none.
        """
        for spelling in _spellings(lemma):
            for words in _groups(particle, preposition):
                for noun in (obj, "") if obj else ("",):
                    for word in words:
                        if act := self.acts.get((spelling, word, noun)):
                            return act
        return None


def load_lexicon(path: Path = LEXICON_FILE) -> Lexicon:
    """Read and check a lexicon.

    Raises
    ------
    InputError
        On a wrong header, a row of the wrong length, an empty lemma, an unknown category or noun class, or
        two rows for one lemma, word and object; the message names file and line.
    """
    classes: dict[str, set[str]] = {}
    acts: dict[tuple[str, str, str], Act] = {}
    for where, (lemma, word, objects, category, announced) in _rows(path):
        nouns = _nouns(where, objects, classes)
        if lemma.startswith("@"):
            if lemma in classes:
                raise InputError(f"{where}: noun class '{lemma}' is defined twice; merge the two rows")
            classes[lemma] = nouns
            continue
        act = Act(category, announced or _ANNOUNCED.get(category, category))
        for name in (act.category, act.announced):
            if name not in CATEGORIES:
                raise InputError(
                    f"{where}: unknown category '{name}'; expected one of {', '.join(CATEGORIES)}"
                )
        for noun in nouns or {""}:
            if (lemma, word, noun) in acts:
                entry = " ".join(filter(None, (lemma, word, noun)))
                raise InputError(f"{where}: a second row for '{entry}'; keep one")
            acts[lemma, word, noun] = act
    return Lexicon(acts)


def _rows(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Rows of the file, each with its place (`file, line n`) in words."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        header = next(reader, [])
        if tuple(header) != COLUMNS:
            raise InputError(
                f"{path}, line 1: expected the columns {', '.join(COLUMNS)}, found {', '.join(header)}"
            )
        for row in reader:
            where = f"{path}, line {reader.line_num}"
            if len(row) != len(COLUMNS):
                raise InputError(f"{where}: expected {len(COLUMNS)} tab-separated fields, found {len(row)}")
            if not row[0]:
                raise InputError(f"{where}: the lemma is empty; give one or delete the row")
            yield where, row


def _nouns(where: str, objects: str, classes: dict[str, set[str]]) -> set[str]:
    """Nouns of an object field, classes replaced by their members."""
    nouns: set[str] = set()
    for name in filter(None, objects.split(",")):
        if name.startswith("@") and name not in classes:
            raise InputError(f"{where}: unknown noun class '{name}'; define it above or correct the name")
        nouns |= classes.get(name, {name})
    return nouns


def _groups(particle: str, preposition: str) -> Iterator[tuple[str, ...]]:
    """Words to try for the `with` column, those that hold the particle first."""
    if particle:
        yield tuple(dict.fromkeys((f"{particle} {preposition}".strip(), particle)))
    yield (preposition, "") if preposition else ("",)


def _spellings(lemma: str) -> Iterator[str]:
    """Yield the lemma, then its American spelling where it looks British."""
    yield lemma
    if lemma.endswith(("ise", "yse")):
        yield f"{lemma[:-2]}ze"
    elif lemma.endswith("our"):
        yield f"{lemma[:-3]}or"
    elif lemma.endswith("l"):
        yield f"{lemma}l"
