import numpy as np
import pandas as pd
import pytest

from vicsformer.data.codebook import POWER_CATEGORIES
from vicsformer.data.errors import InputError
from vicsformer.infer.counts import count

CODED = pd.DataFrame(
    [
        ("A", "a1", "self", "reward"),
        ("B", "b1", "other", "punish"),
        ("A", "a1", "we_inclusive", "reward"),
        ("A", "a1", "self_state", "appeal"),
        ("A", "a2", "other", "threaten"),
        ("A", "a2", "other", "neutral"),
        ("A", "a1", "self", "neutral"),
        ("A", "a1", "self", "neutral"),
        ("B", "b1", "unknown", "oppose"),
        ("B", "b1", "unknown", "neutral"),
    ],
    columns=["leader", "document_id", "attribution", "category"],
)


def row(**counts: int) -> list[int]:
    return [counts.get(name, 0) for name in POWER_CATEGORIES]


def test_counts_stand_in_the_cell_of_document_agent_and_category() -> None:
    counts = count(CODED)
    assert counts.documents.to_dict("list") == {"leader": ["A", "B", "A"], "document_id": ["a1", "b1", "a2"]}
    assert counts.array.dtype == np.int64
    assert counts.array.tolist() == [
        [row(reward=2, appeal=1), row()],
        [row(), row(punish=1)],
        [row(), row(threaten=1)],
    ]
    assert counts.neutral.tolist() == [[2, 0], [0, 0], [0, 1]]
    assert counts.unknown.tolist() == [row(), row(oppose=1), row()]


def test_columns_of_the_array_run_from_punish_to_reward() -> None:
    # codebook section 3, by intensity
    order = ["punish", "threaten", "oppose", "appeal", "promise", "reward"]
    coded = pd.DataFrame({"leader": "A", "document_id": "a", "attribution": "self", "category": order})
    for i in range(6):
        assert count(coded.iloc[[i]]).array[0, 0].tolist() == [int(i == j) for j in range(6)]


def test_documents_without_verbs_are_kept_in_the_order_of_the_document_table() -> None:
    documents = pd.DataFrame(
        {"document_id": ["b1", "empty", "a2", "a1"], "leader": ["B", "A", "A", "A"], "x": 1}
    )
    counts = count(CODED, documents=documents)
    assert counts.documents["document_id"].tolist() == ["b1", "empty", "a2", "a1"]
    assert counts.array.sum(axis=(1, 2)).tolist() == [1, 0, 1, 3]


def test_every_merge_is_a_switch() -> None:
    narrow = count(CODED, self_attributions={"self"}, other_attributions={"other", "self_state"})
    assert narrow.array[0].tolist() == [row(reward=1), row(appeal=1)]
    assert narrow.unknown[0].tolist() == row(reward=1)  # the inclusive we is now neither


def test_other_may_be_nobody() -> None:
    alone = count(CODED, other_attributions=())
    assert alone.array[:, 1].sum() == 0
    assert alone.unknown.sum() == 3


def test_groups_of_several_columns_and_missing_values() -> None:
    coded = CODED.assign(period=["x", None, "x", "x", "y", "y", "x", "x", None, None])
    counts = count(coded, by=["leader", "period"])
    assert counts.documents["document_id"].tolist() == ["a1", "b1", "a2"]
    assert counts.array.sum(axis=(1, 2)).tolist() == [3, 1, 1]


def test_no_verb_at_all() -> None:
    counts = count(CODED.iloc[:0])
    assert counts.array.shape == (0, 2, 6)
    assert count(CODED.iloc[:0], documents=CODED).array.sum() == 0


def test_bad_tables_are_named() -> None:
    with pytest.raises(InputError, match=r"coded table: .* add or rename: period"):
        count(CODED, by=["leader", "period"])
    with pytest.raises(InputError, match=r"document table: .*add or rename: leader"):
        count(CODED, documents=CODED[["document_id"]])
    with pytest.raises(InputError, match=r"row 3: expected as category one of punish, .* found 'help'"):
        count(CODED.assign(category=["reward", "punish", "help", *["neutral"] * 7]))
    with pytest.raises(InputError, match=r"row 1: expected as attribution .* found 'nan'"):
        count(CODED.assign(attribution=np.nan))
    with pytest.raises(InputError, match=r"row 2: .* found leader 'B', document_id 'b1'"):
        count(CODED, documents=CODED[CODED["leader"] == "A"])
    numbered = pd.DataFrame({"leader": "A", "document_id": [1], "attribution": "self", "category": "appeal"})
    with pytest.raises(InputError, match=r"row 1: .* found leader 'A', document_id 1;"):
        count(numbered, documents=numbered.astype({"document_id": str}))


def test_bad_switches_are_named() -> None:
    with pytest.raises(InputError, match="by: expected at least one column"):
        count(CODED, by=[])
    with pytest.raises(InputError, match="found us"):
        count(CODED, self_attributions={"us"})
    with pytest.raises(InputError, match="self as both"):
        count(CODED, other_attributions={"other", "self"})
