from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from vicsformer.annotate.pack import CODE_COLUMNS
from vicsformer.annotate.review import REVIEW_COLUMNS, rank_for_review
from vicsformer.cli import app
from vicsformer.data.codebook import CATEGORIES
from vicsformer.data.errors import InputError
from vicsformer.data.tables import write_table
from vicsformer.infer.counts import count
from vicsformer.infer.indices import INDEX_NAMES, indices
from vicsformer.label_readings import read_sheet
from vicsformer.models.verb_coder import VerbCoder
from vicsformer.review import review_folder, write_review

SIDES = ("self", "other", "unknown")


def verb(category: dict[str, float], side: dict[str, float], leader: str = "Ada") -> dict[str, Any]:
    """A coded verb: likeliest side and category, as the coded table has them."""
    return {
        "leader": leader,
        "category": max(category, key=category.__getitem__),
        "attribution": max(side, key=side.__getitem__),
        **{f"p_{name}": category.get(name, 0.0) for name in CATEGORIES},
        **{f"p_{name}": side.get(name, 0.0) for name in SIDES},
    }


def certain(category: str, side: str, leader: str = "Ada") -> dict[str, Any]:
    return verb({category: 1.0}, {side: 1.0}, leader)


def ranked(*verbs: dict[str, Any]) -> pd.DataFrame:
    return rank_for_review(pd.DataFrame(verbs))


def test_expected_change_by_hand() -> None:
    # Ada: Self two cooperative, one conflictual; Other one cooperative, one conflictual.
    # As coded I-1 = 1/3, P-1 = 0, P-4 = 3/5.
    # The verb in doubt is Self's third: oppose .6, neutral .1, appeal .2, reward .1; self .8, other .2.
    #   q: out .1; Self+ .8 * .3 = .24, Self- .8 * .6 = .48, Other+ .2 * .3 = .06, Other- .2 * .6 = .12
    #   out:    I-1 = 2/2 -> 2/3; P-4 = 2/4 -> 1/10; P-1 as before           sum 23/30
    #   Self+:  I-1 = 3/3 -> 2/3                                             sum 2/3
    #   Self-:  as coded                                                     0
    #   Other+: I-1 -> 2/3; P-1 = 1/3; P-4 = 2/5 -> 1/5                      sum 6/5
    #   Other-: I-1 -> 2/3; P-1 = -1/3 -> 1/3; P-4 -> 1/5                    sum 6/5
    doubtful = verb(
        {"oppose": 0.6, "neutral": 0.1, "appeal": 0.2, "reward": 0.1}, {"self": 0.8, "other": 0.2}
    )
    table = ranked(
        certain("appeal", "self"), certain("reward", "self"), certain("promise", "other"),
        certain("punish", "other"), certain("neutral", "other"), doubtful, certain("punish", "unknown"),
    )  # fmt: skip
    assert table.index[0] == 5
    expected = 0.1 * 23 / 30 + 0.24 * 2 / 3 + 0.06 * 6 / 5 + 0.12 * 6 / 5
    assert table["expected_change"].tolist() == pytest.approx([expected, 0, 0, 0, 0, 0, 0])
    assert table.index.tolist() == [5, 0, 1, 2, 3, 4, 6]


def test_an_index_of_nothing_stands_in_the_middle() -> None:
    # the leader's only verb: I-1 = 1 -> 0 if it is Other's or neutral, P-1 = 0 -> 1, P-4 = 1 -> 0 or 1/2
    table = ranked(verb({"appeal": 0.5, "neutral": 0.5}, {"self": 0.6, "other": 0.4}))
    assert table["expected_change"].tolist() == pytest.approx([0.2 * 3 + 0.5 * 1.5])


def test_doubt_that_moves_nothing_does_not_count() -> None:
    one_valence = verb({"promise": 0.5, "reward": 0.3, "appeal": 0.2}, {"self": 1.0})
    nobody = verb({"punish": 0.5, "reward": 0.5}, {"unknown": 1.0})
    assert ranked(one_valence, nobody)["expected_change"].tolist() == [0, 0]


