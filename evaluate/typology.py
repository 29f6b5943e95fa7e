"""Relationships of leaders from the verdicts on P-1 and I-1 (Feng & He 2024, figure 1)."""

import pandas as pd

from vicsformer.data.errors import InputError
from vicsformer.data.tables import require_columns
from vicsformer.evaluate.checks import require_codes, require_fraction
from vicsformer.evaluate.compare import verdict
from vicsformer.evaluate.equivalence import CONVERGENT, DIVERGENT

RELATIONSHIPS: dict[tuple[str, str], str] = {
    (CONVERGENT, CONVERGENT): "like-minded alliance",
    (CONVERGENT, DIVERGENT): "value-driven partnership",
    (DIVERGENT, CONVERGENT): "interest-based partnership",
    (DIVERGENT, DIVERGENT): "adversary",
}
"""Relationship by the verdicts on P-1 (beliefs on the other) and I-1 (own strategy)."""

_COLUMN_OF = {"P-1": "p1", "I-1": "i1"}


def typology(comparisons: pd.DataFrame, *, alpha: float = 0.05) -> pd.DataFrame:
    """Return the relationship of every pair.

    Parameters
    ----------
    comparisons
        As from `compare.compare`; its ANOVA rows of P-1 and I-1 are read.
    alpha
        Two leaders converge on an index where p > alpha.

    Returns
    -------
    DataFrame
        `a, b, p1, i1` (the verdicts), `relationship`, in the order of the comparisons; missing
        where a verdict is.

    Raises
    ------
    InputError
        If a column, the ANOVA of P-1 or that of I-1 is missing, or a pair stands twice.
    """
    require_fraction(alpha, "alpha")
    require_columns(comparisons, ("a", "b", "index", "test", "p"), "comparisons")
    anova = comparisons[(comparisons["test"] == "anova") & comparisons["index"].isin(_COLUMN_OF)]
    lacking = sorted(_COLUMN_OF.keys() - set(anova["index"]))
    if lacking:
        raise InputError(f"comparisons: expected the ANOVA of P-1 and I-1; found none of {lacking}; add it")
    if anova.duplicated(["a", "b", "index"]).any():
        raise InputError("comparisons: expected one ANOVA a pair and index; found several; pass one run")
    verdicts = anova[["a", "b", "index"]].assign(verdict=verdict(anova["p"], alpha=alpha))
    pairs = anova[["a", "b"]].drop_duplicates(ignore_index=True)
    for index, column in _COLUMN_OF.items():
        of_index = verdicts.loc[verdicts["index"] == index, ["a", "b", "verdict"]]
        pairs = pairs.merge(of_index.rename(columns={"verdict": column}), on=["a", "b"], how="left")
    return pairs.assign(relationship=relationship(pairs["p1"], pairs["i1"]))


def relationship(p1: pd.Series, i1: pd.Series) -> pd.Series:
    """Return the relationship that follows from each pair of verdicts, missing where one is.

    Parameters
    ----------
    p1, i1
        "convergent", "divergent" or missing.

    Returns
    -------
    Series
        Values of `RELATIONSHIPS`, on the index of `p1`.

    Raises
    ------
    InputError
        If a verdict is neither.
    """
    table = pd.DataFrame({"p1": p1.to_numpy(), "i1": i1.to_numpy()})
    for column in table:
        require_codes(table, str(column), (CONVERGENT, DIVERGENT), "verdicts")
    names = [RELATIONSHIPS.get((own, other)) for own, other in table.itertuples(index=False)]
    return pd.Series(names, index=p1.index)
