"""Leaders compared on their verbs as trials in documents: a check of the tests on speech scores."""

from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from scipy.optimize import brentq

from vicsformer.data.codebook import POWER_CATEGORIES, VALENCE
from vicsformer.data.errors import InputError
from vicsformer.evaluate.checks import require_fraction
from vicsformer.evaluate.count_tables import count_array
from vicsformer.evaluate.post_hoc import holm
from vicsformer.evaluate.two_groups import welch_freedom

MIXED_COLUMNS: dict[str, str] = {
    "a": "first group; a < b by name",
    "b": "second group",
    "index": "P-1, I-1 or P-4",
    "gap": "difference of the index, a minus b, at the beta-binomial means",
    "low": "lower limit of its interval",
    "high": "upper limit",
    "p": "two-sided, of no gap; below 1 - level exactly where the interval leaves 0 out",
    "p_holm": "p after Holm's correction over all pairs, within index",
    "a_estimate": "the index of a: 2 mean - 1 for P-1 and I-1, the mean for P-4",
    "b_estimate": "the same for b",
    "a_dispersion": "correlation of two verbs of one document of a, 0..1; missing where no document has two",
    "b_dispersion": "the same for b",
    "a_documents": "documents of a with a verb that counts",
    "b_documents": "the same for b",
    "a_verbs": "their verbs that count: of Other for P-1, of Self for I-1, of both for P-4",
    "b_verbs": "the same for b",
    "converged": "whether both dispersions were found; not where a leader cannot be fitted, nor where all "
    "verbs of each document are of one kind, and a document counts as one trial",
}
"""Columns of the table of mixed models."""

Floats = NDArray[np.float64]

_MOST = 0.999
"""Largest dispersion looked for: beyond it all verbs of a document are of one kind."""


class BetaBinomial(NamedTuple):
    """A beta-binomial distribution fitted to documents.

    Attributes
    ----------
    mean
        Probability of a success, 0..1.
    variance
        Of the estimated mean: from the observed information, the dispersion being estimated too.
    dispersion
        Correlation of two trials of one document, 0..1.
    converged
        Whether the likelihood has its maximum at a dispersion below .999.
    """

    mean: float
    variance: float
    dispersion: float
    converged: bool


def mixed_check(counts: pd.DataFrame, *, group: str = "leader", level: float = 0.95) -> pd.DataFrame:
    """Compare every two leaders on P-1, I-1 and P-4 by mixed models of their verbs.

    Each verb of power is a trial: cooperative against conflictual for P-1 (verbs of Other) and I-1 (of Self),
    Self against Other for P-4. The chance of a success differs between the documents of a leader by a beta
    distribution with the leader's own mean and dispersion (Williams 1975), fitted by maximum likelihood. So a
    document weighs by its verbs, but the less so the more alike the verbs of one document are. The gap is
    tested as Welch's t is: each leader has a variance of his own, with documents - 1 degrees of freedom.

    One dispersion for both leaders, the usual beta-binomial regression, would be the analogue of the pooled
    ANOVA: where leaders differ in dispersion and number of documents its p is wrong in either direction
    (Kupper et al. 1986; Liang & Hanfelt 1994).

    Parameters
    ----------
    counts
        One row a document: the group column, `document_id`, `self_punish` to `other_reward` (whole numbers),
        as from `infer.counts.Counts.table`.
    group
        Column that names whom to compare.
    level
        Coverage of the intervals, between 0 and 1.

    Returns
    -------
    DataFrame
        `MIXED_COLUMNS`, ordered by a, b, index. Estimates, gap, limits and p are missing where a leader has
        fewer than two documents with such verbs, or verbs of one kind only.

    Raises
    ------
    InputError
        If a column is missing, a document stands twice or has no group, a count is not a whole number of at
        least 0, there are fewer than two groups, or the level is out of range.
    """
    require_fraction(level, "level")
    trials = _trials(count_array(counts, keys=[group], whole=True))
    groups = counts[group].astype(str).to_numpy(np.str_)
    names = np.unique(groups).tolist()
    if len(names) < 2:
        raise InputError(
            f"counts: expected at least two values of {group}; found {len(names)}; add documents"
        )
    fits = pd.concat([_described(name, trials, groups == name) for name in names], ignore_index=True)
    pairs = pd.DataFrame(list(combinations(names, 2)), columns=["a", "b"])
    pairs = pairs.merge(pd.DataFrame({"index": list(trials)}), how="cross")
    for side in ("a", "b"):
        on = [f"{side}_group", f"{side}_index"]
        pairs = pairs.merge(fits.add_prefix(f"{side}_"), how="left", left_on=[side, "index"], right_on=on)
    return _tested(pairs, level)[list(MIXED_COLUMNS)]