def test_entropies_run_from_certain_to_all_alike() -> None:
    even = verb(dict.fromkeys(CATEGORIES, 1 / 7), dict.fromkeys(SIDES, 1 / 3))
    halves = verb({"punish": 0.5, "oppose": 0.5}, {"self": 0.5, "other": 0.5})
    table = ranked(even, certain("appeal", "self"), halves).sort_index()
    # log 2 / log 7 and log 2 / log 3, from a table of logarithms
    assert table["category_entropy"].tolist() == pytest.approx([1, 0, 0.693147 / 1.945910], abs=1e-6)
    assert table["side_entropy"].tolist() == pytest.approx([1, 0, 0.693147 / 1.098612], abs=1e-6)


def test_the_same_doubt_weighs_more_for_a_leader_of_few_verbs() -> None:
    doubt = {"appeal": 0.6, "oppose": 0.4}
    table = ranked(
        *[certain("appeal", "self", "Bo") for _ in range(9)],
        verb(doubt, {"self": 1.0}, "Bo"),
        certain("appeal", "self", "Ada"),
        verb(doubt, {"self": 1.0}, "Ada"),
    )
    # .4 * (1 - 0) for one of two verbs, .4 * (1 - .8) for one of ten
    assert table["expected_change"].head(2).tolist() == pytest.approx([0.4, 0.08])
    assert table["leader"].head(2).tolist() == ["Ada", "Bo"]


shares = st.lists(st.integers(0, 5), min_size=7, max_size=7).filter(any)
sides = st.lists(st.integers(0, 5), min_size=3, max_size=3).filter(any)
leaders = st.lists(st.tuples(shares, sides, st.sampled_from(["Ada", "Bo"])), min_size=1, max_size=8)


def drawn(verbs: list[tuple[list[int], list[int], str]]) -> pd.DataFrame:
    rows = []
    for category, side, leader in verbs:
        p = dict(zip(CATEGORIES, np.array(category) / sum(category), strict=True))
        q = dict(zip(SIDES, np.array(side) / sum(side), strict=True))
        rows.append(verb(p, q, leader))
    return pd.DataFrame(rows)


def moved_indices(coded: pd.DataFrame, leader: str) -> np.ndarray:
    """P-1, I-1, P-4 of a leader by the package's own counting, middles of the ranges where there is none."""
    own = coded[coded["leader"] == leader].assign(document_id="d")
    values = indices(count(own).array.sum(axis=0))
    found = np.array([values[INDEX_NAMES.index(name)] for name in ("P-1", "I-1", "P-4")])
    return np.where(np.isnan(found), [0, 0, 0.5], found)


@settings(deadline=None, max_examples=15)
@given(leaders)
def test_expected_change_is_that_of_coding_the_verb_anew_in_every_way(verbs: Any) -> None:
    coded = drawn(verbs)
    table = rank_for_review(coded).sort_index()
    i = len(coded) - 1
    leader = coded.loc[i, "leader"]
    before, expected = moved_indices(coded, leader), 0.0
    for category in CATEGORIES:
        for side in SIDES:
            again = coded.copy()
            again.loc[i, ["category", "attribution"]] = [category, side]
            change = np.abs(moved_indices(again, leader) - before).sum()
            expected += coded.loc[i, f"p_{category}"] * coded.loc[i, f"p_{side}"] * change
    assert table.loc[i, "expected_change"] == pytest.approx(expected)


@settings(deadline=None, max_examples=50)
@given(leaders, st.randoms())
def test_range_and_invariances(verbs: Any, random: Any) -> None:
    coded = drawn(verbs)
    table = rank_for_review(coded)
    assert table["expected_change"].between(0, 5).all()
    assert table["expected_change"].is_monotonic_decreasing
    for name in ("category_entropy", "side_entropy"):
        assert table[name].between(0, 1 + 1e-9).all()
    change = table["expected_change"].sort_index()
    order = list(range(len(coded)))
    random.shuffle(order)
    again = rank_for_review(coded.iloc[order])["expected_change"].sort_index()
    np.testing.assert_allclose(again, change)
    # another leader's verbs do not matter
    alone = rank_for_review(coded[coded["leader"] == "Ada"])["expected_change"].sort_index()
    np.testing.assert_allclose(alone, change[coded["leader"] == "Ada"])
    # cooperation and conflict trade places: all balances change sign, nothing else
    mirror = dict(zip(CATEGORIES, CATEGORIES[::-1], strict=True))
    swapped = coded.rename(columns={f"p_{a}": f"p_{b}" for a, b in mirror.items()})
    swapped["category"] = coded["category"].map(mirror)
    np.testing.assert_allclose(rank_for_review(swapped)["expected_change"].sort_index(), change)


