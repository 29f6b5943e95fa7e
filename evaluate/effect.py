"""Standardised difference of two means, with its exact interval."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, nctdtrinc

Floats = NDArray[np.float64]


def hedges_g(gap: Floats, pooled: Floats, a: int, b: int, level: float) -> tuple[Floats, Floats, Floats]:
    """Return Hedges' g and the noncentral-t interval of the standardised difference.

    g = J * gap / pooled with the exact J = gamma(f/2) / (sqrt(f/2) gamma((f - 1)/2)), f = a + b - 2 (Hedges
    1981). The interval inverts the noncentral t distribution (Cumming & Finch 2001), that is, it assumes
    normal scores of one variance; it excludes 0 exactly where the F test of the two groups has
    p < 1 - level. Limits are good to about 1e-4, by the search of `nctdtrinc`.

    Parameters
    ----------
    gap
        Differences of the two means.
    pooled
        Pooled standard deviations, above 0, of the same shape.
    a, b
        Group sizes, at least 2.
    level
        Coverage, in 0..1.

    Returns
    -------
    tuple
        g, low, high, of the shape of `gap`.
    """
    freedom = a + b - 2
    correction = np.exp(gammaln(freedom / 2) - gammaln((freedom - 1) / 2)) / np.sqrt(freedom / 2)
    scale = np.sqrt(1 / a + 1 / b)
    t = np.abs(gap) / (pooled * scale)
    near, far = (
        scale * nctdtrinc(freedom, probability, t) for probability in ((1 + level) / 2, (1 - level) / 2)
    )
    negative = gap < 0
    return correction * gap / pooled, np.where(negative, -far, near), np.where(negative, -near, far)
