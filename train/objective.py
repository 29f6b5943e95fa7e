"""What training minimises: class-weighted cross-entropy on both heads."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from vicsformer.data.codebook import ATTRIBUTIONS, LABEL_CATEGORIES
from vicsformer.train.examples import IGNORED


@dataclass(frozen=True)
class Objective:
    """Loss of a batch.

    Attributes
    ----------
    category_weights, attribution_weights
        Shape (8,) and (5,): weight of each class.
    attribution_weight
        Weight of the attribution loss beside the category loss.
    label_smoothing
        In [0, 1).
    """

    category_weights: Tensor
    attribution_weights: Tensor
    attribution_weight: float
    label_smoothing: float

    def __call__(self, logits: tuple[Tensor, Tensor], category: Tensor, attribution: Tensor) -> Tensor:
        """Mean loss over the verbs of a batch."""
        loss = functional.cross_entropy(
            logits[0].float(), category, self.category_weights, label_smoothing=self.label_smoothing
        )
        # a batch without any unit has no attribution to learn: the mean over nothing would be missing
        if (attribution != IGNORED).any():
            loss = loss + self.attribution_weight * functional.cross_entropy(
                logits[1].float(),
                attribution,
                self.attribution_weights,
                ignore_index=IGNORED,
                label_smoothing=self.label_smoothing,
            )
        return loss


def class_weights(targets: Tensor, classes: int, power: float) -> Tensor:
    """Weights by frequency to minus `power`, with mean 1 over the verbs; an absent class weighs 1."""
    counts = torch.bincount(targets[targets != IGNORED], minlength=classes).float()
    weights = torch.where(counts > 0, counts.clamp(min=1) ** -power, torch.nan)
    weights = weights * counts.sum() / (weights.nan_to_num(0) * counts).sum()
    return weights.nan_to_num(1.0)


def objective(
    category: Tensor, attribution: Tensor, *, power: float, attribution_weight: float, label_smoothing: float
) -> Objective:
    """The objective for given training targets."""
    return Objective(
        class_weights(category, len(LABEL_CATEGORIES), power),
        class_weights(attribution, len(ATTRIBUTIONS), power),
        attribution_weight,
        label_smoothing,
    )
