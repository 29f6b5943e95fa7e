"""Ablation runs: what is measured, and a small one from configuration to report."""

import json

import numpy as np
import pandas as pd
import pytest
from rich.progress import Progress as Bar

from vicsformer import plots
from vicsformer.ablation import FULL, AblationConfig, _doubling, _drawn, _measures, _table, ablate
from vicsformer.ablation_report import _factors, write_report
from vicsformer.data.codebook import ATTRIBUTIONS, LABEL_CATEGORIES
from vicsformer.data.configuration import read_config
from vicsformer.data.errors import InputError


def _document(category, who, documents=1):
    """Confusions of documents: gold -> coded pairs of categories and of attributions."""
    out = np.zeros((documents, 13, 8))
    for gold, coded, n in category:
        out[:, LABEL_CATEGORIES.index(gold), LABEL_CATEGORIES.index(coded)] += n
    for gold, coded, n in who:
        out[:, 8 + ATTRIBUTIONS.index(gold), ATTRIBUTIONS.index(coded)] += n
    return out


def test_measures_by_hand():
    counts = _document(
        [("punish", "punish", 2), ("threaten", "oppose", 1), ("appeal", "none", 1), ("reward", "punish", 1)],
        [("self", "self_state", 3), ("other", "self", 1)],
    )
    found = _measures(counts.sum(0))
    # "no unit" counts as neutral: the appeal is missed; of the four coded non-neutral one has the wrong sign
    assert found["same sign"] == pytest.approx(3 / 4)
    # the merge of own state and self makes three of four right
    assert found["self/other/unknown"] == pytest.approx(3 / 4)
    # kappa: 2 of 5 agree; by chance (2 gold x 3 coded punish) / 25, nothing else is in both
    assert found["kappa"] == pytest.approx((2 / 5 - 6 / 25) / (1 - 6 / 25))


def test_a_difference_is_that_of_the_same_documents():
    good = _document([("punish", "punish", 5), ("reward", "reward", 5)], [("self", "self", 5)], 6)
    bad = _document([("punish", "reward", 5), ("reward", "punish", 5)], [("self", "other", 5)], 6)
    good, bad = (np.stack([c, c]) for c in (good, bad))
    table = _table(_drawn({FULL: good, "worse": bad, "same": good}, 50)).set_index(["variant", "measure"])
    assert table.loc[("worse", "same sign"), "difference"] == -1
    assert table.loc[("worse", "kappa"), "difference"] == pytest.approx(-2)
    same = table.loc["same"][["difference", "difference_low", "difference_high"]]
    assert (same == 0).all(axis=None)


def test_gain_of_a_doubling_by_hand():
    # kappa .1, .3, .4 at 100, 200 and 400 verbs: the slope on log2(verbs) over the sizes of 134 and more
    values = {"10% of the labels": 0.1, FULL: 0.3, "100% of the labels": 0.4}
    found = {name: {"kappa": np.array([k, k - 0.1, k + 0.1])} for name, k in values.items()}
    row = _doubling(found, dict(zip(values, (100, 200, 400), strict=True))).iloc[0]
    assert (row["measure"], row["gain"], row["low"], row["high"]) == pytest.approx(("kappa", 0.1, 0.1, 0.1))
    # three sizes: least squares, (-1 * .3 + 0 * .4 + 1 * .7) / 2
    found = {name: {"kappa": np.array([k, k])} for name, k in zip("abf", (0.3, 0.4, 0.7), strict=True)}
    found[FULL] = found.pop("f")
    gains = _doubling(found, {"a": 100, "b": 200, FULL: 400 - 101}).iloc[0]["gain"]
    x = np.log2([100, 200, 299])
    assert gains == pytest.approx(np.polyfit(x, [0.3, 0.4, 0.7], 1)[0])
    assert _doubling(found, {FULL: 100}).empty


