"""The training loop: passes over the passages, early stopping, checkpoints."""

import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from rich.progress import Progress as Bar
from safetensors.torch import load_file, save_file
from sklearn.metrics import cohen_kappa_score, f1_score
from torch import Tensor

from vicsformer.data.codebook import ATTRIBUTIONS, CATEGORIES, LABEL_CATEGORIES, NONE
from vicsformer.data.states import states
from vicsformer.models.network import VerbNetwork, collate, half_precision
from vicsformer.models.verb_coder import VerbCoder
from vicsformer.train import checkpoint
from vicsformer.train.augment import augment
from vicsformer.train.checkpoint import Progress
from vicsformer.train.config import TrainConfig
from vicsformer.train.examples import Examples, examples
from vicsformer.train.objective import Objective, objective

Passages = list[dict[str, Any]]


def optimizer_for(network: VerbNetwork, config: TrainConfig) -> torch.optim.AdamW:
    """AdamW with a learning rate that falls from the heads through the encoder's layers to its embeddings."""
    depth = network.encoder.config.num_hidden_layers
    groups: dict[tuple[float, float], list[Tensor]] = {}
    if config.freeze_embeddings:
        network.encoder.get_input_embeddings().requires_grad_(False)
    for name, parameter in network.named_parameters():
        layer = next((int(part) + 1 for part in name.split(".") if part.isdigit()), 0)
        if name.startswith("encoder.") and layer <= config.freeze_layers and config.freeze_layers:
            parameter.requires_grad_(False)
        if not parameter.requires_grad:
            continue
        if name.startswith("encoder."):
            rate = config.encoder_rate * config.layer_decay ** (depth - layer)
        else:
            rate = config.head_rate
        decay = config.weight_decay if parameter.ndim > 1 else 0.0
        groups.setdefault((rate, decay), []).append(parameter)
    return torch.optim.AdamW(
        [
            {"params": p, "lr": rate, "peak": rate, "weight_decay": decay}
            for (rate, decay), p in groups.items()
        ],
        fused=True,
    )


def fit(
    coder: VerbCoder, train: Passages, validation: Passages, config: TrainConfig, folder: Path, *, bar: Bar
) -> Progress:
    """Fine-tune a coder in place; afterwards it holds the weights of its best pass.

    Every draw of a pass depends on the seed and the number of the pass alone, so that a run that was
    killed and goes on ends with the weights of one that was not.

    Parameters
    ----------
    coder
        Network and tokenizer to start from.
    train, validation
        Rows of `data.labels.to_dataset_dict`.
    config
        The run.
    folder
        Where checkpoints are kept.
    bar
        Where progress is shown.

    Returns
    -------
    Progress
        With one row a pass in `history`.
    """
    network = coder.network
    optimizer = optimizer_for(network, config)
    checkpoint.begin(folder, config.model_dump_json())
    progress, best = checkpoint.load(folder, network, optimizer)
    held_out = _examples(validation, coder, config)
    loss = _objective(_examples(train, coder, config), config)
    task = bar.add_task("training passes", total=config.epochs, completed=progress.epoch)
    while progress.epoch < config.epochs and progress.epoch - progress.best_epoch < config.patience:
        mean_loss = _epoch(coder, train, config, loss, optimizer, progress.epoch, bar)
        scores = validate(coder, held_out)
        progress.epoch += 1
        progress.history.append({"epoch": progress.epoch, "loss": mean_loss, **scores})
        if scores["score"] > progress.best_score or not best:
            progress.best_epoch, progress.best_score = progress.epoch, scores["score"]
            best = copy.deepcopy(network.own_state())
        checkpoint.save(folder, progress, network, optimizer, best)
        bar.update(
            task,
            completed=progress.epoch,
            description=f"training passes (loss {mean_loss:.2f}, validation kappa {scores['kappa']:.2f})",
        )
    network.load_own_state(best)
    return progress


def validate(coder: VerbCoder, held_out: Examples) -> dict[str, float]:
    """Kappa and macro-F1 of the seven categories, kappa of attribution, and their mean; heads are given."""
    category, attribution = coder.logits(held_out.windows, held_out.clues)
    gold, found = held_out.category.argmax(-1).numpy(), category.argmax(-1).numpy()
    taught = held_out.category.sum(-1).numpy() > 0
    units = (gold != LABEL_CATEGORIES.index(NONE)) & taught
    who, who_found = held_out.attribution.argmax(-1).numpy(), attribution.argmax(-1).numpy()
    scores = {
        "kappa": cohen_kappa_score(gold[units], found[units], labels=range(len(LABEL_CATEGORIES))),
        "macro_f1": f1_score(
            gold[units], found[units], labels=range(len(CATEGORIES)), average="macro", zero_division=0
        ),
        "attribution_kappa": cohen_kappa_score(who[units], who_found[units], labels=range(len(ATTRIBUTIONS))),
    }
    scores = {k: float(np.nan_to_num(v)) for k, v in scores.items()}
    return {**scores, "score": float(np.mean(list(scores.values())))}


