"""Which verdicts and relationships hang on a rule of the codebook, on the coder, or on a single document."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vicsformer.data.errors import InputError
from vicsformer.evaluate.checks import require_fraction
from vicsformer.evaluate.compare import speeches, verdict
from vicsformer.evaluate.equivalence import Margins, margin_array, three_way, tost_p
from vicsformer.evaluate.post_hoc import holm
from vicsformer.evaluate.two_groups import Moments, moments, t_tests
from vicsformer.evaluate.typology import relationship
from vicsformer.infer.counts import Counts, count
from vicsformer.infer.indices import INDEX_NAMES, indices
from vicsformer.switches import Setting, settings

SENSITIVITY_COLUMNS: dict[str, str] = {
    "switch": "what is changed, one of `switches.SWITCHES`",
    "setting": "to what; of `coder` its name, of `document` the document left out",
    "a": "first leader; a < b by name",
    "b": "second leader",
    "index": "P-1 or I-1; relationship for the cell of Feng & He (2024, figure 1) that the two verdicts make",
    "rule": "as the column of the comparisons is called: verdict (three-way) or verdict_anova_p05",
    "verdict": "verdict or cell under the setting; missing where there is none",
    "baseline": "the same with nothing changed",
    "changed": "whether the two differ",
}
"""Columns of the table of verdicts."""

SUMMARY_COLUMNS: dict[str, str] = {
    "switch": "as in the table of verdicts",
    "index": "the same",
    "rule": "the same",
    "settings": "how many settings the switch has",
    "verdicts": "verdicts under all of them",
    "changed": "how many of these differ from the baseline",
    "settings_that_change": "settings with at least one such",
    "pairs": "pairs of leaders",
    "pairs_changed": "pairs whose verdict differs under at least one setting",
}
"""Columns of the summary, one row a switch, index and rule."""

THREE_WAY, TWO_WAY = "verdict", "verdict_anova_p05"
RELATIONSHIP = "relationship"

_TESTED = ("P-1", "I-1")
_KEYS = ("case", "pair", "a", "b", "index")
_COLUMNS = [INDEX_NAMES.index(name) for name in _TESTED]
Floats = NDArray[np.float64]


class Sensitivity(NamedTuple):
    """Verdicts under every setting, and how many change."""

    verdicts: pd.DataFrame
    summary: pd.DataFrame


def sensitivity(
    coded_by_coder: Mapping[str, pd.DataFrame | Counts],
    *,
    by: str = "leader",
    margins: Margins | None = None,
    alpha: float = 0.05,
) -> Sensitivity:
    """Compare all leaders on P-1 and I-1 again under every setting of every switch.

    Verdicts are those of `evaluate.compare.compare`, from the documents' own indices: `verdict`, corrected
    over all pairs, and the two-way `verdict_anova_p05`, of which the relationship is made. One switch is
    changed at a time. Leaving out a document is reported for the pairs of its leader; the correction of the
    three-way verdict is over all pairs there as well.

    Parameters
    ----------
    coded_by_coder
        Coded tables by coder, of the same documents; the first is the baseline, to which the rules are
        changed and of which documents are left out. The others can be counts as well (as from
        `infer.imported_counts.read_counts`), whose rules cannot be changed.
    by
        The column whose groups are compared.
    margins
        By index, the smallest gap that matters, as in `compare`; without them no three-way verdict is
        convergent.
    alpha
        Threshold of the verdicts.

    Returns
    -------
    Sensitivity
        `SENSITIVITY_COLUMNS`, switches in the order of `SWITCHES`, and `SUMMARY_COLUMNS`.

    Raises
    ------
    InputError
        If there is no coder, the first has counts only, a coder has none of the documents, a table or an
        option cannot be used, or there are fewer than two leaders.
    """
    require_fraction(alpha, "alpha")
    if not coded_by_coder:
        raise InputError("sensitivity: expected at least one coded table, found none; code a corpus first")
    (_, coded), *others = coded_by_coder.items()
    if isinstance(coded, Counts):
        raise InputError(
            "sensitivity: expected a coded table (one row a verb) first, found counts, in which no rule of "
            "coding can be changed; give counts after it, as another coder"
        )
    counted = count(coded, by=[by])
    baseline = _Scores.of(counted)
    leaders = np.unique(baseline.leader)
    changed = [*settings(coded, by), *(_other_coder(name, table, counted) for name, table in others)]
    known = [baseline.moments(leaders), *(_Scores.of(each.counts).moments(leaders) for each in changed)]
    known += baseline.left_out(leaders)
    documents = zip(baseline.document.tolist(), baseline.leader.tolist(), strict=True)
    cases = [("", "", ""), *((each.switch, each.setting, "") for each in changed)]
    cases += [("document", document, leader) for document, leader in documents]
    compared = _compared(known, leaders, margin_array(margins, _TESTED), alpha)
    verdicts = _report(compared, pd.DataFrame(cases, columns=["switch", "setting", "owner"]))
    return Sensitivity(verdicts, _summary(verdicts))


def _other_coder(name: str, table: pd.DataFrame | Counts, baseline: Counts) -> Setting:
    counts = table if isinstance(table, Counts) else count(table, by=list(baseline.by))
    theirs, ours = (each.documents["document_id"].astype("str") for each in (counts, baseline))
    if not theirs.isin(ours).any():
        found = f"others such as {theirs.iloc[0]}" if len(theirs) else "none"
        raise InputError(
            f"sensitivity, {name}: expected documents of the first table, such as {ours.iloc[0]}, found "
            f"{found}; give tables of the same speeches"
        )
    return Setting("coder", name, counts)


class _Scores(NamedTuple):
    """Documents in the order of their names: leader and name, (documents,), and indices, (documents, 2)."""

    leader: NDArray[np.str_]
    document: NDArray[np.str_]
    values: Floats

    @classmethod
    def of(cls, counts: Counts) -> "_Scores":
        scores = pd.DataFrame(indices(counts.array)[:, _COLUMNS], columns=list(_TESTED))
        (by,) = counts.by
        leader, _, values = speeches(pd.concat([counts.documents, scores], axis=1), by, _TESTED)
        return cls(leader, np.sort(counts.documents["document_id"].astype(str).to_numpy(np.str_)), values)

    def moments(self, leaders: NDArray[np.str_]) -> Moments:
        """Moments of the leaders, (leaders, 2)."""
        here = np.isin(self.leader, leaders)
        return _among(moments(self.values[here], self.leader[here]), np.isin(leaders, self.leader[here]))

    def left_out(self, leaders: NDArray[np.str_]) -> list[Moments]:
        """Moments of the leaders without each document in turn."""
        others = (self.leader[:, None] == self.leader) & ~np.eye(len(self.leader), dtype=bool)
        without, kept = np.nonzero(others)
        own = _among(moments(self.values[kept], self.document[without]), others.any(axis=1))
        whole = self.moments(leaders)
        every = []
        for i, leader in enumerate(self.leader):
            is_own = (leaders == leader)[:, None]
            every.append(
                Moments(*(np.where(is_own, part[i], all_) for part, all_ in zip(own, whole, strict=True)))
            )
        return every


def _among(known: Moments, present: NDArray[np.bool_]) -> Moments:
    """Return moments with rows for the groups that are not there."""
    n, mean, variance = (np.full((len(present), len(_TESTED)), empty) for empty in (0, np.nan, np.nan))
    n[present], mean[present], variance[present] = known
    return Moments(n, mean, variance)


def _compared(known: list[Moments], leaders: NDArray[np.str_], margin: Floats, alpha: float) -> pd.DataFrame:
    """Compare every two leaders as `compare` does, in every case.

    Returns one row a case, pair and index: `case, pair, index, a, b` and both verdicts.
    """
    # to the tests the two indices of every case are indices of one table
    every = Moments(*(np.concatenate(parts, axis=1) for parts in zip(*known, strict=True)))
    tests = t_tests(every)
    a, b = every.pairs()
    equivalence = tost_p(a.mean - b.mean, tests["error"], tests["freedom"], np.tile(margin, len(known)))
    judged = {
        THREE_WAY: three_way(holm(tests["welch_p"]), holm(equivalence), alpha=alpha),
        TWO_WAY: verdict(pd.Series(tests["anova_p"].ravel()), alpha=alpha).to_numpy(),
    }
    shape = len(a.n), len(known), len(_TESTED)
    pair, case, index = (at.ravel() for at in np.indices(shape))
    first, second = (leaders[rows[pair]] for rows in np.triu_indices(len(leaders), 1))
    keys = {"case": case, "pair": pair, "a": first, "b": second, "index": np.array(_TESTED)[index]}
    table = pd.DataFrame(keys | {rule: verdicts.ravel() for rule, verdicts in judged.items()})
    return table.sort_values(["case", "pair"], kind="stable")


def _report(compared: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    """Return `SENSITIVITY_COLUMNS` from the verdicts of all cases, the first being the baseline."""
    p1, i1 = (compared[compared["index"] == name].reset_index(drop=True) for name in _TESTED)
    cells = p1.assign(index=RELATIONSHIP, **{TWO_WAY: relationship(p1[TWO_WAY], i1[TWO_WAY])})
    parts = [
        table[[*_KEYS, rule]].set_axis([*_KEYS, "verdict"], axis=1).assign(rule=rule)
        for table, rule in ((compared, THREE_WAY), (compared, TWO_WAY), (cells, TWO_WAY))
    ]
    for part in parts:
        part["baseline"] = np.tile(part.loc[part["case"] == 0, "verdict"].to_numpy(object), len(cases))
    table = pd.concat(parts).sort_values(["case", "pair"], kind="stable")
    table = table[table["case"] > 0].merge(cases, left_on="case", right_index=True)
    owner = table["owner"]
    table = table[(owner == "") | (owner == table["a"]) | (owner == table["b"])]
    changed = table["verdict"].fillna("") != table["baseline"].fillna("")
    return table.assign(changed=changed)[list(SENSITIVITY_COLUMNS)].reset_index(drop=True)


def _summary(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Count what changes under each switch."""
    pair = verdicts["a"] + "\x1f" + verdicts["b"]
    table = verdicts.assign(
        pair=pair,
        pair_changed=pair.where(verdicts["changed"]),
        turned=verdicts["setting"].where(verdicts["changed"]),
    )
    return (
        table.groupby(["switch", "index", "rule"], sort=False)
        .agg(
            settings=("setting", "nunique"),
            verdicts=("verdict", "size"),
            changed=("changed", "sum"),
            settings_that_change=("turned", "nunique"),
            pairs=("pair", "nunique"),
            pairs_changed=("pair_changed", "nunique"),
        )
        .reset_index()[list(SUMMARY_COLUMNS)]
    )
