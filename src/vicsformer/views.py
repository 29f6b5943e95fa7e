"""Tables as people read them: in the terminal and in the model card."""

from collections.abc import Sequence

import pandas as pd

from vicsformer.data.codebook import CATEGORIES

SHOWN = ("P-1", "P-4", "I-1")
"""Indices of the short table; all are in `indices.csv`."""

SIGNS = {
    "like-minded alliance": "=",
    "value-driven partnership": "v",
    "interest-based partnership": "i",
    "adversary": "x",
}


HEADLINES = (
    ("category", "kappa", "all", "category, Cohen's kappa"),
    ("category", "macro_f1", "all", "category, macro-F1"),
    ("category", "accuracy", "all", "category, accuracy"),
    ("valence", "kappa", "all", "valence, kappa"),
    ("valence", "sign_agreement", "all", "same sign if non-neutral"),
    ("intensity", "kappa_quadratic", "all", "intensity, quadratic kappa"),
    ("intensity", "alpha_interval", "all", "intensity, interval alpha"),
    ("self_other", "accuracy", "all", "self/other, accuracy"),
    ("self_other", "kappa", "all", "self/other, kappa"),
    ("unit", "recall", "all", "verb phrases found"),
    ("unit", "precision", "all", "of those found, labelled"),
)
"""What is shown of an agreement table: attribute, measure, label, words.

Category: seven classes. Valence: cooperative, neutral, conflictual. Same sign: among verbs that labels and
coder both call non-neutral. Self/other: Self, Other and unknown, on the verb phrases found.
"""


def number(value: object) -> str:
    """A figure to two digits as the field prints it: `.31`, `-.04`, `1.00`; missing as a dash."""
    if not isinstance(value, float) or value != value:
        return "-" if value is None or value is pd.NA or value != value else str(value)
    text = f"{value:.2f}"
    return text.replace("0.", ".", 1) if abs(float(text)) < 1 else text


def intervals_by_group(indices: pd.DataFrame, by: str | Sequence[str]) -> pd.DataFrame:
    """One row a group: documents, verbs, and `SHOWN` as `estimate [low, high]`.

    Parameters
    ----------
    indices
        Tidy indices of one coder and aggregate.
    by
        The group's columns.
    """
    keys = [by] if isinstance(by, str) else list(by)
    # a missing name of a group is a name like another
    cells = indices.fillna(dict.fromkeys(keys, "-")).assign(
        cell=[
            f"{number(e)} [{number(low)}, {number(high)}]"
            for e, low, high in zip(indices["estimate"], indices["low"], indices["high"], strict=True)
        ]
    )
    cells["verbs"] = cells["verbs"].round().astype("Int64")  # of corrected counts they are no whole number
    wide = cells[cells["index"].isin(SHOWN)].pivot_table(
        index=[*keys, "documents", "verbs"], columns="index", values="cell", aggfunc="first", sort=False
    )
    return wide[list(SHOWN)].reset_index().rename(columns={"documents": "speeches"})


def relationship_matrix(typology: pd.DataFrame) -> pd.DataFrame:
    """Relationships of all pairs as a square of signs (see `SIGNS`); a dash where a verdict is missing."""
    names = list(dict.fromkeys([*typology["a"], *typology["b"]]))
    square = pd.DataFrame("-", index=names, columns=names)
    for a, b, relationship in typology[["a", "b", "relationship"]].itertuples(index=False):
        square.loc[a, b] = square.loc[b, a] = SIGNS.get(relationship, "-")
    for name in names:
        square.loc[name, name] = ""
    square.columns = pd.Index([str(i + 1) for i in range(len(names))])
    square.insert(0, "leader", [f"{i + 1} {name}" for i, name in enumerate(names)])
    return square


def likeliest_matrix(relationships: pd.DataFrame) -> pd.DataFrame:
    """Likeliest relationships of all pairs as a square of signs, in brackets where not certain.

    Parameters
    ----------
    relationships
        As from `evaluate.relationships.relationship_probabilities`.
    """
    modal = relationships[relationships["cell"] == relationships["modal"]]
    square = relationship_matrix(modal.rename(columns={"cell": "relationship"}))
    columns = dict(zip(square.index, square.columns[1:], strict=True))
    for a, b, uncertain in modal[["a", "b", "uncertain"]].itertuples(index=False):
        for row, column in ((a, b), (b, a)) if uncertain else ():
            square.loc[row, columns[column]] = f"({square.loc[row, columns[column]]})"
    return square


def turned_by_switch(summary: pd.DataFrame) -> pd.DataFrame:
    """One row a switch: how many pairs turn under some setting, by verdict.

    Parameters
    ----------
    summary
        `sensitivity.SUMMARY_COLUMNS`.
    """
    names = {
        ("P-1", "verdict"): "P-1, three-way",
        ("I-1", "verdict"): "I-1, three-way",
        ("P-1", "verdict_anova_p05"): "P-1, by p",
        ("I-1", "verdict_anova_p05"): "I-1, by p",
        ("relationship", "verdict_anova_p05"): "relationship, by p",
    }
    what = pd.Series(list(zip(summary["index"], summary["rule"], strict=True))).map(names)
    wide = summary.assign(what=what).pivot_table(
        index=["switch", "settings", "pairs"], columns="what", values="pairs_changed", sort=False
    )
    return wide[list(names.values())].astype("Int64").reset_index()


LEGEND = ", ".join(f"{sign} {name}" for name, sign in SIGNS.items())


def headlines(agreement: pd.DataFrame, keys: list[str] | None = None) -> pd.DataFrame:
    """The `HEADLINES` of an agreement table, with intervals."""
    wanted = pd.DataFrame(HEADLINES, columns=["attribute", "measure", "label", "what"])
    rows = wanted.merge(agreement, on=["attribute", "measure", "label"])
    rows = rows.assign(value=_intervals(rows))
    return rows[["what", *(keys or []), "value", "n"]]


def side_by_side(agreement: pd.DataFrame, by: str = "coder") -> pd.DataFrame:
    """The `HEADLINES` of several coders, one column a coder."""
    order = agreement[by].drop_duplicates().tolist()
    wide = headlines(agreement, keys=[by]).pivot_table(
        index="what", columns=by, values="value", aggfunc="first", sort=False
    )
    return wide[order].reset_index()


def by_class(agreement: pd.DataFrame) -> pd.DataFrame:
    """Precision, recall and F1 of each category, with intervals."""
    rows = agreement[
        (agreement["attribute"] == "category") & agreement["measure"].isin(["precision", "recall", "f1"])
    ]
    wide = rows.assign(value=_intervals(rows)).pivot_table(
        index="label", columns="measure", values="value", aggfunc="first"
    )
    counts = rows[rows["measure"] == "recall"].set_index("label")["n"]
    present = [name for name in reversed(CATEGORIES) if name in wide.index]
    return wide.loc[present, ["precision", "recall", "f1"]].assign(verbs=counts).reset_index()


def _intervals(rows: pd.DataFrame) -> list[str]:
    cells = zip(rows["value"], rows["low"], rows["high"], strict=True)
    return [f"{number(value)} [{number(low)}, {number(high)}]" for value, low, high in cells]
