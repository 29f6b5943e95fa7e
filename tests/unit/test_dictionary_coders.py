from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vicsformer.data.codebook import ATTRIBUTIONS, LABEL_CATEGORIES
from vicsformer.data.tables import SENTENCE_COLUMNS, VERB_COLUMNS
from vicsformer.models.coder import Coder
from vicsformer.models.dictionary import DictionaryCoder
from vicsformer.models.majority import MajorityCoder
from vicsformer.models.rules import RuleCoder
from vicsformer.models.subjects import attribute

PLAIN: dict[str, object] = {
    **dict.fromkeys(VERB_COLUMNS, ""),
    "document_id": "d",
    "sentence": 0,
    "start": 0,
    "end": 1,
    "tense": "past",
    "negated": False,
    "passive": False,
    "clause": "main",
    "subject": "they",
}
"""A verb that is affirmed, past and in a main clause."""

Row = Mapping[str, object]


def tables(rows: list[Row], *, text: str = "", state: str = "") -> tuple[pd.DataFrame, pd.DataFrame]:
    sentence = {"document_id": "d", "sentence": 0, "start": 0, "end": len(text), "text": text, "state": state}
    verbs = pd.DataFrame([{**PLAIN, **row} for row in rows], columns=list(VERB_COLUMNS))
    return pd.DataFrame([sentence], columns=list(SENTENCE_COLUMNS)), verbs


def code(coder: Coder, row: Row, *, text: str = "", state: str = "") -> tuple[str, str]:
    codes = coder.code(*tables([row], text=text, state=state))
    return LABEL_CATEGORIES[codes.category[0].argmax()], ATTRIBUTIONS[codes.attribution[0].argmax()]


@pytest.fixture(scope="module")
def dictionary() -> DictionaryCoder:
    return DictionaryCoder()


@pytest.fixture(scope="module")
def rules() -> RuleCoder:
    return RuleCoder()


NOT = {"negated": True}
NOW = {"tense": "present"}
WOULD = {"modal": "would", "tense": "future"}
WILL = {"modal": "will", "tense": "future"}

