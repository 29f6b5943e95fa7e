"""Relationships from verdicts, and from draws."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vicsformer.data.errors import InputError
from vicsformer.evaluate.compare import compare
from vicsformer.evaluate.relationships import (
    RELATIONSHIP_COLUMNS,
    half_sd_margins,
    relationship_probabilities,
)
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


NAMES = ("I-1", "P-1")
MARGINS = {"P-1": 0.1, "I-1": 0.2}


def random_draws(seed: int, spread: float = 0.1) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    return dict(zip("abc", rng.normal(0, 0.2, (3, 1, 2)) + rng.normal(0, spread, (3, 50, 2)), strict=True))


def cells(table: pd.DataFrame, a: str, b: str) -> dict[str, float]:
    rows = table[(table["a"] == a) & (table["b"] == b)]
    return dict(zip(rows["cell"], rows["probability"], strict=True))


def test_shares_of_draws_in_the_four_relationships() -> None:
    # gaps in (I-1, P-1): none; in I-1; in P-1 twice; in both, and one draw without P-1
    a = np.array([[0.0, 0.0], [0.3, 0.0], [0.0, 0.2], [0.0, -0.2], [0.3, 0.2], [0.0, np.nan]])
    found = relationship_probabilities({"b": np.zeros((6, 2)), "a": a}, NAMES, margins=MARGINS)
    assert found.columns.tolist() == list(RELATIONSHIP_COLUMNS)
    assert cells(found, "a", "b") == pytest.approx({
        "like-minded alliance": 0.2,
        "value-driven partnership": 0.2,
        "interest-based partnership": 0.4,
        "adversary": 0.2,
    })  # fmt: skip
    first = found.iloc[0]
    assert (first["modal"], first["modal_probability"], first["draws"]) == (
        "interest-based partnership",
        0.4,
        5,
    )
    assert (first["p1_convergent"], first["i1_convergent"]) == pytest.approx((0.4, 0.6))
    assert (first["margin_p1"], first["margin_i1"], first["missing"]) == pytest.approx((0.1, 0.2, 1 / 6))
    # the two draws of the interest-based partnership disagree on who is higher
    assert found["one_direction"].tolist() == pytest.approx([0.2] * 4)
    assert found["uncertain"].all()


def test_a_gap_of_the_margin_is_one() -> None:
    for gap, relation in ((0.125, "interest-based partnership"), (0.12, "like-minded alliance")):
        draws = {"a": np.array([[0.0, gap]]), "b": np.zeros((1, 2))}
        found = relationship_probabilities(draws, NAMES, margins={"P-1": 0.125, "I-1": 0.125})
        assert found["modal"].unique().tolist() == [relation]
        assert not found["uncertain"].any()


def test_default_margins_are_half_a_norm_sd() -> None:
    # SDs of P-1 and I-1 over 130 leaders: .125 and .168 (Schafer & Lambert 2022)
    margins = half_sd_margins()
    assert (margins["P-1"], margins["I-1"]) == (0.125 / 2, 0.168 / 2)
    draws = random_draws(0)
    pd.testing.assert_frame_equal(
        relationship_probabilities(draws, NAMES), relationship_probabilities(draws, NAMES, margins=margins)
    )


def test_published_means_at_the_default_margins() -> None:
    # Feng & He (2024): I-1 and P-1 of 2013-15. A P-1 gap of .06 is below half an SD for Obama and Abbott and
    # for Putin and Xi alike, which p < .05 calls convergent for one pair and divergent for the other
    means = {"Obama": (0.57, 0.49), "Abbott": (0.63, 0.43), "Putin": (0.73, 0.61), "Xi": (0.68, 0.67)}
    found = relationship_probabilities({name: np.array([pair]) for name, pair in means.items()}, NAMES)
    modal = found.drop_duplicates(["a", "b"]).set_index(["a", "b"])["modal"].to_dict()
    assert modal == {
        ("Abbott", "Obama"): "like-minded alliance",
        ("Putin", "Xi"): "like-minded alliance",
        ("Abbott", "Putin"): "adversary",
        ("Abbott", "Xi"): "interest-based partnership",
        ("Obama", "Putin"): "adversary",
        ("Obama", "Xi"): "adversary",
    }


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_relationship_probabilities_hold(seed: int) -> None:
    draws = random_draws(seed)
    found = relationship_probabilities(draws, NAMES, margins=MARGINS)
    assert found[["a", "b"]].drop_duplicates().to_numpy().tolist() == [["a", "b"], ["a", "c"], ["b", "c"]]
    np.testing.assert_allclose(found.groupby(["a", "b"])["probability"].sum(), 1)
    assert (found["one_direction"] <= found["probability"] + 1e-12).all()
    swapped = relationship_probabilities({"a": draws["c"], "c": draws["a"]}, NAMES, margins=MARGINS)
    assert cells(swapped, "a", "c") == pytest.approx(cells(found, "a", "c"))
    # a leader against himself converges
    same = relationship_probabilities({"x": draws["a"], "y": draws["a"]}, NAMES, margins=MARGINS)
    assert cells(same, "x", "y")["like-minded alliance"] == 1


def test_no_draws_to_tell_by_are_not_certain() -> None:
    # two leaders of the same beliefs, of whom next to nothing is known
    rng = np.random.default_rng(5)
    wide = {name: rng.normal(0, 5, (4000, 2)) for name in "ab"}
    found = relationship_probabilities(wide, NAMES, margins=MARGINS)
    assert cells(found, "a", "b")["adversary"] > 0.9
    assert found["uncertain"].all()
    apart = relationship_probabilities(wide | {"a": wide["a"] + 50}, NAMES, margins=MARGINS)
    assert set(apart["modal"]) == {"adversary"}
    assert not apart["uncertain"].any()


def test_pairs_without_draws() -> None:
    found = relationship_probabilities(
        {"a": np.full((3, 2), np.nan), "b": np.zeros((3, 2)), "c": np.zeros((3, 2))}, NAMES, margins=MARGINS
    )
    first = found[(found["a"] == "a")]
    assert first[["probability", "modal", "one_direction", "p1_convergent"]].isna().all(axis=None)
    assert first["uncertain"].all() and first["missing"].eq(1).all()
    assert found.iloc[-1][["a", "b"]].tolist() == ["b", "c"] and not found.iloc[-1]["uncertain"]


@pytest.mark.parametrize(
    ("leaders", "margins", "words"),
    [
        ({"a": 3}, MARGINS, "at least two leaders, found 1"),
        ({"a": 3, "b": 4}, MARGINS, "as many draws for b as for a, found 4 and 3"),
        ({"a": 3, "b": 3}, {"P-1": 0.1}, "above 0 for I-1, found None"),
        ({"a": 3, "b": 3}, {"P-1": 0.0, "I-1": 1}, "above 0 for P-1, found 0.0"),
        ({"a": 3, "b": 3}, {"P-1": np.nan, "I-1": 1}, "above 0 for P-1, found nan"),
    ],
)
def test_bad_draws_are_refused(leaders: dict[str, int], margins: dict[str, float], words: str) -> None:
    draws = {name: np.zeros((n, 2)) for name, n in leaders.items()}
    with pytest.raises(InputError, match=words):
        relationship_probabilities(draws, NAMES, margins=margins)
