"""Standard errors of indices of sums over documents, from first and second moments alone.

Linearisation (the infinitesimal jackknife, or sandwich): an index f of the total T of n documents x_d has the
variance n/(n - 1) sum_d (f'(T) (x_d - T/n))^2, whatever the documents' own spread (Davison & Hinkley 1997,
section 2.7; Binder 1983 for totals of clusters). It needs sums of x_d and of x_d x_d' only, so that the
standard errors of all resamples are matrix products, as the indices are.
"""

import numpy as np
from numpy.typing import NDArray

from vicsformer.infer.gradients import gradients

_Floats = NDArray[np.float64]

_NOTHING = 1e-12
"""Indices are of order 1; a smaller variance comes from rounding."""


def products(features: _Floats) -> _Floats:
    """Return the products of every two features of each document, (documents, features^2)."""
    return (features[:, :, None] * features[:, None, :]).reshape(len(features), -1)


def pooled_errors(total: _Floats, product_total: _Floats, units: int) -> _Floats:
    """Return the standard errors of the indices of summed counts.

    Parameters
    ----------
    total
        Shape (..., 12): counts of Self and of Other, summed over the units.
    product_total
        Shape (..., 144): their `products`, summed.
    units
        How many units were summed.

    Returns
    -------
    NDArray
        Shape (..., 18); 0 where the units do not differ, NaN where the index is missing.
    """
    width = total.shape[-1]
    slopes = gradients(total.reshape(*total.shape[:-1], 2, -1))
    spread = product_total.reshape(*total.shape, width) - total[..., :, None] * total[..., None, :] / units
    return _root(((slopes @ spread) * slopes).sum(axis=-1) * units / max(units - 1, 1))


def mean_errors(total: _Floats, present: _Floats, square_total: _Floats) -> _Floats:
    """Return the standard errors of means of scores: s / sqrt(n) over the documents that have one.

    Parameters
    ----------
    total, present, square_total
        Shape (..., indices): sum of scores, their number, sum of their squares.

    Returns
    -------
    NDArray
        Shape (..., indices); NaN with fewer than two scores.
    """
    degrees = np.where(present > 1, present - 1, np.nan)
    mean = np.divide(total, present, out=np.full(total.shape, np.nan), where=present > 0)
    return _root((square_total - present * mean**2) / (degrees * present))


def _root(variance: _Floats) -> _Floats:
    """Return the square root, 0 for what is nothing but rounding."""
    return np.sqrt(np.where(variance <= _NOTHING, 0, variance))