# phrase; the columns that differ from a plain past verb; dictionary; rules
CATEGORY_CASES: list[tuple[str, Row, str, str]] = [
    ("they invaded the island", {"lemma": "invade"}, "punish", "punish"),
    ("they fed the village", {"lemma": "feed"}, "reward", "reward"),
    ("they will invade", {"lemma": "invade", **WILL}, "threaten", "threaten"),
    ("they will feed the village", {"lemma": "feed", **WILL}, "promise", "promise"),
    ("it is going to invade", {"lemma": "invade", "tense": "future", "chain": "go"}, "threaten", "threaten"),
    ("they will discuss it", {"lemma": "discuss", **WILL}, "appeal", "appeal"),
    ("they will reject it", {"lemma": "reject", **WILL}, "oppose", "oppose"),
    ("they will support us", {"lemma": "support", **WILL}, "appeal", "promise"),
    ("they will respond", {"lemma": "respond", **WILL}, "neutral", "threaten"),
    ("they warned us", {"lemma": "warn"}, "threaten", "threaten"),
    ("they pledged it", {"lemma": "pledge"}, "promise", "promise"),
    ("they imposed sanctions", {"lemma": "impose", "object": "sanction"}, "punish", "punish"),
    ("they sleep", {"lemma": "sleep", **NOW}, "neutral", "neutral"),
    ("they frobnicate", {"lemma": "frobnicate", **NOW}, "neutral", "neutral"),
    ("they will frobnicate", {"lemma": "frobnicate", **WILL}, "neutral", "neutral"),
    # negation
    ("we will not attack", {"lemma": "attack", **NOT, **WILL}, "threaten", "promise"),
    ("we never attacked", {"lemma": "attack", **NOT}, "punish", "appeal"),
    ("they did not help", {"lemma": "help", **NOT}, "reward", "oppose"),
    ("they will not help", {"lemma": "help", **NOT, **WILL}, "promise", "oppose"),
    ("they cannot support it", {"lemma": "support", **NOT, "modal": "can"}, "appeal", "oppose"),
    ("we will not reject it", {"lemma": "reject", **NOT, **WILL}, "oppose", "appeal"),
    ("they do not threaten us", {"lemma": "threaten", **NOT, **NOW}, "threaten", "appeal"),
    ("they did not sleep", {"lemma": "sleep", **NOT}, "neutral", "neutral"),
    # modals
    ("they must release him", {"lemma": "release", "modal": "must", **NOW}, "reward", "appeal"),
    ("they should punish him", {"lemma": "punish", "modal": "should", **NOW}, "punish", "oppose"),
    ("they may pledge more", {"lemma": "pledge", "modal": "may", **NOW}, "promise", "appeal"),
    ("it would rebuild the town", {"lemma": "rebuild", **WOULD}, "promise", "promise"),
    ("we must respond", {"lemma": "respond", "modal": "must", **NOW}, "neutral", "neutral"),
    # clauses
    ("if they attack", {"lemma": "attack", "clause": "conditional", **NOW}, "punish", "neutral"),
    ("had we helped", {"lemma": "help", "clause": "counterfactual"}, "reward", "neutral"),
    ("did they attack?", {"lemma": "attack", "clause": "question"}, "punish", "neutral"),
    ("urge them to release him", {"lemma": "release", "clause": "governed"}, "reward", "neutral"),
    ("those who attacked", {"lemma": "attack", "clause": "relative"}, "punish", "punish"),
    ("release him!", {"lemma": "release", "clause": "imperative", **NOW}, "reward", "appeal"),
    ("do not bomb it!", {"lemma": "bomb", "clause": "imperative", **NOT}, "punish", "appeal"),
    ("met to strengthen it", {"lemma": "strengthen", "clause": "purpose", **NOW}, "reward", "appeal"),
    ("came to rob us", {"lemma": "rob", "clause": "purpose", **NOW}, "punish", "oppose"),
    ("used to rob us", {"lemma": "rob", "clause": "purpose", "subject": ""}, "punish", "neutral"),
    # chains
    ("they want to help", {"lemma": "help", "chain": "want"}, "reward", "appeal"),
    ("they tried to seize it", {"lemma": "seize", "chain": "try"}, "punish", "oppose"),
    ("they made an effort to help", {"lemma": "help", "chain": "make effort"}, "reward", "appeal"),
    ("they pledged to help", {"lemma": "help", "chain": "pledge"}, "reward", "promise"),
    ("they stand ready to help", {"lemma": "help", "chain": "stand ready"}, "reward", "promise"),
    ("they plan to seize it", {"lemma": "seize", "chain": "plan"}, "punish", "threaten"),
    ("they pledge not to seize it", {"lemma": "seize", "chain": "pledge", **NOT}, "punish", "promise"),
    ("they refused to help", {"lemma": "help", "chain": "refuse"}, "reward", "oppose"),
    ("they never failed to help", {"lemma": "help", "chain": "fail", **NOT}, "reward", "reward"),
    ("they are unable to help", {"lemma": "help", "chain": "be unable"}, "reward", "oppose"),
    ("they stopped shelling us", {"lemma": "shell", "chain": "stop"}, "punish", "appeal"),
    ("they must stop shelling", {"lemma": "shell", "chain": "stop", "modal": "must"}, "punish", "oppose"),
    ("they will stop shelling", {"lemma": "shell", "chain": "stop", **WILL}, "threaten", "promise"),
    ("we must not stop", {"lemma": "help", "chain": "stop", "modal": "must", **NOT}, "reward", "appeal"),
    ("they continue shelling us", {"lemma": "shell", "chain": "continue"}, "punish", "punish"),
    ("they will try to help", {"lemma": "help", "chain": "try", **WILL}, "promise", "promise"),
    ("we will propose to feed them", {"lemma": "feed", "chain": "propose", **WILL}, "promise", "appeal"),
    ("we would like to help", {"lemma": "help", "chain": "like", **WOULD}, "promise", "appeal"),
    ("they hope to continue helping", {"lemma": "help", "chain": "hope, continue"}, "reward", "appeal"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "expected"), [(row, d) for _, row, d, _ in CATEGORY_CASES], ids=[c[0] for c in CATEGORY_CASES]
)
def test_category_of_the_dictionary(dictionary: DictionaryCoder, row: Row, expected: str) -> None:
    assert code(dictionary, row)[0] == expected


@pytest.mark.parametrize(
    ("row", "expected"), [(row, r) for _, row, _, r in CATEGORY_CASES], ids=[c[0] for c in CATEGORY_CASES]
)
def test_category_of_the_rules(rules: RuleCoder, row: Row, expected: str) -> None:
    assert code(rules, row)[0] == expected


# subject, state, dictionary, rules
SUBJECT_CASES = [
    ("I", "", "self", "self"),
    ("We", "", "self", "self"),
    ("we,", "", "self", "self"),
    ("my administration", "", "self", "self"),
    ("our government", "", "self", "self"),
    ("our soldiers", "", "self", "self_state"),
    ("our enemies", "", "self", "other"),
    ("our two peoples", "", "self", "we_inclusive"),
    ("we, the nations of the valley,", "", "self", "we_inclusive"),
    ("Mrs Halden and I", "", "self", "we_inclusive"),
    ("Kenya", "Kenya", "other", "self_state"),
    ("the people of Kenya", "Kenya", "other", "self_state"),
    ("Kenyan soldiers", "Kenya", "other", "self_state"),
    ("Norway", "Kenya", "other", "other"),
    ("Kenya and Norway", "Kenya", "other", "we_inclusive"),
    ("the people of Kenya and the islanders", "Kenya", "other", "we_inclusive"),
    ("the invaders of Kenya", "Kenya", "other", "other"),
    ("Kenya", "", "other", "other"),
    ("the French", "France", "other", "self_state"),
    ("Hungarians", "Hungary", "other", "self_state"),
    ("the Russians", "Russian Federation", "other", "self_state"),
    ("the United States", "United Kingdom", "other", "other"),
    ("Americans", "United States of America", "other", "self_state"),
    ("the US", "Kenya", "other", "other"),
    ("US", "Kenya", "other", "other"),
    ("the men and women of our army", "", "other", "self_state"),
    ("the enemies of our country", "", "other", "other"),
    ("many enemies of our country", "", "other", "other"),
    ("this bill", "", "other", "self"),
    ("Congress", "", "other", "self_state"),
    ("the Norwegian parliament", "Kenya", "other", "other"),
    ("the Republic of Kenya", "Kenya", "other", "self_state"),
    ("Kenya's enemies", "Kenya", "other", "other"),
    ("forces in Kenya", "Kenya", "other", "other"),
    ("Ruritania", "Ruritania", "other", "other"),
    ("you and I", "", "self", "we_inclusive"),
    ("you", "", "other", "other"),
    ("the users of weapons", "", "other", "other"),
    ("wells", "", "other", "other"),
    ("", "", "unknown", "unknown"),
    ("  ", "", "unknown", "unknown"),
]


