"""Calibration: probabilities on held-out documents mean what they say."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import log_softmax

IGNORED = -100
"""Target of a verb form that says nothing of a head: the attribution of a form that is no unit."""


class Calibration(NamedTuple):
    """Temperature in [0.05, 20], weight of the evidence in [0, 20], and what is added to each class."""

    temperature: float
    weight: float
    bias: tuple[float, ...]


def calibrate(
    logits: NDArray[np.float64], evidence: NDArray[np.float64], targets: NDArray[np.int64]
) -> Calibration:
    """Temperature, weight of the evidence and biases of the classes that make held-out codes likeliest.

    Without evidence and biases this is temperature scaling (Guo et al. 2017). Biases make up for the weights
    that rare classes have in training; a standard normal prior keeps those of classes with few cases near 0.
    The evidence is multiplied in as the opinion of a second expert (Hinton 2002).

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
    Calibration
        1, 0 and zeros where no row is left.
    """
    kept = targets != IGNORED
    logits, evidence, targets = logits[kept], evidence[kept], targets[kept]
    if len(targets) == 0:
        return Calibration(1.0, 0.0, (0.0,) * logits.shape[1])

    def loss(parameters: NDArray[np.float64]) -> float:
        temperature, weight, bias = np.exp(parameters[0]), parameters[1], parameters[2:]
        scaled = log_softmax(logits / temperature + weight * evidence + bias, axis=1)
        likelihood = scaled[np.arange(len(targets)), targets].sum()
        return float(np.square(bias).sum() / 2 - likelihood) / len(targets)

    classes = logits.shape[1]
    bounds = [(np.log(0.05), np.log(20)), (0, 20), *[(None, None)] * classes]
    found = minimize(loss, x0=np.zeros(2 + classes), bounds=bounds, method="L-BFGS-B")
    return Calibration(float(np.exp(found.x[0])), float(found.x[1]), tuple(map(float, found.x[2:])))


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
    top = probabilities[kept].max(axis=1)
    correct = probabilities[kept].argmax(axis=1) == targets[kept]
    return expected_error(binned(top, correct, bins))


def reliability(
    probabilities: NDArray[np.float64], targets: NDArray[np.int64], names: Sequence[str], bins: int = 10
) -> pd.DataFrame:
    """How often each class is right at each probability that it is given.

    Parameters
    ----------
    probabilities
        Shape (n, classes).
    targets
        Shape (n,); rows of `IGNORED` are left out.
    names
        Of the classes.
    bins
        Number of bins of equal size for each class.

    Returns
    -------
    DataFrame
        `label, bin, verbs, predicted, observed`: mean probability and share of that class in a bin of
        verbs, from the lowest probabilities up.
    """
    kept = targets != IGNORED
    tables = [
        binned(probabilities[kept, i], targets[kept] == i, bins).assign(label=name)
        for i, name in enumerate(names)
    ]
    return pd.concat(tables, ignore_index=True)[["label", "bin", "verbs", "predicted", "observed"]]


def binned(predicted: NDArray[np.float64], right: NDArray[np.bool_], bins: int) -> pd.DataFrame:
    """`bin, verbs, predicted, observed` in bins of equal size, from the lowest probabilities up."""
    order = np.argsort(predicted, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    rows = [(i, len(part), predicted[part].mean(), right[part].mean()) for i, part in enumerate(parts, 1)]
    return pd.DataFrame(rows, columns=["bin", "verbs", "predicted", "observed"])


def expected_error(table: pd.DataFrame) -> float:
    """Mean distance of predicted and observed over verbs; missing where there are none."""
    if table.empty:
        return float("nan")
    return float(np.average((table["predicted"] - table["observed"]).abs(), weights=table["verbs"]))
