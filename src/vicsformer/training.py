"""Training as a user runs it: fine-tune, measure beside the other coders, write the card."""

from pathlib import Path

from rich.progress import Progress

from vicsformer.data.configuration import read_config
from vicsformer.data.labels import load_labels
from vicsformer.data.passages import passage_documents
from vicsformer.data.tables import write_table
from vicsformer.evaluation import Evaluation, evaluate_on
from vicsformer.infer.parsing import DEFAULT_PARSER
from vicsformer.model_card import write_card
from vicsformer.models.registry import load_coder
from vicsformer.models.verb_coder import VerbCoder
from vicsformer.train.config import TrainConfig
from vicsformer.train.run import run

BESIDE = ("rules", "dictionary", "majority")


def train_coder(config: Path, output: Path, *, bar: Progress) -> Evaluation:
    """Fine-tune a coder and write it, its figures and its card.

    Parameters
    ----------
    config
        YAML, see `train.config.TrainConfig`.
    output
        Folder of the run (see `train.run.run`); the coder and its `MODEL_CARD.md` are in `model/`.
    bar
        Where progress is shown.

    Returns
    -------
    Evaluation
        On the test documents, from raw text, beside the dictionary, rule and majority coders.
    """
    settings = read_config(config, TrainConfig)
    done = run(settings, output, bar=bar)
    coders = {"model": VerbCoder.load(done.folder), **{name: load_coder(name) for name in BESIDE}}
    texts = passage_documents(load_labels(settings.labels), of=done.test_documents)
    evaluation, _ = evaluate_on(
        texts, coders, parser=DEFAULT_PARSER, resamples=2000, seed=settings.seed, bar=bar
    )
    write_table(evaluation.agreement, output / "end_to_end.csv")
    write_card(done, evaluation, done.folder / "MODEL_CARD.md")
    return evaluation
