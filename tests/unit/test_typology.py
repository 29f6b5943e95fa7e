"""Relationships from verdicts."""

import numpy as np
import pandas as pd
import pytest

from vicsformer.data.errors import InputError
from vicsformer.evaluate.compare import compare
from vicsformer.evaluate.typology import RELATIONSHIPS, relationship, typology

# Feng & He (2024), International Affairs, table 2: verdicts 2013-15 on P-1 and I-1; figure 1: the rule
PUBLISHED = pd.DataFrame(
    [
        ("Obama", "Abbott", "convergent", "convergent", "like-minded alliance"),
        ("Obama", "Putin", "divergent", "divergent", "adversary"),
        ("Obama", "Xi", "divergent", "divergent", "adversary"),
        ("Abbott", "Putin", "divergent", "convergent", "interest-based partnership"),
        ("Abbott", "Xi", "divergent", "convergent", "interest-based partnership"),
        ("Putin", "Xi", "divergent", "convergent", "interest-based partnership"),
    ],
    columns=["a", "b", "p1", "i1", "relationship"],
)


def as_comparisons(verdicts: pd.DataFrame, p: dict[str, float]) -> pd.DataFrame:
    """ANOVA rows that give the verdicts, among rows that must not be read."""
    tables = []
    for index, column in (("P-1", "p1"), ("I-1", "i1")):
        rows = verdicts[["a", "b"]].assign(index=index, test="anova", p=verdicts[column].map(p))
        tables += [rows, rows.assign(test="welch", p=0.5), rows.assign(index="P-4", p=0.001)]
    return pd.concat(tables, ignore_index=True)


def test_published_table() -> None:
    found = relationship(PUBLISHED["p1"], PUBLISHED["i1"])
    assert found.tolist() == PUBLISHED["relationship"].tolist()


def test_typology_reads_the_anova_of_two_indices() -> None:
    found = typology(as_comparisons(PUBLISHED, {"convergent": 0.0501, "divergent": 0.05}), alpha=0.05)
    pd.testing.assert_frame_equal(found, PUBLISHED, check_dtype=False)


def test_alpha_decides() -> None:
    comparisons = as_comparisons(PUBLISHED, {"convergent": 0.2, "divergent": 0.03})
    assert typology(comparisons, alpha=0.05)["relationship"].tolist() == PUBLISHED["relationship"].tolist()
    assert set(typology(comparisons, alpha=0.01)["relationship"]) == {"like-minded alliance"}
    assert set(typology(comparisons, alpha=0.3)["relationship"]) == {"adversary"}


def test_all_four_types() -> None:
    assert RELATIONSHIPS["convergent", "divergent"] == "value-driven partnership"
    assert len(set(RELATIONSHIPS.values())) == 4


def test_missing_verdicts_stay_missing() -> None:
    comparisons = as_comparisons(PUBLISHED, {"convergent": np.nan, "divergent": 0.01})
    found = typology(comparisons)
    assert found["p1"].isna().tolist() == (PUBLISHED["p1"] == "convergent").tolist()
    assert found["relationship"].isna().tolist() == (PUBLISHED["i1"] == "convergent").tolist()
    nothing = typology(comparisons.assign(p=np.nan))
    assert nothing[["p1", "i1", "relationship"]].isna().all(axis=None)


def test_follows_compare() -> None:
    rng = np.random.default_rng(0)
    means = {"Ada": (0.6, 0.6), "Bo": (0.6, 0.1), "Cy": (0.0, 0.6)}
    scores = pd.DataFrame(
        [
            (f"{name}{i}", name, other + rng.normal(0, 0.05), own + rng.normal(0, 0.05))
            for name, (other, own) in means.items()
            for i in range(6)
        ],
        columns=["document_id", "leader", "P-1", "I-1"],
    )
    found = typology(compare(scores, permutations=9), alpha=0.001).set_index(["a", "b"])["relationship"]
    assert found.to_dict() == {
        ("Ada", "Bo"): "value-driven partnership",
        ("Ada", "Cy"): "interest-based partnership",
        ("Bo", "Cy"): "adversary",
    }


@pytest.mark.parametrize(
    ("comparisons", "words"),
    [
        (pd.DataFrame(columns=["a", "b", "index", "p"]), "add or rename: test"),
        (as_comparisons(PUBLISHED, {}).query("index != 'I-1'"), "found none of .'I-1'."),
        (pd.concat([as_comparisons(PUBLISHED, {})] * 2), "found several"),
    ],
)
def test_bad_comparisons_are_refused(comparisons: pd.DataFrame, words: str) -> None:
    with pytest.raises(InputError, match=words):
        typology(comparisons)


def test_unknown_verdict_is_refused() -> None:
    with pytest.raises(InputError, match="one of convergent, divergent; found 'similar' in row 1"):
        relationship(pd.Series(["convergent"] * 2), pd.Series(["divergent", "similar"]))
