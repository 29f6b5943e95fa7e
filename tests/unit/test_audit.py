from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vicsformer.data.codebook import ATTRIBUTIONS, CATEGORIES, LABEL_CATEGORIES, NONE, POWER_CATEGORIES
from vicsformer.data.errors import InputError
from vicsformer.infer.audit import audited_counts
from vicsformer.infer.counts import count
from vicsformer.infer.indices import INDEX_NAMES, indices
from vicsformer.infer.soft import soft_counts

PUNISH, REWARD = POWER_CATEGORIES.index("punish"), POWER_CATEGORIES.index("reward")


def table(rows: list[tuple[str, int, str, str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["document_id", "start", "attribution", "category"])


def passages(*rows: tuple[str, int, int, float]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["document_id", "start", "end", "inclusion_probability"])


CODED = table(
    [
        ("a", 5, "self", "reward"),  # readers: punish
        ("a", 15, "other", "punish"),  # readers: no unit
        ("a", 150, "self", "reward"),  # not audited
        ("b", 30, "self", "reward"),  # not audited
    ]
).assign(leader="A")
AUDIT = table(
    [
        ("a", 4, "self", "punish"),  # starts a character earlier: only the passage counts
        ("a", 15, "other", NONE),
        ("a", 40, "other", "reward"),  # missed by the coder
    ]
)


def test_hand_worked_example() -> None:
    counts = audited_counts(CODED, AUDIT, passages(("a", 0, 100, 0.25)))
    assert counts.documents["document_id"].tolist() == ["a", "b"]
    own, other = counts.array[0]
    assert own[REWARD] == 2 - 1 / 0.25
    assert own[PUNISH] == 0 + 1 / 0.25
    assert other[PUNISH] == 1 - 1 / 0.25
    assert other[REWARD] == 1 / 0.25
    assert counts.array[1].sum() == counts.array[1, 0, REWARD] == 1


def test_negative_sums_stay_negative_in_the_indices() -> None:
    counts = audited_counts(CODED, AUDIT, passages(("a", 0, 100, 0.25)))
    pooled = counts.array.sum(axis=0)
    assert pooled[0, REWARD] == -1
    found = dict(zip(INDEX_NAMES, indices(pooled), strict=True))
    # of Self 4 punish, -1 reward; of Other -3 punish, 4 reward
    assert found["I-5 reward"] == pytest.approx(-1 / 3)
    assert found["I-1"] == pytest.approx(-5 / 3)
    assert found["P-1"] == 7
    assert found["P-4"] == 0.75


def speeches(rng: np.random.Generator, verbs: int, categories: tuple[str, ...]) -> pd.DataFrame:
    """Verbs every ten characters in three documents of two leaders."""
    names = np.array(["a", "b", "c"])
    document = np.sort(rng.integers(3, size=verbs))
    return pd.DataFrame(
        {
            "document_id": names[document],
            "leader": np.array(["A", "A", "B"])[document],
            "start": 10 * np.arange(verbs),
            "attribution": rng.choice(ATTRIBUTIONS, verbs),
            "category": rng.choice(categories, verbs),
        }
    )


def with_probabilities(coded: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    sides, categories = rng.dirichlet(np.ones(3), len(coded)), rng.dirichlet(np.ones(7), len(coded))
    columns = dict(zip(["p_self", "p_other", "p_unknown"], sides.T, strict=True))
    return coded.assign(**columns, **{f"p_{n}": p for n, p in zip(CATEGORIES, categories.T, strict=True)})


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.booleans())
def test_perfect_audit_gives_the_gold_indices(seed: int, soft: bool) -> None:
    rng = np.random.default_rng(seed)
    coded = with_probabilities(speeches(rng, 60, CATEGORIES), rng)
    gold = speeches(rng, 40, LABEL_CATEGORIES)
    documents = pd.DataFrame({"document_id": ["c", "a", "b"], "leader": ["B", "A", "A"]})
    everything = passages(*((name, a, a + 300, 1.0) for name in "abc" for a in (0, 300)))
    audited = audited_counts(
        coded, gold.drop(columns="leader"), everything.sample(frac=1, random_state=seed % 2**31),
        documents=documents, soft=soft,
    )  # fmt: skip
    expected = count(gold[gold["category"] != NONE], documents=documents)
    for name in ("array", "neutral", "unknown"):
        # whole predictions cancel exactly, probabilities to rounding
        np.testing.assert_allclose(
            getattr(audited, name), getattr(expected, name), rtol=0, atol=1e-12 if soft else 0
        )
    for leader in ("A", "B"):
        own = (documents["leader"] == leader).to_numpy()
        np.testing.assert_allclose(
            indices(np.round(audited.array[own].sum(axis=0), 9)), indices(expected.array[own].sum(axis=0))
        )


@pytest.mark.parametrize("soft", [False, True])
def test_mean_over_all_draws_of_passages_is_the_gold_count(soft: bool) -> None:
    # two of four passages, all six draws: design-unbiasedness without simulation
    rng = np.random.default_rng(1)
    coded = with_probabilities(speeches(rng, 40, CATEGORIES).assign(document_id="a", leader="A"), rng)
    gold = speeches(rng, 40, LABEL_CATEGORIES).assign(document_id="a", leader="A")
    frame = [("a", start, start + 100, 0.5) for start in range(0, 400, 100)]
    arrays = []
    for drawn in combinations(frame, 2):
        inside = np.any([(gold["start"] >= a) & (gold["start"] < b) for _, a, b, _ in drawn], axis=0)
        arrays.append(audited_counts(coded, gold[inside], passages(*drawn), soft=soft).array)
    expected = count(gold[gold["category"] != NONE]).array
    np.testing.assert_allclose(np.mean(arrays, axis=0), expected, atol=1e-12)
    assert not np.allclose(arrays[0], expected)
    start = (soft_counts(coded) if soft else count(coded)).array
    assert not np.allclose(start, expected)


def test_unequal_probabilities_weigh_their_own_passages() -> None:
    counts = audited_counts(
        CODED, AUDIT.iloc[[0]], passages(("a", 0, 10, 0.5), ("a", 10, 20, 0.1), ("b", 0, 50, 1.0))
    )
    assert counts.array[0, 0, REWARD] == 2 - 1 / 0.5
    assert counts.array[0, 1, PUNISH] == 1 - 1 / 0.1
    assert counts.array[1].sum() == 0


def test_order_of_rows_does_not_matter() -> None:
    rng = np.random.default_rng(2)
    coded, gold = speeches(rng, 50, CATEGORIES), speeches(rng, 50, LABEL_CATEGORIES)
    gold["document_id"] = coded["document_id"]
    frame = passages(*((name, 0, 500, 0.3) for name in "abc"))
    documents = coded[["leader", "document_id"]].drop_duplicates()
    one = audited_counts(coded, gold, frame, documents=documents)
    two = audited_counts(
        coded.sample(frac=1, random_state=1), gold.sample(frac=1, random_state=2), frame.iloc[::-1],
        documents=documents,
    )  # fmt: skip
    np.testing.assert_allclose(two.array, one.array)


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (passages(("a", 0, 100, np.nan)), "an inclusion_probability above 0 .* found document_id a, start 0"),
        (passages(("a", 0, 100, 0.0)), "inclusion_probability above 0 and up to 1"),
        (passages(("a", 0, 100, 1.5)), "inclusion_probability above 0 and up to 1"),
        (passages(("a", 0, 100, 0.5)).assign(stratum="review"), r"drawn at random \(stratum review is not\)"),
        (
            passages(("a", 0, 100, 0.5), ("z", 0, 9, 0.5)),
            "a document of the coded table, found document_id z",
        ),
        (passages(("a", 0, 60, 0.5), ("a", 50, 100, 0.5)), "do not overlap, found document_id a, start 50"),
        (passages(("a", 0, 30, 0.5)), "a verb inside an audited passage, found document_id a, start 40"),
        (passages(), "at least one passage"),
        (passages(("a", 0, 100, 0.5)).drop(columns="end"), "add or rename: end"),
    ],
)
def test_unusable_passages_are_named(frame: pd.DataFrame, words: str) -> None:
    with pytest.raises(InputError, match=words):
        audited_counts(CODED, AUDIT, frame)


