"""A training run from configuration to a saved coder."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import torch
from rich.progress import Progress as Bar

from vicsformer.data.configuration import write_config
from vicsformer.data.labels import Labels, to_dataset_dict
from vicsformer.data.tables import write_table
from vicsformer.models.network import VerbNetwork
from vicsformer.models.registry import MODEL_FOLDER
from vicsformer.models.verb_coder import Settings, VerbCoder
from vicsformer.train import checkpoint
from vicsformer.train.base import load_base
from vicsformer.train.checkpoint import Progress
from vicsformer.train.config import Silver, TrainConfig
from vicsformer.train.examples import Examples, coded_examples
from vicsformer.train.loop import fit, warm_up
from vicsformer.train.report import calibrated, heads_given

CHECKPOINT = "checkpoint"


@dataclass(frozen=True)
class Run:
    """What a training run leaves.

    Attributes
    ----------
    config
        The configuration.
    folder
        Of the saved coder.
    progress
        One row a pass in `history`.
    agreement
        With the test labels, heads given.
    calibration_errors
        On the test labels: `category`, `attribution`, each also `uncalibrated`.
    sizes
        Passages and verbs by split.
    test_documents
        Names of the documents that no decision of the run rests on.
    """

    config: TrainConfig
    folder: Path
    progress: Progress
    agreement: pd.DataFrame
    calibration_errors: pd.DataFrame
    sizes: pd.DataFrame
    test_documents: frozenset[str]


def run(
    config: TrainConfig,
    labels: Labels,
    folder: Path,
    *,
    silver: Callable[[Silver], tuple[pd.DataFrame, pd.DataFrame]],
    bar: Bar,
) -> Run:
    """Fine-tune, calibrate, measure, save.

    Parameters
    ----------
    config
        The run.
    labels
        Labelled verbs.
    folder
        Gets `config.yaml`, `history.csv`, `agreement.csv`, the checkpoint and the coder in `model/`. A run
        that was stopped goes on from its checkpoint.
    silver
        Gives the sentences and coded verbs to read before the labels, where `config.silver` asks for them.
    bar
        Where progress is shown.

    Raises
    ------
    InputError
        Too few labelled documents for three splits, a run of another configuration in the folder, or no base
        weights.
    """
    splits = {name: split.to_list() for name, split in to_dataset_dict(labels).items()}
    checkpoint.begin(folder / CHECKPOINT, config.model_dump_json())
    write_config(config, folder / "config.yaml")
    torch.manual_seed(config.seed)
    encoder, tokenizer = load_base(config.base)
    settings = Settings(max_tokens=config.max_tokens, context_tokens=config.context_tokens)
    coder = VerbCoder(VerbNetwork(encoder, config.dropout), tokenizer, settings, name=folder.name)
    if (wanted := config.silver) is not None:

        def read() -> Examples:
            sentences, verbs = silver(wanted)
            return coded_examples(
                sentences,
                verbs,
                tokenizer,
                max_tokens=config.max_tokens,
                context_tokens=config.context_tokens,
            )

        warm_up(coder, read, config, wanted.rate, folder / CHECKPOINT, bar=bar)
    progress = fit(coder, splits["train"], splits["validation"], config, folder / CHECKPOINT, bar=bar)
    calibrated(coder, splits["validation"]).save(folder / MODEL_FOLDER)

    # measured as it will be used: the saved weights, in the precision they are saved in
    saved = VerbCoder.load(folder / MODEL_FOLDER)
    table, errors = heads_given(saved, splits["test"], seed=config.seed)
    _, uncalibrated = heads_given(saved.with_temperatures(1.0, 1.0), splits["test"], seed=config.seed)
    write_table(table, folder / "agreement.csv")
    write_table(pd.DataFrame(progress.history), folder / "history.csv")
    sizes = [(name, len(s), sum(len(p["start"]) for p in s)) for name, s in splits.items()]
    return Run(
        config,
        folder / MODEL_FOLDER,
        progress,
        table,
        pd.DataFrame({"calibrated": errors, "uncalibrated": uncalibrated}).rename_axis("head").reset_index(),
        pd.DataFrame(sizes, columns=["split", "passages", "verbs"]),
        frozenset(p["document_id"] for p in splits["test"]),
    )
