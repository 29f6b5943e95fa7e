"""What each part of the coder is worth: the same run with one thing changed, over several seeds."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field
from rich.progress import Progress

from vicsformer.data.codebook import ATTRIBUTIONS, CATEGORIES, INTENSITY, LABEL_CATEGORIES, SELF_ATTRIBUTIONS
from vicsformer.data.configuration import Strict, read_config
from vicsformer.data.errors import InputError
from vicsformer.data.labels import Labels, combine, load_labels, to_dataset_dict
from vicsformer.data.tables import write_table
from vicsformer.evaluate import confusion as of
from vicsformer.infer.parsing import DEFAULT_PARSER, load_parser
from vicsformer.models.registry import MODEL_FOLDER
from vicsformer.models.verb_coder import SETTINGS, VerbCoder
from vicsformer.train.config import TrainConfig
from vicsformer.train.examples import examples
from vicsformer.train.run import run
from vicsformer.training import clued_passages, silver_codes

FULL = "full"


class AblationConfig(Strict):
    """Runs to compare.

    Attributes
    ----------
    full
        The configuration with everything in it.
    variants
        By name, what is changed in it: keys and values of `train.config.TrainConfig`.
    curve
        Shares of the training documents for the learning curve.
    seeds
        Every run is made with each.
    """

    full: TrainConfig
    variants: dict[str, dict[str, Any]] = {}
    curve: list[Annotated[float, Field(gt=0, lt=1)]] = []
    seeds: Annotated[list[int], Field(min_length=1)] = [1, 2, 3]


def ablate(config: Path, output: Path, *, resamples: int = 2000, bar: Progress) -> pd.DataFrame:
    """Train every variant with every seed and measure it on the test documents, verbs given.

    Parameters
    ----------
    config
        YAML, see `AblationConfig`.
    output
        Folder; gets a folder a run (a run that is there is not made again) and `ablation.csv`.
    resamples
        Draws of documents.
    bar
        Where progress is shown.

    Returns
    -------
    DataFrame
        `variant, measure, value, low, high, difference, difference_low, difference_high, seeds, verbs`: means
        over seeds; intervals by resampling test documents, `difference` from the full one with the same
        documents drawn; `verbs`: labelled verb forms trained on.

    Raises
    ------
    InputError
        The configuration, the labels or the base weights cannot be used.
    """
    wanted = read_config(config, AblationConfig)
    changes = {
        FULL: {},
        **wanted.variants,
        **{f"{s:.0%} of the labels": {"train_share": s} for s in wanted.curve},
    }
    parser = load_parser(DEFAULT_PARSER)
    test = clued_passages(to_dataset_dict(_labels(wanted.full))["test"].to_list(), parser)
    counts: dict[str, list[NDArray[np.float64]]] = {}
    sizes: dict[str, int] = {}
    task = bar.add_task("runs", total=len(changes) * len(wanted.seeds))
    for name, change in changes.items():
        for seed in wanted.seeds:
            made = _changed(wanted.full, {**change, "seed": seed}, f"{config}: {name}")
            folder = output / f"{name.replace(' ', '-')}-{seed}"
            coder, sizes[name] = _trained(made, folder, parser, bar)
            counts.setdefault(name, []).append(_confusions(coder, test))
            bar.advance(task)
    table = _table({name: np.mean(runs, axis=0) for name, runs in counts.items()}, resamples)
    table = table.assign(seeds=len(wanted.seeds), verbs=table["variant"].map(sizes))
    write_table(table, output / "ablation.csv")
    return table


def _labels(config: TrainConfig) -> Labels:
    return combine(list(map(load_labels, config.labels)))


def _changed(full: TrainConfig, change: Mapping[str, Any], what: str) -> TrainConfig:
    unknown = set(change).difference(TrainConfig.model_fields)
    if unknown:
        raise InputError(
            f"{what}: expected keys of a training configuration, found {sorted(unknown)[0]}; mend it"
        )
    return TrainConfig.model_validate({**full.model_dump(), **change})


def _trained(config: TrainConfig, folder: Path, parser: Any, bar: Progress) -> tuple[VerbCoder, int]:
    """The coder of a run and the number of verb forms it was taught; made only if it is not there."""
    taught = folder / "sizes.csv"
    if not (folder / MODEL_FOLDER / SETTINGS).is_file() or not taught.is_file():
        labels = _labels(config)
        held_out = set(labels.documents.loc[labels.documents["split"] != "train", "document_id"])
        done = run(
            config,
            labels,
            folder,
            clued=partial(clued_passages, parser=parser),
            silver=partial(silver_codes, without=held_out, seed=config.seed),
            bar=bar,
        )
        done.coder.save(folder / MODEL_FOLDER)
        write_table(done.sizes, taught)
    verbs = pd.read_csv(taught).set_index("split")["verbs"]["train"]
    return VerbCoder.load(folder / MODEL_FOLDER), int(verbs)


def _confusions(coder: VerbCoder, passages: list[dict[str, Any]]) -> NDArray[np.float64]:
    """Confusions of units by document, shape (documents, 8 + 5, 8): categories, then attributions."""
    told = examples(
        passages
        if coder.settings.clues
        else [{k: v for k, v in p.items() if k != "clues"} for p in passages],
        coder.tokenizer,
        max_tokens=coder.settings.max_tokens,
        context_tokens=coder.settings.context_tokens,
    )
    category, attribution = coder.logits(told.windows, told.clues)
    sizes = [len(p["start"]) for p in passages]
    names, document = np.unique([p["document_id"] for p in passages], return_inverse=True)
    rows = np.repeat(document, sizes)
    gold, who = told.category.argmax(-1).numpy(), told.attribution.argmax(-1).numpy()
    units = gold < len(CATEGORIES)
    out = np.zeros((len(names), len(LABEL_CATEGORIES) + len(ATTRIBUTIONS), len(LABEL_CATEGORIES)))
    np.add.at(out, (rows[units], gold[units], category.argmax(-1).numpy()[units]), 1)
    np.add.at(
        out, (rows[units], len(LABEL_CATEGORIES) + who[units], attribution.argmax(-1).numpy()[units]), 1
    )
    return out


def _measures(total: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """Coefficients of stacked confusions, shape (..., 13, 8)."""
    k = len(LABEL_CATEGORIES)
    category, who = total[..., :k, :], total[..., k:, : len(ATTRIBUTIONS)]
    # "no unit" is coded neutral in the end: the row is dropped
    merged = of.merge(category, np.array([*range(k - 1), CATEGORIES.index("neutral")]))
    sign = np.sign([INTENSITY[name] for name in CATEGORIES]).astype(np.intp) + 1
    valence = of.merge(merged, sign)
    side = np.array([0 if a in SELF_ATTRIBUTIONS else ATTRIBUTIONS.index(a) - 2 for a in ATTRIBUTIONS])
    return {
        "kappa": of.kappa(merged),
        "macro-F1": of.macro_f1(merged),
        "valence kappa": of.kappa(valence),
        "same sign": of.accuracy(valence[..., ::2, ::2]),
        "self/other/unknown": of.accuracy(of.merge(who, side)),
    }


def _table(confusions: Mapping[str, NDArray[np.float64]], resamples: int) -> pd.DataFrame:
    n = len(confusions[FULL])
    draws = np.random.default_rng(0).multinomial(n, np.full(n, 1 / n), size=resamples)
    weights = np.vstack([np.ones(n), draws])
    found = {name: _measures(np.einsum("rd,dij->rij", weights, c)) for name, c in confusions.items()}
    rows = []
    for name, by_measure in found.items():
        for measure, values in by_measure.items():
            gap = values - found[FULL][measure]
            rows.append((name, measure, *_with_limits(values), *_with_limits(gap)))
    columns = ["value", "low", "high", "difference", "difference_low", "difference_high"]
    return pd.DataFrame(rows, columns=["variant", "measure", *columns])


def _with_limits(values: NDArray[np.float64]) -> tuple[float, float, float]:
    low, high = np.quantile(values[1:], [0.025, 0.975])
    return float(values[0]), float(low), float(high)
