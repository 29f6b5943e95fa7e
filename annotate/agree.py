"""Agreement of coders who read the same verbs, attribute by attribute."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vicsformer.annotate.readings import SPAN, TENSES
from vicsformer.data.codebook import (
    ATTRIBUTIONS,
    CATEGORIES,
    INTENSITY,
    LABEL_CATEGORIES,
    NONE,
    SELF_ATTRIBUTIONS,
    VALENCE,
)
from vicsformer.data.errors import InputError
from vicsformer.evaluate import confusion as of
from vicsformer.evaluate.checks import require_count, require_fraction
from vicsformer.evaluate.confusion import Floats

AGREEMENT_COLUMNS: dict[str, str] = {
    "coder_a": "one coder",
    "coder_b": "the other",
    "attribute": "unit, category (seven and none), category_of_units (seven), valence, intensity, "
    "attribution (five), self_other (three) or tense",
    "measure": "agreed (share), kappa (Cohen) or alpha (Krippendorff)",
    "value": "the estimate; missing where there is nothing to divide by",
    "low": "lower limit of the interval",
    "high": "upper limit",
    "verbs": "number of verb forms it rests on",
    "passages": "number of passages these are in",
}
"""Columns of the table of agreement."""

_INTENSITIES = tuple(f"{INTENSITY[name]:+d}" for name in CATEGORIES)


@dataclass(frozen=True)
class _Question:
    """What two coders answered, verb by verb.

    Attributes
    ----------
    attribute, answers
        Name of the question and all answers to it.
    a, b
        Shape (verbs,): positions of the coders' answers.
    passage
        Shape (verbs,): number of the passage, from 0 without gaps.
    numbers
        Shape (answers,): what the answers stand for; None where they have no order.
    """

    attribute: str
    answers: tuple[str, ...]
    a: NDArray[np.intp]
    b: NDArray[np.intp]
    passage: NDArray[np.intp]
    numbers: Floats | None = None

    def confusion(self) -> Floats:
        """Return the counts, shape (passages, K, K)."""
        k, passages = len(self.answers), int(self.passage.max(initial=-1)) + 1
        cells = np.ravel_multi_index((self.passage, self.a, self.b), (passages, k, k))
        return np.bincount(cells, minlength=passages * k * k).reshape(passages, k, k).astype(np.float64)


def agreement(
    readings: pd.DataFrame, *, resamples: int = 1000, level: float = 0.95, seed: int = 0
) -> pd.DataFrame:
    """Return how well each pair of coders agrees on the verb forms that both coded.

    A form that one of them added to the marked ones and the other did not is not among these.

    `unit` and `category` are over all of these, `tense` over those to which both gave one, everything else
    over those in which both see a unit. Kappa and alpha of `intensity` weigh a disagreement by the squared
    difference of the intensities -3..3 (Cohen 1968; Krippendorff's interval distance); all others are
    nominal.

    Parameters
    ----------
    readings
        As from `readings.load_readings`.
    resamples
        Draws of passages with replacement.
    level
        Coverage of the percentile intervals; with a single passage the limits are missing.
    seed
        Of the draws.

    Returns
    -------
    DataFrame
        `AGREEMENT_COLUMNS`, one row a pair of coders, attribute and measure.

    Raises
    ------
    InputError
        No two coders have a verb in common, or an option is out of range.
    """
    require_count(resamples, "resamples")
    require_fraction(level, "level")
    rows = [
        (coder_a, coder_b, *row)
        for coder_a, coder_b, both in _pairs(readings)
        for question in _questions(both)
        for row in _measured(question, resamples, level, seed)
    ]
    return pd.DataFrame(rows, columns=list(AGREEMENT_COLUMNS))


def confusions(readings: pd.DataFrame) -> pd.DataFrame:
    """Cross-tabulate the codes of each pair of coders.

    Parameters
    ----------
    readings
        As from `readings.load_readings`.

    Returns
    -------
    DataFrame
        `coder_a, coder_b, attribute, a, b, verbs`: how many verbs the one codes `a` and the other `b`; only
        what occurs.

    Raises
    ------
    InputError
        No two coders have a verb in common.
    """
    rows = []
    for coder_a, coder_b, both in _pairs(readings):
        for question in _questions(both):
            counts = question.confusion().sum(axis=0)
            rows += [
                (
                    coder_a,
                    coder_b,
                    question.attribute,
                    question.answers[i],
                    question.answers[j],
                    int(counts[i, j]),
                )
                for i, j in np.argwhere(counts)
            ]
    return pd.DataFrame(rows, columns=["coder_a", "coder_b", "attribute", "a", "b", "verbs"])


def _pairs(readings: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Every two coders with the verbs that both coded: columns of one end in `_a`, of the other in `_b`."""
    by_coder = {name: readings[readings["coder"] == name] for name in readings["coder"].unique()}
    found = False
    for a, b in combinations(by_coder, 2):
        both = by_coder[a].merge(by_coder[b], on=SPAN, suffixes=("_a", "_b"))
        if len(both):
            found = True
            yield a, b, both
    if not found:
        raise InputError(
            f"agree: expected two coders of the same verbs, found none among {', '.join(by_coder)}; "
            "give the readings of passages that were read twice"
        )


def _questions(both: pd.DataFrame) -> Iterator[_Question]:
    unit = dict.fromkeys(CATEGORIES, "unit") | {NONE: NONE}
    intensity = dict(zip(CATEGORIES, _INTENSITIES, strict=True))
    side = {name: "self" if name in SELF_ATTRIBUTIONS else name for name in ATTRIBUTIONS}
    units = both[(both["category_a"] != NONE) & (both["category_b"] != NONE)]
    tensed = both[both["tense_a"].isin(TENSES) & both["tense_b"].isin(TENSES)]
    numbers = np.array([INTENSITY[name] for name in CATEGORIES], dtype=np.float64)
    yield _question("unit", ("unit", NONE), both, "category", unit)
    yield _question("category", LABEL_CATEGORIES, both, "category")
    yield _question("category_of_units", CATEGORIES, units, "category")
    yield _question("valence", tuple(dict.fromkeys(VALENCE.values())), units, "category", dict(VALENCE))
    yield _question("intensity", _INTENSITIES, units, "category", intensity, numbers)
    yield _question("attribution", ATTRIBUTIONS, units, "attribution")
    yield _question("self_other", tuple(dict.fromkeys(side.values())), units, "attribution", side)
    yield _question("tense", TENSES, tensed, "tense")


def _question(
    attribute: str,
    answers: tuple[str, ...],
    verbs: pd.DataFrame,
    column: str,
    merged: dict[str, str] | None = None,
    numbers: Floats | None = None,
) -> _Question:
    coded = [verbs[f"{column}_{which}"] for which in ("a", "b")]
    a, b = (
        np.asarray(
            pd.Categorical(c if merged is None else c.map(merged), categories=answers).codes, dtype=np.intp
        )
        for c in coded
    )
    passage = pd.MultiIndex.from_frame(verbs[["document_id", "round_a", "passage_a"]])
    return _Question(attribute, answers, a, b, pd.factorize(passage)[0].astype(np.intp), numbers)


def _measured(
    question: _Question, resamples: int, level: float, seed: int
) -> Iterator[tuple[str, str, float, float, float, int, int]]:
    counts = question.confusion()
    n = len(counts)
    weights = np.ones((1, n))
    if n > 1:  # nothing is known of the spread between passages otherwise
        draws = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=resamples)
        weights = np.vstack([weights, draws])
    stack = np.tensordot(weights, counts, axes=1)
    numbers = question.numbers
    alpha = of.alpha_nominal(stack) if numbers is None else of.alpha_interval(stack, numbers)
    measures = {"agreed": of.accuracy(stack), "kappa": of.kappa(stack, numbers), "alpha": alpha}
    for name, found in measures.items():
        low, high = pd.Series(found[1:]).quantile([(1 - level) / 2, (1 + level) / 2])
        yield question.attribute, name, float(found[0]), low, high, len(question.a), n
