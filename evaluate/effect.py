"""Difference of two means, raw and standardised, with its interval."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize.elementwise import find_root
from scipy.special import chdtri, gammaln, nctdtr, ndtri, stdtrit

Floats = NDArray[np.float64]


def hedges_g(
    gap: Floats, pooled: Floats, a: Floats, b: Floats, level: float
) -> tuple[Floats, Floats, Floats]:
    """Return Hedges' g and the noncentral-t interval of the standardised difference.

    g = J * gap / pooled with the exact J = gamma(f/2) / (sqrt(f/2) gamma((f - 1)/2)), f = a + b - 2 (Hedges
    1981). The interval inverts the noncentral t distribution (Cumming & Finch 2001), that is, it assumes
    normal scores of one variance; it excludes 0 exactly where the F test of the two groups has
    p < 1 - level.

    Parameters
    ----------
    gap
        Differences of the two means, of any shape; NaN = missing.
    pooled
        Of the same shape, as are the others: pooled standard deviations, above 0; NaN = missing.
    a, b
        Group sizes, at least 2 where nothing is missing.
    level
        Coverage, in 0..1.

    Returns
    -------
    tuple
        g, low, high, each of the shape of the gap; NaN where something is missing.
    """
    known = ~np.isnan(gap / pooled)
    a, b = np.where(known, a, np.nan), np.where(known, b, np.nan)
    freedom = a + b - 2
    correction = np.exp(gammaln(freedom / 2) - gammaln((freedom - 1) / 2)) / np.sqrt(freedom / 2)
    scale = np.sqrt(1 / a + 1 / b)
    near, far = scale * _noncentrality(np.abs(gap) / (pooled * scale), freedom, level)
    negative = gap < 0
    return correction * gap / pooled, np.where(negative, -far, near), np.where(negative, -near, far)


def welch_interval(gap: Floats, error: Floats, freedom: Floats, level: float) -> tuple[Floats, Floats]:
    """Return Welch's interval of the raw difference.

    Parameters
    ----------
    gap, error, freedom
        Differences, their standard errors and degrees of freedom, of one shape; NaN = missing.
    level
        Coverage, in 0..1.
    """
    reach = error * stdtrit(freedom, (1 + level) / 2)
    return gap - reach, gap + reach


def _noncentrality(t: Floats, freedom: Floats, level: float) -> Floats:
    """Return the two limits of the noncentralities that t values of at least 0 come from."""
    # t = (Z + noncentrality) / (chi / sqrt(freedom)): a bound has half of the tail for Z and half for chi
    half = (1 - level) / 4
    least, most = (np.sqrt(chdtri(freedom, tail) / freedom) for tail in (1 - half, half))
    bounds = t * least + ndtri(half), t * most - ndtri(half)
    tails = np.reshape([(1 + level) / 2, (1 - level) / 2], (2, *np.ones(t.ndim, dtype=np.intp)))
    # scipy's own inverse, nctdtrinc, is off by up to .003 of the limit
    return np.asarray(find_root(_excess, bounds, args=(t, freedom, tails)).x, dtype=np.float64)


def _excess(noncentrality: Floats, t: Floats, freedom: Floats, tail: Floats) -> Floats:
    """Return by how much the probability of a smaller t exceeds the tail."""
    return np.asarray(nctdtr(freedom, noncentrality, t) - tail, dtype=np.float64)
