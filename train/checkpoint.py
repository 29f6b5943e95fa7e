"""A training run on disk, so that it goes on where it was killed. Tensors are safetensors, never pickled."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from vicsformer.data.errors import InputError
from vicsformer.data.files import atomic_file
from vicsformer.models.network import VerbNetwork

PROGRESS = "progress.json"


@dataclass
class Progress:
    """How far a run is.

    Attributes
    ----------
    config
        The configuration as JSON text: a checkpoint of another configuration is refused.
    epoch
        Passes completed.
    best_epoch, best_score
        The best validation score so far and its pass (1 for the first).
    history
        One row a pass: loss and validation metrics.
    """

    config: str
    epoch: int = 0
    best_epoch: int = 0
    best_score: float = 0.0
    history: list[dict[str, float]] = field(default_factory=list)


def begin(folder: Path, config: str) -> None:
    """Mark a folder as the run of a configuration, before anything else is written into it.

    Raises
    ------
    InputError
        The folder holds a run of another configuration.
    """
    file = folder / PROGRESS
    if not file.is_file():
        _write(folder, Progress(config))
    elif json.loads(file.read_text(encoding="utf-8"))["config"] != config:
        raise InputError(
            f"{folder}: expected a run of this configuration, found one of another; "
            "give another -o or delete the folder"
        )


def save(
    folder: Path,
    progress: Progress,
    network: VerbNetwork,
    optimizer: torch.optim.Optimizer,
    best: dict[str, Tensor],
) -> None:
    """Write a checkpoint; a kill while it is written leaves the one before."""
    tensors = {f"network.{k}": v for k, v in network.own_state().items()}
    tensors |= {f"best.{k}": v for k, v in best.items()}
    for i, state in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{i}.{k}": v for k, v in state.items()}
    # the epoch is in the name of the tensors, so that the two files always belong together
    name = f"epoch-{progress.epoch}.safetensors"
    save_file({k: v.detach().cpu().clone().contiguous() for k, v in tensors.items()}, folder / name)
    _write(folder, progress)
    for old in folder.glob("epoch-*.safetensors"):
        if old.name != name:
            old.unlink()


def load(
    folder: Path, network: VerbNetwork, optimizer: torch.optim.Optimizer
) -> tuple[Progress, dict[str, Tensor]]:
    """Restore network and optimizer of a run that has begun; before its first pass they stay as they are."""
    progress = Progress(**json.loads((folder / PROGRESS).read_text(encoding="utf-8")))
    if progress.epoch == 0:
        return progress, {}
    tensors = load_file(folder / f"epoch-{progress.epoch}.safetensors")
    network.load_own_state(_part(tensors, "network."))
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in _part(tensors, "optimizer.").items():
        i, _, key = name.partition(".")
        state.setdefault(int(i), {})[key] = value
    optimizer.load_state_dict({**optimizer.state_dict(), "state": state})
    return progress, _part(tensors, "best.")


def _write(folder: Path, progress: Progress) -> None:
    with atomic_file(folder / PROGRESS) as handle:
        handle.write((json.dumps(asdict(progress), indent=2, allow_nan=False) + "\n").encode("utf-8"))


def _part(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
