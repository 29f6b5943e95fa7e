import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vicsformer.data.diversity import likest_passages, ngram_overlap, passage_texts, verb_variety
from vicsformer.data.diversity_card import TEMPLATE_JACCARD
from vicsformer.data.domain import BLOCK, domain_auc, telling_words, word_blocks
from vicsformer.data.labels import load_labels


def verbs(*rows: tuple[str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["verb", "category"])


def passages(*rows: tuple[str, str]) -> pd.DataFrame:
    """Voice and text of each passage; the passage's number is its document."""
    named = [(voice, str(i), "1999", text) for i, (voice, text) in enumerate(rows)]
    return pd.DataFrame(named, columns=["voice", "document_id", "date", "text"])


def test_lemmas_to_be_expected_among_verbs_drawn() -> None:
    # help twice, met and zorb once: two of four hold help with 1 - C(2,2)/C(4,2) = 5/6, each other with 1/2
    table = verb_variety(
        verbs(
            ("helps", "appeal"),
            ("Helped", "promise"),
            ("met", "neutral"),
            ("zorb", "punish"),
            ("was", "none"),
        ),
        drawn=2,
    )
    assert table.loc["all", "lemmas"] == pytest.approx(5 / 6 + 1 / 2 + 1 / 2)
    # of the three verbs of power: 1 - C(1,2)/C(3,2) = 1 and 1 - C(2,2)/C(3,2) = 2/3
    assert table.loc["power", "lemmas"] == pytest.approx(1 + 2 / 3)
    assert table["verbs"].tolist() == [4, 3]
    assert table["commonest"].tolist() == [1, 1]


def test_share_of_the_ten_commonest_lemmas() -> None:
    many = verbs(*[(f"zorb{letter}", "appeal") for letter in "abcdefghijkl"], ("zorba", "appeal"))
    table = verb_variety(many, drawn=20)
    assert table.loc["power", "commonest"] == pytest.approx(11 / 13)
    assert table["lemmas"].isna().all()


def test_overlap_counts_occurrences_and_stays_inside_passages() -> None:
    told = passages(
        ("Ada", "We will stand by you. We will stand"),
        ("Bo", "WE will go"),  # we will, will go
        ("Bo", "We’ll go"),  # we'll go
        ("Cyd", "Go. Stand!"),  # go stand
        ("Dee", "Alone"),
    )
    shares = ngram_overlap(told, 2)
    # Ada has seven pairs of words; we will, two of them, is Bo's as well
    assert shares["Ada"] == pytest.approx(2 / 7)
    assert shares["Bo"] == pytest.approx(1 / 3)
    assert shares["Cyd"] == 0
    assert pd.isna(shares["Dee"])


def test_likest_passages_are_those_of_different_voices() -> None:
    told = passages(
        ("Ada", "one two three four"),  # pairs 12 23 34
        ("Bo", "two three four five six"),  # 23 34 45 56: 2 of 5 in common
        ("Ada", "one two three four"),
        ("Cyd", "six one two"),  # 61 12: 1 of 4 in common with each of Ada's
    )
    table = likest_passages(told, n=2)
    assert table.to_dict("list") == {
        "a": ["0", "1", "0", "2"],
        "b": ["1", "2", "3", "3"],
        "jaccard": [2 / 5, 2 / 5, 1 / 4, 1 / 4],
    }
    assert likest_passages(told, n=2, above=0.25)["jaccard"].tolist() == [0.4, 0.4]


words = st.lists(st.sampled_from(["we", "will", "go", "stand"]), min_size=4, max_size=12).map(" ".join)
rows = st.lists(st.tuples(st.sampled_from("ABC"), words), min_size=1, max_size=6)


@settings(deadline=None, max_examples=40)
@given(rows, st.randoms(), st.integers(1, 4))
def test_overlap_is_a_share_and_heeds_neither_order_nor_case(
    told: list[tuple[str, str]], random: object, n: int
) -> None:
    shares = ngram_overlap(passages(*told), n)
    assert shares.between(0, 1).all()
    shuffled = [(voice, text.upper()) for voice, text in told]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    pd.testing.assert_series_equal(ngram_overlap(passages(*shuffled), n).sort_index(), shares.sort_index())
    # whatever is said by one voice is said by another once a second one says it all
    twice = passages(*told, *((f"{voice} again", text) for voice, text in told))
    assert ngram_overlap(twice, n).eq(1).all()


def test_blocks_hold_no_names() -> None:
    text = "Peace came. In May the Ruritanians and I met; Ruritania’s peace came. We hope in 1999 in peace! "
    one, two = word_blocks(
        passages(("Ada", text * 8), ("Ada", "peace " * 100)), passages(("Bo", "in peace we " * 27))
    )
    kept = set(" ".join(one["text"]).split())
    # peace, in and we open sentences and are met in lower case; Ruritania never is
    assert kept == {"peace", "came", "in", "the", "and", "i", "met", "we", "hope"}
    # 15 words a time, 8 times: one block and 40 words over; 100 words: one block; 81 words: one block
    assert one["text"].str.split().str.len().tolist() == [BLOCK, BLOCK]
    assert two[["voice", "date"]].to_numpy().tolist() == [["Bo", "1999"]]


def blocks(voices: int, text: str, own: str = "") -> pd.DataFrame:
    """Four blocks a voice, each with its number and, if asked for, a word of the voice's own."""
    return pd.DataFrame(
        [(f"v{v}", "1999", f"{text} {own and own + 'q' * v} n{i}") for v in range(voices) for i in range(4)],
        columns=["voice", "date", "text"],
    )


def test_sets_with_words_of_their_own_are_told_apart() -> None:
    one, two = blocks(6, "we shall act"), blocks(6, "we will act")
    for style in (False, True):
        assert domain_auc(one, two, style=style) == 1
    assert telling_words(one, two, 1) == (["shall"], ["will"])


def test_what_only_a_voice_is_known_by_tells_nothing() -> None:
    """A classifier that had seen other blocks of the same voice would know it at once."""
    one, two = blocks(10, "we act", own="a"), blocks(10, "we act", own="b")
    assert domain_auc(one, two, style=False) < 0.6


def test_style_is_the_commonest_words_alone() -> None:
    common = " ".join(f"w{i}" for i in range(200))
    one, two = blocks(6, common + " " + common), blocks(6, common + " " + common + " peace")
    assert domain_auc(one, two, style=False) == 1
    assert domain_auc(one, two, style=True) == pytest.approx(0.5, abs=0.15)


def test_no_shipped_passages_read_as_from_one_template() -> None:
    told = passage_texts(load_labels("invented"))
    assert likest_passages(told, above=TEMPLATE_JACCARD).empty
    assert len(told) > 200
