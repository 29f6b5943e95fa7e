"""How often the 95 % intervals hold the truth: a simulation of coders that err.

`python benchmarks/coverage/study.py` writes beside itself

- `results.csv`: every method where its assumption holds;
- `results_violated.csv`: the same where it does not;
- `results_intervals.csv`: kinds of interval with a coder that does not err;
- `results_gaps.csv`: gaps of two leaders, from draws as they come and expanded ones, same coder;
- `coverage.png`: the first of them.

One row a method (kind of interval), setting and index. Every replication draws its own leader and has its own
seed: the tables do not depend on the number of workers. `benchmarks/README.md` describes the settings.
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from types import MappingProxyType

import methods
import numpy as np
import pandas as pd
import world
from figure import plot_coverage
from methods import Coder
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]
from world import Confusion, Floats

from vicsformer.data.tables import write_table
from vicsformer.infer.indices import INDEX_NAMES, indices
from vicsformer.infer.intervals import Method

ACCURACIES = (0.6, 0.7, 0.8, 0.9, 0.95)
DOCUMENTS = (5, 10, 20, 50, 100, 250)
CONFUSIONS: tuple[Confusion, ...] = ("even", "asymmetric")
INDICES = (
    *("P-1", "P-2", "P-3 unbiased", "P-4", "P-5", "I-1", "I-2", "I-3 unbiased", "I-4a", "I-4b"),
    "I-5 appeal",
)
WORSE = 0.1
"""How much less accurate than in the labelled documents the coder is where its error rates differ."""

COLUMNS = {
    "method": "naive, soft, imputed, confusion or audit; where the coder does not err, the kind of interval",
    "accuracy": "share of categories coded rightly; half as many agents as categories are wrong",
    "confusion": "even or asymmetric, see `world.error_rates`",
    "documents": "speeches of the leader, or of either leader, of 40 verbs on average",
    "index": "which index",
    "coverage": "share of the intervals that hold the truth",
    "bias": "mean of estimate - truth",
    "width": "mean width of the intervals",
    "replications": "leaders drawn",
    "failed": "of these, leaders without an interval; they are left out of the three figures",
    "setting": "which assumptions hold: see `SETTINGS`",
}
"""Columns of the tables."""


@dataclass(frozen=True)
class Cell:
    """A setting of the simulation; see `COLUMNS`."""

    setting: str
    accuracy: float
    confusion: Confusion
    documents: int

    def generator(self, replication: int) -> np.random.Generator:
        """Return the generator of a replication, from the cell and its number alone."""
        name = [list(SETTINGS).index(self.setting), round(100 * self.accuracy)]
        return np.random.default_rng([*name, CONFUSIONS.index(self.confusion), self.documents, replication])


Outcome = dict[str, Floats]
"""By method: estimate, low, high and truth of every index, (4, 18)."""

Estimator = Callable[[int, np.random.Generator], Floats]
"""From a number of draws and their source to estimate, low and high of every index, (3, 18)."""


def all_hold(cell: Cell, resamples: int, rng: np.random.Generator) -> Outcome:
    """Every method where its own assumption holds.

    For soft and imputed the true cells are drawn anew from the calibrated probabilities, so that side and
    category are independent given the code: what these methods assume.
    """
    shares, coder = world.draw_leader(rng), _coder(cell)
    speeches = methods.draw_speeches(shares, coder, cell.documents, rng)
    labelled = methods.label(coder, *rng.spawn(1))
    probabilities = coder.probabilities(shares)
    expected = coder.coded_shares(shares).ravel() @ probabilities.cells()
    drawn = np.bincount(world.pick(probabilities.cells(), speeches.coded, rng), minlength=shares.size)
    estimators = {
        "naive": partial(methods.naive, speeches),
        "soft": partial(methods.soft, speeches, probabilities),
        "imputed": partial(methods.imputed, speeches, probabilities),
        "confusion": partial(methods.confusion, speeches, labelled),
        "audit": partial(methods.audit, speeches),
    }
    truths = {"soft": methods.truth(expected.reshape(shares.shape)), "imputed": _of_verbs(drawn)}
    return _outcome(estimators, resamples, rng, methods.truth(shares), truths)


def base_rates(cell: Cell, resamples: int, rng: np.random.Generator) -> Outcome:
    """Probabilities that are calibrated for the average leader, not for this one."""
    shares, coder = world.draw_leader(rng), _coder(cell)
    return _probabilistic(cell, shares, coder.probabilities(world.average_leader()), resamples, rng)


def dependent(cell: Cell, resamples: int, rng: np.random.Generator) -> Outcome:
    """Probabilities that are calibrated, but side and category are not independent given the code."""
    shares, coder = world.draw_leader(rng), _coder(cell)
    return _probabilistic(cell, shares, coder.probabilities(shares), resamples, rng)


def error_rates(cell: Cell, resamples: int, rng: np.random.Generator) -> Outcome:
    """A coder that is worse on this leader than on the labelled documents."""
    shares = world.draw_leader(rng)
    here = Coder(*world.error_rates(cell.accuracy - WORSE, cell.confusion))
    speeches = methods.draw_speeches(shares, here, cell.documents, rng)
    labelled = methods.label(_coder(cell), *rng.spawn(1))
    estimators = {
        "naive": partial(methods.naive, speeches),
        "confusion": partial(methods.confusion, speeches, labelled),
        "audit": partial(methods.audit, speeches),
    }
    return _outcome(estimators, resamples, rng, methods.truth(shares))


def kink(cell: Cell, resamples: int, rng: np.random.Generator) -> Outcome:
    """A leader with I-1 = 0: no estimate of I-4a can exceed the truth, which is 1."""
    shares, coder = world.balance(world.draw_leader(rng)), _coder(cell)
    speeches = methods.draw_speeches(shares, coder, cell.documents, rng)
    labelled = methods.label(coder, *rng.spawn(1))
    estimators = {
        "confusion": partial(methods.confusion, speeches, labelled),
        "audit": partial(methods.audit, speeches),
    }
    return _outcome(estimators, resamples, rng, methods.truth(shares))


def intervals(cell: Cell, resamples: int, rng: np.random.Generator) -> Outcome:
    """Kinds of interval where the codes are right."""
    shares = world.draw_leader(rng)
    speeches = methods.draw_speeches(shares, _coder(cell), cell.documents, rng)
    kinds: tuple[Method, ...] = ("percentile", "bca", "studentised", "expanded")
    estimators = {kind: partial(methods.naive, speeches, interval=kind) for kind in kinds}
    return _outcome(estimators, resamples, rng, methods.truth(shares))


def gaps(cell: Cell, resamples: int, rng: np.random.Generator) -> Outcome:
    """Two leaders with as many speeches each, whose codes are right."""
    shares = [world.draw_leader(rng) for _ in range(2)]
    pair = [methods.draw_speeches(one, _coder(cell), cell.documents, rng) for one in shares]
    first, second = map(methods.truth, shares)
    estimators = {
        "percentile": partial(methods.gap, pair, expanded=False),
        "expanded": partial(methods.gap, pair, expanded=True),
    }
    return _outcome(estimators, resamples, rng, first - second)


SETTINGS: dict[str, Callable[[Cell, int, np.random.Generator], Outcome]] = {
    "all hold": all_hold,
    "base rates": base_rates,
    "dependent": dependent,
    "error rates": error_rates,
    "kink": kink,
    "intervals": intervals,
    "gaps": gaps,
}
"""What is simulated."""

_VIOLATED = ("base rates", "dependent", "error rates", "kink")


def tabulate(cells: Sequence[Cell], *, replications: int, resamples: int, workers: int) -> pd.DataFrame:
    """Simulate cells; return a row a cell, method and index, with `COLUMNS`.

    Parameters
    ----------
    cells
        What to simulate.
    replications
        Leaders drawn in each.
    resamples
        Draws of each interval.
    workers
        Processes; they do not change the table.
    """
    with ProcessPoolExecutor(workers) as pool:
        parts = pool.map(_replicate, *zip(*((c, replications, resamples) for c in cells), strict=True))
        tables = [_table(cell, outcomes) for cell, outcomes in zip(cells, parts, strict=True)]
    return pd.concat(tables, ignore_index=True)


def main() -> None:
    """Write the tables and the plot."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--replications", type=int, default=1000)
    parser.add_argument("--resamples", type=int, default=300)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--output", type=Path, default=Path(__file__).parent)
    options = vars(parser.parse_args())
    output: Path = options.pop("output")
    grids = {
        "results": [Cell("all hold", *place) for place in product(ACCURACIES, CONFUSIONS, DOCUMENTS)],
        "results_violated": [
            Cell(setting, 0.8, "asymmetric", number) for setting, number in product(_VIOLATED, (20, 100))
        ],
        "results_intervals": [Cell("intervals", 1.0, "even", number) for number in DOCUMENTS],
        "results_gaps": [Cell("gaps", 1.0, "even", number) for number in DOCUMENTS],
    }
    for name, cells in grids.items():
        table = tabulate(cells, **options)
        write_table(table, output / f"{name}.csv")
        if name == "results":
            plot_coverage(table, output / "coverage.png")


