"""Coders that are a low-rank adapter over a base that is stored elsewhere."""

import hashlib
import io
import os
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from rich.progress import Progress as Bar
from safetensors.torch import load_file
from transformers import AutoModel, BertConfig

from vicsformer.data.errors import InputError
from vicsformer.data.labels import load_labels
from vicsformer.infer.extract import extract, load_parser
from vicsformer.infer.parsing import DEFAULT_PARSER
from vicsformer.models.base import WEIGHTS, Base, assembled, load_base
from vicsformer.models.clues import CLUES, clues
from vicsformer.models.network import VerbNetwork
from vicsformer.models.verb_coder import Settings, VerbCoder
from vicsformer.train import checkpoint
from vicsformer.train.config import TrainConfig
from vicsformer.train.loop import optimizer_for
from vicsformer.train.run import run


@pytest.fixture
def base(tmp_path: Path, tokenizer) -> Base:
    """A base of two layers in a folder."""
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
    )
    AutoModel.from_config(config).save_pretrained(tmp_path / "base")
    tokenizer.save_pretrained(tmp_path / "base")
    return Base(name=str(tmp_path / "base"))


def test_a_base_trains_in_single_precision_however_it_is_stored(base):
    AutoModel.from_pretrained(base.name).half().save_pretrained(base.name)
    assert load_base(base)[0].dtype == torch.float32


def _adapted(base: Base, first_layer: int = 1) -> VerbCoder:
    encoder, tokenizer = load_base(base)
    settings = Settings(
        max_tokens=64,
        context_tokens=12,
        adapter_rank=2,
        adapter_from=first_layer,
        base=base.model_dump(exclude_none=True),
        clues=True,
    )
    network = VerbNetwork(encoder, adapter_rank=2, adapter_from=first_layer, clues=CLUES)
    return VerbCoder(network, tokenizer, settings)


def test_only_adapter_and_heads_learn(base):
    learns = {n for n, p in _adapted(base).network.named_parameters() if p.requires_grad}
    assert {n.partition(".")[0] for n in learns} == {"encoder", "features", "category", "attribution"}
    inside = {n for n in learns if n.startswith("encoder.")}
    # six linear maps a layer, two matrices each; the lower layer has none
    assert len(inside) == 12
    assert all(".lora_" in n and ".layer.1." in n for n in inside)


def test_an_adapter_is_saved_without_its_base_and_codes_the_same_again(base, tmp_path):
    coder = _adapted(base)
    with torch.no_grad():
        for name, weight in coder.network.named_parameters():
            if ".lora_B." in name:  # these start as zeros: the adapter would do nothing
                weight.normal_(0, 0.3)
    text = "We condemn the raid. They did not help us."
    documents = {"document_id": ["a"], "text": [text], "state": ["Egypt"]}
    tables = extract(_frame(documents), load_parser(DEFAULT_PARSER))
    before = coder.code(*tables)
    coder.save(tmp_path / "coder")
    stored = load_file(tmp_path / "coder" / "model.safetensors")
    assert stored
    assert not [n for n in stored if n.startswith("encoder.") and ".lora_" not in n]
    again = VerbCoder.load(tmp_path / "coder")
    # half precision on disk
    np.testing.assert_allclose(again.code(*tables).category, before.category, atol=2e-3)
    with torch.no_grad():
        coder.network.encoder.embeddings.word_embeddings.weight.zero_()
    assert np.abs(coder.code(*tables).category - before.category).max() > 1e-3


def test_an_adapter_without_a_layer_is_refused(base):
    with pytest.raises(InputError, match=r"`layer.2` or above, found none; lower adapter_from"):
        _adapted(base, first_layer=2)


def test_an_adapter_without_peft_is_refused(base, monkeypatch):
    monkeypatch.setitem(sys.modules, "peft", None)
    with pytest.raises(InputError, match=r"expected the package peft, found none; run `make large`"):
        _adapted(base)


def test_an_adapter_over_weights_that_nothing_stores_is_refused():
    with pytest.raises(ValueError, match=r"whose weights nothing stores"):
        TrainConfig(base=Base(layers=1), adapter_rank=2)


def test_missing_weights_are_refused_before_the_passages_are_parsed(tmp_path):
    config = TrainConfig(base=Base(name=str(tmp_path)), labels=["invented"])
    with Bar(disable=True) as bar, pytest.raises(InputError, match="expected a folder or hub name"):
        run(
            config,
            load_labels("invented"),
            tmp_path / "run",
            clued=lambda _: pytest.fail("parsed"),
            silver=lambda _: pytest.fail("read"),
            bar=bar,
        )


