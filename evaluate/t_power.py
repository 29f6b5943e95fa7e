"""Power of t tests: of a difference, and of equivalence by two one-sided tests."""

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import tanhsinh
from scipy.special import gammainccinv, gammaincinv, gammaln, nctdtr, ndtr, stdtrit, xlogy

Floats = NDArray[np.float64]

_TAIL = 1e-13
"""Probability that is cut off either end of the distribution of the standard deviation."""


def difference_power(shift: Floats, freedom: Floats, alpha: Floats) -> Floats:
    """Return the probability that a two-sided t test finds a true gap.

    1 - F(t) + F(-t), F the noncentral t distribution with noncentrality `shift`, t the critical value.

    Parameters
    ----------
    shift
        True gap over the standard error of its estimate, at least 0.
    freedom
        Degrees of freedom of the standard error.
    alpha
        Threshold of p. All of one shape or broadcast; NaN = missing.

    Returns
    -------
    NDArray
        In 0..1.
    """
    critical = -stdtrit(freedom, alpha / 2)
    wrong_side = nctdtr(freedom, shift, -critical)  # scipy gives NaN where this is as good as 0
    return np.asarray(nctdtr(freedom, -shift, -critical) + np.nan_to_num(wrong_side), dtype=np.float64)


def equivalence_power(reach: Floats, shift: Floats, freedom: Floats, alpha: Floats) -> Floats:
    """Return the probability that two one-sided t tests find a true gap smaller than the margin.

    Given the standard error s (in units of the true one) the estimate has to lie within reach - t s on either
    side: E[Phi(reach - t s - shift) - Phi(-reach + t s - shift)] over s < reach / t, f s^2 being chi-squared
    (Owen 1965; Phillips 1990).

    Parameters
    ----------
    reach
        Margin over the true standard error, above 0.
    shift
        True gap over the true standard error.
    freedom
        Degrees of freedom f.
    alpha
        Threshold of p, below .5. All of one shape or broadcast; NaN = missing.

    Returns
    -------
    NDArray
        In 0..1.
    """
    reach, shift, freedom, alpha = np.broadcast_arrays(reach, shift, freedom, alpha)
    known = ~np.isnan(reach + shift + freedom + alpha)
    power = np.where(known, 0.0, np.nan)
    half, critical = freedom[known] / 2, -stdtrit(freedom[known], alpha[known])
    lowest = np.sqrt(gammaincinv(half, _TAIL) / half)
    highest = np.minimum(np.sqrt(gammainccinv(half, _TAIL) / half), reach[known] / critical)
    arguments = half, critical, reach[known], shift[known]
    possible = lowest < highest
    parts = tanhsinh(
        _within, lowest[possible], highest[possible], args=tuple(x[possible] for x in arguments), rtol=1e-9
    )
    within = np.zeros(len(half))
    within[possible] = parts.integral
    power[known] = within
    return power


def _within(s: Floats, half: Floats, critical: Floats, reach: Floats, shift: Floats) -> Floats:
    """Return the density of s times the probability of an estimate that s lets pass."""
    room = reach - critical * s
    # f s^2 / 2 is gamma distributed with shape f / 2; at s = 1 the first terms nearly cancel
    log_density = np.log(2) + half * np.log(half) - gammaln(half) + xlogy(2 * half - 1, s) - half * s**2
    inside: Floats = (ndtr(room - shift) - ndtr(-room - shift)) * np.exp(log_density)
    return inside
