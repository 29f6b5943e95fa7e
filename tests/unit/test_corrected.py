from functools import cache

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from vicsformer.data.codebook import CATEGORIES, NEUTRAL, POWER_CATEGORIES, VALENCE
from vicsformer.data.errors import InputError
from vicsformer.infer.audit import audited_counts
from vicsformer.infer.corrected import METHODS, draw_indices, profile_methods
from vicsformer.infer.counts import count
from vicsformer.infer.index_limits import index_limits
from vicsformer.infer.indices import INDEX_NAMES
from vicsformer.infer.intervals import resample_documents
from vicsformer.infer.profile import Options, profile
from vicsformer.infer.rates import ErrorRates, error_rates
from vicsformer.infer.small_samples import debiased
from vicsformer.infer.soft import POWER, soft_counts

ACCURACY = 0.8
ATTENUATION = ACCURACY - (1 - ACCURACY) / 5  # cooperative less conflictual errors: five others, evenly
SHARES = np.array([0.03, 0.02, 0.05, 0.30, 0.40, 0.10, 0.10])
TILT = np.array([{"conflictual": -1, "neutral": 0, "cooperative": 1}[VALENCE[name]] for name in CATEGORIES])
VERBS = 50
Ints = NDArray[np.int64]


def errors() -> NDArray[np.float64]:
    """Return P(coded | gold): neutral verbs are always found, errors are even over the powers."""
    rates = np.eye(7)
    rates[np.ix_(POWER, POWER)] = (1 - ACCURACY) / 5
    rates[POWER, POWER] = ACCURACY
    return rates


def drawn(rng: np.random.Generator, probabilities: NDArray[np.float64]) -> Ints:
    """One category a row of probabilities."""
    return (rng.random((*probabilities.shape[:-1], 1)) > probabilities.cumsum(axis=-1)[..., :-1]).sum(axis=-1)


def speeches(
    rng: np.random.Generator, leader: str, documents: int, shares: NDArray[np.float64]
) -> pd.DataFrame:
    """Verbs with label and code; documents differ in what they are about."""
    of_document = rng.dirichlet(80 * shares, size=documents)
    gold = drawn(rng, np.repeat(of_document, VERBS, axis=0))
    code = drawn(rng, errors()[gold])
    names = np.array(CATEGORIES)
    side = rng.choice(["self", "other", "unknown"], len(gold), p=[0.55, 0.4, 0.05])
    calibrated = shares[:, None] * errors()
    calibrated = (calibrated / calibrated.sum(axis=0)).T[code]
    return pd.DataFrame(
        {
            "document_id": np.repeat([f"{leader}{i:03}" for i in range(documents)], VERBS),
            "leader": leader,
            "start": 10 * np.tile(np.arange(VERBS), documents),
            "attribution": side,
            "gold_attribution": side,
            "category": names[code],
            "gold_category": names[gold],
            "p_self": (side == "self").astype(float),
            "p_other": (side == "other").astype(float),
            "p_unknown": (side == "unknown").astype(float),
            **{f"p_{name}": calibrated[:, c] for c, name in enumerate(CATEGORIES)},
        }
    )


