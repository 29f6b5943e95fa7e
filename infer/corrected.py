"""Profiles that take the coder's errors into account, by several methods side by side."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vicsformer.data.errors import InputError
from vicsformer.infer.audit import audited_counts
from vicsformer.infer.counts import Counts, count
from vicsformer.infer.expansion import effective_documents, expanded_draws
from vicsformer.infer.index_limits import within_range
from vicsformer.infer.indices import INDEX_NAMES
from vicsformer.infer.intervals import Aggregate, Method, Resamples
from vicsformer.infer.profile import FEW_DOCUMENTS, Options, groups, resample_group, tidy
from vicsformer.infer.quantify import resample_confusion
from vicsformer.infer.rates import ErrorRates, require_all_codes
from vicsformer.infer.small_samples import debiased
from vicsformer.infer.soft import (
    POWER,
    certain,
    document_rows,
    probabilities,
    resample_imputed,
    soft_counts,
    sum_cells,
)

METHODS: dict[str, str] = {
    "naive": "the likeliest codes, counted as if they were right",
    "soft": "expected counts from calibrated probabilities",
    "imputed": "codes drawn from the probabilities: what a perfect reader would have found in these speeches",
    "confusion": "counts corrected by the error rates of labelled documents",
    "audit": "counts corrected by passages of these very documents that readers coded",
}
"""What a profile can be made by."""

_BY_SPEECH = ("naive", "soft")
_AUDITED = 2
"""Documents with audited passages below which an audit shows no spread."""


class _Estimate(NamedTuple):
    """The indices of a group, what was resampled, its verbs, and of how many documents where not of all."""

    resampled: Resamples
    unit: str
    verbs: float
    documents: int | None = None


_Estimator = Callable[["pd.Index[int]", np.random.Generator], _Estimate]
"""From the rows of a group's documents and its draws to its indices."""

Audit = tuple[pd.DataFrame, pd.DataFrame]


