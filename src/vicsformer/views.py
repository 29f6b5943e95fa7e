"""Tables as people read them: in the terminal and in the model card."""

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from vicsformer.data.codebook import CATEGORIES
from vicsformer.data.norms import Norm

SHOWN = ("P-1", "P-4", "I-1")
"""Indices of the short table; all are in `indices.csv`."""

INDICES = (
    "P-1: how friendly (1) or hostile (-1) others act; P-4: share of acts that are one's own; I-1: how "
    "cooperative (1) or conflictual (-1) one's own acts are."
)
"""What they are."""

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
    text = f"{value:.2f}".replace("-0.00", "0.00")
    return text.replace("0.", ".", 1) if abs(float(text)) < 1 else text


def p_value(value: float) -> str:
    """A p to three digits, `.012`; `< .001` below that; missing as a dash."""
    if value != value:
        return "-"
    text = f"{value:.3f}"
    return "< .001" if value < 0.001 else text.replace("0.", ".", 1) if text < "1" else "1.000"


def with_interval(rows: pd.DataFrame, estimate: str) -> list[str]:
    """`.31 [.12, .40]` of the columns `estimate, low, high`; without limits the estimate alone."""
    cells = zip(rows[estimate], rows["low"], rows["high"], strict=True)
    return [
        number(value) if low != low and high != high else f"{number(value)} [{number(low)}, {number(high)}]"
        for value, low, high in cells
    ]


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
    cells = indices.fillna(dict.fromkeys(keys, "-")).assign(cell=with_interval(indices, "estimate"))
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
        ("P-1", "verdict"): "P-1",
        ("I-1", "verdict"): "I-1",
        ("P-1", "verdict_anova_p05"): "P-1 by p",
        ("I-1", "verdict_anova_p05"): "I-1 by p",
        ("relationship", "verdict_anova_p05"): "relationship by p",
    }
    what = pd.Series(list(zip(summary["index"], summary["rule"], strict=True))).map(names)
    wide = summary.assign(what=what).pivot_table(
        index=["switch", "settings", "pairs"], columns="what", values="pairs_changed", sort=False
    )
    return wide[list(names.values())].astype("Int64").reset_index()


def standings(z: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """One row a group and index of `SHOWN`: the estimate, z with its interval, and both in words.

    Parameters
    ----------
    z
        As from `evaluate.standardise.z_scores`, of one norm and method.
    by
        The group's columns.
    """
    rows = z[z["index"].isin(SHOWN)]
    limits = rows[["z", "z_low", "z_high"]].set_axis(["z", "low", "high"], axis=1)
    words: dict[str, Any] = {
        "in words": rows["ladder"],
        "z": with_interval(limits, "z"),
        "against the norm": rows["ladder_norm"].str.replace(" average", ""),
    }
    return rows[[*by, "index", "estimate"]].assign(**words)


def changes(table: pd.DataFrame) -> pd.DataFrame:
    """`evaluate.change.CHANGE_COLUMNS` on the indices of `SHOWN`, to be read.

    Parameters
    ----------
    table
        As from `evaluate.change.change`.
    """
    rows = table[table["index"].isin(SHOWN)]
    sizes = zip(rows["documents_from"], rows["documents_to"], strict=True)
    return rows[["group", "index", "from", "to"]].assign(
        change=with_interval(rows, "gap"),
        p=rows["p"].map(p_value),
        speeches=[f"{earlier}, {later}" for earlier, later in sizes],
    )


def slopes(table: pd.DataFrame) -> pd.DataFrame:
    """`evaluate.trend.TREND_COLUMNS` on the indices of `SHOWN`, to be read.

    Parameters
    ----------
    table
        As from `evaluate.trend.trend`.
    """
    rows = table[table["index"].isin(SHOWN)]
    slope: dict[str, Any] = {"change in ten years": with_interval(rows, "slope"), "p": rows["p"].map(p_value)}
    years = rows["years"].map("{:.1f}".format)
    return rows[["group", "index"]].assign(**slope, speeches=rows["documents"], years=years)


def plans(table: pd.DataFrame) -> pd.DataFrame:
    """`evaluate.power.PLAN_COLUMNS` of P-1 or I-1, to be read.

    Parameters
    ----------
    table
        As from `evaluate.power.plan`, rows of one index between -1 and 1: a gap over 2 is none.
    """
    sizes = zip(table["documents_a"], table["documents_b"], strict=True)
    gaps = table["smallest_gap"].map(lambda gap: "none" if gap > 2 else number(gap))
    columns: dict[str, Any] = {
        "speeches": [f"{a}, {b}" for a, b in sizes],
        "smallest gap": gaps,
        "to differ": table["documents_needed_difference"],
        "to agree": table["documents_needed_equivalence"],
    }
    return table[["a", "b"]].assign(**columns)


def norm_list(norms: Iterable[Norm]) -> pd.DataFrame:
    """One row a norm: what it is made of."""
    rows = [
        (norm.name, norm.unit, norm.aggregation, norm.figures["n"].max(), norm.coder,
         "-" if norm.figures["sd"].isna().all() else "yes")
        for norm in norms
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["norm", "of each", "aggregate", "n", "coder", "SD"])


def omnibus_lines(omnibus: pd.DataFrame) -> list[str]:
    """One line an index (P-1 and I-1) on whether the groups differ at all.

    Parameters
    ----------
    omnibus
        As from `evaluate.compare.omnibus`.
    """
    tested = omnibus[omnibus["index"].isin(["P-1", "I-1"]) & omnibus["statistic"].notna()]
    return [
        f"Over all {row['groups']} groups, {row['index']}: one-way ANOVA F({row['groups'] - 1}, "
        f"{row['documents'] - row['groups']}) = {row['statistic']:.2f}, p {_equals(row['p'])}, eta squared "
        f"{number(row['eta_squared'])}; Welch's ANOVA p {_equals(row['welch_p'])}."
        for row in tested.to_dict("records")
    ]


def _equals(p: float) -> str:
    text = p_value(p)
    return text if text.startswith("<") else f"= {text}"


LEGEND = ", ".join(f"{sign} {name}" for name, sign in SIGNS.items())


def headlines(agreement: pd.DataFrame, keys: list[str] | None = None) -> pd.DataFrame:
    """The `HEADLINES` of an agreement table, with intervals."""
    wanted = pd.DataFrame(HEADLINES, columns=["attribute", "measure", "label", "what"])
    rows = wanted.merge(agreement, on=["attribute", "measure", "label"])
    rows = rows.assign(value=with_interval(rows, "value"))
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
    wide = rows.assign(value=with_interval(rows, "value")).pivot_table(
        index="label", columns="measure", values="value", aggfunc="first"
    )
    counts = rows[rows["measure"] == "recall"].set_index("label")["n"]
    present = [name for name in reversed(CATEGORIES) if name in wide.index]
    return wide.loc[present, ["precision", "recall", "f1"]].assign(verbs=counts).reset_index()
