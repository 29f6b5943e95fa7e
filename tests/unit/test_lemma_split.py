from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vicsformer.data.codebook import CATEGORIES, NONE
from vicsformer.data.errors import InputError
from vicsformer.data.labels import Labels, combine, load_labels
from vicsformer.data.lemma_split import draw_lemmas, held_out, read_lemmas, verb_forms
from vicsformer.lemma_split import lemma_table

HEADER = "form\tlemma\theld_out\n"


def units(*rows: tuple[str, str], plain: int = 1000) -> pd.DataFrame:
    """Lemmas with their categories among so many neutral verbs of a common kind."""
    return pd.DataFrame([*rows, *[("be", "neutral")] * plain], columns=["lemma", "category"])


# `printf punish | sha256sum` begins with 0d, reject with 08, help with 10, weary with 17 (a first digit under
# 2 is under 1/8); invade begins with 59, condemn with ab
@pytest.mark.parametrize(
    ("lemma", "held"),
    [
        ("punish", True),
        ("reject", True),
        ("help", True),
        ("weary", True),
        ("invade", False),
        ("condemn", False),
    ],
)
def test_the_hash_of_the_lemma_decides(lemma: str, held: bool) -> None:
    assert draw_lemmas(units((lemma, "punish")), {})[lemma] is held


def test_only_rarer_verbs_of_power_are_held_out() -> None:
    assert draw_lemmas(units(("punish", "neutral")), {})["punish"] is False
    assert draw_lemmas(units(("punish", "none")), {})["punish"] is False
    # 5 of 1000 units are one in 200, 6 are more; verb forms that are no unit count for nothing
    assert draw_lemmas(units(*[("punish", "punish")] * 5, plain=995), {})["punish"] is True
    assert draw_lemmas(units(*[("punish", "punish")] * 6, plain=994), {})["punish"] is False
    five = units(*[("punish", "punish")] * 5, *[("punish", "none")] * 9, plain=995)
    assert draw_lemmas(five, {})["punish"] is True


def test_british_and_american_spellings_go_together() -> None:
    pairs = [("penalise", "penalize"), ("honour", "honor"), ("fulfil", "fulfill"), ("paralyse", "paralyze")]
    drawn = draw_lemmas(units(*[(lemma, "punish") for pair in pairs for lemma in pair]), {})
    assert all(drawn[british] == drawn[american] for british, american in pairs)
    assert drawn["penalise"]


def test_decisions_that_stand_stay() -> None:
    drawn = draw_lemmas(
        units(("punish", "punish"), ("invade", "punish")), {"punish": False, "invade": True, "gone": True}
    )
    assert drawn == {"punish": False, "invade": True, "gone": True, "be": False}


words = st.text(st.sampled_from("abelrsu"), min_size=1, max_size=6)


@settings(max_examples=40)
@given(st.dictionaries(words, st.sampled_from(CATEGORIES), max_size=12), st.data())
def test_a_decision_does_not_depend_on_the_other_lemmas(lemmas: dict[str, str], data: st.DataObject) -> None:
    lemmas = {lemma: category for lemma, category in lemmas.items() if lemma != "be"}
    some = {lemma: lemmas[lemma] for lemma in lemmas if data.draw(st.booleans())}
    both = draw_lemmas(units(*lemmas.items(), plain=5000), {})
    alone = draw_lemmas(units(*some.items(), plain=5000), {})
    assert alone == {lemma: both[lemma] for lemma in alone}
    assert not any(both[lemma] for lemma, category in lemmas.items() if category == "neutral")