def _examples(passages: Passages, coder: VerbCoder, config: TrainConfig) -> Examples:
    return examples(
        passages,
        coder.tokenizer,
        max_tokens=config.max_tokens,
        context_tokens=config.context_tokens,
        lemma_split=config.lemma_split,
    )


def warm_up(
    coder: VerbCoder,
    silver: Callable[[], Examples],
    config: TrainConfig,
    rate: float,
    folder: Path,
    *,
    bar: Bar,
) -> None:
    """Read silver codes once, in place; a run that goes on takes up the weights that this left.

    Parameters
    ----------
    coder
        Network and tokenizer to start from.
    silver
        Gives windows with another coder's codes; asked only where they have not been read yet.
    config
        The run: heads' rate, batch size, loss.
    rate
        Peak learning rate of the encoder.
    folder
        Where the weights are kept.
    bar
        Where progress is shown.
    """
    file = folder / "warm.safetensors"
    if not file.is_file():
        once = config.model_copy(update={"encoder_rate": rate, "epochs": 1})
        rng = np.random.default_rng([config.seed, 2**31])
        torch.manual_seed(int(rng.integers(2**31)))
        told = silver()
        _pass(coder, told, once, _objective(told, config), optimizer_for(coder.network, once), rng, 0, bar)
        folder.mkdir(parents=True, exist_ok=True)
        temporary = file.with_suffix(".new")
        save_file(coder.network.own_state(), temporary)
        temporary.replace(file)
    coder.network.load_own_state(load_file(file))


def _objective(told: Examples, config: TrainConfig) -> Objective:
    return objective(
        told.category,
        told.attribution,
        power=config.class_weight_power,
        attribution_weight=config.attribution_weight,
        ordinal_weight=config.ordinal_weight,
        label_smoothing=config.label_smoothing,
    )


def _epoch(
    coder: VerbCoder,
    train: Passages,
    config: TrainConfig,
    loss: Objective,
    optimizer: torch.optim.Optimizer,
    epoch: int,
    bar: Bar,
) -> float:
    """One pass over the labels; the mean loss of its steps."""
    rng = np.random.default_rng([config.seed, epoch])
    torch.manual_seed(int(rng.integers(2**31)))
    retold = augment(train, states(), rng, swap=config.state_swap, dropout=config.state_dropout)
    return _pass(coder, _examples(retold, coder, config), config, loss, optimizer, rng, epoch, bar)


def _pass(
    coder: VerbCoder,
    told: Examples,
    config: TrainConfig,
    loss: Objective,
    optimizer: torch.optim.Optimizer,
    rng: np.random.Generator,
    epoch: int,
    bar: Bar,
) -> float:
    steps_a_pass = -(-len(told.windows) // config.batch_passages)
    losses = []
    device = coder.network.device
    coder.network.train()
    task = bar.add_task(f"pass {epoch + 1}", total=steps_a_pass)
    lengths = np.array([len(w.tokens) for w in told.windows])
    for step, chosen in enumerate(_draws(rng, lengths, config.batch_passages)):
        done = (epoch * steps_a_pass + step) / (config.epochs * steps_a_pass)
        for group in optimizer.param_groups:
            group["lr"] = group["peak"] * _schedule(done, config.warmup)
        batch = [told.windows[i] for i in chosen]
        # a network that could lean on the clues alone would read the text less well
        kept = torch.from_numpy(rng.random((len(told.clues), 1)) >= config.clue_dropout)
        clues = told.clues * kept
        rows = torch.from_numpy(np.concatenate([w.rows for w in batch]))
        with half_precision(device):
            logits = coder.network(collate(batch, coder.tokenizer.pad_token_id, clues).to(device))
        # what is minimised is small: it is computed on the CPU, wherever the network is
        value = loss((logits[0].cpu(), logits[1].cpu()), told.category[rows], told.attribution[rows])
        optimizer.zero_grad()
        value.backward()
        torch.nn.utils.clip_grad_norm_(coder.network.parameters(), 1.0)
        optimizer.step()
        losses.append(value.item())
        bar.advance(task)
    bar.remove_task(task)
    return float(np.mean(losses))


def _draws(rng: np.random.Generator, lengths: NDArray[np.int64], size: int) -> Iterator[list[int]]:
    """Batches at random of windows of like length, so that little is padded."""
    order = rng.permutation(len(lengths))
    pools = np.split(order, range(16 * size, len(order), 16 * size))
    sorted_pools = [pool[np.argsort(lengths[pool], kind="stable")] for pool in pools]
    batches = [pool[i : i + size].tolist() for pool in sorted_pools for i in range(0, len(pool), size)]
    for i in rng.permutation(len(batches)):
        yield batches[i]


def _schedule(done: float, warmup: float) -> float:
    """Factor on the learning rate after a share `done` of the run: up linearly, then down linearly."""
    return done / warmup if done < warmup else (1 - done) / (1 - warmup)
