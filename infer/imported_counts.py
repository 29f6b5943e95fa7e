"""Counts of other systems, one row a text, as counts like those of any coder here."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vicsformer.data.codebook import NEUTRAL, POWER_CATEGORIES
from vicsformer.data.columns import Rows, is_blank, shown
from vicsformer.data.errors import InputError
from vicsformer.data.sources import read_source
from vicsformer.data.tables import require_columns
from vicsformer.infer.counts import Counts

_SIDES = {"self": ("self", "slf"), "other": ("others", "other", "oth"), "unknown": ("unknown", "unk")}
_CATEGORIES = {
    "punish": ("punishment", "punish", "pun", "pu"),
    "threaten": ("threaten", "threats", "threat", "thr", "th"),
    "oppose": ("oppose resist", "oppose", "opp", "op"),
    "appeal": ("appeal support", "appeal", "app", "ap", "support", "supp", "sup"),
    "promise": ("promise", "prom", "pro", "pr"),
    "reward": ("reward", "rew", "re"),
    NEUTRAL: ("neutral", "neut"),
}
_INITIALS = {"s": "self", "o": "other"}

_TALLIED = [f"{side}_{name}" for side in ("self", "other") for name in POWER_CATEGORIES]
_OPTIONAL = [f"{side}_{NEUTRAL}" for side in ("self", "other")] + [f"unknown_{n}" for n in POWER_CATEGORIES]

_META = {
    "document_id": ("documentid", "docid", "document", "doc", "textid", "speechid", "filename"),
    "leader": ("leader", "speaker", "name", "leadername"),
}
_FULL_NAME = ("firstname", "lastname")
_SIDE_OF = {word: side for side, words in _SIDES.items() for word in words}
_CATEGORY_OF = {word: name for name, words in _CATEGORIES.items() for word in words}
_ANY_SIDE, _ANY_CATEGORY = (
    "|".join(sorted(words, key=len, reverse=True)) for words in (_SIDE_OF, _CATEGORY_OF)
)
# an initial alone is a side only where the name is cut there, or before three letters and more: `oth` is no
# "other threaten"
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"(?P<side>{_ANY_SIDE}) ?(?P<category>{_ANY_CATEGORY})",
        rf"(?P<category>{_ANY_CATEGORY}) ?(?P<side>{_ANY_SIDE})",
        rf"(?P<side>s|o) (?P<category>{_ANY_CATEGORY})",
        rf"(?P<category>{_ANY_CATEGORY}) (?P<side>s|o)",
        rf"(?P<side>s|o)(?=[a-z]{{3}})(?P<category>{_ANY_CATEGORY})",
    )
)
_CUTS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+")


def read_counts(
    path: str | Path, *, by: Sequence[str] = ("leader",), columns: Mapping[str, str] | None = None
) -> Counts:
    """Read a table of Self and Other counts that another system made.

    Names of columns are known in any case and with any separator: this package's own (`self_punish`, as
    `Counts.table` writes), those of Profiler Plus as the PsyCL data set has them (`self-pun`, `self-threat`,
    `other punish`; Schafer & Lambert 2022), leadeR's (`self_support`, `self_threat`; `get_oca` without
    bootstrap, version 0.1.0), and like ones: `SelfPunish`, `Punish Self`, `S_Pun`, `OthPun`. Support is
    appeal. A leader may stand as `leader`, `speaker`, `name`, or `firstname` and `lastname`.

    Indices that stand in the file are not read: they follow from the counts. Those systems write 0 for an
    index that a text has no verbs for; here it is missing.

    Parameters
    ----------
    path
        CSV, TSV, JSON lines (each also .gz) or Parquet, one row a text.
    by
        Columns that name a group of documents.
    columns
        Their names -> ours (`self_punish` ... `other_reward`, `self_neutral`, `unknown_punish`, `document_id`
        or a `by` column); wins over what is recognised.

    Returns
    -------
    Counts
        One document a row, in the order of the file. Without a `document_id` rows are named `1`, `2`, ...;
        neutral verbs and unknown agents, which other systems do not give, are 0 where the file has none.

    Raises
    ------
    InputError
        The file cannot be read, a column is missing or stands twice, a count is not a whole number of at
        least 0, or a document has no name, no group, or stands twice; with file and row.
    """
    if not by:
        raise InputError("by: expected at least one column, found none; name one, such as leader")
    rows = read_source(path)
    if rows.frame.empty:
        raise InputError(f"{rows.file}: expected at least one row of counts, found none; add one")
    rows = Rows(_full_names(rows.frame), rows.file, rows.numbers)
    theirs = _their_names(rows, by, columns or {})
    missing = [name for name in (*by, *_TALLIED) if name not in theirs]
    if missing:
        found = ", ".join(map(str, rows.frame.columns))
        raise InputError(
            f"{rows.file}: expected twelve counts and {', '.join(by)}, found the columns {found}; "
            f"name theirs in `columns` for: {', '.join(missing)}"
        )
    documents = _documents(rows, by, theirs)
    cells = {name: _whole(rows, theirs[name]) for name in (*_TALLIED, *_OPTIONAL) if name in theirs}
    none = np.zeros(len(documents), dtype=np.int64)
    table = np.stack([cells.get(name, none) for name in (*_TALLIED, *_OPTIONAL)], axis=1)
    array, neutral, unknown = np.split(table, [len(_TALLIED), len(_TALLIED) + 2], axis=1)
    return Counts(
        by=tuple(by),
        documents=documents,
        array=array.reshape(-1, 2, len(POWER_CATEGORIES)),
        neutral=neutral,
        unknown=unknown,
    )


def _full_names(frame: pd.DataFrame) -> pd.DataFrame:
    """Add a column `leader` where first and last name stand apart and nothing else names the leader."""
    plain = {_plain(name): name for name in frame.columns}
    if any(name in plain for name in _META["leader"]) or any(part not in plain for part in _FULL_NAME):
        return frame
    first, last = (
        frame[plain[part]].map(lambda v: "" if is_blank(v) else str(v).strip()) for part in _FULL_NAME
    )
    return frame.assign(leader=(first + " " + last).str.strip())


def _plain(name: object) -> str:
    return re.sub("[^a-z0-9]", "", str(name).lower())


def _their_names(rows: Rows, by: Sequence[str], given: Mapping[str, str]) -> dict[str, str]:
    """Return the file's name of each of our columns that it has."""
    require_columns(rows.frame, tuple(given), f"{rows.file} (renamed columns)")
    ours = [*_TALLIED, *_OPTIONAL, "document_id", *by]
    strange = sorted(set(given.values()) - set(ours))
    if strange:
        raise InputError(
            f"columns: expected new names out of {', '.join(ours)}, found {', '.join(strange)}; correct them"
        )
    taken = set(given.values())
    others = [str(name) for name in rows.frame.columns if name not in given]
    plain = {_plain(name): name for name in others}
    found: dict[str, str] = {}
    for our in ("document_id", *by):
        names = [plain[word] for word in (_plain(our), *_META.get(our, ())) if word in plain]
        if our not in taken and names:
            found[our] = names[0]
    recognised = ((name, _cell(name)) for name in others)
    for name, cell in (*given.items(), *((name, cell) for name, cell in recognised if cell not in taken)):
        if cell in found:
            raise InputError(
                f"{rows.file}: expected one column for {cell}, found {found[cell]!r} and {name!r}; "
                "say in `columns` which one it is"
            )
        if cell:
            found[cell] = name
    return found


