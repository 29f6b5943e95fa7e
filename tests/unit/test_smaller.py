"""Encoders cut out of trained coders."""

from pathlib import Path

import pandas as pd
import pytest
import torch
from transformers import AutoModel, BertConfig

from vicsformer.data.errors import InputError
from vicsformer.models.base import Base, load_base
from vicsformer.models.clues import CLUES
from vicsformer.models.network import VerbNetwork
from vicsformer.models.smaller import Smaller, smaller_base
from vicsformer.models.verb_coder import Settings, VerbCoder

TEXT = "The coalition repudiated every communiqué."


@pytest.fixture
def folder(tmp_path, tokenizer) -> Path:
    """A coder of three layers whose upper two have an adapter that does something."""
    torch.manual_seed(3)
    size = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        num_hidden_layers=3,
        num_attention_heads=2,
        intermediate_size=32,
    )
    AutoModel.from_config(size).save_pretrained(tmp_path / "base")
    tokenizer.save_pretrained(tmp_path / "base")
    base = Base(name=str(tmp_path / "base"))
    network = VerbNetwork(load_base(base)[0], adapter_rank=2, adapter_from=1, clues=CLUES)
    with torch.no_grad():
        for name, weight in network.named_parameters():
            if ".lora_B." in name:
                weight.normal_(0, 0.3)
    settings = Settings(adapter_rank=2, adapter_from=1, base=base.model_dump(exclude_none=True), clues=True)
    VerbCoder(network, tokenizer, settings).save(tmp_path / "coder")
    return tmp_path / "coder"


def _states(encoder, tokenizer):
    encoder.eval()
    with torch.inference_mode():
        return encoder(**tokenizer(TEXT, return_tensors="pt")).last_hidden_state


def test_with_every_layer_and_every_word_the_encoder_reads_as_before(folder, tokenizer):
    coder = VerbCoder.load(folder)
    encoder, own = smaller_base(Smaller(coder=str(folder), keep=[0, 1, 2], words=len(tokenizer)), [TEXT])
    assert not [name for name, _ in encoder.named_parameters() if "lora" in name or "base_layer" in name]
    assert all(parameter.requires_grad for parameter in encoder.parameters())
    torch.testing.assert_close(
        _states(encoder, own), _states(coder.network.encoder, coder.tokenizer), rtol=1e-4, atol=1e-5
    )


def test_kept_layers_are_the_merged_ones(folder):
    merged = VerbCoder.load(folder).network.encoder.encoder.layer[2].intermediate.dense.base_layer.weight
    encoder, _ = smaller_base(Smaller(coder=str(folder), keep=[0, 2], words=2000), [TEXT])
    assert encoder.config.num_hidden_layers == len(encoder.encoder.layer) == 2
    assert torch.equal(encoder.encoder.layer[1].intermediate.dense.weight, merged)


def test_words_of_the_texts_stay_and_rare_ones_are_read_in_pieces(folder, tokenizer):
    encoder, own = smaller_base(Smaller(coder=str(folder), keep=[0], words=2000), [TEXT])
    assert len(own) == encoder.config.vocab_size == 2000
    assert own.convert_ids_to_tokens(own(TEXT)["input_ids"]) == tokenizer.convert_ids_to_tokens(
        tokenizer(TEXT)["input_ids"]
    )
    row, old_row = (t.convert_tokens_to_ids("coalition") for t in (own, tokenizer))
    old = load_base(Base(name=str(VerbCoder.load(folder).settings.base["name"])))[0].get_input_embeddings()
    assert torch.equal(encoder.get_input_embeddings().weight[row], old.weight[old_row])
    # whole words that were not kept: in pieces, none of them unknown
    rare = own.convert_ids_to_tokens(own("jurassic wicket", add_special_tokens=False)["input_ids"])
    assert len(rare) > 2 and own.unk_token not in rare
    assert "".join(rare).replace("##", "") == "jurassicwicket"


def test_a_smaller_coder_is_stored_in_eight_bits_and_codes_the_same_again(folder, tmp_path):
    encoder, own = smaller_base(Smaller(coder=str(folder), keep=[0, 2], words=2000), [TEXT])
    coder = VerbCoder(VerbNetwork(encoder, clues=CLUES), own, Settings(clues=True, bits=8))
    coder.save(tmp_path / "small")
    read = VerbCoder.load(tmp_path / "small")
    read.save(tmp_path / "again")
    sentences = pd.DataFrame(
        [("d", 0, 0, TEXT, "")], columns=["document_id", "sentence", "start", "text", "state"]
    )
    verbs = pd.DataFrame([("d", 0, 14, 24)], columns=["document_id", "sentence", "start", "end"])
    items, clues = read.windows(sentences, verbs), torch.zeros(1, CLUES)
    first, second = (c.logits(items, clues) for c in (read, VerbCoder.load(tmp_path / "again")))
    torch.testing.assert_close(first, second)
    # eight bits move the logits a little, no more
    torch.testing.assert_close(coder.logits(items, clues), first, rtol=0, atol=0.05)


def test_what_cannot_be_cut_out_is_refused(folder):
    with pytest.raises(InputError, match=r"base\.keep: expected layers of .*, 0 to 2, found 3"):
        smaller_base(Smaller(coder=str(folder), keep=[0, 3], words=2000), [TEXT])
    with pytest.raises(InputError, match=r"base\.coder: expected a trained coder, found rules"):
        smaller_base(Smaller(coder="rules", keep=[0], words=2000), [TEXT])
