"""Norms, z scores and verbal ladders."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vicsformer.data.codebook import INTENSITY, POWER_CATEGORIES
from vicsformer.data.errors import InputError
from vicsformer.data.norms import NORM_COLUMNS, Norm, load_norms, norm, norm_sd
from vicsformer.data.tables import write_table
from vicsformer.evaluate.standardise import Z_COLUMNS, ladder, norm_from, z_scores
from vicsformer.infer.indices import INDEX_NAMES

HEADER = ",".join(NORM_COLUMNS)
ROW = "mine,P-1,0.4,0.1,12,leader,pooled,vicsformer,a study"


def table_of(norm_: Norm, aggregate: str) -> pd.DataFrame:
    """The means of a norm as a table of indices."""
    means = norm_.figures["mean"]
    return pd.DataFrame({"index": means.index, "estimate": means.to_numpy(), "aggregate": aggregate})


def standard_norm() -> Norm:
    figures = pd.DataFrame({"mean": [0.0], "sd": [1.0], "n": [9]}, index=["P-1"])
    return Norm("standard", "leader", "pooled", "nobody", "none", figures)


def test_shipped_norms_have_the_sixteen_indices() -> None:
    norms = load_norms()
    assert len(norms) == 10
    for each in norms.values():
        assert tuple(each.figures.index) == INDEX_NAMES[:16]
    assert {(each.unit, each.aggregation) for each in norms.values()} == {
        ("leader", "pooled"),
        ("speech", "speech"),
    }


@pytest.mark.parametrize(
    ("name", "index", "mean", "sd", "n"),
    [
        # Schafer & Lambert (2022), Foreign Policy Analysis 18(2), PsyCL
        ("psycl_leaders", "P-1", 0.347, 0.125, 130),
        ("psycl_leaders", "I-5 threaten", 0.025, 0.025, 130),
        ("psycl_us_presidents", "P-4", 0.149, 0.088, 43),
        ("psycl_uk_prime_ministers", "I-3", 0.262, 0.034, 23),
        # Feng & He (2024), International Affairs
        ("feng_he_abbott_2013_2015", "I-4b", 0.54, np.nan, 25),
        ("feng_he_putin_2016_2022", "P-1", 0.5995, np.nan, 611),
        # Walker, Schafer & Young (2003), in Post, table 9.1
        ("walker_rusk", "P-1", -0.21, np.nan, 1),
    ],
)
def test_published_figures(name: str, index: str, mean: float, sd: float, n: int) -> None:
    np.testing.assert_equal(norm(name).figures.loc[index].to_numpy(), [mean, sd, n])


@pytest.mark.parametrize("name", list(load_norms()))
def test_figures_obey_the_identities(name: str) -> None:
    means = norm(name).figures["mean"]
    # half of the last digit printed; of 2016-22 four are, of which three obey
    half_digit = 0.0005 if name.startswith("psycl") or name.endswith("2022") else 0.005
    shares = np.array([means[f"I-5 {category}"] for category in POWER_CATEGORIES])
    intensity = np.array([INTENSITY[category] for category in POWER_CATEGORIES])
    slack = 1e-9
    assert abs(shares.sum() - 1) <= 6 * half_digit + slack
    assert abs(np.sign(intensity) @ shares - means["I-1"]) <= 7 * half_digit + slack
    assert abs(intensity @ shares / 3 - means["I-2"]) <= 5 * half_digit + slack


def test_norm_sd() -> None:
    assert norm_sd()["I-1"] == 0.168
    assert norm_sd("psycl_us_presidents")["I-1"] == 0.103
    with pytest.raises(InputError, match="feng_he_xi_2016_2022: expected standard deviations, found none"):
        norm_sd("feng_he_xi_2016_2022")


def test_unknown_norm_and_missing_figures_are_refused() -> None:
    with pytest.raises(InputError, match=r"expected one of psycl_leaders, .* found 'psycl'"):
        norm("psycl")
    with pytest.raises(InputError, match="walker_rusk: expected the sd of P-4, found none"):
        norm("walker_rusk").sd("P-4")
    with pytest.raises(InputError, match="expected the mean of P-3 unbiased"):
        norm("psycl_leaders").mean("P-3 unbiased")


def test_a_users_norm_stands_beside_the_shipped_ones(tmp_path: Path) -> None:
    path = tmp_path / "norms.csv"
    path.write_text(f"{HEADER}\n{ROW}\n mine ,I-1, 0.5 ,,12,leader,pooled,vicsformer,a study\n")
    mine = norm("mine", path)
    assert (mine.coder, mine.mean("P-1"), mine.sd("P-1"), mine.mean("I-1")) == ("vicsformer", 0.4, 0.1, 0.5)
    assert norm_sd("mine", path) == {"P-1": 0.1}
    assert load_norms(path).keys() - load_norms().keys() == {"mine"}
    assert "mine" not in load_norms()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (ROW.replace("mine", "psycl_leaders"), "found that of a shipped norm"),
        (ROW.replace("P-1", "P-4a"), "found 'P-4a'"),
        (ROW.replace("0.4", "about .4"), "as mean a number, found 'about .4'"),
        (ROW.replace("0.4", "inf"), "as mean a number"),
        (ROW.replace("0.1", "0"), "as sd a number above 0"),
        (ROW.replace("0.1", "nan"), "as sd a number above 0"),
        (ROW.replace("12", "0"), "as n a whole number"),
        (ROW.replace("12", "1.5"), "as n a whole number"),
        (ROW.replace("leader", "leaders"), "as unit leader or speech, found 'leaders'"),
        (ROW.replace("pooled", "mean"), "as aggregation pooled or speech, found 'mean'"),
        (ROW.replace("vicsformer", " "), "a text in coder"),
        ("other,I-1,0,1,1,leader,pooled,x,y\nother,I-1,0,1,1,leader,pooled,x,y", "expected one row"),
        ("mine,I-1,0,1,1,leader,speech,vicsformer,a study", "as aggregation the same in all rows"),
    ],
)
def test_bad_files_are_refused_by_line(tmp_path: Path, row: str, words: str) -> None:
    path = tmp_path / "norms.csv"
    path.write_text(f"{HEADER}\n{ROW.replace('P-1', 'P-2')}\n{row}\n")
    with pytest.raises(InputError, match=rf"norms.csv:[34]: .*{words}"):
        load_norms(path)


def test_other_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "norms.csv"
    path.write_text(HEADER + "\n")
    with pytest.raises(InputError, match="found a header only"):
        load_norms(path)
    path.write_text("norm,index\na,P-1\n")
    with pytest.raises(InputError, match="add or rename: mean, sd, n"):
        load_norms(path)


def test_norm_of_ones_own_leaders_goes_through_a_file(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"index": ["P-1", "I-1", "P-3 unbiased"] * 5, "estimate": rng.uniform(-1, 1, 15)})
    table = table.assign(aggregate="speech")
    table.loc[0, "estimate"] = np.nan
    own = norm_from(table, name="own", coder="vicsformer", source="this study")
    assert own.figures["n"].to_dict() == {"I-1": 5, "P-3 unbiased": 5, "P-1": 4}
    write_table(own.table(), tmp_path / "norms.csv")
    read = norm("own", tmp_path / "norms.csv")
    assert (read.unit, read.aggregation, read.coder) == ("leader", "speech", "vicsformer")
    pd.testing.assert_frame_equal(read.figures, own.figures, check_names=False)
    z = z_scores(table, read).groupby("index")["z"]
    np.testing.assert_allclose(z.mean(), 0, atol=1e-12)
    np.testing.assert_allclose(z.std(), 1, atol=1e-12)


def test_norm_of_one_leader_has_no_sd() -> None:
    table = pd.DataFrame({"index": ["P-1", "I-1", "I-1"], "estimate": [0.1, 0.2, 0.2], "aggregate": "pooled"})
    assert norm_from(table, name="a", coder="b", source="c").figures["sd"].isna().all()
    mixed = table.assign(aggregate=["pooled", "speech", "speech"])
    with pytest.raises(InputError, match="expected one aggregate"):
        norm_from(mixed, name="a", coder="b", source="c")


def test_z_against_psycl() -> None:
    table = pd.DataFrame(
        {"index": ["I-1", "P-4", "I-1", "P-3 unbiased"], "estimate": [0.41, 0.53, np.nan, 0.1]},
        index=[7, 3, 3, 1],
    ).assign(aggregate="pooled", low=0.2, high=0.6)
    found = z_scores(table, norm("psycl_leaders"))
    assert found[["z_low", "z_high"]].iloc[0].tolist() == pytest.approx([-0.333 / 0.168, 0.067 / 0.168])
    assert not {"z_low", "z_high"} & set(z_scores(table.drop(columns=["low", "high"]), norm("psycl_leaders")))
    np.testing.assert_allclose(
        found["z"], [(0.41 - 0.533) / 0.168, (0.53 - 0.199) / 0.078, np.nan, np.nan], atol=1e-12
    )
    assert found.columns.tolist() == [*table.columns, *Z_COLUMNS]
    assert found.index.tolist() == [7, 3, 3, 1]
    assert found["ladder_norm"].tolist()[:2] == ["somewhat below average", "extremely above average"]
    assert found["ladder"].isna().tolist() == [False, False, True, False]
    assert found["ladder_norm"].isna().tolist() == [False, False, True, True]
    assert set(found["norm_coder"]) == {"Profiler Plus"}


def test_published_words() -> None:
    # Walker, Schafer & Young (2003), in Post, chapter 9, on Dean Rusk: universe somewhat hostile, somewhat
    # pessimistic, predictability very low, control medium, chance very high; strategy definitely, tactics
    # somewhat cooperative, risk orientation very low, both flexibilities medium
    means = norm("walker_rusk").figures["mean"]
    words = ladder(means.index.to_series(), means)
    assert words.tolist()[:10] == [
        *("somewhat hostile", "somewhat pessimistic", "very low", "medium", "very high"),
        *("definitely cooperative", "somewhat cooperative", "very low", "medium", "medium"),
    ]
    assert words[10:].isna().all()


@pytest.mark.parametrize(
    ("index", "value", "word"),
    [
        ("P-1", 0.125, "mixed"),
        ("P-1", 0.126, "somewhat friendly"),
        ("P-1", -0.375, "somewhat hostile"),
        ("P-1", -0.376, "definitely hostile"),
        ("P-2", 0.7, "very optimistic"),
        ("I-2", -1, "extremely conflictual"),
        ("I-1", 1, "extremely cooperative"),
        ("P-4", 0.125, "low"),
        ("P-4", 0.124, "very low"),
        ("P-5", 0.875, "high"),
        ("P-5", 0.876, "very high"),
        ("I-4a", 0.5, "medium"),
        ("P-3 unbiased", -0.2, "very low"),
    ],
)
def test_nearest_anchor(index: str, value: float, word: str) -> None:
    assert ladder(pd.Series([index]), pd.Series([value])).tolist() == [word]


@given(st.floats(-1, 1))
def test_ladder_is_symmetric(value: float) -> None:
    there, back = ladder(pd.Series(["I-1"] * 2), pd.Series([value, -value]))
    swap = {"cooperative": "conflictual", "conflictual": "cooperative"}
    assert back == " ".join(swap.get(word, word) for word in there.split())


@pytest.mark.parametrize(
    ("z", "word"),
    [
        (0.49, "average"),
        (-0.49, "average"),
        (0.5, "somewhat above average"),
        (-1.0, "definitely below average"),
        (1.5, "very above average"),
        (-1.99, "very below average"),
        (-2.0, "extremely below average"),
        (9.0, "extremely above average"),
    ],
)
def test_words_against_a_norm(z: float, word: str) -> None:
    table = pd.DataFrame({"index": ["P-1"], "estimate": [z], "aggregate": "pooled"})
    assert z_scores(table, standard_norm())["ladder_norm"].tolist() == [word]


def test_speech_means_are_refused_against_pooled_leaders() -> None:
    published = table_of(norm("feng_he_putin_2016_2022"), "speech")
    with pytest.raises(InputError, match=r"psycl_leaders: .*leader with aggregate 'pooled'.*with 'speech'"):
        z_scores(published, norm("psycl_leaders"))
    with pytest.raises(InputError, match=r"indices of a speech .*found a leader"):
        z_scores(published, norm("feng_he_putin_2016_2022"))
    mixed = pd.concat([table_of(norm("walker_rusk"), "pooled"), published])
    with pytest.raises(InputError, match="with 'speech'"):
        z_scores(mixed, norm("psycl_leaders"))
    with pytest.raises(InputError, match="found a speech with 'pooled'"):
        z_scores(table_of(norm("walker_rusk"), "pooled"), norm("psycl_leaders"), unit="speech")


def test_single_speeches_against_a_norm_of_speeches() -> None:
    figures = pd.DataFrame({"mean": [0.5], "sd": [0.25], "n": [80]}, index=["P-1"])
    speeches = Norm("speeches", "speech", "speech", "x", "y", figures)
    table = pd.DataFrame(
        {"index": ["P-1"] * 2, "estimate": [0.0, 1], "aggregate": "speech", "documents": [1, 1]}
    )
    assert z_scores(table, speeches, unit="speech")["z"].tolist() == [-2, 2]
    with pytest.raises(InputError, match="found 3 documents in row 1"):
        z_scores(table.assign(documents=[1, 3]), speeches, unit="speech")
    with pytest.raises(InputError, match="unit: expected leader or speech"):
        z_scores(table, speeches, unit="period")  # type: ignore[arg-type]


def test_a_norm_without_sd_standardises_nothing() -> None:
    rusk = norm("walker_rusk")
    with pytest.raises(InputError, match="walker_rusk: expected standard deviations"):
        z_scores(table_of(rusk, "pooled"), rusk)