def profile_methods(
    coded: pd.DataFrame,
    *,
    methods: Sequence[str] = ("naive", "soft"),
    by: Sequence[str] = ("leader",),
    rates: ErrorRates | None = None,
    audit: Audit | None = None,
    aggregate: Aggregate = "pooled",
    interval: Method = "expanded",
    resamples: int = 2000,
    level: float = 0.95,
    seed: int = 0,
    documents: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the indices of each group by several methods, with intervals.

    All methods but `imputed` draw the same documents of a group, so that their rows can be compared.

    Parameters
    ----------
    coded
        As in `counts.count`; for `soft` and `imputed` with the probabilities, for `audit` with `start`.
    methods
        Of `METHODS`.
    by, documents
        As in `counts.count`.
    rates
        For `confusion`: as from `rates.error_rates`, of the same coder.
    audit
        For `audit`: verbs and passages, as in `audit.audited_counts`.
    aggregate
        As in `profile.profile_counts`; "speech" for `naive` and `soft` alone.
    interval, resamples, level, seed
        As in `profile.profile_counts`. The interval is that of `naive`; all others have expanded percentile
        limits, which hold the truth about as often as they say (`benchmarks/coverage`).

    Returns
    -------
    DataFrame
        The columns of `profile.profile_counts` and `method`; groups, then methods as given, then indices.
        `verbs` is estimated by the method; `unit` of `imputed` is "code". The rows of `naive` are those of
        `profile`. Limits of `confusion` and `audit` rest on the labelled or audited documents where these
        are fewer, and `few_documents` of `audit` is about those. P-5 and the unbiased indices of `soft`,
        `confusion` and `audit` are corrected by the jackknife (`small_samples.debiased`); means over
        speeches are not, and lack the unbiased ones. Of a single document limits and the unbiased indices
        are missing; with audited passages in fewer than two documents, everything of `audit` is.

    Raises
    ------
    InputError
        If the table or an option cannot be used, or a method lacks what it needs.
    """
    options = Options(aggregate, interval, resamples, level, seed)
    counts, estimators = _estimators(coded, methods, by, rates, audit, options, documents)
    tables = []
    for key, rows, _ in groups(counts):
        for method, estimator in estimators.items():
            shown = options if method == "naive" else replace(options, interval="expanded")
            found = estimator(rows.index, options.generator(key))
            table = tidy(rows[list(counts.by)], *found[:3], shown)
            if found.documents is not None:
                table["few_documents"] = found.documents < FEW_DOCUMENTS
            tables.append(table.assign(method=method))
    return pd.concat(tables, ignore_index=True)


def draw_indices(
    coded: pd.DataFrame,
    *,
    method: str = "naive",
    by: str = "leader",
    rates: ErrorRates | None = None,
    audit: Audit | None = None,
    aggregate: Aggregate = "pooled",
    resamples: int = 2000,
    seed: int = 0,
    documents: pd.DataFrame | None = None,
) -> dict[str, NDArray[np.float64]]:
    """Return the resampled indices behind `profile_methods`, for what is said of several leaders at once.

    Parameters
    ----------
    coded, rates, audit, aggregate, resamples, seed, documents
        As in `profile_methods`.
    method
        One of `METHODS`.
    by
        Column that names the groups.

    Returns
    -------
    dict
        By group, shape (resamples, indices): in the order of `indices.INDEX_NAMES` and within their ranges,
        spread so that their quantiles are expanded percentile limits (`expansion.expanded_draws`). NaN where
        a draw leaves nothing to divide by, and everywhere where an index rests on a single unit, which shows
        no spread. Row i is one draw of all groups: labelled documents are the same in it.

    Raises
    ------
    InputError
        As `profile_methods`.
    """
    options = Options(aggregate, "percentile", resamples, 0.95, seed)
    counts, estimators = _estimators(coded, [method], [by], rates, audit, options, documents)
    found = {
        str(key[0]): estimators[method](rows.index, options.generator(key)).resampled
        for key, rows, _ in groups(counts)
    }
    return {name: within_range(_spread(one)) for name, one in found.items()}


def _spread(resampled: Resamples) -> NDArray[np.float64]:
    draws = expanded_draws(resampled.draws, resampled.units)
    draws[:, np.isnan(resampled.jackknife).any(axis=0)] = np.nan
    return draws


def _estimators(
    coded: pd.DataFrame,
    methods: Sequence[str],
    by: Sequence[str],
    rates: ErrorRates | None,
    audit: Audit | None,
    options: Options,
    documents: pd.DataFrame | None,
) -> tuple[Counts, dict[str, _Estimator]]:
    _check_methods(methods, rates, audit, options.aggregate)
    counts = count(coded, by=by, documents=documents)
    estimators: dict[str, _Estimator] = {}
    for method in methods:
        if method == "confusion" and rates is not None:
            estimators[method] = _confused(coded, counts, rates, options)
        elif method == "audit" and audit is not None:
            corrected = audited_counts(coded, *audit, by=by, documents=documents)
            estimators[method] = _audited(corrected, counts, audit[1], options)
        elif method == "imputed":
            estimators[method] = _imputed(coded, counts, options)
        elif method == "soft":
            estimators[method] = _estimated(soft_counts(coded, by=by, documents=documents), options)
        else:
            estimators[method] = _counted(counts, options)
    return counts, estimators


def _check_methods(
    methods: Sequence[str], rates: ErrorRates | None, audit: Audit | None, aggregate: Aggregate
) -> None:
    """Raise an `InputError` for the first method that cannot be used."""
    strange = [method for method in methods if method not in METHODS]
    if strange or not methods:
        raise InputError(
            f"methods: expected some of {', '.join(METHODS)}, found {', '.join(strange) or 'none'}; "
            "correct it"
        )
    pooled = [method for method in methods if method not in _BY_SPEECH]
    if aggregate == "speech" and pooled:
        raise InputError(
            f"aggregate: expected pooled with the method {pooled[0]}, which corrects sums over documents and "
            f"no single one, found speech; choose pooled, or {' or '.join(_BY_SPEECH)}"
        )
    if "confusion" in methods and rates is None:
        raise InputError("methods: expected error rates for confusion, found none; give those of the coder")
    if "confusion" in methods and rates is not None:
        require_all_codes(rates)
    if "audit" in methods and audit is None:
        raise InputError(
            "methods: expected audited verbs and passages for audit, found none; give both tables"
        )


def _counted(counts: Counts, options: Options) -> _Estimator:
    def estimate(rows: "pd.Index[int]", rng: np.random.Generator) -> _Estimate:
        array = counts.array[rows]
        return _Estimate(*resample_group(array, options, rng), array.sum())

    return estimate


def _estimated(counts: Counts, options: Options) -> _Estimator:
    plain, pooled = _counted(counts, replace(options, interval="percentile")), options.aggregate == "pooled"

    def estimate(rows: "pd.Index[int]", rng: np.random.Generator) -> _Estimate:
        found = plain(rows, rng)
        return found._replace(resampled=debiased(found.resampled)) if pooled else found

    return estimate


def _audited(corrected: Counts, counts: Counts, passages: pd.DataFrame, options: Options) -> _Estimator:
    plain = _estimated(corrected, options)
    names = corrected.documents["document_id"].astype("str")
    audited = names.isin(passages["document_id"].astype("str")).to_numpy()
    missing = np.full((options.resamples, len(INDEX_NAMES)), np.nan)
    nothing = Resamples(missing[0], missing, missing[:1], np.ones(1))

    def estimate(rows: "pd.Index[int]", rng: np.random.Generator) -> _Estimate:
        documents = int(audited[rows].sum())
        if documents < _AUDITED:
            return _Estimate(nothing, "document", np.nan, documents)
        found = plain(rows, rng)
        # corrected counts can be negative, and say nothing of the documents' lengths
        units = min(documents, effective_documents(counts.array[rows].sum(axis=(1, 2))))
        resampled = replace(found.resampled, units=units)
        return found._replace(resampled=resampled, documents=documents)

    return estimate


def _imputed(coded: pd.DataFrame, counts: Counts, options: Options) -> _Estimator:
    document = document_rows(coded, counts)
    side, category = probabilities(coded)
    power = side[:, :2].sum(axis=1) * category[:, POWER].sum(axis=1)

    def estimate(rows: "pd.Index[int]", rng: np.random.Generator) -> _Estimate:
        own = np.isin(document, rows)
        resampled = resample_imputed(side[own], category[own], options.resamples, rng=rng)
        return _Estimate(resampled, "code", power[own].sum())

    return estimate


def _confused(coded: pd.DataFrame, counts: Counts, rates: ErrorRates, options: Options) -> _Estimator:
    cells = sum_cells(document_rows(coded, counts), *certain(coded), len(counts.array))

    def estimate(rows: "pd.Index[int]", rng: np.random.Generator) -> _Estimate:
        resampled, corrected = resample_confusion(
            cells[rows],
            rates.cells,
            options.resamples,
            rng=rng,
            labelled_rng=options.generator(()),  # the same draws of labelled documents for every group
        )
        return _Estimate(resampled, "document", corrected.sum())

    return estimate