def audit_of(
    rng: np.random.Generator, verbs: pd.DataFrame, probability: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Passages of ten verbs, each drawn for itself, and their labels."""
    passage = verbs["start"] // 100
    frame = verbs[["document_id"]].assign(start=100 * passage).drop_duplicates()
    frame = frame.assign(end=frame["start"] + 100, inclusion_probability=probability)
    frame = frame[rng.random(len(frame)) < probability]
    inside = pd.MultiIndex.from_frame(verbs[["document_id"]].assign(start=100 * passage)).isin(
        pd.MultiIndex.from_frame(frame[["document_id", "start"]])
    )
    gold = verbs.loc[inside, ["document_id", "start", "gold_attribution", "gold_category"]]
    return gold.rename(columns=lambda name: name.removeprefix("gold_")), frame


@cache
def study() -> tuple[pd.DataFrame, ErrorRates, tuple[pd.DataFrame, pd.DataFrame]]:
    """Return a leader's verbs, the error rates on speeches of another, and an audit."""
    rng = np.random.default_rng(11)
    verbs = speeches(rng, "A", 200, SHARES)
    labelled = speeches(rng, "Z", 150, SHARES[::-1])
    return verbs, error_rates(labelled), audit_of(rng, verbs, 0.5)


@cache
def all_methods() -> pd.DataFrame:
    verbs, rates, audit = study()
    return profile_methods(verbs, methods=list(METHODS), rates=rates, audit=audit, resamples=400)


def test_errors_attenuate_and_every_method_removes_that() -> None:
    power = SHARES[POWER] / SHARES[POWER].sum()
    truth = float(power @ TILT[POWER])
    table = all_methods()
    for index in ("I-1", "P-1"):
        rows = table[table["index"] == index].set_index("method")
        error = (rows["high"] - rows["low"]) / (2 * 1.96)
        # the interval of imputed codes leaves out the draw of documents: its error is that of soft counts
        error["imputed"] = error["soft"]
        assert rows.loc["naive", "estimate"] == pytest.approx(ATTENUATION * truth, abs=3.5 * error["naive"])
        assert truth - rows.loc["naive", "estimate"] > 4 * error["naive"]
        for method in METHODS.keys() - {"naive"}:
            assert rows.loc[method, "estimate"] == pytest.approx(truth, abs=3.5 * error[method]), method
            # the tolerance tells what is corrected from what is not
            assert 3.5 * error[method] < (1 - ATTENUATION) * truth


def test_shares_are_corrected_too() -> None:
    table = all_methods().set_index(["method", "index"])
    power = SHARES[POWER] / SHARES[POWER].sum()
    for name, share in zip(POWER_CATEGORIES, power, strict=True):
        for method in METHODS.keys() - {"naive", "imputed"}:
            row = table.loc[(method, f"I-5 {name}")]
            assert abs(row["estimate"] - share) < 3.5 * (row["high"] - row["low"]) / (2 * 1.96), (
                method,
                name,
            )


def test_rows_of_the_naive_method_are_the_profile() -> None:
    verbs, _, _ = study()
    verbs = pd.concat([verbs, verbs.iloc[:VERBS].assign(leader="B", document_id="alone")])
    table = profile_methods(verbs, resamples=50)
    naive = table[table["method"] == "naive"].drop(columns="method").reset_index(drop=True)
    pd.testing.assert_frame_equal(naive, profile(verbs, resamples=50), check_dtype=False)
    n = len(INDEX_NAMES)
    assert table["leader"].tolist() == ["A"] * 2 * n + ["B"] * 2 * n
    assert table["method"].tolist() == (["naive"] * n + ["soft"] * n) * 2


def test_columns_and_what_was_resampled() -> None:
    table = all_methods()
    assert table.columns.tolist() == [*profile(study()[0], resamples=5).columns, "method"]
    assert table["index"].tolist() == [*INDEX_NAMES] * len(METHODS)
    first = table.groupby("method", sort=False).first()
    assert first["unit"].to_dict() == dict.fromkeys(METHODS, "document") | {"imputed": "code"}
    assert first["interval"].to_dict() == dict.fromkeys(METHODS, "expanded")
    # neutral verbs and agents are always found here: every method sees as many verbs of power
    coded = study()[0]
    verbs = ((coded["category"] != NEUTRAL) & (coded["attribution"] != "unknown")).sum()
    assert first.loc[["naive", "soft", "imputed"], "verbs"].tolist() == pytest.approx([verbs] * 3)
    assert first.loc["confusion", "verbs"] == pytest.approx(verbs, rel=0.01)
    assert first.loc["audit", "verbs"] == pytest.approx(verbs)


def test_certain_probabilities_change_nothing() -> None:
    verbs = study()[0].iloc[: 30 * VERBS]
    sure = verbs.assign(**{f"p_{name}": (verbs["category"] == name).astype(float) for name in CATEGORIES})
    table = profile_methods(sure, resamples=300)
    naive, soft = (
        # P-5 and the unbiased indices are corrected in another way
        table[(table["method"] == m) & ~table["index"].str.contains("P-5| unbiased")].reset_index()
        for m in ("naive", "soft")
    )
    # the same draws of documents
    for column in ("estimate", "low", "high", "interval"):
        np.testing.assert_array_equal(soft[column], naive[column])
    # the kind of interval asked for is that of the codes as they are
    plain = profile_methods(sure, interval="percentile", resamples=300)
    intervals = plain.groupby("method")["interval"].first().to_dict()
    assert intervals == {"naive": "percentile", "soft": "expanded"}
    inner = plain[(plain["method"] == "naive") & ~plain["index"].str.contains("P-5| unbiased")]
    width = (inner["high"] - inner["low"]).to_numpy()
    assert (width < soft["high"] - soft["low"]).all()
    assert (soft["high"] - soft["low"] < 1.25 * width).all()


def test_quantiles_of_draws_are_the_limits_of_profiles() -> None:
    verbs = study()[0].iloc[: 8 * VERBS]
    shown = profile(verbs, resamples=399).set_index("index")
    draws = pd.DataFrame(draw_indices(verbs, resamples=399)["A"], columns=list(INDEX_NAMES))
    place = (0.025 * 400 - 1) / 398
    smooth = [name for name in INDEX_NAMES if "I-4" not in name]  # limits of I-4 know its kink
    for column, tail in {"low": place, "high": 1 - place}.items():
        expected = shown.loc[smooth, column]
        np.testing.assert_allclose(draws[smooth].quantile(tail), expected, atol=0.003)


def test_limits_of_unequal_speeches_are_those_of_fewer_equal_ones() -> None:
    verbs = study()[0]
    # a whole speech, and the first five verbs of others
    verbs = pd.concat([verbs[:VERBS], *(verbs[i * VERBS :][:5] for i in range(1, 16))])
    found = profile_methods(verbs, methods=["soft"], resamples=100)
    length = count(verbs).array.sum(axis=(1, 2))
    units = length.sum() ** 2 / (length**2).sum()
    assert 2 < units < 8
    resampled = resample_documents(
        soft_counts(verbs).array, 100, aggregate="pooled", rng=Options().generator(("A",))
    )
    assert resampled.units == pytest.approx(units, rel=0.01)  # of expected verbs
    expected = index_limits(debiased(resampled), level=0.95, method="expanded", pooled=True)
    np.testing.assert_allclose(found[["low", "high"]], expected)


def test_draws_are_within_the_range_of_their_index() -> None:
    verbs, _, audit = study()
    few = verbs[: 12 * VERBS]
    gold, frame = (t[t["document_id"] < "A012"] for t in audit)
    beyond = audited_counts(few, gold[gold["attribution"] != "other"], frame).array.sum(axis=0)
    assert (beyond < 0).any()
    draws = draw_indices(few, method="audit", audit=(gold[gold["attribution"] != "other"], frame))["A"]
    low = [-1 if name[2:] in ("1", "2") else -0.2 if "unb" in name else 0 for name in INDEX_NAMES]
    # where corrected verbs of Other are fewer than none there are no indices of Other
    assert not ((draws < low) | (draws > 1)).any()


def test_order_of_rows_and_other_leaders_do_not_matter() -> None:
    verbs, rates, (gold, frame) = study()
    few = verbs.iloc[: 12 * VERBS]
    gold, frame = (t[t["document_id"] < "A012"] for t in (gold, frame))
    options = {"methods": list(METHODS), "rates": rates, "audit": (gold, frame), "resamples": 30}
    one = profile_methods(few, **options)
    other = few.assign(leader="B", document_id="B" + few["document_id"])
    shuffled = pd.concat([other, few]).sample(frac=1, random_state=1)
    two = profile_methods(shuffled, **options)
    again = two[two["leader"] == "A"].reset_index(drop=True)
    pd.testing.assert_frame_equal(again, one, rtol=1e-9)
    # nobody audited B
    missing = two[(two["leader"] == "B") & (two["method"] == "audit")]
    assert missing[["estimate", "low", "high", "verbs"]].isna().all(axis=None)


def test_an_index_of_one_speech_has_no_draws() -> None:
    verbs = study()[0].iloc[: 12 * VERBS].copy()
    verbs.loc[(verbs["document_id"] > "A000") & (verbs["attribution"] == "other"), "attribution"] = "unknown"
    draws = pd.DataFrame(draw_indices(verbs, resamples=50)["A"], columns=list(INDEX_NAMES))
    # they would all be the same, as if P-1 were certain
    assert draws["P-1"].isna().all()
    assert draws[["P-4", "I-1"]].notna().all(axis=None)
    alone = verbs.iloc[:VERBS]
    soft = draw_indices(alone, method="soft", resamples=50)["A"]
    assert np.isnan(soft).all()
    # verbs are drawn of a single speech
    assert not np.isnan(draw_indices(alone, resamples=50)["A"][:, INDEX_NAMES.index("I-1")]).any()


def test_leaders_without_an_audit_have_missing_draws() -> None:
    verbs, _, (gold, frame) = study()
    few = verbs.iloc[: 12 * VERBS]
    gold, frame = (t[t["document_id"] < "A012"] for t in (gold, frame))
    both = pd.concat([few, few.assign(leader="B", document_id="B" + few["document_id"])])
    draws = draw_indices(both, method="audit", audit=(gold, frame), resamples=20)
    assert draws["A"].shape == draws["B"].shape
    assert np.isnan(draws["B"]).all()
    assert not np.isnan(draws["A"]).any()


def test_few_audited_speeches_are_marked() -> None:
    verbs, _, (gold, frame) = study()
    few = verbs.iloc[: 12 * VERBS]
    three = [t[t["document_id"] < "A003"] for t in (gold, frame)]
    table = profile_methods(few, methods=["naive", "audit"], audit=tuple(three), resamples=5)
    marked = table.groupby("method")["few_documents"].first().to_dict()
    assert marked == {"naive": False, "audit": True}
    assert set(table["documents"]) == {12}


def test_one_document_has_estimates_without_limits() -> None:
    verbs, rates, _ = study()
    table = profile_methods(
        verbs.iloc[:VERBS], methods=["soft", "imputed", "confusion"], rates=rates, resamples=50
    )
    rows = table[table["index"] == "I-1"].set_index("method")
    assert rows["estimate"].notna().all()
    assert rows.loc[["soft", "confusion"], ["low", "high"]].isna().all(axis=None)
    assert rows.loc["imputed", "low"] < rows.loc["imputed", "estimate"] < rows.loc["imputed", "high"]


def test_means_of_speeches_of_soft_counts() -> None:
    verbs = study()[0].iloc[: 10 * VERBS]
    table = profile_methods(verbs, aggregate="speech", resamples=50).set_index(["method", "index"])
    power = verbs[(verbs["attribution"] == "self")]
    weights = power[[f"p_{name}" for name in CATEGORIES]].groupby(power["document_id"]).sum().to_numpy()
    expected = np.mean((weights @ TILT) / weights[:, POWER].sum(axis=1))
    assert table.loc[("soft", "I-1"), "estimate"] == pytest.approx(expected)
    assert set(table["aggregate"]) == {"speech"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"methods": ["naive", "em"]}, "methods: expected some of naive, .* found em"),
        ({"methods": []}, "methods: expected some of .* found none"),
        ({"methods": ["confusion"]}, "expected error rates for confusion, found none"),
        ({"methods": ["audit"]}, "expected audited verbs and passages for audit, found none"),
        ({"methods": ["imputed"], "aggregate": "speech"}, "expected pooled with the method imputed"),
        ({"level": 95}, "level: expected between 0 and 1"),
    ],
)
def test_bad_options_are_named(options: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        profile_methods(study()[0], **options)


def test_error_rates_that_know_nothing_of_a_category_are_refused() -> None:
    verbs, rates, _ = study()
    cells = rates.cells.copy()
    cells[:, :, CATEGORIES.index("threaten")] = 0
    with pytest.raises(InputError, match="found none of threaten"):
        profile_methods(verbs, methods=["confusion"], rates=ErrorRates(rates.documents, cells))
