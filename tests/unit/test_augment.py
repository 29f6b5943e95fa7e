"""Passages retold for another state keep their labels."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vicsformer.data.states import states
from vicsformer.train.augment import augment, retell

STATES = states().set_index("name", drop=False)


def _passage(text, verbs, before=""):
    starts = [text.index(v) for v in verbs]
    return {
        "before": before,
        "text": text,
        "state": "United States",
        "start": starts,
        "end": [s + len(v) for s, v in zip(starts, verbs, strict=True)],
        "attribution": ["self"] * len(verbs),
        "category": ["neutral"] * len(verbs),
    }


def test_names_trade_places_and_offsets_move():
    passage = _passage(
        "The United States helped Iran. Iranians thanked America and Americans smiled.",
        ["helped", "thanked", "smiled"],
    )
    told = retell(passage, STATES.loc["United States"], STATES.loc["Iran"])
    assert told["text"] == "Iran helped the United States. Americans thanked Iran and Iranians smiled."
    assert told["state"] == "Iran"
    assert [told["text"][a:b] for a, b in zip(told["start"], told["end"], strict=True)] == [
        "helped",
        "thanked",
        "smiled",
    ]


@pytest.mark.parametrize("kept", ["Latin America", "South America", "Americanise"])
def test_what_is_no_name_of_the_state_stays(kept):
    told = retell(
        _passage(f"We see {kept} grow.", ["see"]), STATES.loc["United States"], STATES.loc["France"]
    )
    assert told["text"] == f"We see {kept} grow."


@settings(deadline=None, max_examples=40)
@given(name=st.sampled_from(sorted(set(STATES.index) - {"United States"})))
def test_labels_stay_on_their_words_for_every_state(name):
    passage = _passage(
        f"America warned {name}; the United States then aided it.", ["warned", "aided"], "American words. "
    )
    told = retell(passage, STATES.loc["United States"], STATES.loc[name])
    assert [told["text"][a:b] for a, b in zip(told["start"], told["end"], strict=True)] == ["warned", "aided"]
    assert told["before"] != passage["before"]


def test_shares_of_swapped_and_withheld_states():
    passages = [_passage("America warned France.", ["warned"])] * 400
    told = augment(passages, states(), np.random.default_rng(0), swap=0.5, dropout=0.2)
    assert 0.4 < np.mean([p["text"] != passages[0]["text"] for p in told]) < 0.6
    assert 0.14 < np.mean([p["state"] == "" for p in told]) < 0.26
    # half of the swaps are with the state that is mentioned
    assert 0.15 < np.mean([p["text"] == "France warned the United States." for p in told]) < 0.35
