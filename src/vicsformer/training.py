"""Training as a user runs it: fine-tune, measure beside the other coders, write the card."""

from collections.abc import Collection
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.progress import Progress

from vicsformer.calibration import calibrated, find_verbs, measure_reliability
from vicsformer.data.configuration import read_config
from vicsformer.data.corpora import read_corpus
from vicsformer.data.labels import Labels, combine, load_labels
from vicsformer.data.passages import PassageDocuments, passage_documents
from vicsformer.data.tables import write_table
from vicsformer.evaluation import Evaluation, evaluate_on
from vicsformer.infer.extract import extract
from vicsformer.infer.parsing import DEFAULT_PARSER, load_parser
from vicsformer.infer.rates import error_rates, rates_table
from vicsformer.model_card import write_card
from vicsformer.models.clues import CLUES, clues
from vicsformer.models.coder import Codes
from vicsformer.models.registry import ERROR_RATES, MODEL_FOLDER, load_coder
from vicsformer.models.verb_coder import VerbCoder
from vicsformer.plots import plot_reliability
from vicsformer.train.config import LabelSource, Silver, TrainConfig
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

    Raises
    ------
    InputError
        The configuration, the labels, the base weights or the output folder cannot be used.
    """
    settings = read_config(config, TrainConfig)
    labels = combine(list(map(labels_of, settings.labels)))
    held_out = set(labels.documents.loc[labels.documents["split"] != "train", "document_id"])
    silver = partial(silver_codes, without=held_out, seed=settings.seed)
    parser = load_parser(DEFAULT_PARSER)
    clued = partial(clued_passages, parser=parser)
    done = run(settings, labels, output, clued=clued, silver=silver, bar=bar)
    texts = {name: passage_documents(labels, of=of) for name, of in done.documents.items()}
    folder = output / MODEL_FOLDER
    # calibrated and measured as it will be used: the saved weights, in the precision they are saved in
    done.coder.save(folder)
    calibrated(VerbCoder.load(folder), find_verbs(texts["validation"], parser)).save(folder)
    coder = VerbCoder.load(folder)
    alone = coder.with_settings(category_rule_weight=0.0, attribution_rule_weight=0.0)
    coders = {"model": coder, "network alone": alone, **{name: load_coder(name) for name in BESIDE}}
    evaluation, pairs = evaluate_on(
        texts["test"], coders, parser=DEFAULT_PARSER, resamples=2000, seed=settings.seed, bar=bar
    )
    for name, table in evaluation._asdict().items():
        write_table(table, output / f"{name}.csv")
    write_table(_error_rates(pairs, texts["test"]), folder / ERROR_RATES)
    reliable = measure_reliability(coder, find_verbs(texts["test"], parser))
    write_table(reliable.table, output / "reliability.csv")
    plot_reliability(reliable.table, folder / "reliability.png")
    write_card(done, coder.settings, reliable.errors, evaluation, folder / "MODEL_CARD.md")
    return evaluation


def _error_rates(pairs: dict[str, pd.DataFrame], texts: PassageDocuments) -> pd.DataFrame:
    """Error rates of the coder, called `model`, and of those beside it that tell codes apart."""
    speech = texts.documents.set_index("document_id")["speech"]
    tables = []
    for name in ("model", "rules", "dictionary"):
        of_speeches = pairs[name].assign(document_id=pairs[name]["document_id"].map(speech))
        tables.append(rates_table(error_rates(of_speeches)).assign(coder=name))
    return pd.concat(tables, ignore_index=True)


def labels_of(source: str | LabelSource) -> Labels:
    """The labels that a training configuration names."""
    if isinstance(source, str):
        return load_labels(source)
    return load_labels(source.verbs, corpus=source.corpus)


def clued_passages(passages: list[dict[str, Any]], parser: Any) -> list[dict[str, Any]]:
    """Passages with the clues of their verbs, zeros for a verb form that the parser does not find as a unit.

    Parameters
    ----------
    passages
        Rows of `data.labels.to_dataset_dict`.
    parser
        See `infer.parsing.load_parser`.

    Returns
    -------
    list of dict
        With `clues` and, as if the speaker's state were not known, `clues_without_state`: shape (verbs,
        CLUES).
    """
    documents = pd.DataFrame(
        [(i, p["before"] + p["text"], p["state"]) for i, p in enumerate(passages)],
        columns=["document_id", "text", "state"],
    )
    sentences, verbs = extract(documents, parser)
    places = {place: row for row, place in enumerate(zip(verbs["document_id"], verbs["start"], strict=True))}
    unfound = np.zeros((1, CLUES), np.float32)  # the last row: what -1 points to
    known = np.vstack([clues(sentences, verbs), unfound])
    stateless = np.vstack([clues(sentences.assign(state=""), verbs), unfound])
    out = []
    for i, passage in enumerate(passages):
        shift = len(passage["before"])
        rows = [places.get((i, start + shift), -1) for start in passage["start"]]
        out.append({**passage, "clues": known[rows], "clues_without_state": stateless[rows]})
    return out


def silver_codes(
    silver: Silver, *, without: Collection[str], seed: int
) -> tuple[pd.DataFrame, pd.DataFrame, Codes]:
    """Speeches coded by other coders.

    Parameters
    ----------
    silver
        Which speeches, which coders, how many verbs.
    without
        Documents that must stay unseen.
    seed
        Of the draw of documents.

    Returns
    -------
    tuple
        Sentence table, verb table, and the mean of the coders' probabilities.
    """
    documents = read_corpus(silver.corpus, start=silver.start)
    documents = documents[~documents["document_id"].isin(list(without))]
    parser, coders = load_parser(DEFAULT_PARSER), [load_coder(name) for name in silver.coders]
    parts, found = [], 0
    for _, document in documents.sample(frac=1, random_state=seed).groupby(level=0, sort=False):
        sentences, verbs = extract(document, parser)
        parts.append((sentences, verbs, Codes.mean([coder.code(sentences, verbs) for coder in coders])))
        found += len(verbs)
        if found >= silver.verbs:
            break
    return (
        pd.concat([sentences for sentences, _, _ in parts], ignore_index=True),
        pd.concat([verbs for _, verbs, _ in parts], ignore_index=True),
        Codes.together([codes for _, _, codes in parts]),
    )
