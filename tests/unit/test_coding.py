"""Codes laid out as a coded table."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from vicsformer.data.codebook import ATTRIBUTIONS, CATEGORIES, INTENSITY, LABEL_CATEGORIES, SELF_ATTRIBUTIONS
from vicsformer.data.tables import CODED_COLUMNS, VERB_COLUMNS
from vicsformer.infer.coding import batches, lay_out
from vicsformer.models.coder import Codes

DOCUMENTS = pd.DataFrame(
    {
        "document_id": ["d"],
        "leader": ["L"],
        "date": ["1999"],
        "text": ["x"],
        "state": ["Peru"],
        "period": ["first"],
    }
)


def _verbs(n):
    return pd.DataFrame({c: [""] * n for c in VERB_COLUMNS} | {"document_id": ["d"] * n, "start": range(n)})


def _codes(category, attribution):
    return Codes(
        *(np.array([[row.get(n, 0.0) for n in order] for row in rows], dtype=np.float32)
          for rows, order in ((category, LABEL_CATEGORIES), (attribution, ATTRIBUTIONS)))
    )  # fmt: skip


def test_a_form_that_is_likeliest_no_unit_is_dropped_and_a_neutral_one_is_kept():
    codes = _codes(
        [
            {"none": 0.6, "reward": 0.4},
            {"neutral": 0.6, "none": 0.4},
            {"none": 0.2, "punish": 0.6, "oppose": 0.2},
        ],
        [{"self": 1.0}] * 3,
    )
    coded = lay_out(DOCUMENTS, _verbs(3), codes, "c")
    assert coded["category"].tolist() == ["neutral", "punish"]
    assert coded["start"].tolist() == [1, 2]
    # given that the form is a unit: .6 / .8 and .2 / .8
    np.testing.assert_allclose(coded["p_punish"], [0, 0.75], atol=1e-6)
    np.testing.assert_allclose(coded["confidence"], [1, 0.75], atol=1e-6)
    np.testing.assert_allclose(coded["expected_intensity"], [0, 0.75 * -3 + 0.25 * -1], atol=1e-6)


def test_the_attribution_is_of_the_likeliest_side():
    codes = _codes(
        [{"appeal": 1.0}],
        [{"self": 0.3, "self_state": 0.25, "we_inclusive": 0.05, "other": 0.4, "unknown": 0.0}],
    )
    (row,) = lay_out(DOCUMENTS, _verbs(1), codes, "c").to_dict("records")
    assert row["attribution"] == "self"
    np.testing.assert_allclose([row["p_self"], row["p_other"], row["p_unknown"]], [0.6, 0.4, 0], atol=1e-6)


def test_columns_are_the_documented_ones_then_those_of_the_documents():
    coded = lay_out(DOCUMENTS, _verbs(1), _codes([{"reward": 1.0}], [{"other": 1.0}]), "c")
    assert coded.columns.tolist() == [*CODED_COLUMNS, "state", "period"]
    assert coded.loc[0, ["leader", "date", "period", "coder"]].tolist() == ["L", "1999", "first", "c"]


def test_nothing_to_lay_out():
    coded = lay_out(DOCUMENTS, _verbs(0), Codes.certain([], []), "c")
    assert coded.empty
    assert coded.columns.tolist() == [*CODED_COLUMNS, "state", "period"]


@settings(deadline=None, max_examples=50)
@given(
    category=arrays(np.float32, (6, 8), elements=st.floats(0.015625, 1, width=32)),
    attribution=arrays(np.float32, (6, 5), elements=st.floats(0.015625, 1, width=32)),
)
def test_probabilities_agree_with_codes(category, attribution):
    codes = Codes(category / category.sum(1, keepdims=True), attribution / attribution.sum(1, keepdims=True))
    coded = lay_out(DOCUMENTS, _verbs(6), codes, "c")
    if coded.empty:
        return
    p = coded[[f"p_{name}" for name in CATEGORIES]].to_numpy()
    sides = coded[["p_self", "p_other", "p_unknown"]].to_numpy()
    np.testing.assert_allclose(p.sum(axis=1), 1)
    np.testing.assert_allclose(sides.sum(axis=1), 1, rtol=1e-5)
    assert (coded["intensity"] == coded["category"].map(INTENSITY)).all()
    assert coded["expected_intensity"].between(-3, 3).all()
    on_self = coded["attribution"].isin(SELF_ATTRIBUTIONS)
    assert (on_self == (sides.argmax(axis=1) == 0)).all()


def test_batches_keep_every_document_in_order():
    documents = pd.DataFrame({"document_id": range(7), "text": ["x" * n for n in (5, 50, 1, 1, 30, 90, 2)]})
    parts = list(batches(documents, characters=40))
    assert pd.concat(parts)["document_id"].tolist() == list(range(7))
    assert 1 < len(parts) < 7


def test_columns_of_the_documents_with_names_of_coded_ones_are_kept_apart():
    documents = DOCUMENTS.assign(subject="economy", category="speech", object="x", clause="y")
    coded = lay_out(documents, _verbs(1), _codes([{"reward": 1.0}], [{"other": 1.0}]), "c")
    assert coded.columns.tolist()[len(CODED_COLUMNS) :] == [
        "state", "period", "document_subject", "document_category", "object", "clause",
    ]  # fmt: skip
    assert coded.loc[0, ["category", "document_category", "object"]].tolist() == ["reward", "speech", "x"]
