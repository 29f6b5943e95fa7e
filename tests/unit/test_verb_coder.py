"""The transformer coder on a two-layer network."""

import json

import numpy as np
import pandas as pd
import pytest
import torch

from vicsformer.data.errors import InputError
from vicsformer.infer.extract import extract, load_parser
from vicsformer.models.registry import load_coder
from vicsformer.models.verb_coder import SETTINGS, VerbCoder


def test_codes_are_probabilities_in_the_order_of_the_verbs(tiny_coder, tables):
    sentences, verbs = tables(["We *condemn the raid.", "They *fled, and we *followed."])
    codes = tiny_coder.code(sentences, verbs)
    np.testing.assert_allclose(codes.category.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(codes.attribution.sum(axis=1), 1, rtol=1e-5)
    turned = tiny_coder.code(sentences, verbs.iloc[::-1].reset_index(drop=True))
    np.testing.assert_allclose(turned.category[::-1], codes.category, atol=1e-6)


def test_padding_does_not_change_codes(tiny_coder, tables):
    short = tables(["We *agree."])
    sentences, verbs = tables(
        ["We *agree."] + ["It was a very long winter for everybody there *waiting."] * 12
    )
    together = tiny_coder.windows(sentences, verbs)
    assert len(together) > 1
    alone = tiny_coder.logits(tiny_coder.windows(*short), torch.zeros(1, 0))[0]
    padded = tiny_coder.logits(
        [tiny_coder.windows(*short)[0], *_moved(together, 1)], torch.zeros(len(verbs) + 1, 0)
    )[0]
    np.testing.assert_allclose(padded[0], alone[0], atol=1e-5)


def _moved(items, by):
    return [type(w)(w.tokens, w.state_length, w.spans, w.rows + by) for w in items]


def test_the_state_reaches_the_network(tiny_coder, tables):
    (egypt, verbs), (france, _) = (
        tables(["We *agree."], state="Egypt"),
        tables(["We *agree."], state="France"),
    )
    assert not np.allclose(
        tiny_coder.code(egypt, verbs).category, tiny_coder.code(france, verbs).category, atol=1e-6
    )


def test_temperature_flattens(tiny_coder, tables):
    sentences, verbs = tables(["We *agree."])
    plain = tiny_coder.code(sentences, verbs).category[0]
    warm = tiny_coder.with_settings(category_temperature=10.0).code(sentences, verbs).category[0]
    assert warm.max() - warm.min() < (plain.max() - plain.min()) / 5
    assert (warm.argsort() == plain.argsort()).all()


def test_a_saved_coder_codes_the_same(tiny_coder, tables, tmp_path):
    sentences, verbs = tables(["We *agree with them.", "They *attacked."])
    settings = {"category_temperature": 1.5, "attribution_temperature": 0.7}
    tiny_coder.with_settings(**settings).save(tmp_path / "m")
    loaded = load_coder(str(tmp_path / "m"))
    assert loaded.name == "m"
    expected = tiny_coder.with_settings(**settings).code(sentences, verbs)
    # weights are stored in half precision
    np.testing.assert_allclose(loaded.code(sentences, verbs).category, expected.category, atol=2e-3)
    assert not any(f.suffix in {".bin", ".pt", ".pkl"} for f in (tmp_path / "m").iterdir())


def test_no_verbs_no_codes(tiny_coder, tables):
    sentences, verbs = tables(["A quiet day."])
    assert tiny_coder.code(sentences, verbs).category.shape == (0, 8)


def test_a_folder_that_is_no_coder_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"expected a folder written by `vicsformer train`, found no model"):
        load_coder(str(tmp_path))


def test_a_coder_of_other_codes_is_refused(tiny_coder, tmp_path):
    tiny_coder.save(tmp_path)
    stored = json.loads((tmp_path / SETTINGS).read_text())
    (tmp_path / SETTINGS).write_text(json.dumps(stored | {"categories": ["good", "bad"]}))
    with pytest.raises(InputError, match=r"expected the codes punish.*found good, bad"):
        VerbCoder.load(tmp_path)


def _parsed(text, state):
    documents = pd.DataFrame({"document_id": ["d"], "text": [text], "state": [state]})
    return extract(documents, load_parser())


def test_the_rule_coder_has_its_weight(tiny_coder):
    sentences, verbs = _parsed("We will not attack them. They bombed our towns.", "Kuwait")
    rules = tiny_coder.rules.code(sentences, verbs)
    alone, even = (
        tiny_coder.with_settings(category_rule_weight=w).code(sentences, verbs) for w in (0.0, 1.0)
    )
    # probabilities are multiplied by e where the rules say so, then made to sum to 1
    expected = alone.category * np.exp(rules.category)
    np.testing.assert_allclose(even.category, expected / expected.sum(axis=1, keepdims=True), rtol=1e-4)
    np.testing.assert_allclose(even.attribution, alone.attribution, rtol=1e-5)
    sure = tiny_coder.with_settings(category_rule_weight=30.0, attribution_rule_weight=30.0).code(
        sentences, verbs
    )
    assert [list(x) for x in sure.likeliest()] == [["promise", "punish"], ["self", "other"]]


def test_the_default_coder_knows_plain_cases():
    sentences, verbs = _parsed(
        "Their army invaded our country and killed thousands of our people. "
        "We thank our friends for their support. We will give them food and medicine.",
        "Kuwait",
    )
    category, attribution = load_coder("default").code(sentences, verbs).likeliest()
    assert category.tolist() == ["punish", "punish", "appeal", "promise"]
    assert attribution.tolist() == ["other", "other", "self", "self"]
