"""Every verb is read once, in its sentence, with the text before it."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vicsformer.models.windows import windows


def _spoken(tokenizer, window):
    """The head words of a window, decoded."""
    return [tokenizer.decode(window.tokens[a : b + 1]) for a, b in window.spans]


def test_heads_are_found_in_the_window(tokenizer, tables):
    sentences, verbs = tables(["We *condemned the attack.", "They *overcommitted themselves and *left."])
    (window,) = windows(sentences, verbs, tokenizer, max_tokens=64, context_tokens=8)
    assert _spoken(tokenizer, window) == ["condemned", "overcommitted", "left"]
    assert window.rows.tolist() == [0, 1, 2]


def test_the_state_comes_first_and_its_absence_is_said(tokenizer, tables):
    for state, read in (("Egypt", "egypt"), ("", "unknown"), ("Russian Federation", "russia"), ("Oz", "oz")):
        sentences, verbs = tables(["We *agreed."], state=state)
        (window,) = windows(sentences, verbs, tokenizer, max_tokens=64, context_tokens=8)
        assert tokenizer.decode(window.tokens[1 : window.state_length - 1]) == read


def test_a_window_begins_with_the_text_before_its_first_sentence(tokenizer, tables):
    text = ["Their fleet sails near our coast today."] * 3 + ["We *warned them."]
    sentences, verbs = tables(text)
    (window,) = windows(sentences, verbs, tokenizer, max_tokens=64, context_tokens=4)
    assert (
        tokenizer.decode(window.tokens[window.state_length : window.state_length + 4]) == "our coast today."
    )


def test_verbs_beyond_the_longest_window_are_kept(tokenizer, tables):
    sentences, verbs = tables([" ".join(["word"] * 300 + ["we", "*resist", "them"])])
    items = windows(sentences, verbs, tokenizer, max_tokens=64, context_tokens=8)
    assert [_spoken(tokenizer, w) for w in items if len(w.rows)] == [["resist"]]
    assert max(len(w.tokens) for w in items) <= 64


def test_no_verbs_no_windows(tokenizer, tables):
    sentences, verbs = tables(["A quiet day."])
    assert windows(sentences, verbs, tokenizer, max_tokens=64, context_tokens=8) == []


def test_a_verb_of_no_sentence_is_refused(tokenizer, tables):
    sentences, verbs = tables(["We *agreed."])
    with pytest.raises(ValueError, match="not in the sentence table"):
        windows(sentences, verbs.assign(sentence=7), tokenizer, max_tokens=64, context_tokens=8)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lengths=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 60)), min_size=1, max_size=12),
    room=st.integers(32, 120),
    context=st.integers(0, 16),
)
def test_every_verb_is_in_one_window_and_reads_the_same(tokenizer, tables, lengths, room, context):
    text = [" ".join(["peace"] * words + ["*attack"] * verbs + ["end"]) for verbs, words in lengths]
    sentences, verbs = tables(text)
    # two documents with the same sentence numbers
    both = [pd.concat([t, t.assign(document_id="e")], ignore_index=True) for t in (sentences, verbs)]
    items = windows(*both, tokenizer, max_tokens=room, context_tokens=context)
    rows = np.concatenate([w.rows for w in items]) if items else np.array([])
    assert sorted(rows.tolist()) == list(range(len(both[1])))
    assert all(len(w.tokens) <= room for w in items)
    assert all(word == "attack" for w in items for word in _spoken(tokenizer, w))
