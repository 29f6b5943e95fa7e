from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from vicsformer.data.codebook import CATEGORIES, NONE
from vicsformer.data.errors import InputError
from vicsformer.data.tables import read_table, write_table
from vicsformer.infer.rates import error_rates, rates_table, read_rates, require_all_codes
from vicsformer.infer.shift import shift_test, sign_flip_test
from vicsformer.infer.soft import SIDES

COLUMNS = ["document_id", "gold_category", "category", "gold_attribution", "attribution"]
C = {name: i for i, name in enumerate(CATEGORIES)}
S = {name: i for i, name in enumerate(SIDES)}

PAIRS = pd.DataFrame(
    [
        ("b", "reward", "reward", "self", "we_inclusive"),  # both are Self
        ("b", "reward", "appeal", "other", "self_state"),
        ("a", "punish", "neutral", "other", np.nan),  # missed
        ("a", "none", "oppose", np.nan, "other"),  # false alarm
        ("a", "threaten", "threaten", "unknown", "other"),
    ],
    columns=COLUMNS,
)


def test_hand_worked_example() -> None:
    rates = error_rates(PAIRS)
    assert rates.documents == ("a", "b")
    cells = np.zeros((2, 3, 7, 3, 7))
    cells[1, S["self"], C["reward"], S["self"], C["reward"]] = 1
    cells[1, S["other"], C["reward"], S["self"], C["appeal"]] = 1
    cells[0, S["other"], C["punish"], S["rest"], C["neutral"]] = 1
    cells[0, S["rest"], C["neutral"], S["other"], C["oppose"]] = 1
    cells[0, S["rest"], C["threaten"], S["other"], C["threaten"]] = 1
    np.testing.assert_array_equal(rates.cells, cells)
    assert rates.side[0, S["rest"], S["other"]] == 2
    assert rates.category[1, C["reward"]].tolist() == [0, 0, 0, 0, 1, 0, 1]
    assert rates.side.sum() == rates.category.sum() == 5


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_error_rates_go_to_a_file_and_back(tmp_path: Path, suffix: str) -> None:
    rates = error_rates(PAIRS.replace({"document_id": {"a": "007"}}))
    write_table(rates_table(rates), tmp_path / f"rates{suffix}")
    again = read_rates(read_table(tmp_path / f"rates{suffix}"))
    assert again.documents == rates.documents == ("007", "b")
    np.testing.assert_array_equal(again.cells, rates.cells)


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("gold_side", "us", "expected as gold_side one of self, other, rest, found 'us'"),
        ("coded_category", "none", "expected as coded_category one of .* found 'none'"),
        ("verbs", 1.5, "expected as verbs a whole number of at least 0, found 1.5"),
        ("verbs", -1, "expected as verbs a whole number"),
    ],
)
def test_broken_tables_are_refused(column: str, value: object, words: str) -> None:
    table = rates_table(error_rates(PAIRS)).astype({column: object})
    table.loc[0, column] = value
    with pytest.raises(InputError, match=words):
        read_rates(table)


def test_broken_pairs_are_refused() -> None:
    with pytest.raises(InputError, match=r"expected as category one of .* found 'praise' in row 1"):
        error_rates(PAIRS.assign(category=["reward", "praise", "reward", "reward", "reward"]))
    with pytest.raises(InputError, match="expected labelled verbs, found none"):
        error_rates(PAIRS.iloc[:0])


def test_labels_that_never_occur_are_named() -> None:
    with pytest.raises(InputError, match="expected labelled verbs of every category, found none of oppose"):
        require_all_codes(error_rates(PAIRS))
    with pytest.raises(InputError, match="at least two labelled documents, found 1"):
        require_all_codes(error_rates(PAIRS[PAIRS["document_id"] == "a"]))