def beta_binomial(successes: NDArray[np.int64], failures: NDArray[np.int64]) -> BetaBinomial:
    """Fit a beta-binomial distribution by maximum likelihood.

    With theta = 1 / (alpha + beta) the likelihood of y successes in n trials is, but for a constant,
    prod_{r<y} (mean + r theta) prod_{r<n-y} (1 - mean + r theta) / prod_{r<n} (1 + r theta) (Griffiths 1973;
    Smith 1983), which at theta = 0 is the binomial's. It is concave in the mean, so that the mean is solved
    for within the search for theta; the dispersion is theta / (1 + theta).

    Parameters
    ----------
    successes, failures
        Shape (documents,): whole numbers; over all documents there is at least one of each.
    """
    s, f, n = (_more_than(x) for x in (successes, failures, successes + failures))
    r_s, r_f, r_n = (np.arange(len(x), dtype=np.float64) for x in (s, f, n))

    def mean_at(theta: float) -> float:
        def uphill(mean: float) -> float:
            slope = np.sum(s / (mean + r_s * theta)) - np.sum(f / (1 - mean + r_f * theta))
            return float(slope * mean * (1 - mean))  # nearly a straight line

        return float(brentq(uphill, 1e-12, 1 - 1e-12, xtol=1e-14))

    def slope_at(dispersion: float) -> float:
        theta = dispersion / (1 - dispersion)
        mean = mean_at(theta)
        up = np.sum(s * r_s / (mean + r_s * theta)) + np.sum(f * r_f / (1 - mean + r_f * theta))
        return float(up - np.sum(n * r_n / (1 + r_n * theta)))

    at_most = slope_at(_MOST) > 0
    dispersion = _MOST if at_most else 0.0
    if not at_most and slope_at(0.0) > 0:
        dispersion = float(brentq(slope_at, 0.0, _MOST, xtol=1e-12))
    theta = dispersion / (1 - dispersion)
    mean = mean_at(theta)
    s, f, n = s / (mean + r_s * theta) ** 2, f / (1 - mean + r_f * theta) ** 2, n / (1 + r_n * theta) ** 2
    information = s.sum() + f.sum()
    if theta > 0 and not at_most:
        of_both, of_theta = s @ r_s - f @ r_f, s @ r_s**2 + f @ r_f**2 - n @ r_n**2
        information -= of_both**2 / of_theta
    return BetaBinomial(mean, float(1 / information), dispersion, not at_most)


def _more_than(numbers: NDArray[np.int64]) -> Floats:
    """Return how many of the numbers are above 0, above 1, ..., up to the largest."""
    return np.bincount(numbers)[::-1].cumsum()[::-1][1:].astype(np.float64)


def _trials(array: Floats) -> dict[str, NDArray[np.int64]]:
    """Return the successes and failures of every document by index, each of shape (documents, 2)."""
    own, other = np.moveaxis(array.astype(np.int64), 1, 0)
    good = np.array([VALENCE[name] == "cooperative" for name in POWER_CATEGORIES])
    kinds = np.stack([good, ~good], axis=1).astype(np.int64)
    return {
        "P-1": other @ kinds,
        "I-1": own @ kinds,
        "P-4": np.stack([own.sum(axis=1), other.sum(axis=1)], axis=1),
    }


def _described(name: str, trials: dict[str, NDArray[np.int64]], chosen: NDArray[np.bool_]) -> pd.DataFrame:
    """Return one leader's row for each index."""
    rows = []
    for index, all_of_index in trials.items():
        of_index = all_of_index[chosen]
        of_index = of_index[of_index.any(axis=1)]
        documents, verbs = len(of_index), int(of_index.sum())
        fit = BetaBinomial(np.nan, np.nan, np.nan, False)
        if documents >= 2 and of_index.any(axis=0).all():
            fit = beta_binomial(*of_index.T)
        dispersion = fit.dispersion if verbs > documents else np.nan
        scale = 1 if index == "P-4" else 2
        estimate = scale * fit.mean - (scale - 1)
        rows.append(
            (name, index, estimate, scale**2 * fit.variance, dispersion, documents, verbs, fit.converged)
        )
    columns = ["group", "index", "estimate", "variance", "dispersion", "documents", "verbs", "converged"]
    return pd.DataFrame(rows, columns=columns)


def _tested(pairs: pd.DataFrame, level: float) -> pd.DataFrame:
    """Add gap, limits and p: Welch's t on the models' variances. The indices of a pair follow each other."""
    a, b = (pairs[column].to_numpy(np.int64) for column in ("a_documents", "b_documents"))
    part_a, part_b = _unbiased(pairs["a_variance"], a), _unbiased(pairs["b_variance"], b)
    freedom = welch_freedom(part_a, part_b, a, b)
    error = np.sqrt(part_a + part_b)
    gap = (pairs["a_estimate"] - pairs["b_estimate"]).to_numpy(np.float64)
    half = stats.t.ppf((1 + level) / 2, freedom) * error
    p = np.asarray(2 * stats.t.sf(np.abs(gap) / error, freedom))
    return pairs.assign(
        gap=gap,
        low=gap - half,
        high=gap + half,
        p=p,
        p_holm=holm(p.reshape(-1, pairs["index"].nunique())).ravel(),
        converged=pairs["a_converged"] & pairs["b_converged"],
    )


def _unbiased(variance: pd.Series, documents: NDArray[np.int64]) -> Floats:
    """Enlarge a variance by documents / (documents - 1): maximum likelihood fits the mean for free."""
    return variance.to_numpy(np.float64) * documents / np.maximum(documents - 1, 1)