@settings(deadline=None, max_examples=50)
@given(leaders)
def test_more_verbs_of_the_same_kinds_weigh_each_less(verbs: Any) -> None:
    """All counts doubled: every change of an index shrinks, apart from those through an empty denominator."""
    # two verbs of power on either side: no denominator becomes empty when a single verb moves
    sure = pd.DataFrame([certain("appeal", "self"), certain("oppose", "other")] * 2)
    coded = pd.concat([drawn(verbs), sure], ignore_index=True).assign(leader="Ada")
    doubled = pd.concat([coded, coded], ignore_index=True)
    once = rank_for_review(coded)["expected_change"].sort_index()
    twice = rank_for_review(doubled)["expected_change"].sort_index()[: len(coded)]
    assert (twice <= once + 1e-12).all()


def test_bad_coded_tables() -> None:
    coded = pd.DataFrame([certain("appeal", "self"), certain("punish", "other")])
    with pytest.raises(InputError, match=r"coded table: expected the columns .*; add or rename: p_self"):
        rank_for_review(coded.drop(columns="p_self"))
    with pytest.raises(
        InputError, match=r"row 2: expected probabilities of 0 to 1 in p_self, .* found nan, 1, 0"
    ):
        rank_for_review(coded.assign(p_self=[1.0, np.nan]))
    with pytest.raises(InputError, match="expected category to be one of"):
        rank_for_review(coded.assign(category="none"))
    assert list(rank_for_review(coded.iloc[:0])) == [*coded, *REVIEW_COLUMNS]


PARAGRAPHS = (
    "We thank our friends, and we help them.",
    "They attacked us in spring. Nobody helped.",
    "Our answer will come.",
)
TEXT = "\n\n".join(PARAGRAPHS)
HALF = {"oppose": 0.5, "appeal": 0.5}


@pytest.fixture
def coded(tmp_path: Path) -> tuple[pd.DataFrame, str]:
    """A coded table of one speech, and its corpus."""
    corpus = tmp_path / "corpus.csv"
    write_table(
        pd.DataFrame({"document_id": ["d"], "leader": ["Ada"], "date": ["2001"], "text": [TEXT]}), corpus
    )
    verbs = {
        "thank": certain("appeal", "self"),
        "help": verb(HALF, {"self": 1.0}),
        "attacked": verb({"punish": 0.9, "reward": 0.1}, {"other": 1.0}),
        "helped": verb({"neutral": 0.8, "oppose": 0.2}, {"other": 1.0}),
        "come": certain("neutral", "self_state"),
    }
    rows = [
        {"document_id": "d", "start": TEXT.index(f" {word}") + 1, "verb": word, **codes}
        for word, codes in verbs.items()
    ]
    table = pd.DataFrame(rows)
    table.insert(2, "end", table["start"] + table["verb"].str.len())
    assert [TEXT[a:b] for a, b in zip(table["start"], table["end"], strict=True)] == list(verbs)
    return table.assign(p_self=table["p_self"].where(table["verb"] != "come", 1.0)), str(corpus)


