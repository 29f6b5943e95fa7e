"""Change of a coded table by the codes as they are, by probabilities, and by an audit."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from vicsformer import belief_change
from vicsformer.belief_change import change_tables
from vicsformer.data.codebook import CATEGORIES
from vicsformer.data.errors import InputError
from vicsformer.evaluate.change import change
from vicsformer.infer.counts import count
from vicsformer.infer.indices import INDEX_NAMES, indices

OPTIONS = {"by": "leader", "period": None, "years": [(2000, 2003), (2004, 2007)], "resamples": 99}


def coded_table() -> pd.DataFrame:
    rng = np.random.default_rng(8)
    table = pd.DataFrame({"document_id": np.repeat([f"d{i}" for i in range(8)], 30), "leader": "Ada"})
    table["date"] = table["document_id"].str[1:].map(lambda i: str(2000 + int(i)))
    table["category"] = rng.choice(CATEGORIES, len(table))
    table["attribution"] = rng.choice(["self", "other"], len(table))
    table["start"] = 10 * (np.arange(len(table)) % 30)
    p = rng.dirichlet(np.ones(len(CATEGORIES)), len(table))
    probabilities = pd.DataFrame(p, columns=[f"p_{name}" for name in CATEGORIES])
    return table.join(probabilities).assign(p_self=0.5, p_other=0.25, p_unknown=0.25, coder="x")


@pytest.fixture
def coded(tmp_path: Path) -> Path:
    coded_table().to_parquet(tmp_path / "coded.parquet")
    return tmp_path / "coded.parquet"


def audit(tmp_path: Path, verbs: pd.DataFrame) -> Path:
    verbs.to_csv(tmp_path / "my_verbs.csv", index=False)
    passages = pd.DataFrame({"document_id": verbs["document_id"].unique(), "start": 0, "end": 999})
    passages.assign(inclusion_probability=1.0).to_csv(tmp_path / "my_passages.csv", index=False)
    return tmp_path / "my_verbs.csv"


def test_each_method_changes_by_its_own_indices(coded: Path, tmp_path: Path) -> None:
    table = coded_table()
    late = table["date"] >= "2004"
    side, others = table[late], table[~late]
    coded_share = [
        (part["attribution"] == "self")[part["category"] != "neutral"].mean() for part in (side, others)
    ]
    gaps = {}
    for method in ("naive", "soft"):
        found = change_tables(coded, tmp_path / method, method=method, **OPTIONS)
        assert found.trend is not None
        assert found.change is not None
        assert set(found.trend["method"]) == set(found.change["method"]) == {method}
        gaps[method] = found.change.set_index("index")["gap"]
    assert gaps["naive"]["P-4"] == pytest.approx(coded_share[0] - coded_share[1])
    # every verb is Self's with .5 of .75, so that nothing changes
    assert gaps["soft"]["P-4"] == pytest.approx(0, abs=1e-12)


def test_an_audit_that_reads_as_the_coder_changes_nothing(coded: Path, tmp_path: Path) -> None:
    plain = change_tables(coded, tmp_path / "n", **OPTIONS)
    read = audit(tmp_path, coded_table()[["document_id", "start", "attribution", "category"]])
    found = change_tables(coded, tmp_path / "a", audit=read, **OPTIONS)
    assert found.trend is None
    assert not (tmp_path / "a" / "trend.csv").exists()
    assert found.change is not None
    assert plain.change is not None
    whole = plain.change["index"].isin(["P-5", "P-3 unbiased", "I-3 unbiased"])
    pd.testing.assert_frame_equal(
        found.change[~whole].drop(columns="method"), plain.change[~whole].drop(columns="method")
    )
    # they presume counts of verbs seen without error
    assert found.change.loc[whole, "gap"].isna().all()
    assert plain.change.loc[whole, "gap"].notna().all()
    assert set(found.change["method"]) == {"audit"}


def test_counts_below_zero_are_corrected_ones(coded: Path, tmp_path: Path) -> None:
    # readers find nothing in the passages of two documents, whose inclusion probability makes counts negative
    none = coded_table().query("document_id in ['d0', 'd1', 'd4', 'd5']").assign(category="none")
    read = audit(tmp_path, none[["document_id", "start", "attribution", "category"]])
    passages = pd.read_csv(tmp_path / "my_passages.csv").assign(inclusion_probability=0.9)
    passages.to_csv(tmp_path / "my_passages.csv", index=False)
    found = change_tables(coded, tmp_path / "a", audit=read, **OPTIONS)
    assert found.change is not None
    counts = count(coded_table()).table().assign(date="2001", period="x", self_appeal=-1.5)
    with pytest.raises(InputError, match="aggregate pooled with corrected counts"):
        change(counts, statistic=indices, names=INDEX_NAMES, corrected=True, aggregate="speech")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"period": "leader"}, "found both"),
        ({"years": [], "audit": "AUDIT"}, "expected periods with an audit"),
        ({"method": "audit"}, "give --audit"),
        ({"audit": "ONE"}, "at least two speeches"),
    ],
)
def test_bad_requests_are_refused(
    coded: Path, tmp_path: Path, options: dict[str, object], words: str
) -> None:
    verbs = coded_table()[["document_id", "start", "attribution", "category"]]
    if options.get("audit"):
        chosen = verbs if options["audit"] == "AUDIT" else verbs[verbs["document_id"] == "d1"]
        options = {**options, "audit": audit(tmp_path, chosen)}
    with pytest.raises(InputError, match=words):
        change_tables(coded, tmp_path / "out", **{**OPTIONS, **options})
    assert not (tmp_path / "out").exists()


def test_few_speeches_have_no_limits(coded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(belief_change, "FEWEST", 1000)
    for table in change_tables(coded, tmp_path, **OPTIONS):
        assert table is not None
        assert table[["low", "high", "p"]].isna().all(axis=None)
        assert table.filter(regex="gap|slope").notna().any(axis=None)
