"""The parts of training: weights, loss, calibration, checkpoints, configurations."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from rich.progress import Progress as Bar
from scipy.special import softmax
from sklearn.utils.class_weight import compute_class_weight
from torch.nn import functional

from vicsformer.data.codebook import CATEGORIES
from vicsformer.data.configuration import read_config
from vicsformer.data.errors import InputError
from vicsformer.data.labels import combine, load_labels, to_dataset_dict
from vicsformer.models.base import load_base
from vicsformer.study import StudyConfig
from vicsformer.train.calibrate import IGNORED, calibrate, calibration_error, reliability
from vicsformer.train.config import Base, Silver, TrainConfig
from vicsformer.train.examples import examples
from vicsformer.train.loop import fit, warm_up
from vicsformer.train.objective import class_weights, objective
from vicsformer.training import silver_codes

CONFIGS = Path(__file__).parent.parent.parent / "configs"
PASSAGE = {
    "document_id": "d",
    "before": "They spoke first. ",
    "text": "We condemn the raid and want to help the victims.",
    "state": "Egypt",
    "start": [3, 24, 32],
    "end": [10, 28, 36],
    "attribution": ["self", "self", "self"],
    "category": ["oppose", "none", "appeal"],
}


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("train/*.yaml")), ids=lambda p: p.name)
def test_every_shipped_training_configuration_loads(path):
    assert read_config(path, TrainConfig).epochs >= 1


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("studies/*.yaml")), ids=lambda p: p.name)
def test_every_shipped_study_loads(path):
    assert read_config(path, StudyConfig).coders


def test_all_problems_of_a_configuration_are_named_at_once(tmp_path):
    file = tmp_path / "c.yaml"
    file.write_text("base: {layers: 2, name: x}\nepoch: 3\nwarmup: 2\n")
    with pytest.raises(InputError) as error:
        read_config(file, TrainConfig)
    for problem in (
        "exactly one of package, parts, name, layers",
        "epoch: Extra inputs",
        "warmup: Input should be less",
    ):
        assert problem in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(("text", "message"), [("a: [", "expected YAML"), (None, "no such file")])
def test_a_configuration_that_cannot_be_read(tmp_path, text, message):
    file = tmp_path / "c.yaml"
    if text is not None:
        file.write_text(text)
    with pytest.raises(InputError, match=message):
        read_config(file, TrainConfig)


def test_class_weights_of_full_power_are_those_of_scikit_learn():
    targets = np.array([0] * 6 + [1] * 3 + [2])
    known = torch.eye(4)[targets]
    expected = compute_class_weight("balanced", classes=np.arange(3), y=targets)
    np.testing.assert_allclose(class_weights(known, 1.0)[:3], expected, rtol=1e-6)
    np.testing.assert_allclose(class_weights(known, 0.0), [1, 1, 1, 1])


def _objective(told, **changed):
    given = {"power": 0.0, "attribution_weight": 1.0, "ordinal_weight": 0.0, "label_smoothing": 0.0}
    return objective(told.category, told.attribution, **given | changed)


def test_the_loss_of_certain_targets_is_that_of_torch():
    torch.manual_seed(0)
    targets, who = torch.randint(8, (40,)), torch.randint(5, (40,))
    logits = torch.randn(40, 8), torch.randn(40, 5)
    known = torch.eye(8)[targets], torch.eye(5)[who]
    loss = objective(*known, power=0.5, attribution_weight=0.7, ordinal_weight=0.0, label_smoothing=0.1)
    expected = sum(
        share * functional.cross_entropy(given, answer, weights, label_smoothing=0.1)
        for share, given, answer, weights in (
            (1.0, logits[0], targets, loss.category_weights),
            (0.7, logits[1], who, loss.attribution_weights),
        )
    )
    # torch smooths with each class's own weight and divides by the weight of the true class, as here
    torch.testing.assert_close(loss(logits, *known), expected)


def test_the_ordinal_loss_is_the_squared_error_of_the_intensity():
    logits = torch.full((2, 8), -50.0), torch.zeros(2, 5)
    logits[0][:, 0] = 50.0  # sure of a reward, +3
    taught = torch.zeros(2, 8), torch.zeros(2, 5)
    taught[0][0, 4] = 1.0  # opposition, -1; the second verb is not taught
    plain, ordinal = (
        objective(*taught, power=0, attribution_weight=0, ordinal_weight=w, label_smoothing=0)(
            logits, *taught
        )
        for w in (0.0, 2.0)
    )
    assert ordinal - plain == pytest.approx(2 * (4 / 3) ** 2)


def test_attribution_of_no_unit_is_not_learnt(tokenizer):
    told = examples([PASSAGE], tokenizer, max_tokens=64, context_tokens=8)
    assert told.attribution.tolist() == [[1, 0, 0, 0, 0], [0] * 5, [1, 0, 0, 0, 0]]
    assert told.category.argmax(-1).tolist() == [2, 7, 4]
    loss = _objective(told)
    category, attribution = torch.zeros(3, 8), torch.zeros(3, 5)
    before = loss((category, attribution), told.category, told.attribution)
    attribution[1] = torch.tensor([9.0, -9, 3, 1, 4])
    assert loss((category, attribution), told.category, told.attribution) == before
    attribution[0, 0] = 5.0
    assert loss((category, attribution), told.category, told.attribution) < before


def _drawn(logits, rng):
    """A class of each row with the probabilities of its logits (Gumbel 1954)."""
    return (logits + rng.gumbel(size=logits.shape)).argmax(axis=1)


def test_calibration_undoes_overconfidence():
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(20_000, 4))
    targets = _drawn(logits, rng)
    temperature, weight, _ = calibrate(logits * 3, np.zeros((20_000, 4)), targets)
    assert temperature == pytest.approx(3, rel=0.05)
    assert weight == 0
    sharp, true = softmax(logits * 3, axis=1), softmax(logits, axis=1)
    assert calibration_error(true, targets) < 0.015 < 0.2 < calibration_error(sharp, targets)


def test_calibration_weighs_evidence_by_what_it_is_worth():
    rng = np.random.default_rng(1)
    # flat logits, and a witness of four classes that is right with odds e^2 : 1 : 1 : 1
    targets = rng.integers(4, size=20_000)
    right = rng.random(20_000) < np.exp(2) / (np.exp(2) + 3)
    said = np.where(right, targets, (targets + rng.integers(1, 4, size=20_000)) % 4)
    _, weight, _ = calibrate(np.zeros((20_000, 4)), np.eye(4)[said], targets)
    assert weight == pytest.approx(2, rel=0.05)
    assert calibrate(np.zeros((1, 4)), np.zeros((1, 4)), np.array([IGNORED])) == (1.0, 0.0, (0.0,) * 4)


def test_calibration_undoes_the_weights_that_rare_classes_had():
    rng = np.random.default_rng(2)
    truth = np.log([0.7, 0.2, 0.1]) + rng.normal(size=(20_000, 3))
    targets = _drawn(truth, rng)
    taught = truth - np.log([0.7, 0.2, 0.1]) / 2  # as if classes weighed by frequency to minus 1/2
    _, _, bias = calibrate(taught, np.zeros((20_000, 3)), targets)
    expected = np.log([0.7, 0.2, 0.1]) / 2
    np.testing.assert_allclose(np.array(bias) - bias[0], expected - expected[0], atol=0.06)


def test_calibration_error_by_hand():
    # two bins of two verbs: confidence .6 with one of two right, .9 with both right
    p = np.array([[0.6, 0.4], [0.6, 0.4], [0.9, 0.1], [0.9, 0.1]])
    assert calibration_error(p, np.array([0, 1, 0, 0]), bins=2) == pytest.approx(0.5 * 0.1 + 0.5 * 0.1)
    assert np.isnan(calibration_error(p, np.full(4, IGNORED)))


def _config(**values):
    return TrainConfig(
        base=Base(layers=1), epochs=3, batch_passages=2, state_swap=0.5, encoder_rate=1e-3, **values
    )


def _weights(coder):
    return {k: v.clone() for k, v in coder.network.state_dict().items()}


class StopError(Exception):
    """Stands for a kill."""


def test_a_killed_run_ends_with_the_weights_of_one_that_was_not(tiny_coder, tokenizer, tmp_path, monkeypatch):
    import copy

    from vicsformer.train import checkpoint

    passages = [dict(PASSAGE, document_id=str(i)) for i in range(5)]
    whole, killed = tiny_coder, copy.deepcopy(tiny_coder)
    resumed = copy.deepcopy(tiny_coder)
    with Bar(disable=True) as bar:
        expected = fit(whole, passages, passages[:2], _config(), tmp_path / "whole", bar=bar)
        save = checkpoint.save

        def save_then_stop(*arguments):
            save(*arguments)
            raise StopError

        monkeypatch.setattr(checkpoint, "save", save_then_stop)
        with pytest.raises(StopError):
            fit(killed, passages, passages[:2], _config(), tmp_path / "cut", bar=bar)
        monkeypatch.setattr(checkpoint, "save", save)
        progress = fit(resumed, passages, passages[:2], _config(), tmp_path / "cut", bar=bar)
    assert progress.history == expected.history
    for name, weight in _weights(whole).items():
        torch.testing.assert_close(_weights(resumed)[name], weight, msg=name)


def test_a_run_of_another_configuration_is_refused(tiny_coder, tmp_path):
    passages = [dict(PASSAGE)] * 2
    with Bar(disable=True) as bar:
        fit(tiny_coder, passages, passages, _config(), tmp_path, bar=bar)
        with pytest.raises(InputError, match="found one of another"):
            fit(tiny_coder, passages, passages, _config(seed=5), tmp_path, bar=bar)


def test_base_weights_are_checked(tmp_path):
    with pytest.raises(InputError, match="expected the installed package no_such_package"):
        load_base(Base(package="no_such_package/model"))
    with pytest.raises(InputError, match=r"expected SHA-256 00, found no file"):
        load_base(Base(package="transformers/no_such_folder", sha256="00"))
    with pytest.raises(InputError, match="expected a folder or hub name"):
        load_base(Base(name=str(tmp_path)))


def test_silver_codes_are_read_once(tiny_coder, tokenizer, tmp_path):
    import copy

    told = examples([dict(PASSAGE)] * 4, tokenizer, max_tokens=64, context_tokens=8)
    again = copy.deepcopy(tiny_coder)
    before = _weights(tiny_coder)
    with Bar(disable=True) as bar:
        warm_up(tiny_coder, lambda: told, _config(), 1e-3, tmp_path, bar=bar)
        warm_up(again, lambda: pytest.fail("read twice"), _config(), 1e-3, tmp_path, bar=bar)
    changed = [name for name, weight in _weights(tiny_coder).items() if not torch.equal(weight, before[name])]
    assert "category.weight" in changed
    for name, weight in _weights(tiny_coder).items():
        torch.testing.assert_close(_weights(again)[name], weight, msg=name)


def test_silver_codes_leave_held_out_documents_alone(tmp_path):
    file = tmp_path / "speeches.jsonl"
    text = (
        "We thank our neighbours. They attacked our villages, and we will punish them. We sent food to the "
        "refugees. We reject their demands. We will help our friends. They walk home."
    )
    years = {"early": 2009, "one": 2010, "two": 2011, "tested": 2012}
    rows = [{"document_id": n, "leader": "Arda", "date": str(y), "text": text} for n, y in years.items()]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    wanted = Silver(corpus=str(file), start=2010, verbs=10**9)
    sentences, verbs, codes = silver_codes(wanted, without={"tested"}, seed=0)
    assert set(sentences["document_id"]) == set(verbs["document_id"]) == {"one", "two"}
    assert len(codes.category) == len(verbs)
    assert set(codes.likeliest()[0]) == set(CATEGORIES)
    few, _, _ = silver_codes(wanted.model_copy(update={"verbs": 1}), without={"tested"}, seed=0)
    assert few["document_id"].nunique() == 1


def test_labels_without_a_state_do_not_name_one(tmp_path):
    file = tmp_path / "mine.jsonl"
    verbs = [{"start": 3, "end": 8, "attribution": "self", "category": "appeal"}]
    file.write_text(
        "".join(
            json.dumps({"id": f"d{i}", "text": "We thank them.", "verbs": verbs}) + "\n" for i in range(9)
        )
    )
    both = to_dataset_dict(combine([load_labels("invented"), load_labels(file)]))
    states = {p["state"] for split in both.values() for p in split if p["document_id"].startswith("d")}
    assert states == {""}


def test_reliability_by_hand():
    p = np.array([[0.05, 0.95], [0.07, 0.93], [0.3, 0.7], [1.0, 0.0], [0.5, 0.5]])
    table = reliability(p, np.array([0, 1, 1, 0, IGNORED]), ["a", "b"], bins=10)
    assert table[table["label"] == "a"][["bin", "verbs", "observed"]].to_numpy().tolist() == [
        [1, 2, 0.5],
        [4, 1, 0.0],
        [10, 1, 1.0],
    ]
    assert table["predicted"].iloc[0] == pytest.approx(0.06)
    assert table.groupby("label")["verbs"].sum().to_dict() == {"a": 4, "b": 4}
