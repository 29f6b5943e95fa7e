"""Passages cut and drawn: where they lie, how likely each was to be drawn, and what a sample adds up to."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vicsformer.annotate.passages import cut_passages
from vicsformer.annotate.sample import category_strata, passage_of, sample_passages
from vicsformer.data.codebook import NEUTRAL
from vicsformer.data.errors import InputError
from vicsformer.labelling import draw_sample

WORDS = st.lists(st.sampled_from(["we", "Help", "them.", "now,", "peace!", "“Go.”", "(why?)"]), max_size=40)
TEXTS = st.lists(WORDS.map(" ".join), max_size=8).flatmap(
    lambda lines: st.sampled_from(["\n", "\n\n", "\r\n", " \n "]).map(lambda gap: gap.join(lines))
)


def documents(*texts):
    return pd.DataFrame({"document_id": [f"d{i}" for i in range(len(texts))], "text": texts})


@settings(deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=3), st.integers(1, 12), st.integers(1, 30))
def test_passages_lie_in_their_documents_and_do_not_overlap(texts, shortest, longest):
    table = cut_passages(documents(*texts), shortest=shortest, longest=longest)
    for name, text in enumerate(texts):
        spans = table[table["document_id"] == f"d{name}"][["start", "end"]].to_numpy().tolist()
        assert [0, *(x for span in spans for x in span)] == sorted([0, *(x for span in spans for x in span)])
        for start, end in spans:
            passage = text[start:end]
            assert end <= len(text)
            assert passage == passage.strip()
            assert len(passage.split()) >= shortest
            # what is not in a passage is white space between them, or a short rest
        gaps = zip([0, *(end for _, end in spans)], [*(start for start, _ in spans), len(text)], strict=True)
        *between, rest = [text[a:b] for a, b in gaps]
        assert all(not gap.strip() for gap in between)
        assert len(rest.split()) < shortest


def test_paragraphs_stay_whole_and_long_ones_are_cut_where_a_sentence_ends():
    short = "We meet in peace."
    middle = "They sent us grain, and we sent them iron and coal for it."
    sentence = "“Our two peoples have traded on this river for longer than anybody can say.”"
    text = "\n".join([short, middle, " ".join([sentence] * 3)])
    cut = [
        text[a:b]
        for a, b in cut_passages(documents(text), shortest=8, longest=20)[["start", "end"]].to_numpy()
    ]
    assert cut[0] == f"{short}\n{middle}"
    assert cut[1:] == [sentence] * 3


def test_lines_of_a_page_are_no_paragraphs():
    sentence = "We ask the council\nto send observers to the\nriver before the rains come."
    text = f"{sentence}\n{sentence}"
    cut = [
        text[a:b]
        for a, b in cut_passages(documents(text), shortest=5, longest=30)[["start", "end"]].to_numpy()
    ]
    assert cut == [sentence, sentence]


def population(sizes):
    strata = [f"s{i}" for i, n in enumerate(sizes) for _ in range(n)]
    order = np.random.default_rng(1).permutation(len(strata))
    passages = pd.DataFrame({"document_id": "d", "start": np.arange(len(strata)) * 10})
    passages["end"] = passages["start"] + 9
    return passages, pd.Series(strata)[order].reset_index(drop=True)


@given(st.lists(st.integers(1, 30), min_size=1, max_size=6), st.data(), st.integers(0, 2**32))
def test_inclusion_probabilities_are_those_of_the_draw(sizes, data, seed):
    passages, strata = population(sizes)
    n = data.draw(st.integers(len(sizes), len(passages)))
    drawn = sample_passages(passages, passages_drawn=n, strata=strata, rng=np.random.default_rng(seed))
    assert len(drawn) == n == drawn["start"].nunique()
    assert drawn["start"].is_monotonic_increasing
    probability = drawn.groupby("stratum")["inclusion_probability"].agg(["first", "nunique"])
    assert (probability["nunique"] == 1).all()
    assert drawn["inclusion_probability"].between(0, 1, inclusive="right").all()
    # over all passages of a stratum they sum to the number drawn from it
    expected = probability["first"] * strata.value_counts()
    assert expected.to_numpy() == pytest.approx(drawn.groupby("stratum").size().reindex(expected.index))
    assert (drawn["stratum_passages"] == drawn["stratum"].map(strata.value_counts())).all()
    shares, room = drawn["stratum"].value_counts(), strata.value_counts()
    open_ = shares[shares < room[shares.index]]
    assert len(open_) < 2 or shares.max() <= open_.min() + 1


def test_weighted_totals_are_unbiased():
    # Horvitz & Thompson 1952: the sum of y / p over a sample has the population's total as its mean
    passages, strata = population([60, 25, 5])
    y = pd.Series(np.random.default_rng(2).poisson(3, len(passages)) + 10 * (strata == "s2"))
    rng, times = np.random.default_rng(3), 30
    # as many copies of the population side by side, each with strata of its own, are so many draws in one
    copies = pd.concat([passages.assign(copy=i) for i in range(times)], ignore_index=True)
    own = pd.concat([strata + f" of {i}" for i in range(times)], ignore_index=True)
    totals = []
    for _ in range(50):
        drawn = sample_passages(copies, passages_drawn=15 * times, strata=own, rng=rng)
        assert (drawn.groupby("copy").size() == 15).all()
        weighted = y[drawn["start"] // 10].to_numpy() / drawn["inclusion_probability"]
        totals += weighted.groupby(drawn["copy"]).sum().tolist()
    error = np.std(totals) / np.sqrt(len(totals))
    assert abs(np.mean(totals) - y.sum()) < 4 * error
    unweighted = len(passages) / 15 * np.mean([y[strata == s].mean() * 5 for s in ("s0", "s1", "s2")]) * 3
    assert abs(unweighted - y.sum()) > 20 * error  # the weights are what makes it so


@pytest.mark.parametrize(("n", "words"), [(0, "found 0"), (11, "1 to 10"), (1, "each of 2 strata")])
def test_impossible_draws_are_refused(n, words):
    passages, strata = population([6, 4])
    with pytest.raises(InputError, match=words):
        sample_passages(passages, passages_drawn=n, strata=strata, rng=np.random.default_rng(0))


def test_the_stratum_is_the_rarest_category_of_the_passage():
    passages, _ = population([4])
    coded = pd.DataFrame(
        [(0, "appeal"), (1, "appeal"), (2, "punish"), (10, "appeal"), (12, "neutral"), (21, "neutral")],
        columns=["start", "category"],
    ).assign(document_id="d")
    assert category_strata(passages, coded).tolist() == ["punish", "appeal", NEUTRAL, NEUTRAL]
    with pytest.raises(InputError, match="found none"):
        category_strata(passages, coded.assign(document_id="e"))
    with pytest.raises(InputError, match="'warn'"):
        category_strata(passages, coded.replace("punish", "warn"))


@given(st.lists(st.integers(0, 60), max_size=20))
def test_passage_of_finds_the_holding_passage(starts):
    passages = pd.DataFrame({"document_id": ["d", "e", "d"], "start": [30, 0, 5], "end": [40, 9, 20]})
    verbs = pd.DataFrame({"document_id": "d", "start": starts})
    expected = [2 if 5 <= s < 20 else 0 if 30 <= s < 40 else -1 for s in starts]
    assert passage_of(verbs, passages).tolist() == expected


SPEECH = "\n".join(
    f"In year {i} we signed the treaty, and the other side broke it in spring." for i in range(12)
)


@pytest.fixture
def corpus(tmp_path):
    file = tmp_path / "speeches.csv"
    rows = [("a", "Arda", 1999, "north"), ("b", "Boran", 2001, None), ("c", "Boran", 2002, "north")]
    table = pd.DataFrame(rows, columns=["document_id", "leader", "date", "side"])
    table.assign(text=[SPEECH, SPEECH.replace("signed", "tore up"), SPEECH]).to_csv(file, index=False)
    return file


def test_a_sample_says_where_it_is_from(corpus, tmp_path):
    drawn = draw_sample(str(corpus), tmp_path / "s.csv", passages=9, by=["leader"], shortest=10, seed=1)
    assert drawn["passage"].tolist() == [f"p{i:04d}" for i in range(1, 10)]
    by_stratum = drawn.groupby("stratum")["inclusion_probability"].agg(["size", "first"])
    assert by_stratum["size"].tolist() == [4, 5]
    assert by_stratum["first"].tolist() == [4 / 12, 5 / 24]
    again = draw_sample(str(corpus), tmp_path / "t.csv", passages=9, by=["leader"], shortest=10, seed=1)
    pd.testing.assert_frame_equal(drawn, again)
    other = draw_sample(str(corpus), tmp_path / "t.csv", passages=9, by=["leader"], shortest=10, seed=2)
    assert not drawn.equals(other)


def test_every_speech_can_be_a_stratum(corpus, tmp_path):
    drawn = draw_sample(str(corpus), tmp_path / "s.csv", passages=3, by=["document_id"], shortest=10)
    assert drawn["stratum"].tolist() == drawn["document_id"].tolist() == ["a", "b", "c"]


def test_a_stratum_without_a_name_is_drawn_from_as_well(corpus, tmp_path):
    drawn = draw_sample(str(corpus), tmp_path / "s.csv", passages=8, by=["side"], shortest=10)
    assert drawn["stratum"].value_counts().to_dict() == {"north": 4, "": 4}


def test_a_sample_can_be_narrowed(corpus, tmp_path):
    options = {"passages": 3, "shortest": 10}
    drawn = draw_sample(str(corpus), tmp_path / "s.csv", matching="TORE", start=2000, **options)
    assert set(drawn["document_id"]) == {"b"}
    assert drawn["inclusion_probability"].tolist() == [3 / 12] * 3
    labels = tmp_path / "old_verbs.csv"
    span = {"document_id": "b", "start": 3, "end": 7}
    pd.DataFrame([{**span, "attribution": "self", "category": "none"}]).to_csv(labels, index=False)
    text = SPEECH.replace("signed", "tore up")
    reached = text.index("10")  # the labelled passage takes in the beginning of the eleventh of twelve
    pd.DataFrame([{**span, "start": 0, "end": reached}]).to_csv(tmp_path / "old_passages.csv", index=False)
    options = {"passages": 1, "shortest": 10, "matching": "tore"}
    rest = draw_sample(str(corpus), tmp_path / "s.csv", without=[str(labels)], **options)
    assert text[rest["start"][0] :].startswith("In year 11 ")
    assert rest["stratum_passages"].tolist() == [1]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"strata": ["warn"]}, "categories of punish"),
        ({"strata": ["punish"]}, "give --coded"),
        ({"matching": "("}, "regular expression"),
        ({"matching": "zebra"}, "expected passages of 40 words or more to draw from, found none"),
        ({"shortest": 999}, "expected passages of 999 words or more"),
        ({"by": ["party"]}, "party"),
        ({"output": "s.xlsx"}, ".xlsx"),
    ],
)
def test_a_sample_that_cannot_be_drawn_is_refused(corpus, tmp_path, options, words):
    output = tmp_path / options.pop("output", "s.csv")
    with pytest.raises(InputError, match=re.escape(words)):
        draw_sample(str(corpus), output, passages=2, **options)
    assert not output.exists()