def test_probabilities_read_as_text_are_numbers() -> None:
    frame = passages(("a", 0, 100, 0.25))
    text = frame.assign(inclusion_probability=frame["inclusion_probability"].astype(str))
    np.testing.assert_array_equal(
        audited_counts(CODED, AUDIT, text).array, audited_counts(CODED, AUDIT, frame).array
    )


@pytest.mark.parametrize("start", ["abc", -1, 0.5, None])
def test_places_that_are_no_characters_are_named(start: object) -> None:
    frame = passages(("a", 0, 100, 0.25))
    expected = f"expected characters as whole numbers from 0, found document_id a, start {start}"
    with pytest.raises(InputError, match=f"audit verbs: {expected}"):
        audited_counts(CODED, AUDIT.assign(start=start), frame)
    with pytest.raises(InputError, match=f"audit passages: {expected}"):
        audited_counts(CODED, AUDIT, frame.assign(start=start))
    with pytest.raises(InputError, match=f"coded table: {expected}"):
        audited_counts(CODED.assign(start=start), AUDIT, frame)


def test_unknown_codes_and_split_documents_are_refused() -> None:
    frame = passages(("a", 0, 100, 0.25))
    with pytest.raises(InputError, match="audit verbs: expected a category of"):
        audited_counts(CODED, AUDIT.assign(category="praise"), frame)
    with pytest.raises(InputError, match="audit verbs: expected an attribution of"):
        audited_counts(CODED, AUDIT.assign(attribution="them"), frame)
    with pytest.raises(InputError, match="every document in one group of domain, found a in two"):
        audited_counts(CODED.assign(domain=["x", "y", "x", "x"]), AUDIT, frame, by=["domain"])