def test_labels_that_a_gain_takes():
    doubling = pd.DataFrame({"measure": ["kappa"], "gain": [0.05], "low": [-0.01], "high": [0.1]})
    row = _factors(doubling).iloc[0]
    assert row["twice as many labels add"] == ".05 [-.01, .10]"
    assert row["times as many labels for .05 more"] == "2.0 [1.4, over 1,000]"
    assert row["times as many labels for .10 more"] == "4.0 [2.0, over 1,000]"


@pytest.fixture
def small(tmp_path):
    """A configuration on nine speeches of one sentence."""
    verbs = [{"start": 3, "end": 8, "attribution": "self", "category": "appeal"}]
    speech = {"text": "We thank them. They left.", "state": "Egypt", "verbs": verbs}
    rows = [json.dumps({"id": f"d{i}", "leader": f"L{i}", "date": "1990", **speech}) for i in range(18)]
    (tmp_path / "mine.jsonl").write_text("\n".join(rows) + "\n")
    config = {
        "full": {"base": {"layers": 1}, "labels": [str(tmp_path / "mine.jsonl")], "epochs": 1},
        "variants": {"without clues": {"clues": False}},
        "curve": [0.5],
        "seeds": [1, 2],
    }
    (tmp_path / "ablation.yaml").write_text(json.dumps(config))  # JSON is YAML
    return tmp_path / "ablation.yaml"


def test_from_configuration_to_report(small, tmp_path):
    with Bar(disable=True) as bar:
        found = ablate(small, tmp_path / "runs", resamples=20, bar=bar)
        made = {f: f.stat().st_mtime_ns for f in (tmp_path / "runs").rglob("model.safetensors")}
        again = ablate(small, tmp_path / "runs", resamples=20, bar=bar)
    assert len(made) == 6
    assert {f: f.stat().st_mtime_ns for f in made} == made
    table = found.table
    pd.testing.assert_frame_equal(table, again.table)
    pd.testing.assert_frame_equal(found.doubling, again.doubling)
    assert set(table["variant"]) == {FULL, "without clues", "50% of the labels"}
    sizes = table.set_index("variant")["verbs"]
    assert sizes["50% of the labels"].iloc[0] < sizes[FULL].iloc[0]
    with Bar(disable=True) as bar, pytest.raises(InputError, match="found one of another"):
        small.write_text(small.read_text().replace('"epochs": 1', '"epochs": 2'))
        ablate(small, tmp_path / "runs", resamples=20, bar=bar)
    write_report(found, tmp_path / "report")
    report = (tmp_path / "report" / "MODEL_CARD.md").read_text()
    assert "without clues" in report
    assert "$" not in report
    assert (tmp_path / "report" / "learning_curve.png").read_bytes().startswith(b"\x89PNG")


def test_every_measure_has_its_line_in_the_learning_curve(tmp_path, monkeypatch):
    drawn = []
    monkeypatch.setattr(plots, "_save", lambda figure, path: drawn.append(figure))
    counts = _document([("punish", "punish", 2), ("reward", "appeal", 1)], [("self", "self", 3)], 3)
    table = _table(_drawn({FULL: np.stack([counts, counts])}, 20)).assign(verbs=100)
    plots.plot_learning_curve(table, tmp_path / "curve.png")
    lines = [line.get_label() for line in drawn[0].axes[0].get_lines()]
    assert lines == [*_measures(counts.sum(0)), "kappa, held-out verbs"]


def test_unknown_changes_are_refused(small, tmp_path):
    small.write_text(small.read_text().replace('"clues"', '"clue"'))
    with Bar(disable=True) as bar, pytest.raises(InputError, match=r"without clues: clue: Extra inputs"):
        ablate(small, tmp_path / "runs", resamples=20, bar=bar)
    assert not (tmp_path / "runs").exists()  # found before the first run


def test_the_shipped_configuration_loads(pytestconfig):
    assert read_config(pytestconfig.rootpath / "configs" / "ablation.yaml", AblationConfig).seeds