def _replicate(cell: Cell, replications: int, resamples: int) -> dict[str, Floats]:
    """Return by method estimate, low, high and truth of all replications, (replications, 4, indices)."""
    chosen = [INDEX_NAMES.index(name) for name in INDICES]
    with threadpool_limits(1):
        outcomes = [
            SETTINGS[cell.setting](cell, resamples, cell.generator(replication))
            for replication in range(replications)
        ]
    return {
        method: np.stack([outcome[method] for outcome in outcomes])[..., chosen] for method in outcomes[0]
    }


def _table(cell: Cell, outcomes: dict[str, Floats]) -> pd.DataFrame:
    tables = []
    for method, outcome in outcomes.items():
        estimate, low, high, truth = np.moveaxis(outcome, 1, 0)
        failed = np.isnan(estimate + low + high)
        figures = {
            "coverage": (low <= truth) & (truth <= high),
            "bias": estimate - truth,
            "width": high - low,
        }
        means = {name: np.ma.masked_array(values, failed).mean(axis=0) for name, values in figures.items()}
        columns = {name: np.ma.filled(mean.astype(np.float64), np.nan) for name, mean in means.items()}
        table = pd.DataFrame({"index": INDICES, **columns, "failed": failed.sum(axis=0)})
        tables.append(table.assign(method=method, replications=len(outcome)))
    return pd.concat(tables).assign(**vars(cell))[list(COLUMNS)]


