"""The coefficients of agreement, each in the data and in every resample."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from vicsformer.data.codebook import ATTRIBUTIONS, CATEGORIES, INTENSITY, NEUTRAL, SELF_ATTRIBUTIONS
from vicsformer.evaluate import confusion as of
from vicsformer.evaluate.confusion import Floats
from vicsformer.evaluate.tabulation import PairCounts

_POWER = np.array([name != NEUTRAL for name in CATEGORIES])
_INTENSITIES = np.array([INTENSITY[name] for name in CATEGORIES], dtype=np.float64)
_VALENCES = ("conflictual", "neutral", "cooperative")
_VALENCE_OF = np.sign(_INTENSITIES).astype(np.intp) + 1
_AGENTS = ("self", "other", "unknown")
_AGENT_OF = np.array([0 if name in SELF_ATTRIBUTIONS else _AGENTS.index(name) for name in ATTRIBUTIONS])


@dataclass(frozen=True)
class Measure:
    """A coefficient of one class or over all.

    Attributes
    ----------
    attribute, name, label
        As `attribute`, `measure`, `label` in `agreement.AGREEMENT_COLUMNS`.
    draws
        Shape (resamples,), the first being the data themselves.
    n
        Number of rows it rests on in the data.
    """

    attribute: str
    name: str
    label: str
    draws: Floats
    n: float


def measures(totals: PairCounts) -> Iterator[Measure]:
    """Give every coefficient; the first axis of the counts is resamples, the data first."""
    for family in (_unit, _category, _valence, _intensity, _agents):
        yield from family(totals)


def _unit(totals: PairCounts) -> Iterator[Measure]:
    alarms, power_alarms = totals.alarms.sum(axis=1), totals.alarms[:, _POWER].sum(axis=1)
    coded = totals.matched + alarms
    for name, over, under in (
        ("recall", totals.matched, totals.units),
        ("precision", totals.matched, coded),
        ("f1", 2 * totals.matched, totals.units + coded),
        ("false_alarms_per_100", 100 * alarms, totals.units),
        ("power_false_alarms_per_100", 100 * power_alarms, totals.units),
    ):
        yield Measure("unit", name, "all", of.ratio(over, under), under[0])


def _category(totals: PairCounts) -> Iterator[Measure]:
    yield from _overall("category", totals.category)
    yield from _by_class("category", totals.category, CATEGORIES)
    with_alarms = of.precision(totals.category, totals.stray)
    n = totals.category[0].sum(axis=0) + totals.stray[0]
    for i, label in enumerate(CATEGORIES):
        yield Measure("category", "precision_with_false_alarms", label, with_alarms[:, i], n[i])


def _valence(totals: PairCounts) -> Iterator[Measure]:
    valence = of.merge(totals.category, _VALENCE_OF)
    yield from _overall("valence", valence)
    yield from _by_class("valence", valence, _VALENCES)
    both = valence[:, ::2, ::2]  # conflictual and cooperative
    yield Measure("valence", "sign_agreement", "all", of.accuracy(both), both[0].sum())


def _intensity(totals: PairCounts) -> Iterator[Measure]:
    n = totals.category[0].sum()
    for name, values in (
        ("kappa_quadratic", of.kappa(totals.category, _INTENSITIES)),
        ("alpha_ordinal", of.alpha_ordinal(totals.category)),
        ("alpha_interval", of.alpha_interval(totals.category, _INTENSITIES)),
    ):
        yield Measure("intensity", name, "all", values, n)


def _agents(totals: PairCounts) -> Iterator[Measure]:
    agents = of.merge(totals.attribution, _AGENT_OF)
    for attribute, table, labels in (
        ("self_other", agents, _AGENTS),
        ("attribution", totals.attribution, ATTRIBUTIONS),
    ):
        yield from _overall(attribute, table)
        yield from _by_class(attribute, table, labels)


def _overall(attribute: str, confusion: Floats) -> Iterator[Measure]:
    n = confusion[0].sum()
    for name, function in (
        ("accuracy", of.accuracy),
        ("macro_f1", of.macro_f1),
        ("kappa", of.kappa),
        ("alpha_nominal", of.alpha_nominal),
    ):
        yield Measure(attribute, name, "all", function(confusion), n)


def _by_class(attribute: str, confusion: Floats, labels: tuple[str, ...]) -> Iterator[Measure]:
    gold, coded = confusion[0].sum(axis=1), confusion[0].sum(axis=0)
    for name, values, n in (
        ("precision", of.precision(confusion), coded),
        ("recall", of.recall(confusion), gold),
        ("f1", of.f1(confusion), gold),
    ):
        for i, label in enumerate(labels):
            yield Measure(attribute, name, label, values[:, i], n[i])