def test_a_killed_run_of_an_adapter_goes_on_from_its_checkpoint(base, tmp_path):
    coder = _adapted(base)
    optimizer = optimizer_for(coder.network, TrainConfig(base=base))
    for _ in range(2):
        # every weight moves: those that start as zeros as well
        sum(p.add(1).square().sum() for p in coder.network.parameters() if p.requires_grad).backward()
        optimizer.step()
    checkpoint.save(tmp_path, checkpoint.Progress("", epoch=1), coder.network, optimizer, {})
    again = _adapted(base)
    other = optimizer_for(again.network, TrainConfig(base=base))
    checkpoint.load(tmp_path, again.network, other)
    for name, weight in coder.network.state_dict().items():
        torch.testing.assert_close(again.network.state_dict()[name], weight, rtol=0, atol=0, msg=name)
    before, after = optimizer.state_dict()["state"], other.state_dict()["state"]
    assert before.keys() == after.keys()
    for i, state in before.items():
        torch.testing.assert_close(after[i], state, rtol=0, atol=0)


def test_frozen_layers_and_all_below_them_do_not_learn(base):
    network = VerbNetwork(load_base(base)[0])
    optimizer_for(network, TrainConfig(base=base, freeze_layers=1, freeze_embeddings=False))
    learns = [name for name, weight in network.named_parameters() if weight.requires_grad]
    assert any(".layer.1." in name for name in learns)
    assert not [name for name in learns if name.startswith("encoder.") and ".layer.1." not in name]
    assert {"category.weight", "attribution.weight", "features.1.weight"} <= set(learns)


def test_weights_of_another_network_are_refused(base):
    network = _adapted(base).network
    own = network.own_state()
    network.load_own_state(own)
    with pytest.raises(RuntimeError, match="missing weights"):
        network.load_own_state({n: w for n, w in own.items() if "lora_A" not in n})
    with pytest.raises(RuntimeError, match="Unexpected key"):
        network.load_own_state({**own, "encoder.more": torch.zeros(1)})


def test_clues_stand_for_what_the_parse_says():
    parser = load_parser(DEFAULT_PARSER)
    documents = {
        "document_id": ["a", "b"],
        "text": ["We will not attack them.", "Egypt was attacked by Israel."],
        "state": ["Egypt", "Egypt"],
    }
    sentences, verbs = extract(_frame(documents), parser)
    found = clues(sentences, verbs)
    assert found.shape == (2, CLUES)
    assert set(np.unique(found)) == {0, 1}
    negated, passive = found[:, 21], found[:, 22]
    assert negated.tolist() == [1, 0]
    assert passive.tolist() == [0, 1]
    # each block of alternatives is filled once: rules' category and attribution, dictionary, tense, clause
    for first, last in ((0, 8), (8, 13), (13, 21), (23, 26), (26, CLUES)):
        assert found[:, first:last].sum(axis=1).tolist() == [1, 1]


def _frame(columns):
    import pandas as pd

    return pd.DataFrame(columns)


def _install(folder: Path, name: str, part: str, content: bytes) -> None:
    """A distribution with one file, as pip records it."""
    info = folder / f"{name.replace('-', '_')}-1.dist-info"
    info.mkdir(parents=True)
    (folder / name / "input").mkdir(parents=True)
    (folder / name / "input" / part).write_bytes(content)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
    (info / "RECORD").write_text(f"{name}/input/{part},,\n{info.name}/METADATA,,\n")


@pytest.fixture
def parts(tmp_path: Path, monkeypatch) -> list[str]:
    """A zip archive with a model in two installed packages; the cache is a folder of the test."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("model/model.safetensors", b"weights")
        archive.writestr("model/config.json", "{}")
        archive.writestr("model/1_Pooling/config.json", "another")
    data = packed.getvalue()
    _install(tmp_path / "site", "part-one", "m.zip.001", data[:90])
    _install(tmp_path / "site", "part-two", "m.zip.002", data[90:])
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return ["part-one", "part-two"]


def test_a_model_in_parts_is_put_together_once(parts, tmp_path):
    sha256 = hashlib.sha256(b"weights").hexdigest()
    folder = assembled(parts, sha256)
    assert folder.parent == tmp_path / "cache" / "vicsformer"
    assert {f.name: f.read_bytes() for f in folder.iterdir()} == {WEIGHTS: b"weights", "config.json": b"{}"}
    assert assembled(parts, sha256) == folder


def test_files_that_another_process_may_be_reading_are_replaced_whole(parts):
    folder = assembled(parts, None)
    with (folder / "config.json").open() as reader:
        (folder / WEIGHTS).unlink()  # as a second process that began before the first was done
        assembled(parts, None)
        assert reader.read() == "{}"
        # the name now stands for another file: what is open is never cut short
        assert os.fstat(reader.fileno()).st_ino != (folder / "config.json").stat().st_ino


def test_a_model_in_parts_that_is_not_the_expected_one(parts, tmp_path):
    with pytest.raises(InputError, match="expected SHA-256 00, found"):
        assembled(parts, "00")
    assert not list((tmp_path / "cache").rglob(f"{WEIGHTS}*"))
    with pytest.raises(InputError, match="expected one zip archive in the packages part-two, found none"):
        assembled(parts[1:], "00")
    with pytest.raises(
        InputError, match="expected the installed package part-three, found none; run `make large`"
    ):
        assembled([*parts, "part-three"], "00")
