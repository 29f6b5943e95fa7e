from pathlib import Path

import pytest

from vicsformer.data.codebook import CATEGORIES, VALENCE
from vicsformer.data.errors import InputError
from vicsformer.data.lexicon import Act, Lexicon, load_lexicon

HEADER = "lemma\twith\tobject\tcategory\tannounced\n"


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


def write(folder: Path, *rows: str) -> Path:
    path = folder / "lexicon.tsv"
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def test_size(lexicon: Lexicon) -> None:
    powerful = {
        lemma for (lemma, word, noun), act in lexicon.acts.items() if VALENCE[act.category] != "neutral"
    }
    alone = {
        lemma
        for (lemma, word, noun), act in lexicon.acts.items()
        if not word and not noun and VALENCE[act.category] != "neutral"
    }
    assert len(lexicon.lemmas) >= 1000
    assert len(powerful) >= len(alone) >= 600
    assert {act.category for act in lexicon.acts.values()} == set(CATEGORIES)


def test_every_lemma_has_a_row_to_back_off_to(lexicon: Lexicon) -> None:
    assert [lemma for lemma in sorted(lexicon.lemmas) if (lemma, "", "") not in lexicon.acts] == []


def test_keys_are_plain_lower_case_words(lexicon: Lexicon) -> None:
    for lemma, word, noun in lexicon.acts:
        assert lemma.isalpha() and lemma.islower(), lemma
        assert not word or (word.islower() and all(part.isalpha() for part in word.split(" "))), (lemma, word)
        assert not noun or (noun.isalpha() and noun.islower()), (lemma, noun)


def test_announcing_an_act_keeps_its_side(lexicon: Lexicon) -> None:
    turned = {
        key
        for key, act in lexicon.acts.items()
        if VALENCE[act.category] != "neutral" and VALENCE[act.category] != VALENCE[act.announced]
    }
    assert turned == set()


@pytest.mark.parametrize(
    ("verb", "category"),
    [
        (("invade",), "punish"),
        (("liberate",), "reward"),
        (("urge",), "appeal"),
        (("condemn",), "oppose"),
        (("threaten",), "threaten"),
        (("pledge",), "promise"),
        (("believe",), "neutral"),
        # particle, object, preposition
        (("carry",), "neutral"),
        (("carry", "out", "", "raid"), "punish"),
        (("carry", "out", "", "treaty"), "reward"),
        (("impose", "", "on", "sanction"), "punish"),
        (("provide", "", "", "shelter"), "reward"),
        (("make", "", "", "commitment"), "promise"),
        (("pose", "", "", "threat"), "threaten"),
        (("vote",), "appeal"),
        (("vote", "", "against"), "oppose"),
        (("work", "", "against", "colleague"), "oppose"),
        (("crack", "down", "on", "dissident"), "punish"),
        # the object outranks the preposition: poverty is nobody's cause
        (("fight", "", "against", "poverty"), "appeal"),
        (("fight", "", "against", "neighbor"), "punish"),
        (("stand", "up", "for", "right"), "appeal"),
        (("stand", "up", "to", "bully"), "oppose"),
    ],
)
def test_lookup(lexicon: Lexicon, verb: tuple[str, ...], category: str) -> None:
    act = lexicon.lookup(*verb)
    assert act is not None
    assert act.category == category


def test_back_off_drops_what_no_row_knows(lexicon: Lexicon) -> None:
    assert lexicon.lookup("invade", "nowhere", "beneath", "saucer") == lexicon.lookup("invade")


@pytest.mark.parametrize("lemma", ["ec", "econom", "attac", "attacker", "reinvade", "Attack", " attack", ""])
def test_only_whole_lemmas_match(lexicon: Lexicon, lemma: str) -> None:
    assert lexicon.lookup(lemma) is None


def test_only_whole_objects_match(tmp_path: Path) -> None:
    lexicon = load_lexicon(write(tmp_path, "give\t\taid\treward\t", "give\t\t\tneutral\t"))
    assert lexicon.lookup("give", obj="aid") == Act("reward", "promise")
    assert lexicon.lookup("give", obj="raid") == Act("neutral", "neutral")


@pytest.mark.parametrize(
    ("british", "american"), [("criticise", "criticize"), ("honour", "honor"), ("fulfil", "fulfill")]
)
def test_british_spelling(lexicon: Lexicon, british: str, american: str) -> None:
    assert lexicon.lookup(british) == lexicon.lookup(american) is not None


def test_announced_defaults_to_the_deeds_word(tmp_path: Path) -> None:
    lexicon = load_lexicon(
        write(
            tmp_path,
            "feed\t\t\treward\t",
            "bomb\t\t\tpunish\t",
            "meet\t\t\tappeal\t",
            "back\t\t\tappeal\tpromise",
        )
    )
    announced = {lemma: act.announced for (lemma, _, _), act in lexicon.acts.items()}
    assert announced == {"feed": "promise", "bomb": "threaten", "meet": "appeal", "back": "promise"}


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["feed\t\t\tkind\t"], r"line 2: unknown category 'kind'; expected one of punish"),
        (["feed\t\t\treward\tgift"], r"line 2: unknown category 'gift'"),
        (["feed\t\t\treward\t", "feed\t\t\tappeal\t"], r"line 3: a second row for 'feed'"),
        (
            ["@aid\t\tfood,water\t\t", "give\t\t@aid\treward\t", "give\t\twater\tappeal\t"],
            r"line 4: .*'give water'",
        ),
        (["give\t\t@gifts\treward\t"], r"line 2: unknown noun class '@gifts'"),
        (["@aid\t\tfood\t\t", "@aid\t\twater\t\t"], r"line 3: noun class '@aid' is defined twice"),
        (["feed\treward"], r"line 2: expected 5 tab-separated fields, found 2"),
        (["\t\t\treward\t"], r"line 2: the lemma is empty"),
    ],
)
def test_bad_rows_are_named(tmp_path: Path, rows: list[str], message: str) -> None:
    path = write(tmp_path, *rows)
    with pytest.raises(InputError, match=message) as error:
        load_lexicon(path)
    assert str(path) in str(error.value)


@pytest.mark.parametrize("text", ["", "verb\tcode\nfeed\treward\n"])
def test_wrong_header(tmp_path: Path, text: str) -> None:
    path = tmp_path / "lexicon.tsv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="line 1: expected the columns lemma, with, object"):
        load_lexicon(path)