def table(folder: Path, *rows: str) -> Path:
    path = folder / "lemmas.tsv"
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def test_held_out_looks_up_forms_then_lemmas(tmp_path: Path) -> None:
    path = table(tmp_path, "punished\tpunish\tyes", "'re\tbe\tno", "helps\thelp\tno")
    verbs = pd.DataFrame({"verb": ["PUNISHED", "helps", "’re", "punishing"]}, index=[7, 3, 5, 1])
    assert held_out(verbs, path).to_dict() == {7: True, 3: False, 5: False, 1: False}
    # a parse names the lemma of a form that no label has; what the table says of a form goes before
    parsed = verbs.assign(lemma=["punish", "punish", "be", "punish"])
    assert held_out(parsed, path).to_dict() == {7: True, 3: False, 5: False, 1: True}
    assert held_out(parsed.iloc[:0], path).empty
    assert held_out(parsed, path).dtype == bool
    with pytest.raises(InputError, match="verbs: expected the columns verb, found lemma"):
        held_out(parsed[["lemma"]], path)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["met\tmeet\tmaybe"], r"lemmas\.tsv:2: expected held_out as yes or no, found 'maybe'"),
        (["met\tmeet\tno", "met\tmeet\tno"], r"lemmas\.tsv:3: expected every form once, found 'met' again"),
        (["met\tmeet\tno", "meets\tmeet\tyes"], r"lemmas\.tsv:3: expected 'meet' held out in all its rows"),
        (["met\tmeet"], r"lemmas\.tsv:2: expected 3 fields"),
    ],
)
def test_bad_tables(tmp_path: Path, rows: list[str], expected: str) -> None:
    with pytest.raises(InputError, match=expected):
        read_lemmas(table(tmp_path, *rows))


def labels(text: str, *verbs: tuple[str, str]) -> Labels:
    rows = [("d", text.index(verb), text.index(verb) + len(verb), verb, "self", c, 0) for verb, c in verbs]
    return Labels(
        pd.DataFrame({"document_id": ["d"], "leader": ["Ada"], "date": ["2001"], "text": [text]}),
        pd.DataFrame({"document_id": ["d"], "start": [0], "end": [len(text)]}),
        pd.DataFrame(
            rows, columns=["document_id", "start", "end", "verb", "attribution", "category", "passage"]
        ),
    )


def test_lemmas_of_labelled_forms_come_from_the_parse_of_their_passages() -> None:
    told = labels(
        "We found peace. They HOPED for war and broke it, and we left them -- with hopes.",
        ("found", "neutral"), ("HOPED", "oppose"), ("broke", "punish"), ("left", "punish"), ("--", "none"),
    )  # fmt: skip
    nothing = pd.DataFrame(columns=["form", "lemma", "held_out"])
    got = lemma_table(told, nothing)
    assert dict(zip(got["form"], got["lemma"], strict=True)) == {
        "broke": "break", "found": "find", "hoped": "hope", "left": "leave",
    }  # fmt: skip
    standing = pd.DataFrame({"form": ["broke", "gone"], "lemma": ["brake", "go"], "held_out": [True, True]})
    again = lemma_table(told, standing)
    assert again.set_index("form").loc["broke"].tolist() == ["brake", True]
    assert "gone" not in set(again["form"])


@pytest.fixture(scope="module")
def shipped() -> pd.DataFrame:
    both = combine([load_labels("sotu"), load_labels("invented")])
    verbs = both.verbs.merge(both.documents[["document_id", "split"]], on="document_id")
    return verbs.assign(form=verb_forms(verbs), held=held_out(verbs))


def test_every_shipped_verb_form_has_a_lemma(shipped: pd.DataFrame) -> None:
    """After labels were added: `python -m vicsformer.lemma_split`."""
    lost = set(shipped["form"]).difference(read_lemmas()["form"])
    assert not [form for form in sorted(lost) if form.isalpha()]


def test_the_shipped_split_takes_a_twelfth_of_the_units_and_every_category(shipped: pd.DataFrame) -> None:
    counted = shipped[shipped["category"] != NONE]
    assert 0.06 < counted["held"].mean() < 0.10
    assert (counted.loc[counted["held"], "category"].value_counts().reindex(list(CATEGORIES)) >= 30).all()
    assert (counted.groupby("split")["held"].mean() > 0.04).all()


def test_every_lemma_held_out_carries_power_somewhere(shipped: pd.DataFrame) -> None:
    lemmas = read_lemmas().set_index("form")["lemma"]
    held = shipped[shipped["held"]].assign(lemma=lambda verbs: verbs["form"].map(lemmas))
    power = held[~held["category"].isin(["neutral", NONE])]
    assert set(power["lemma"]) == set(held["lemma"])