def test_the_pack_holds_the_chosen_verbs_and_reads_back(
    coded: tuple[pd.DataFrame, str], tmp_path: Path
) -> None:
    table, corpus = coded
    folder = tmp_path / "pack"
    chosen = write_review(table, corpus, folder, verbs=2)
    # I-1 of (thank, help) 0 -> 1 at .5; P-1 of (attacked) -1 -> 1 at .1; helped: P-4 2/3 -> 2/4 at .2
    assert chosen["verb"].tolist() == ["help", "attacked"]
    assert chosen["expected_change"].tolist() == pytest.approx([0.5, 0.2])
    assert (folder / "reader-1.txt").read_text() == (
        "### r0001 | Ada | 2001\nWe thank our friends, and we [1:help] them.\n\n"
        "### r0002 | Ada | 2001\n(... We thank our friends, and we help them.)\n"
        "They [1:attacked] us in spring. Nobody helped.\n"
    )
    sheet = pd.read_csv(folder / "reader-1.csv", dtype=str)
    assert sheet.columns.tolist() == list(CODE_COLUMNS)
    assert sheet["verb"].tolist() == ["help", "attacked"]
    assert sheet[["attribution", "category"]].isna().all(axis=None)  # the coder's own codes are not shown
    sheet["attribution"], sheet["category"] = ["self", "other"], ["reward", "threaten"]
    sheet.to_csv(tmp_path / "filled.csv", index=False)
    read = read_sheet(
        folder,
        tmp_path / "filled.csv",
        tmp_path / "codes.csv",
        corpus=corpus,
        coder="reader",
        round_="review",
    )
    assert read[["verb", "category", "passage"]].to_numpy().tolist() == [
        ["help", "reward", "r0001"],
        ["attacked", "threaten", "r0002"],
    ]
    passages = pd.read_csv(folder / "passages.csv")
    assert passages["stratum"].tolist() == ["review", "review"]
    assert passages["inclusion_probability"].isna().all()


def test_only_uncertain_verbs_are_asked_about(coded: tuple[pd.DataFrame, str], tmp_path: Path) -> None:
    table, corpus = coded
    chosen = write_review(table, corpus, tmp_path / "pack", verbs=100)
    assert chosen["expected_change"].tolist() == pytest.approx([0.5, 0.2, 0.2 / 6])
    numbers = chosen.set_index("verb")[["passage", "number"]].T.to_dict("list")
    assert numbers == {"help": ["r0001", 1], "attacked": ["r0002", 1], "helped": ["r0002", 2]}
    with pytest.raises(
        InputError, match="--review: expected verbs that the coder is uncertain about, found none"
    ):
        write_review(table.iloc[[0, 4]], corpus, tmp_path / "none", verbs=1)


def test_a_pack_is_not_overwritten(coded: tuple[pd.DataFrame, str], tmp_path: Path) -> None:
    table, corpus = coded
    folder = review_folder(tmp_path / "coded.csv.gz", None)
    assert folder == tmp_path / "coded-review"
    write_review(table, corpus, folder, verbs=1)
    with pytest.raises(InputError, match=r"coded-review: expected a folder without a pack, found key\.csv"):
        review_folder(tmp_path / "coded.parquet", None)
    assert review_folder(tmp_path / "coded.parquet", tmp_path / "new") == tmp_path / "new"


def test_command(coded: tuple[pd.DataFrame, str], tmp_path: Path, tiny_coder: VerbCoder) -> None:
    _, corpus = coded
    tiny_coder.save(tmp_path / "tiny")
    arguments = ["code", corpus, "-o", str(tmp_path / "c.csv"), "--review", "2"]
    result = CliRunner().invoke(app, [*arguments, "--coder", str(tmp_path / "tiny")])
    assert result.exit_code == 0, result.output
    assert "c-review: 2 verbs to review in" in " ".join(result.output.split())
    assert len(pd.read_csv(tmp_path / "c-review" / "key.csv")) == 2
    again = CliRunner().invoke(app, [*arguments, "--coder", str(tmp_path / "tiny")])
    assert again.exit_code == 2
    assert "found key.csv" in again.output
    lone = ["code", corpus, "-o", str(tmp_path / "d.csv"), "--review-output", str(tmp_path / "new")]
    assert "--review-output: expected --review" in CliRunner().invoke(app, lone).output
    assert not (tmp_path / "d.csv").exists()
    new = [*arguments, "--coder", "rules", "--review-output", str(tmp_path / "new")]
    assert "expected verbs that the coder is uncertain about" in CliRunner().invoke(app, new).output
