"""Passages retold for another state: names trade places, labels stay.

The shipped labels are on American speeches only. A coder trained on them alone would learn that America
is the own state; one that sees the same passage told of another state has to read the state it is given.
"""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from vicsformer.data.states import names_state

_NO_PART_OF_A_CONTINENT = "".join(f"(?<!{part} )" for part in ("Latin", "Central", "South", "North"))


def retell(passage: Mapping[str, Any], own: pd.Series, other: pd.Series) -> dict[str, Any]:
    """Let two states trade names in a passage.

    Parameters
    ----------
    passage
        A row of `data.labels.to_dataset_dict`: `before, text, state, start, end` and codes.
    own, other
        Rows of `data.states.states`: the state in the passage and the one to take its place.

    Returns
    -------
    dict
        The passage with names traded, offsets moved along, and `state` set to the other state's name.
    """
    names = _trade(own, other)
    longest_first = sorted(map(re.escape, names), key=len, reverse=True)
    pattern = re.compile(_NO_PART_OF_A_CONTINENT + r"\b(?:" + "|".join(longest_first) + r")(?!\w)")
    before, _ = _replace(passage["before"], pattern, names)
    text, edits = _replace(passage["text"], pattern, names)
    positions = np.array([at for at, _ in edits])
    shifts = np.concatenate([[0], np.cumsum([shift for _, shift in edits])]).astype(int)

    def move(offsets: list[int]) -> list[int]:
        return [int(o + shifts[np.searchsorted(positions, o, side="right")]) for o in offsets]

    return {
        **passage,
        "before": before,
        "text": text,
        "state": other["name"],
        "start": move(passage["start"]),
        "end": move(passage["end"]),
    }


def _trade(a: pd.Series, b: pd.Series) -> dict[str, str]:
    """What each name of either state turns into."""
    names: dict[str, str] = {}
    for source, target in ((a, b), (b, a)):
        names[source["people"]] = target["people"]
        names[source["adjective"]] = target["adjective"]
    for source, target in ((a, b), (b, a)):
        article = f"{target['article']} " if target["article"] else ""
        for name in (source["name"], *filter(None, source["other_names"].split("|"))):
            # "the United States" trades as a whole, so that no article is left over
            names[f"the {name}"] = names[name] = article + target["name"]
            names[f"The {name}"] = names[name][0].upper() + names[name][1:]
    return names


def _replace(
    text: str, pattern: re.Pattern[str], names: Mapping[str, str]
) -> tuple[str, list[tuple[int, int]]]:
    """The text with names replaced; for each replacement the end of the old name and the shift after it."""
    edits: list[tuple[int, int]] = []

    def swap(match: re.Match[str]) -> str:
        new = names[match.group()]
        edits.append((match.end(), len(new) - len(match.group())))
        return new

    return pattern.sub(swap, text), edits


def augment(
    passages: list[dict[str, Any]],
    states: pd.DataFrame,
    rng: np.random.Generator,
    *,
    swap: float,
    dropout: float,
) -> list[dict[str, Any]]:
    """Passages with names traded in a share `swap` and the state withheld in a share `dropout`.

    A passage trades with a state it mentions as often as with any other one. `clues` stay the same when names
    are traded; `clues_without_state` take their place where the state is withheld.
    """
    by_name = states.set_index("name", drop=False)
    out = []
    for passage in passages:
        if passage["state"] in by_name.index and rng.random() < swap:
            own = by_name.loc[passage["state"]]
            others = by_name.index.drop(own["name"]).tolist()
            # the substring is only a sieve: Niger is in Nigeria
            mentioned = [n for n in others if n in passage["text"] and names_state(passage["text"], n)]
            pool = mentioned if mentioned and rng.random() < 0.5 else others
            told = retell(passage, own, by_name.loc[pool[rng.integers(len(pool))]])
        else:
            told = passage
        out.append(_stateless(told) if rng.random() < dropout else told)
    return out


def _stateless(passage: dict[str, Any]) -> dict[str, Any]:
    told = {**passage, "state": ""}
    return {**told, "clues": told["clues_without_state"]} if "clues" in told else told