def pairs_of(
    rng: np.random.Generator, leader: str, documents: int, accuracy: float, mix: list[float], verbs: int = 25
) -> pd.DataFrame:
    """Labelled verbs whose documents differ in how hard they are."""
    tables = []
    for number in range(documents):
        gold = rng.choice(CATEGORIES, verbs, p=mix)
        hit = rng.random(verbs) < rng.beta(accuracy * 20, (1 - accuracy) * 20)
        tables.append(
            pd.DataFrame(
                {
                    "document_id": f"{leader}{number}",
                    "leader": leader,
                    "gold_category": gold,
                    "category": np.where(hit, gold, rng.choice(CATEGORIES, verbs)),
                    "gold_attribution": "self",
                    "attribution": np.where(rng.random(verbs) < 0.9, "self", "other"),
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


WARM = [0.02, 0.02, 0.06, 0.4, 0.3, 0.1, 0.1]
COLD = [0.2, 0.1, 0.2, 0.4, 0.06, 0.02, 0.02]


def test_statistic_is_pearsons_by_label() -> None:
    rng = np.random.default_rng(0)
    pairs = pd.concat([pairs_of(rng, "A", 5, 0.8, WARM), pairs_of(rng, "B", 7, 0.7, COLD)])
    table = shift_test(pairs, flips=9).set_index(["leader", "head"])
    expected = sum(
        stats.chi2_contingency(pd.crosstab(rows["leader"], rows["category"]), correction=False).statistic
        for _, rows in pairs.groupby("gold_category")
        if rows["leader"].nunique() == 2
    )
    for leader in "AB":
        assert table.loc[(leader, "category"), "statistic"] == pytest.approx(expected)
    own = pairs[pairs["leader"] == "A"]
    assert table.loc[("A", "category"), "verbs"] == len(own)
    assert table.loc[("A", "category"), "documents"] == 5
    right = own["category"] == own["gold_category"]
    assert table.loc[("A", "category"), "accuracy"] == pytest.approx(right.mean())
    others = pairs[pairs["leader"] == "B"]
    accuracy = (others["category"] == others["gold_category"]).groupby(others["gold_category"]).mean()
    assert table.loc[("A", "category"), "others_accuracy"] == pytest.approx(
        own["gold_category"].map(accuracy).mean()
    )


def test_other_errors_of_one_leader_are_found() -> None:
    rng = np.random.default_rng(1)
    pairs = pd.concat([pairs_of(rng, name, 12, 0.85 if name != "B" else 0.5, WARM) for name in "ABC"])
    table = shift_test(pairs, flips=999)
    found = table[table["head"] == "category"].set_index("leader")
    assert found.loc["B", "p_holm"] < 0.01
    assert (table.loc[table["head"] == "side", "p_holm"] > 0.05).all()
    for _, rows in table.groupby("head"):
        np.testing.assert_allclose(rows["p_holm"], multipletests(rows["p"], method="holm")[1])


def test_other_mixes_of_labels_are_no_shift() -> None:
    # documents of uneven difficulty and leaders of opposite leaning: p is near uniform where labels are
    # shifted and error rates are not
    rng = np.random.default_rng(2)
    own = np.arange(36) < 12
    p = []
    for _ in range(400):
        gold = np.stack([rng.multinomial(25, WARM if leader else COLD) for leader in own])
        hits = rng.binomial(gold, rng.beta(16, 4, size=36)[:, None])
        wrong = rng.multinomial(gold - hits, np.full(7, 1 / 7))
        cells = wrong + hits[:, :, None] * np.eye(7)
        p.append(sign_flip_test(cells, own, 199, rng=rng)[1])
    for level in (0.05, 0.2, 0.5):
        error = np.sqrt(level * (1 - level) / 400)
        assert np.mean(np.array(p) <= level) == pytest.approx(level, abs=0.015 + 3 * error)


def test_order_of_rows_and_the_seed() -> None:
    rng = np.random.default_rng(3)
    pairs = pd.concat([pairs_of(rng, name, 6, 0.8, WARM) for name in "BA"])
    table = shift_test(pairs, flips=199, seed=1)
    pd.testing.assert_frame_equal(shift_test(pairs.sample(frac=1, random_state=0), flips=199, seed=1), table)
    assert (shift_test(pairs, flips=199, seed=2)["p"] != table["p"]).any()


def test_shift_needs_two_leaders_and_whole_documents() -> None:
    rng = np.random.default_rng(4)
    alone = pairs_of(rng, "A", 4, 0.8, WARM)
    with pytest.raises(InputError, match="verbs of at least two of leader, found one"):
        shift_test(alone)
    shared = pd.concat([alone, alone.assign(leader="B")])
    with pytest.raises(InputError, match="one value of leader a document, found two of A0"):
        shift_test(shared)
    with pytest.raises(InputError, match="flips: expected at least 1, found 0"):
        shift_test(pd.concat([alone, pairs_of(rng, "B", 4, 0.8, WARM)]), flips=0)


def test_false_alarms_are_nobodys_neutral_verbs() -> None:
    table = rates_table(error_rates(PAIRS[PAIRS["gold_category"] == NONE]))
    assert table.iloc[:, 1:].to_numpy().tolist() == [["rest", "neutral", "other", "oppose", 1]]
