"""What each part of the coder is worth: the same run with one thing changed, over several seeds."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field
from rich.progress import Progress

from vicsformer.data.codebook import ATTRIBUTIONS, CATEGORIES, INTENSITY, LABEL_CATEGORIES, SELF_ATTRIBUTIONS
from vicsformer.data.configuration import Strict, checked, read_config
from vicsformer.data.labels import Labels, combine, to_dataset_dict
from vicsformer.data.lemma_split import held_out
from vicsformer.data.tables import write_table
from vicsformer.evaluate import confusion as of
from vicsformer.infer.parsing import DEFAULT_PARSER, load_parser
from vicsformer.models.coder import Codes
from vicsformer.models.registry import MODEL_FOLDER
from vicsformer.models.verb_coder import SETTINGS, VerbCoder
from vicsformer.train import checkpoint
from vicsformer.train.config import Silver, TrainConfig
from vicsformer.train.examples import examples
from vicsformer.train.run import CHECKPOINT, run
from vicsformer.training import clued_passages, labels_of, silver_codes

FULL = "full"
_UPPER = 1 / 3
"""Share of the largest size from which on sizes tell what a further doubling brings."""

Passages = list[dict[str, Any]]


class AblationConfig(Strict):
    """Runs to compare.

    Attributes
    ----------
    full
        The configuration with everything in it.
    variants
        By name, what is changed in it: keys and values of `train.config.TrainConfig`.
    curve
        Shares of the training documents for the learning curve, beside that of `full`.
    seeds
        Every run is made with each.
    """

    full: TrainConfig
    variants: dict[str, dict[str, Any]] = {}
    curve: list[Annotated[float, Field(gt=0, le=1)]] = []
    seeds: Annotated[list[int], Field(min_length=1)] = [1, 2, 3]


class Ablation(NamedTuple):
    """What an ablation found.

    Attributes
    ----------
    table
        `variant, measure, value, low, high, difference, difference_low, difference_high, seeds, verbs`: of
        the confusions of all seeds together; intervals by resampling documents, `difference` from the
        full one with the same documents drawn; `verbs`: labelled verb forms trained on, mean over seeds.
    doubling
        `measure, gain, low, high`: what twice as many labels add, the slope on log2(verbs) over sizes of a
        third of the largest and more; without rows where there is one such size.
    """

    table: pd.DataFrame
    doubling: pd.DataFrame


def ablate(config: Path, output: Path, *, resamples: int = 2000, bar: Progress) -> Ablation:
    """Train every variant with every seed and measure it on the validation documents, verbs given.

    Test documents stay untouched, so that choices made from this table cannot have been made on them.

    Parameters
    ----------
    config
        YAML, see `AblationConfig`.
    output
        Folder; gets a folder a run (a run that is there is not made again), `ablation.csv`, `doubling.csv`.
    resamples
        Draws of documents.
    bar
        Where progress is shown.

    Raises
    ------
    InputError
        The configuration, the labels or the base weights cannot be used, or a run that is there had another
        configuration.
    """
    wanted = read_config(config, AblationConfig)
    curve = {f"{100 * s:g}% of the labels": {"train_share": s} for s in wanted.curve}
    changes = {FULL: {}, **curve, **wanted.variants}
    # all of them first: a mistake in the last one is not found hours later
    runs = {name: _changed(wanted.full, change, f"{config}: {name}") for name, change in changes.items()}
    clued, silver = _remembered_clues(load_parser(DEFAULT_PARSER)), cache(_silver)
    unseen = clued(to_dataset_dict(_labels(wanted.full))["validation"].to_list())
    counts: dict[str, list[NDArray[np.float64]]] = {}
    sizes: dict[str, list[int]] = {}
    task = bar.add_task("runs", total=len(runs) * len(wanted.seeds))
    for name, changed in runs.items():
        for seed in wanted.seeds:
            made = changed.model_copy(update={"seed": seed})
            folder = output / f"{name.replace(' ', '-')}-{seed}"
            coder, size = _trained(made, folder, clued, silver, bar)
            sizes.setdefault(name, []).append(size)
            counts.setdefault(name, []).append(_confusions(coder, unseen))
            bar.advance(task)
    drawn = _drawn({name: np.mean(runs, axis=0) for name, runs in counts.items()}, resamples)
    verbs = {name: round(np.mean(of_seeds)) for name, of_seeds in sizes.items()}
    table = _table(drawn)
    table = table.assign(seeds=len(wanted.seeds), verbs=table["variant"].map(verbs))
    found = Ablation(table, _doubling(drawn, {name: verbs[name] for name in (FULL, *curve)}))
    write_table(found.table, output / "ablation.csv")
    write_table(found.doubling, output / "doubling.csv")
    return found


def _labels(config: TrainConfig) -> Labels:
    return combine(list(map(labels_of, config.labels)))


def _changed(full: TrainConfig, change: Mapping[str, Any], what: str) -> TrainConfig:
    return checked({**full.model_dump(), **change}, TrainConfig, what)


def _remembered_clues(parser: Any) -> Callable[[Passages], Passages]:
    """Adds clues to passages; parses those only that no run before had."""
    known: dict[tuple[str, int, str], dict[str, Any]] = {}

    def clued(passages: Passages) -> Passages:
        names = [(p["document_id"], p["offset"], p["text"]) for p in passages]
        new = {name: p for name, p in zip(names, passages, strict=True) if name not in known}
        known.update(zip(new, clued_passages(list(new.values()), parser), strict=True))
        return [known[name] for name in names]

    return clued


def _silver(wanted: str, without: frozenset[str]) -> tuple[pd.DataFrame, pd.DataFrame, Codes]:
    """The same speeches for every seed, so that a large coder reads them once."""
    return silver_codes(Silver.model_validate_json(wanted), without=without, seed=0)


def _trained(
    config: TrainConfig,
    folder: Path,
    clued: Callable[[Passages], Passages],
    silver: Callable[[str, frozenset[str]], tuple[pd.DataFrame, pd.DataFrame, Codes]],
    bar: Progress,
) -> tuple[VerbCoder, int]:
    """The coder of a run and the number of verb forms it was taught; made only if it is not there."""
    checkpoint.begin(folder / CHECKPOINT, config.model_dump_json())
    taught = folder / "sizes.csv"
    if not (folder / MODEL_FOLDER / SETTINGS).is_file() or not taught.is_file():
        labels = _labels(config)
        not_taught = frozenset(labels.documents.loc[labels.documents["split"] != "train", "document_id"])
        done = run(
            config,
            labels,
            folder,
            clued=clued,
            silver=lambda wanted: silver(wanted.model_dump_json(), not_taught),
            bar=bar,
        )
        done.coder.save(folder / MODEL_FOLDER)
        write_table(done.sizes, taught)
    verbs = pd.read_csv(taught).set_index("split")["verbs"]["train"]
    return VerbCoder.load(folder / MODEL_FOLDER), int(verbs)


def _confusions(coder: VerbCoder, passages: Passages) -> NDArray[np.float64]:
    """Confusions of units by document, shape (2, documents, 8 + 5, 8): categories, then attributions.

    First of all verbs, then of those whose lemmas the lemma split holds out.
    """
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
    forms = [p["text"][a:b] for p in passages for a, b in zip(p["start"], p["end"], strict=True)]
    rare = units & held_out(pd.DataFrame({"verb": forms})).to_numpy()
    k = len(LABEL_CATEGORIES)
    out = np.zeros((2, len(names), k + len(ATTRIBUTIONS), k))
    for counts, kept in zip(out, (units, rare), strict=True):
        np.add.at(counts, (rows[kept], gold[kept], category.argmax(-1).numpy()[kept]), 1)
        np.add.at(counts, (rows[kept], k + who[kept], attribution.argmax(-1).numpy()[kept]), 1)
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


_Drawn = dict[str, dict[str, NDArray[np.float64]]]
"""By variant and measure: the value, then those of the draws."""


def _drawn(confusions: Mapping[str, NDArray[np.float64]], resamples: int) -> _Drawn:
    n = confusions[FULL].shape[1]
    draws = np.random.default_rng(0).multinomial(n, np.full(n, 1 / n), size=resamples)
    weights = np.vstack([np.ones(n), draws])
    found = {}
    for name, counts in confusions.items():
        of_all, of_rare = (_measures(np.einsum("rd,dij->rij", weights, c)) for c in counts)
        found[name] = {**of_all, "kappa, held-out verbs": of_rare["kappa"]}
    return found


def _table(found: _Drawn) -> pd.DataFrame:
    rows = []
    for name, by_measure in found.items():
        for measure, values in by_measure.items():
            gap = values - found[FULL][measure]
            rows.append((name, measure, *_with_limits(values), *_with_limits(gap)))
    columns = ["value", "low", "high", "difference", "difference_low", "difference_high"]
    return pd.DataFrame(rows, columns=["variant", "measure", *columns])


def _doubling(found: _Drawn, verbs: Mapping[str, int]) -> pd.DataFrame:
    """Slopes of measures on log2(verbs)."""
    upper = [name for name, size in verbs.items() if size >= _UPPER * max(verbs.values())]
    x = np.log2([verbs[name] for name in upper])
    x = x - x.mean()
    rows = []
    if x.any():
        weights = x / (x @ x)
        for measure in found[FULL]:
            slope = weights @ np.stack([found[name][measure] for name in upper])
            rows.append((measure, *_with_limits(slope)))
    return pd.DataFrame(rows, columns=["measure", "gain", "low", "high"])


def _with_limits(values: NDArray[np.float64]) -> tuple[float, float, float]:
    low, high = np.nanquantile(values[1:], [0.025, 0.975])
    return float(values[0]), float(low), float(high)