def _cell(name: str) -> str | None:
    """Return our name of a column of counts, None where it is none."""
    words = " ".join(filter(None, _CUTS.split(name))).lower()
    for form in _FORMS:
        if match := form.fullmatch(words):
            side = match["side"]
            cell = f"{_SIDE_OF.get(side) or _INITIALS[side]}_{_CATEGORY_OF[match['category']]}"
            return cell if cell in _TALLIED or cell in _OPTIONAL else None
    return None


def _documents(rows: Rows, by: Sequence[str], theirs: Mapping[str, str]) -> pd.DataFrame:
    """Return the `by` columns and `document_id` as text."""
    cells = {}
    for our in (*by, "document_id"):
        if our in theirs:
            given = rows.frame[theirs[our]]
            rows.refuse(map(is_blank, given), f"expected a name in {theirs[our]}, found none; fill it in")
            cells[our] = [str(value).strip() for value in given]
        else:
            cells[our] = [str(number) for number in range(1, len(rows.frame) + 1)]
    table = pd.DataFrame(cells, dtype="str")
    rows.refuse(
        table["document_id"].duplicated(),
        lambda i: (
            f"expected each document once, found {shown(cells['document_id'][i])} again; drop or rename it"
        ),
    )
    return table


def _whole(rows: Rows, name: str) -> NDArray[np.int64]:
    """Return a column of counts."""
    values = rows.frame[name]
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    wrong = ~np.isfinite(numbers) | (numbers < 0) | (numbers != np.floor(numbers))
    rows.refuse(
        wrong,
        lambda i: f"expected a whole number of at least 0 in {name}, found {shown(values[i])}; correct it",
    )
    return numbers.astype(np.int64)
