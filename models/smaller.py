"""A small encoder out of a trained coder's: some of its layers, part of its vocabulary."""

import json
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import torch
from pydantic import Field
from torch import nn
from transformers import AutoTokenizer

from vicsformer.data.configuration import Strict
from vicsformer.data.errors import InputError
from vicsformer.models.adapter import without_adapter
from vicsformer.models.registry import load_coder
from vicsformer.models.verb_coder import VerbCoder


class Smaller(Strict):
    """Encoder to start from: a part of a trained coder's.

    Attributes
    ----------
    coder
        `default`, `large`, or the folder of a trained coder.
    keep
        Its layers to keep, 0 the lowest (Sajjad et al. 2023: most of what is lost without layers comes back
        in training).
    words
        Size of the vocabulary to keep; rarer words are then read in pieces.
    """

    coder: str
    keep: Annotated[list[Annotated[int, Field(ge=0)]], Field(min_length=1)]
    words: Annotated[int, Field(ge=1000)]


def smaller_base(base: Smaller, texts: Iterable[str]) -> tuple[Any, Any]:
    """Encoder and tokenizer.

    Parameters
    ----------
    base
        What to keep.
    texts
        Whose words stay in the vocabulary; the rest of it is filled in the order of the vocabulary, which is
        that of frequency in the text it was made from.

    Raises
    ------
    InputError
        The coder cannot be used, or lacks one of the layers.
    """
    coder = load_coder(base.coder)
    if not isinstance(coder, VerbCoder):
        raise InputError(f"base.coder: expected a trained coder, found {base.coder}; give default or large")
    encoder, tokenizer = coder.network.encoder.cpu(), coder.tokenizer
    without_adapter(encoder)
    layers = encoder.encoder.layer
    if strange := [i for i in base.keep if i >= len(layers)]:
        raise InputError(
            f"base.keep: expected layers of {base.coder}, 0 to {len(layers) - 1}, found {strange[0]}; "
            "correct it"
        )
    encoder.encoder.layer = nn.ModuleList([layers[i] for i in base.keep])
    encoder.config.num_hidden_layers = len(base.keep)
    kept = _kept(tokenizer, texts, base.words)
    old = encoder.get_input_embeddings()
    new = nn.Embedding(len(kept), old.embedding_dim, padding_idx=old.padding_idx)
    new.weight.data = old.weight.data[torch.tensor(kept)].clone()
    encoder.set_input_embeddings(new)
    encoder.config.vocab_size = len(kept)
    return encoder.requires_grad_(True), _with_words(tokenizer, kept)


def _kept(tokenizer: Any, texts: Iterable[str], size: int) -> list[int]:
    """Token ids to keep, ascending: what the tokenizer needs, what the texts use, then in order."""
    words = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    needed = set(tokenizer.all_special_ids) | set(tokenizer.added_tokens_decoder)
    # single characters: any word can be read in pieces of them
    needed |= {i for word, i in words if len(word.removeprefix("##")) == 1 and word.isascii()}
    used = {i for ids in tokenizer(list(texts), verbose=False)["input_ids"] for i in ids}
    plain = [i for word, i in words if word.isascii() and not word.startswith("[unused")]
    order = [*sorted(needed), *sorted(used - needed), *(i for i in plain if i not in needed | used)]
    return sorted(order[:size])


def _with_words(tokenizer: Any, kept: list[int]) -> Any:
    """The tokenizer with the kept words alone, numbered anew."""
    number = {old: new for new, old in enumerate(kept)}
    with TemporaryDirectory() as name:
        tokenizer.save_pretrained(name)
        file = Path(name) / "tokenizer.json"
        stored = json.loads(file.read_text(encoding="utf-8"))
        vocabulary = stored["model"]["vocab"]
        stored["model"]["vocab"] = {w: number[i] for w, i in vocabulary.items() if i in number}
        for token in stored["added_tokens"]:
            token["id"] = number[token["id"]]
        stored["post_processor"] = _renumbered(stored["post_processor"], number)
        file.write_text(json.dumps(stored, ensure_ascii=False), encoding="utf-8")
        return AutoTokenizer.from_pretrained(name)


def _renumbered(processor: dict[str, Any], number: dict[int, int]) -> dict[str, Any]:
    """What adds the special tokens, with their new numbers (both kinds that BERT-like encoders have)."""
    if processor["type"] == "RobertaProcessing":
        ends = {name: [processor[name][0], number[processor[name][1]]] for name in ("sep", "cls")}
        return {**processor, **ends}
    special = processor["special_tokens"]
    return {
        **processor,
        "special_tokens": {w: {**t, "ids": [number[i] for i in t["ids"]]} for w, t in special.items()},
    }
