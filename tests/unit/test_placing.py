"""Beside a profile: z scores and words, norms of one's own, and whom the error rates hold for."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import Result
from typer.testing import CliRunner

from vicsformer.cli import app
from vicsformer.data.codebook import ATTRIBUTIONS, CATEGORIES
from vicsformer.infer.rates import error_rates, rates_table
from vicsformer.infer.shift import shift_of_rates, shift_test
from vicsformer.placing import shift_sentence


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments], env={"COLUMNS": "100"})


def coded_table(documents: int = 6, verbs: int = 40) -> pd.DataFrame:
    """Verbs of three leaders, codes at random."""
    rng = np.random.default_rng(3)
    tables = []
    for leader, weight in (("Ada", 1.0), ("Ben", 3.0), ("Cid", 8.0)):
        mixture = np.linspace(1, weight, len(CATEGORIES))
        for document in range(documents):
            frame = pd.DataFrame({"category": rng.choice(CATEGORIES, size=verbs, p=mixture / mixture.sum())})
            frame["attribution"] = rng.choice(["self", "other"], size=verbs)
            frame["start"] = 10 * np.arange(verbs)
            frame["document_id"], frame["date"] = f"{leader}-{document}", str(2000 + document)
            tables.append(frame.assign(leader=leader, end=frame["start"] + 5))
    table = pd.concat(tables, ignore_index=True).assign(coder="mine")
    for name in CATEGORIES:
        table[f"p_{name}"] = (table["category"] == name).astype(float)
    for name in ("self", "other"):
        table[f"p_{name}"] = (table["attribution"] == name).astype(float)
    return table.assign(p_unknown=0.0)


@pytest.fixture
def coded(tmp_path: Path) -> Path:
    coded_table().to_csv(tmp_path / "coded.csv", index=False)
    return tmp_path / "coded.csv"


def test_a_profile_against_a_shipped_norm(coded: Path, tmp_path: Path) -> None:
    options = ("--resamples", 50, "--norms", "psycl_leaders")
    shown = " ".join(run("profile", coded, "-o", tmp_path / "p", *options).output.split())
    assert "Standing in SD of the norm psycl_leaders (coded by: Profiler Plus)" in shown
    table = pd.read_csv(tmp_path / "p" / "z_scores.csv")
    row = table[(table["leader"] == "Cid") & (table["index"] == "P-1") & (table["method"] == "naive")].iloc[0]
    for z, column in (("z", "estimate"), ("z_low", "low"), ("z_high", "high")):
        assert row[z] == pytest.approx((row[column] - 0.347) / 0.125)  # Schafer & Lambert 2022
    assert row["ladder"].split()[1] == "friendly"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--norms", "psycl_leaders", "--aggregate", "speech"], "with aggregate 'pooled'"),
        (["--norms", "psycl_leaders", "--by", "document_id"], "found a speech"),
        (["--norms", "psycl130"], "expected one of psycl_leaders"),
        (["--norms", "walker_rusk"], "expected standard deviations"),
        (["--norms", "nowhere.csv"], "nowhere.csv"),
    ],
)
def test_norms_that_do_not_fit_are_refused_before_the_work(
    coded: Path, tmp_path: Path, options: list[str], words: str
) -> None:
    result = run("profile", coded, "-o", tmp_path / "p", *options)
    assert result.exit_code == 2
    (line,) = result.stderr.strip().splitlines()
    assert words in line
    assert not (tmp_path / "p").exists()


def test_a_norm_of_ones_own_leaders(coded: Path, tmp_path: Path) -> None:
    assert run("norms", coded, "-o", tmp_path / "mine.csv").exit_code == 0
    options = ("--norms", tmp_path / "mine.csv", "--norms", "psycl_leaders", "--method", "naive")
    assert run("profile", coded, "-o", tmp_path / "p", "--resamples", 9, "-q", *options).exit_code == 0
    table = pd.read_csv(tmp_path / "p" / "z_scores.csv")
    assert table["norm"].unique().tolist() == ["mine", "psycl_leaders"]
    own = table[table["norm"] == "mine"]
    assert set(own["norm_coder"]) == {"mine"}
    z = own.dropna(subset="z").groupby("index")["z"]
    np.testing.assert_allclose(z.mean(), 0, atol=1e-9)
    np.testing.assert_allclose(z.std(), 1)


def test_norms_are_listed_and_half_a_command_is_refused(coded: Path, tmp_path: Path) -> None:
    shown = run("norms").output
    assert "psycl_us_presidents" in shown
    assert "walker_rusk" in shown
    assert run("norms", coded).exit_code == 2
    one = tmp_path / "one.csv"
    table = coded_table()
    table[table["leader"] == "Ada"].to_csv(one, index=False)
    result = run("norms", one, "-o", tmp_path / "mine.csv")
    assert result.exit_code == 2
    assert "at least two leaders" in result.stderr


def pairs(wrong: dict[str, float], documents: int = 8) -> pd.DataFrame:
    """Labelled verbs of leaders who are coded wrong to different shares."""
    rng = np.random.default_rng(5)
    tables = []
    for leader, share in wrong.items():
        for document in range(documents):
            gold = np.repeat(CATEGORIES, 12)
            code = np.where(rng.random(len(gold)) < share, rng.choice(CATEGORIES, len(gold)), gold)
            who = rng.choice(ATTRIBUTIONS, len(gold))
            tables.append(
                pd.DataFrame({"gold_category": gold, "category": code, "gold_attribution": who})
                .assign(attribution=who, leader=leader, document_id=f"{leader}-{document}")
            )  # fmt: skip
    return pd.concat(tables, ignore_index=True)


def test_known_documents_of_error_rates_are_tested_like_pairs() -> None:
    table = pairs({"Ada": 0.1, "Ben": 0.1, "Cid": 0.9})
    expected = shift_test(table, flips=99, seed=4)
    found = shift_of_rates(error_rates(table), table, flips=99, seed=4)
    pd.testing.assert_frame_equal(found, expected)


def test_leaders_without_labels_are_not_tested_and_cost_the_others_nothing() -> None:
    table = pairs({"Ada": 0.1, "Ben": 0.1, "Cid": 0.9})
    documents = pd.concat([table, pd.DataFrame({"leader": ["Dan"], "document_id": ["Dan-0"]})])
    found = shift_of_rates(error_rates(table), documents, flips=99, seed=4)
    assert found.loc[found["leader"] == "Dan", ["accuracy", "statistic", "p", "p_holm"]].isna().all(axis=None)
    rest = found[found["leader"] != "Dan"].reset_index(drop=True)
    pd.testing.assert_frame_equal(rest, shift_test(table, flips=99, seed=4), check_dtype=False)
    assert shift_of_rates(error_rates(table), documents, fewest=9, flips=9)["p"].isna().all()


def test_for_whom_the_error_rates_fail_is_said_in_one_line(coded: Path, tmp_path: Path) -> None:
    table = pairs({"Ada": 0.05, "Cid": 0.95})
    table = table[table["document_id"].isin(set(coded_table()["document_id"]))]
    others = pairs({"Someone": 0.05})
    rates = rates_table(error_rates(pd.concat([table, others]))).assign(coder="mine")
    rates.to_csv(tmp_path / "rates.csv", index=False)
    options = ("--method", "confusion", "--rates", tmp_path / "rates.csv", "--resamples", 20)
    result = run("profile", coded, "-o", tmp_path / "p", *options)
    assert "fails for" in " ".join(result.output.split()), result.output
    found = pd.read_csv(tmp_path / "p" / "shift.csv")
    sentence = shift_sentence(found, ["leader"])
    assert sentence in " ".join(result.output.split())
    assert "Cid (category)" in sentence
    assert "cannot be tested for (fewer than 5 labelled speeches) Ben." in sentence
    assert "who acts" not in sentence
