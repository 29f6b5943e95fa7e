import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from vicsformer.infer.indices import INDEX_NAMES
from vicsformer.infer.soft import resample_imputed

FOLDER = Path(__file__).parents[2] / "benchmarks" / "coverage"


@pytest.fixture(scope="module")
def study() -> Iterator[ModuleType]:
    """The study's main module; its parts stand beside it, as for a script."""
    sys.path.insert(0, str(FOLDER))
    import study

    yield study
    sys.path.remove(str(FOLDER))


@pytest.fixture(scope="module")
def table(study: ModuleType) -> pd.DataFrame:
    cells = [study.Cell("all hold", 0.6, "even", 60), study.Cell("all hold", 0.9, "asymmetric", 5)]
    return study.tabulate(cells, replications=16, resamples=100, workers=2)


def test_naive_intervals_miss_and_corrected_ones_do_not(table: pd.DataFrame) -> None:
    many = table[table["documents"] == 60]
    coverage = many.groupby("method")["coverage"].mean()
    assert coverage["naive"] < 0.5
    assert (coverage[["soft", "imputed", "confusion", "audit"]] > 0.8).all()
    bias = many.pivot_table(index="index", columns="method", values="bias").abs()
    assert bias.loc["I-1", "naive"] > 0.2
    assert (bias.loc["I-1", ["soft", "imputed", "confusion", "audit"]] < 0.12).all()


def test_table_is_tidy(study: ModuleType, table: pd.DataFrame) -> None:
    assert list(table.columns) == list(study.COLUMNS)
    assert not table.duplicated(["method", "accuracy", "confusion", "documents", "index"]).any()
    assert len(table) == 2 * 5 * len(study.INDICES)
    assert set(table["replications"]) == {16}
    assert table["coverage"].dropna().between(0, 1).all()
    assert (table["width"].dropna() > 0).all()


def test_workers_and_other_cells_do_not_change_a_row(study: ModuleType, table: pd.DataFrame) -> None:
    cell = study.Cell("all hold", 0.9, "asymmetric", 5)
    alone = study.tabulate([cell], replications=16, resamples=100, workers=1)
    expected = table[table["documents"] == 5].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, expected, check_exact=True)


@pytest.mark.parametrize(
    ("setting", "methods"),
    [
        ("base rates", {"naive", "soft", "imputed", "audit"}),
        ("dependent", {"naive", "soft", "imputed", "audit"}),
        ("error rates", {"naive", "confusion", "audit"}),
        ("kink", {"confusion", "audit"}),
        ("intervals", {"percentile", "bca", "studentised", "expanded"}),
        ("gaps", {"percentile", "expanded"}),
    ],
)
def test_other_settings_run(study: ModuleType, setting: str, methods: set[str]) -> None:
    cell = study.Cell(setting, 0.8, "asymmetric", 6)
    outcome = study.SETTINGS[setting](cell, 50, cell.generator(0))
    assert set(outcome) == methods
    truths = {name: values[3] for name, values in outcome.items() if name != "imputed"}
    assert len({tuple(np.round(truth, 12)) for truth in truths.values()}) == 1


def test_codes_drawn_at_once_are_those_drawn_verb_by_verb(study: ModuleType) -> None:
    rng = np.random.default_rng(0)
    shares = study.world.average_leader()
    coder = study.Coder(*study.world.error_rates(0.8, "asymmetric"))
    speeches = study.methods.draw_speeches(shares, coder, 10, rng)
    probabilities = coder.probabilities(shares)
    found = study.methods.imputed(speeches, probabilities, 4000, rng)
    each = (probabilities.side[speeches.coded], probabilities.category[speeches.coded])
    resampled = resample_imputed(*each, 4000, rng=rng)
    expected = np.vstack([resampled.estimate, np.quantile(resampled.draws, [0.025, 0.975], axis=0)])
    free = [i for i, name in enumerate(INDEX_NAMES) if not name.startswith("I-4")]
    # a 2.5 % quantile of 4,000 normal draws has a standard error of .042 standard deviations, twice
    tolerance = 4 * 0.06 * resampled.draws.std(axis=0)
    assert (np.abs(found - expected) < tolerance)[:, free].all()


def test_methods_do_not_change_each_others_draws(study: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    cell = study.Cell("all hold", 0.8, "even", 6)
    before = study.all_hold(cell, 50, cell.generator(0))
    monkeypatch.setattr(study.methods, "confusion", lambda *_: np.full((3, len(INDEX_NAMES)), np.nan))
    after = study.all_hold(cell, 50, cell.generator(0))
    for method in before.keys() - {"confusion"}:
        np.testing.assert_array_equal(before[method], after[method])


def test_error_rates_are_as_accurate_as_they_say(study: ModuleType) -> None:
    for confusion in ("even", "asymmetric"):
        side, category = study.world.error_rates(0.8, confusion)
        for rates in (side, category):
            np.testing.assert_allclose(rates.sum(axis=1), 1)
            assert rates.min() >= 0
        np.testing.assert_allclose(np.diag(category), 0.8)
        assert np.diag(side).mean() == pytest.approx(0.9)


def test_true_and_coded_shares_are_as_announced(study: ModuleType) -> None:
    shares = study.world.average_leader()
    rng = np.random.default_rng(0)
    coder = study.Coder(*study.world.error_rates(0.7, "asymmetric"))
    speeches = study.methods.draw_speeches(shares, coder, 2000, rng)
    for cell, expected in ((speeches.true, shares), (speeches.coded, coder.coded_shares(shares))):
        found = np.bincount(cell, minlength=21) / len(cell)
        # 80,000 verbs, design effect below 2: four standard errors of a share of .2 are .008
        np.testing.assert_allclose(found, expected.ravel(), atol=0.008)


def test_plot_is_written(study: ModuleType, table: pd.DataFrame, tmp_path: Path) -> None:
    study.plot_coverage(table[table["method"] == "audit"], tmp_path / "coverage.png")
    assert (tmp_path / "coverage.png").read_bytes().startswith(b"\x89PNG")
