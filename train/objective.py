"""What training minimises: class-weighted cross-entropy on both heads, and the error of the intensity."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from vicsformer.data.codebook import INTENSITY, LABEL_CATEGORIES

_INTENSITIES = torch.tensor([float(INTENSITY.get(name, 0)) for name in LABEL_CATEGORIES])
_LARGEST = float(_INTENSITIES.abs().max())


@dataclass(frozen=True)
class Objective:
    """Loss of a batch.

    Attributes
    ----------
    category_weights, attribution_weights
        Shape (8,) and (5,): weight of each class.
    attribution_weight
        Weight of the attribution loss beside the category loss.
    ordinal_weight
        Weight of the squared error of the expected intensity, in units of the largest intensity: a threat
        taken for a promise costs more than one taken for opposition.
    label_smoothing
        In [0, 1).
    """

    category_weights: Tensor
    attribution_weights: Tensor
    attribution_weight: float
    ordinal_weight: float
    label_smoothing: float

    def __call__(self, logits: tuple[Tensor, Tensor], category: Tensor, attribution: Tensor) -> Tensor:
        """Mean loss over the verbs of a batch.

        Parameters
        ----------
        logits
            Shapes (verbs, 8) and (verbs, 5).
        category, attribution
            Targets as in `train.examples.Examples`.
        """
        given, who = logits[0].float(), logits[1].float()
        loss = _cross_entropy(given, category, self.category_weights, self.label_smoothing)
        loss = loss + self.attribution_weight * _cross_entropy(
            who, attribution, self.attribution_weights, self.label_smoothing
        )
        if self.ordinal_weight:
            taught = category.sum(-1)
            error = (functional.softmax(given, -1) * taught[:, None] - category) @ _INTENSITIES / _LARGEST
            loss = loss + self.ordinal_weight * error.square().sum() / taught.sum().clamp(min=1e-9)
        return loss


def _cross_entropy(logits: Tensor, targets: Tensor, weights: Tensor, smoothing: float) -> Tensor:
    """Cross-entropy with soft targets; 0 where nothing is taught.

    With one class a row it is that of torch with the same weights; a row's sum is its weight.
    """
    smoothed = (1 - smoothing) * targets + smoothing * targets.sum(-1, keepdim=True) / targets.shape[-1]
    weighted = smoothed * weights
    return -(weighted * functional.log_softmax(logits, -1)).sum() / (targets * weights).sum().clamp(min=1e-9)


def class_weights(targets: Tensor, power: float) -> Tensor:
    """Weights by frequency to minus `power`, with mean 1 over the verbs; an absent class weighs 1.

    Parameters
    ----------
    targets
        Shape (verbs, classes), as in `train.examples.Examples`.
    power
        In [0, 1].
    """
    counts = targets.sum(0)
    weights = torch.where(counts > 0, counts.clamp(min=1) ** -power, torch.nan)
    weights = weights * counts.sum() / (weights.nan_to_num(0) * counts).sum()
    return weights.nan_to_num(1.0)


def objective(
    category: Tensor,
    attribution: Tensor,
    *,
    power: float,
    attribution_weight: float,
    ordinal_weight: float,
    label_smoothing: float,
) -> Objective:
    """The objective for given training targets."""
    return Objective(
        class_weights(category, power),
        class_weights(attribution, power),
        attribution_weight,
        ordinal_weight,
        label_smoothing,
    )