@pytest.mark.parametrize(("subject", "state", "by_dictionary", "by_rules"), SUBJECT_CASES)
def test_attribution(
    dictionary: DictionaryCoder, rules: RuleCoder, subject: str, state: str, by_dictionary: str, by_rules: str
) -> None:
    row = {"lemma": "help", "subject": subject}
    assert code(dictionary, row, state=state)[1] == by_dictionary
    assert code(rules, row, state=state)[1] == by_rules


@given(
    st.lists(
        st.sampled_from(["we", "our", "Kenya", "all", "of", "and", ",", " ", "the", "US", "—", "x", "."])
    )
)
def test_any_subject_is_somebody(words: list[str]) -> None:
    assert attribute(" ".join(words), "Kenya") in ATTRIBUTIONS


def test_passive_patient_is_not_the_agent(dictionary: DictionaryCoder, rules: RuleCoder) -> None:
    # "Kuwait was invaded by Iraq": the extraction puts the by-agent into `subject`
    row = {"lemma": "invade", "passive": True, "subject": "Iraq", "target": "Kuwait", "object": "Kuwait"}
    for coder in (dictionary, rules):
        assert code(coder, row, state="Kuwait") == ("punish", "other")
        assert code(coder, {**row, "subject": ""}, state="Kuwait") == ("punish", "unknown")


def test_calls_are_the_speakers_own(rules: RuleCoder) -> None:
    call = {"lemma": "release", "clause": "imperative", "subject": "you"}
    assert code(rules, call) == ("appeal", "self")
    assert code(rules, {**call, "chain": "let", "subject": "us"}) == ("appeal", "we_inclusive")


def test_a_class_takes_the_speaker_in_where_the_sentence_does(rules: RuleCoder) -> None:
    row = {"lemma": "help", "subject": "all nations", "modal": "must"}
    assert code(rules, row, text="All nations must help in our valley.") == ("appeal", "we_inclusive")
    assert code(rules, row, text="All nations must help in the valley.") == ("appeal", "other")


def test_rows_keep_their_order_and_their_sentence(rules: RuleCoder) -> None:
    sentences = pd.DataFrame(
        {"document_id": ["a", "b"], "sentence": [0, 0], "text": ["", ""], "state": ["Kenya", "Norway"]}
    )
    rows = [
        {"lemma": "bomb", "document_id": "b", "subject": "Kenya"},
        {"lemma": "feed", "document_id": "a", "subject": "Kenya"},
        {"lemma": "meet", "document_id": "b", "subject": "Norway"},
    ]
    codes = rules.code(sentences, tables(rows)[1].set_axis([7, 3, 5]))
    assert [LABEL_CATEGORIES[i] for i in codes.category.argmax(1)] == ["punish", "reward", "appeal"]
    assert [ATTRIBUTIONS[i] for i in codes.attribution.argmax(1)] == ["other", "self_state", "self_state"]


@pytest.mark.parametrize("make", [DictionaryCoder, RuleCoder, MajorityCoder])
def test_an_empty_table_gives_empty_codes(make: Callable[[], Coder]) -> None:
    sentences = pd.DataFrame(columns=list(SENTENCE_COLUMNS))
    codes = make().code(sentences, pd.DataFrame(columns=list(VERB_COLUMNS)))
    assert codes.category.shape == (0, len(LABEL_CATEGORIES))
    assert codes.attribution.shape == (0, len(ATTRIBUTIONS))


@pytest.mark.parametrize("make", [DictionaryCoder, RuleCoder, MajorityCoder])
def test_no_verb_is_none_and_every_row_is_certain(make: Callable[[], Coder]) -> None:
    codes = make().code(*tables([row for _, row, _, _ in CATEGORY_CASES]))
    np.testing.assert_array_equal(codes.category.sum(axis=1), 1)
    np.testing.assert_array_equal(codes.attribution.sum(axis=1), 1)
    assert not codes.category[:, LABEL_CATEGORIES.index("none")].any()


def test_majority() -> None:
    assert code(MajorityCoder(), {"lemma": "invade", "subject": "they"}) == ("neutral", "self")
    taught = MajorityCoder(["appeal", "punish", "appeal"], ["other", "self", "other"])
    assert code(taught, {"lemma": "invade", "subject": "we"}) == ("appeal", "other")
