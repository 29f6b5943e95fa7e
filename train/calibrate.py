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
    if not kept.any():
        return float("nan")
    top = probabilities[kept].max(axis=1)
    correct = probabilities[kept].argmax(axis=1) == targets[kept]
    order = np.array_split(np.argsort(top, kind="stable"), bins)
    parts = [part for part in order if len(part)]
    gaps = [abs(top[part].mean() - correct[part].mean()) for part in parts]
    return float(np.average(gaps, weights=[len(part) for part in parts]))


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
        Number of bins of equal width: with bins of equal size nearly all verbs of a rare class would stand
        at 0.

    Returns
    -------
    DataFrame
        `label, bin, verbs, predicted, observed`: mean probability and share of that class in the verbs of a
        bin (1: the lowest probabilities); bins without verbs have no row.
    """
    kept = targets != IGNORED
    tables = []
    for i, name in enumerate(names):
        given = probabilities[kept, i]
        number = np.minimum((given * bins).astype(np.intp), bins - 1) + 1
        table = pd.DataFrame({"bin": number, "predicted": given, "observed": targets[kept] == i})
        means = table.groupby("bin").agg(
            verbs=("observed", "size"), predicted=("predicted", "mean"), observed=("observed", "mean")
        )
        tables.append(means.reset_index().assign(label=name))
    return pd.concat(tables, ignore_index=True)[["label", "bin", "verbs", "predicted", "observed"]]
