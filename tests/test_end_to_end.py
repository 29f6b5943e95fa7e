"""One path through everything: train a two-layer model, code with it, profile, compare, evaluate."""

import json
from pathlib import Path

import pandas as pd
import pytest
import torch
import yaml
from typer.testing import CliRunner

from vicsformer.cli import app
from vicsformer.data.labels import load_labels
from vicsformer.models.verb_coder import VerbCoder
from vicsformer.train.run import run as fine_tune

CONFIGS = Path(__file__).parent.parent / "configs"


def run(*arguments):
    result = CliRunner().invoke(app, [*map(str, arguments), "--debug"])
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("end_to_end")


@pytest.fixture(scope="module")
def labels(folder):
    """A dozen invented speeches of the shipped set, as a user's own file."""
    invented = load_labels("invented")
    chosen = invented.documents.groupby("split", sort=False).head(4)
    file = folder / "labels.jsonl"
    with file.open("w", encoding="utf-8") as handle:
        for document in chosen.to_dict("records"):
            verbs = invented.verbs[invented.verbs["document_id"] == document["document_id"]]
            columns = ["start", "end", "verb", "attribution", "category"]
            handle.write(json.dumps({**document, "verbs": verbs[columns].to_dict("records")}) + "\n")
    return file


@pytest.fixture(scope="module")
def model(folder, labels):
    config = yaml.safe_load((CONFIGS / "train" / "tiny.yaml").read_text())
    (folder / "tiny.yaml").write_text(yaml.safe_dump(config | {"labels": [str(labels)]}))
    run("train", folder / "tiny.yaml", "-o", folder / "run", "-q")
    return folder / "run" / "model"


def test_training_learns_and_leaves_a_coder_with_its_card(model):
    history = pd.read_csv(model.parent / "history.csv")
    assert history["loss"].iloc[-1] < history["loss"].iloc[0]
    assert (model / "model.safetensors").stat().st_size < 5_000_000
    card = (model / "MODEL_CARD.md").read_text()
    assert "$" not in card
    assert "2 layers of 32, random weights" in card
    assert "category, Cohen's kappa" in card
    assert yaml.safe_load((model.parent / "config.yaml").read_text())["weight_decay"] == 0.01


class TrainedError(Exception):
    """Raised where training is done: calibration and evaluation, which follow, take long."""


def test_a_finished_run_is_not_trained_again(model, folder, monkeypatch):
    def never(*arguments):
        raise AssertionError("trained again")

    def only_trained(*arguments, **options):
        left = fine_tune(*arguments, **options).coder.network.state_dict()
        for name, weight in VerbCoder.load(model).network.state_dict().items():
            # half precision on disk
            torch.testing.assert_close(left[name], weight, rtol=1e-3, atol=1e-4, msg=name)
        raise TrainedError

    monkeypatch.setattr("vicsformer.train.loop._pass", never)
    monkeypatch.setattr("vicsformer.training.run", only_trained)
    arguments = ["train", folder / "tiny.yaml", "-o", folder / "run", "-q", "--debug"]
    result = CliRunner().invoke(app, list(map(str, arguments)))
    assert isinstance(result.exception, TrainedError), result.output


def test_coding_profiling_and_comparing_with_it(model, folder, labels):
    texts = [json.loads(line) for line in labels.read_text(encoding="utf-8").splitlines()]
    speeches = folder / "speeches.jsonl"
    speeches.write_text(
        "".join(
            json.dumps({"leader": f"L{i % 2}", "date": "1990", "state": t["state"], "text": t["text"]}) + "\n"
            for i, t in enumerate(texts)
        )
    )
    study = {
        "corpus": str(speeches),
        "coders": [str(model.parent), "rules"],
        "resamples": 100,
        "permutations": 99,
    }
    (folder / "study.yaml").write_text(yaml.safe_dump(study))
    shown = run("study", folder / "study.yaml", "-o", folder / "out").output
    assert "L0" in shown
    assert "2 L1" in shown

    coded = pd.read_parquet(folder / "out" / "coded-run.parquet")
    assert coded.groupby("document_id").size().min() > 5
    for row in coded.itertuples():
        text = texts[int(row.document_id.rsplit(":", 1)[1]) - 1]["text"]
        assert text[row.start : row.end] == row.verb
    indices = pd.read_csv(folder / "out" / "indices.csv")
    assert set(indices["aggregate"]) == {"pooled", "speech"}
    p4 = indices.query(
        "index == 'P-4' and aggregate == 'pooled' and coder == 'rules' and leader == 'L0' "
        "and method == 'naive'"
    ).iloc[0]
    rules = pd.read_parquet(folder / "out" / "coded-rules.parquet").query(
        "leader == 'L0' and category != 'neutral'"
    )
    own = rules["attribution"].isin(["self", "self_state", "we_inclusive"]).sum()
    assert p4["estimate"] == pytest.approx(own / (own + (rules["attribution"] == "other").sum()))
    assert p4["low"] <= p4["estimate"] <= p4["high"]
    assert len(pd.read_csv(folder / "out" / "typology.csv")) == 1
    agreement = pd.read_csv(folder / "out" / "agreement.csv")
    assert (
        agreement.query("attribute == 'category' and measure == 'kappa' and label == 'all'")["value"]
        .notna()
        .all()
    )


def test_evaluating_it_beside_the_rules(model, folder, labels):
    run(
        "evaluate",
        labels,
        "--coder",
        model,
        "--coder",
        "rules",
        "-o",
        folder / "ev",
        "--resamples",
        "50",
        "-q",
    )
    agreement = pd.read_csv(folder / "ev" / "agreement.csv").query(
        "measure == 'kappa' and attribute == 'category'"
    )
    kappa = agreement.set_index("coder")["value"]
    assert kappa["rules"] > 0.2
    assert (pd.read_csv(folder / "ev" / "pairs-rules.csv")["matched"]).mean() > 0.8
    advantage = pd.read_csv(folder / "ev" / "advantage.csv").query(
        "measure == 'kappa' and attribute == 'category'"
    )
    assert advantage["value"].iloc[0] == pytest.approx(kappa["run"] - kappa["rules"])
