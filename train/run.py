"""Fine-tuning from a configuration to the weights of the best pass."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from rich.progress import Progress as Bar

from vicsformer.data.configuration import write_config
from vicsformer.data.labels import Labels, to_dataset_dict
from vicsformer.data.lexicon import load_lexicon
from vicsformer.data.states import states
from vicsformer.data.tables import write_table
from vicsformer.models.base import load_base
from vicsformer.models.clues import CLUES
from vicsformer.models.coder import Codes
from vicsformer.models.network import VerbNetwork, best_device
from vicsformer.models.smaller import Smaller, smaller_base
from vicsformer.models.verb_coder import Settings, VerbCoder
from vicsformer.train import checkpoint
from vicsformer.train.checkpoint import Progress
from vicsformer.train.config import Silver, TrainConfig
from vicsformer.train.examples import Examples, coded_examples
from vicsformer.train.loop import fit, warm_up

CHECKPOINT = "checkpoint"


@dataclass(frozen=True)
class Run:
    """What fine-tuning leaves.

    Attributes
    ----------
    config
        The configuration.
    coder
        The coder with the weights of the best pass, not yet calibrated.
    progress
        One row a pass in `history`.
    sizes
        Passages and verbs by split.
    documents
        Names of the documents by split.
    """

    config: TrainConfig
    coder: VerbCoder
    progress: Progress
    sizes: pd.DataFrame
    documents: dict[str, frozenset[str]]


def run(
    config: TrainConfig,
    labels: Labels,
    folder: Path,
    *,
    clued: Callable[[list[dict[str, Any]]], list[dict[str, Any]]],
    silver: Callable[[Silver], tuple[pd.DataFrame, pd.DataFrame, Codes]],
    bar: Bar,
) -> Run:
    """Fine-tune a coder.

    Parameters
    ----------
    config
        The run.
    labels
        Labelled verbs.
    folder
        Gets `config.yaml`, `history.csv` and the checkpoint. A run that was stopped goes on from there.
    clued
        Adds `clues` and `clues_without_state` to passages, where `config.clues` asks for them.
    silver
        Gives the sentences, the verbs and their codes to read before the labels, where `config.silver` asks
        for them.
    bar
        Where progress is shown.

    Raises
    ------
    InputError
        Too few labelled documents for three splits, a run of another configuration in the folder, or no base
        weights.
    """
    splits = {name: split.to_list() for name, split in to_dataset_dict(labels).items()}
    splits["train"] = _share(splits["train"], config)
    checkpoint.begin(folder / CHECKPOINT, config.model_dump_json())
    write_config(config, folder / "config.yaml")
    torch.manual_seed(config.seed)
    coder = _untrained(config, splits["train"], folder.name)
    if config.clues:  # minutes of parsing: after all that can be refused
        splits = {name: clued(split) for name, split in splits.items()}
    if (wanted := config.silver) is not None:

        def read() -> Examples:
            sentences, verbs, codes = silver(wanted)
            return coded_examples(
                sentences,
                verbs,
                codes,
                coder.clues(sentences, verbs),
                coder.tokenizer,
                max_tokens=config.max_tokens,
                context_tokens=config.context_tokens,
                lemma_split=config.lemma_split,
            )

        warm_up(coder, read, config, wanted.rate, folder / CHECKPOINT, bar=bar)
    progress = fit(coder, splits["train"], splits["validation"], config, folder / CHECKPOINT, bar=bar)
    write_table(pd.DataFrame(progress.history), folder / "history.csv")
    sizes = [(name, len(s), sum(len(p["start"]) for p in s)) for name, s in splits.items()]
    return Run(
        config,
        coder,
        progress,
        pd.DataFrame(sizes, columns=["split", "passages", "verbs"]),
        {name: frozenset(p["document_id"] for p in s) for name, s in splits.items()},
    )


def _untrained(config: TrainConfig, passages: list[dict[str, Any]], name: str) -> VerbCoder:
    """The coder to start from: encoder and tokenizer of the base, heads with random weights."""
    if isinstance(config.base, Smaller):
        encoder, tokenizer = smaller_base(config.base, _words(passages))
    else:
        encoder, tokenizer = load_base(config.base)
    settings = Settings(
        max_tokens=config.max_tokens,
        context_tokens=config.context_tokens,
        adapter_rank=config.adapter_rank,
        adapter_from=config.adapter_from,
        clues=config.clues,
        bits=config.bits,
        base=config.base.model_dump(exclude_none=True) if config.adapter_rank else None,
    )
    network = VerbNetwork(
        encoder, config.dropout, config.adapter_rank, config.adapter_from, CLUES if config.clues else 0
    )
    network.to(best_device())
    return VerbCoder(network, tokenizer, settings, name=name)


def _words(passages: list[dict[str, Any]]) -> Iterator[str]:
    """Texts with the words of politics: labelled passages, names of states, verbs of the lexicon."""
    yield from (p["before"] + p["text"] for p in passages)
    for column in ("name", "adjective", "people", "capital"):
        yield from states()[column]
    yield from {lemma for lemma, _, _ in load_lexicon().acts}


def _share(passages: list[dict[str, Any]], config: TrainConfig) -> list[dict[str, Any]]:
    """Passages of a share of the documents; a smaller share is part of a larger one of the same seed."""
    names = sorted({p["document_id"] for p in passages})
    order = np.random.default_rng([config.seed, 2**30]).permutation(names)
    kept = set(order[: max(1, round(config.train_share * len(names)))])
    return [p for p in passages if p["document_id"] in kept]
