"""Time of the intervals of a profile, as a ratio to scipy.stats.bootstrap in the same run.

Run `python benchmarks/indices.py`. The table is of made-up counts: time depends on their shape only.
"""

import time
from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from vicsformer.infer.counts import Counts
from vicsformer.infer.indices import INDEX_NAMES, indices
from vicsformer.infer.profile import profile_counts

LEADERS, DOCUMENTS, RESAMPLES = 4, 600, 10_000
LOOP_RESAMPLES = 500


def made_up_counts() -> Counts:
    rng = np.random.default_rng(0)
    shares = rng.dirichlet(np.ones(12), size=LEADERS * DOCUMENTS)
    array = rng.multinomial(60, shares).reshape(-1, 2, 6).astype(np.int64)
    leader = np.repeat([f"leader {i}" for i in range(LEADERS)], DOCUMENTS)
    documents = pd.DataFrame({"leader": leader, "document_id": [str(i) for i in range(len(array))]})
    return Counts(("leader",), documents, array, np.zeros_like(array[..., 0]), np.zeros_like(array[:, 0]))


def pooled(counts: NDArray[np.int64], drawn: NDArray[np.intp], axis: int = -1) -> NDArray[np.float64]:
    return np.moveaxis(indices(counts[np.moveaxis(drawn, axis, -1)].sum(axis=-3)), -1, 0)


def scipy_bootstrap(array: NDArray[np.int64], resamples: int, *, vectorized: bool) -> None:
    """BCa intervals of all indices of the pooled counts, a call a leader."""
    for counts in array.reshape(LEADERS, DOCUMENTS, 2, 6):
        stats.bootstrap(
            (np.arange(DOCUMENTS),),
            partial(pooled, counts),
            n_resamples=resamples,
            batch=100,
            vectorized=vectorized,
            method="BCa",
            rng=np.random.default_rng(0),
        )


def seconds(work: Callable[[], object], repeats: int = 1) -> float:
    """Return the shortest time of some runs."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    counts = made_up_counts()
    own = seconds(lambda: profile_counts(counts, resamples=RESAMPLES), repeats=3)
    vectorized = seconds(lambda: scipy_bootstrap(counts.array, RESAMPLES, vectorized=True))
    few = seconds(lambda: scipy_bootstrap(counts.array, LOOP_RESAMPLES, vectorized=False))
    more = seconds(lambda: scipy_bootstrap(counts.array, 2 * LOOP_RESAMPLES, vectorized=False))
    loop = more + (more - few) * (RESAMPLES / LOOP_RESAMPLES - 2)
    table = pd.DataFrame(
        {
            "seconds": [own, vectorized, loop],
            "ratio": [1, vectorized / own, loop / own],
            "draws run": [f"{RESAMPLES}", f"{RESAMPLES}", f"{2 * LOOP_RESAMPLES}, extended to {RESAMPLES}"],
        },
        index=["profile_counts", "scipy, vectorized", "scipy, loop over draws"],
    )
    shape = f"{DOCUMENTS} documents x {LEADERS} leaders x {len(INDEX_NAMES)} indices"
    print(f"BCa intervals, {RESAMPLES} resamples of {shape}\n")
    print(table.round(2).to_string())


if __name__ == "__main__":
    main()