def _probabilistic(
    cell: Cell, shares: Floats, probabilities: methods.Probabilities, resamples: int, rng: np.random.Generator
) -> Outcome:
    speeches = methods.draw_speeches(shares, _coder(cell), cell.documents, rng)
    estimators = {
        "naive": partial(methods.naive, speeches),
        "soft": partial(methods.soft, speeches, probabilities),
        "imputed": partial(methods.imputed, speeches, probabilities),
        "audit": partial(methods.audit, speeches),
    }
    true = np.bincount(speeches.true, minlength=shares.size)
    return _outcome(estimators, resamples, rng, methods.truth(shares), {"imputed": _of_verbs(true)})


def _coder(cell: Cell) -> Coder:
    return Coder(*world.error_rates(cell.accuracy, cell.confusion))


def _of_verbs(count: NDArray[np.integer]) -> Floats:
    """Return the indices of numbers of verbs of the 21 cells."""
    return indices(world.power(count.reshape(world.SIDES, world.KINDS).astype(np.float64)))


def _outcome(
    estimators: Mapping[str, Estimator],
    resamples: int,
    rng: np.random.Generator,
    truth: Floats,
    other_truths: Mapping[str, Floats] = MappingProxyType({}),
) -> Outcome:
    """Run every method with a generator of its own: what one draws does not change the others."""
    streams = rng.spawn(len(estimators))
    return {
        method: np.vstack([estimate(resamples, stream), other_truths.get(method, truth)])
        for (method, estimate), stream in zip(estimators.items(), streams, strict=True)
    }


if __name__ == "__main__":
    main()
