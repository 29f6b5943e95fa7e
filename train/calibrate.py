"""Temperatures that make probabilities on held-out documents mean what they say."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from vicsformer.train.examples import IGNORED


def temperature(logits: NDArray[np.float64], targets: NDArray[np.int64]) -> float:
    """Temperature that minimises the negative log likelihood (Guo et al. 2017).

    Parameters
    ----------
    logits
        Shape (n, classes).
    targets
        Shape (n,); rows of `IGNORED` are left out.

    Returns
    -------
    float
        In [0.05, 20]; 1 where no row is left.
    """
    kept = targets != IGNORED
    logits, targets = logits[kept], targets[kept]
    if len(targets) == 0:
        return 1.0

    def loss(log_temperature: float) -> float:
        scaled = log_softmax(logits / np.exp(log_temperature), axis=1)
        return float(-scaled[np.arange(len(targets)), targets].mean())

    return float(np.exp(minimize_scalar(loss, bounds=(np.log(0.05), np.log(20)), method="bounded").x))


def calibration_error(
    probabilities: NDArray[np.float64], targets: NDArray[np.int64], bins: int = 10
) -> float:
    """Expected calibration error of the top class, bins of equal size (Nguyen & O'Connor 2015).

    Parameters
    ----------
    probabilities
        Shape (n, classes).
    targets
        Shape (n,); rows of `IGNORED` are left out.
    bins
        Number of bins.

    Returns
    -------
    float
        In [0, 1]; missing where no row is left.
    """
    kept = targets != IGNORED
    if not kept.any():
        return float("nan")
    top = probabilities[kept].max(axis=1)
    correct = probabilities[kept].argmax(axis=1) == targets[kept]
    parts = np.array_split(np.argsort(top, kind="stable"), min(bins, int(kept.sum())))
    gaps = [len(part) * abs(top[part].mean() - correct[part].mean()) for part in parts]
    return float(sum(gaps) / kept.sum())
