"""Calibration: probabilities on held-out documents mean what they say."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import log_softmax

from vicsformer.train.examples import IGNORED


def calibrate(
    logits: NDArray[np.float64], evidence: NDArray[np.float64], targets: NDArray[np.int64]
) -> tuple[float, float]:
    """Temperature of the logits and weight of the evidence that minimise the negative log likelihood.

    With weight 0 this is temperature scaling (Guo et al. 2017); the evidence is multiplied in as the opinion
    of a second expert (Hinton 2002).

    Parameters
    ----------
    logits
        Shape (n, classes).
    evidence
        Shape (n, classes): what another coder says, 1 for its class.
    targets
        Shape (n,); rows of `IGNORED` are left out.

    Returns
    -------
    tuple
        Temperature in [0.05, 20] and weight in [0, 20]; 1 and 0 where no row is left.
    """
    kept = targets != IGNORED
    logits, evidence, targets = logits[kept], evidence[kept], targets[kept]
    if len(targets) == 0:
        return 1.0, 0.0

    def loss(parameters: NDArray[np.float64]) -> float:
        scaled = log_softmax(logits / np.exp(parameters[0]) + parameters[1] * evidence, axis=1)
        return float(-scaled[np.arange(len(targets)), targets].mean())

    found = minimize(loss, x0=[0.0, 0.0], bounds=[(np.log(0.05), np.log(20)), (0, 20)], method="L-BFGS-B")
    return float(np.exp(found.x[0])), float(found.x[1])


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
