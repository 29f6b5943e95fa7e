import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vicsformer.data.corpora import read_corpus
from vicsformer.data.leaders import leader_state
from vicsformer.data.sources import delimited_rows
from vicsformer.data.states import state_name, states

TABLE = delimited_rows(Path(leader_state.__code__.co_filename).with_name("leaders.tsv")).frame
STATES = set(states()["name"])
ROWS = list(TABLE.itertuples(index=False, name=None))
FIRST_YEAR, LAST_YEAR = 1900, 2025
LONGEST_OFFICE = 75


def test_the_table_is_large_and_has_its_columns():
    assert list(TABLE) == ["name", "state", "first", "last", "other_names"]
    assert TABLE["name"].nunique() >= 700


def test_every_state_is_known_and_most_have_leaders():
    assert set(TABLE["state"]) <= STATES | {""}
    assert len(STATES & set(TABLE["state"])) >= 180


def test_years_are_sane():
    for name, _, first, last, _ in ROWS:
        assert first.isdecimal() and FIRST_YEAR <= int(first) <= 2026, name
        # in office in 2026 is an empty cell
        assert last == "" or 1945 <= int(last) <= LAST_YEAR, name
        assert 0 <= int(last or LAST_YEAR + 1) - int(first) <= LONGEST_OFFICE, name


def test_nobody_is_listed_twice():
    # spells apart from each other may have a row each
    spells: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for name, state, first, last, _ in ROWS:
        spells.setdefault((name, state), []).append((int(first), int(last or LAST_YEAR + 1)))
    for who, years in spells.items():
        years.sort()
        assert all(end < start for (_, end), (start, _) in pairwise(years)), who
    assert not TABLE.duplicated(["name", "state", "first"]).any()


def test_names_are_clean():
    for name, _, _, _, others in ROWS:
        names = [name, *(others.split("|") if others else [])]
        assert len(names) == len(set(names)), name
        assert all(form and form == " ".join(form.split()) for form in names), name


def test_every_full_name_has_its_state_in_office():
    for name, state, first, last, _ in ROWS:
        year = (int(first) + int(last or LAST_YEAR + 1)) // 2
        assert leader_state(name, str(year)) == state, (name, year)


@pytest.mark.parametrize(
    ("name", "date", "state"),
    [
        # full name, surname, nickname
        ("Angela Merkel", "2010-05-01", "Germany"),
        ("Merkel", "2010", "Germany"),
        ("Margaret Thatcher", "1984-10", "United Kingdom"),
        ("de Gaulle", "1960", "France"),
        ("Gaulle", "1960", "France"),
        ("Peña Nieto", "2014", "Mexico"),
        ("Lula", "2024", "Brazil"),
        ("JFK", "1962", "United States"),
        # titles
        ("President Obama", "2010", "United States"),
        ("PM Rudd", "2009", "Australia"),
        ("Prime Minister Kevin Rudd", "2009", "Australia"),
        ("Mrs. Thatcher", "1984", "United Kingdom"),
        ("Secretary of State John Kerry", "2014", "United States"),
        ("Minister for Foreign Affairs Julie Bishop", "2015", "Australia"),
        ("US President Barack Obama", "2010", "United States"),
        ("King Hussein", "1985", "Jordan"),
        ("Mackenzie King", "1946", "Canada"),
        ("John Major", "1992", "United Kingdom"),
        # commas, brackets, case, initials, further names
        ("Rudd, Kevin", "2009", "Australia"),
        ("RUDD, KEVIN (ALP)", "2009", "Australia"),
        ("Obama, President", "2010", "United States"),
        ("Kevin Rudd, Prime Minister of Australia", "2009", "Australia"),
        ("turnbull", "2016", "Australia"),
        ("K. Rudd", "2009", "Australia"),
        ("George Bush", "2004", "United States"),
        ("J.F. Kennedy", "1962", "United States"),
        ("Kevin Rudd MP", "2009", "Australia"),
        ("Vladimir Vladimirovich Putin", "2015", "Russia"),
        # spelling
        ("Zelenskyy", "2022", "Ukraine"),
        ("Zelensky", "2022", "Ukraine"),
        ("Volodymyr Zelenskiy", "2022", "Ukraine"),
        ("Recep Tayyip Erdoğan", "2015", "Turkey"),
        ("Erdogan", "2015", "Turkey"),
        ("Yildirim", "2017", "Turkey"),
        ("Gaddafi", "1990", "Libya"),
        ("Qaddafi", "1990", "Libya"),
        ("Colonel Kadhafi", "1990", "Libya"),
        ("el-Sisi", "2016", "Egypt"),
        ("Abdel Fattah al-Sisi", "2016", "Egypt"),
        ("Stoere", "2022", ""),
        ("Store", "2022", "Norway"),
        ("Walesa", "1991", "Poland"),
        # order of names
        ("Xi", "2015", "China"),
        ("Jinping Xi", "2015", "China"),
        ("Xi, Jinping", "2015", "China"),
        ("Jinping", "2015", ""),
        ("Modi", "2016", "India"),
        ("Narendra", "2016", ""),
        ("Abe Shinzo", "2015", "Japan"),
        ("Shinzo Abe", "2015", "Japan"),
        ("Park Geunhye", "2014", "South Korea"),
        ("Rhee", "1950", "South Korea"),
        ("Meles", "2005", "Ethiopia"),
        ("Giap", "1970", "Vietnam"),
        # one person, two posts
        ("Shevardnadze", "1988", "Soviet Union"),
        ("Shevardnadze", "1999", "Georgia"),
        ("Eduard Shevardnadze", "1991", "Soviet Union"),
        ("Donald Tusk", "2012", "Poland"),
        ("Tusk", "2017", "European Union"),
        ("Jens Stoltenberg", "2008", "Norway"),
        ("Jens Stoltenberg", "2018", ""),
    ],
)
def test_how_corpora_name_leaders(name, date, state):
    assert leader_state(name, date) == state


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("Kim", "1995"),
        ("Hussein", "1985"),
        ("King Abdullah", "2010"),
        ("Rasmussen", "2010"),
        ("Michael Rudd", "2009"),
        ("Bush and Blair", "2003"),
        ("Ada", "2001"),
        ("Bo", "2001"),
        ("", "2001"),
        ("II", "1980"),
        ("President", "2010"),
        ("K.", "2009"),
        (",", "2009"),
        # a state is no leader: Luís Montenegro, Sidney Holland, King Hussein of Jordan
        ("Montenegro", "2025"),
        ("HOLLAND", "1953"),
        ("Jordan", "1985"),
        ("HUN", "1985"),
        ("LIE", "1950"),
        # organisations
        ("UN", "2015"),
        ("United Nations", "2015"),
        ("Clinton Foundation", "2000"),
        ("Obama administration", "2010"),
        ("Friends of Putin", "2015"),
        ("General Assembly", "1970"),
        ("State of Israel", "1970"),
        # no date
        ("Angela Merkel", ""),
        ("Angela Merkel", "soon"),
        ("Angela Merkel", "-201"),
    ],
)
def test_who_is_not_told(name, date):
    assert leader_state(name, date) == ""


# in office: Rudd 2007-2013, Merkel 2005-2021
@pytest.mark.parametrize(
    ("name", "inside", "outside"),
    [
        ("Rudd", (2006, 2014), (2005, 2015)),
        ("Merkel", (2004, 2022), (2003, 2023)),
        ("Kevin Rudd", (1997, 2023), (1996, 2024)),
        ("Merkel, Angela", (1995, 2031), (1994, 2032)),
    ],
)
def test_the_date_must_be_near_the_office(name, inside, outside):
    assert all(leader_state(name, str(year)) for year in inside)
    assert not any(leader_state(name, str(year)) for year in outside)


def test_a_surname_goes_by_the_time():
    assert leader_state("Johnson", "1966") == "United States"
    assert leader_state("Johnson", "2020") == "United Kingdom"
    assert leader_state("Johnson", "1990") == ""


def test_no_state_is_a_leader():
    forms = TABLE["name"].str.split().explode()
    shared = sorted({form for form in forms if state_name(form)})
    assert {"Montenegro", "Holland", "Nepal"} <= set(shared)
    assert all(leader_state(form, str(year)) == "" for form in shared for year in range(1945, 2027, 2))


@given(st.text() | st.sampled_from(TABLE["name"].tolist()), st.text(max_size=6) | st.integers().map(str))
def test_any_text_gives_a_state_or_nothing(name, date):
    assert leader_state(name, date) in STATES | {""}


@given(st.sampled_from(ROWS), st.sampled_from([str.upper, str.lower, "Mr. {}".format, " {} ".format]))
def test_case_title_and_space_change_nothing(row, change):
    name, _, first, _, _ = row
    assert leader_state(change(name), first) == leader_state(name, first)


def test_a_corpus_gets_states_of_its_leaders(tmp_path):
    rows = [
        {"leader": "Merkel", "date": "2010"},
        {"leader": "Rudd, Kevin", "date": "2009-02-03", "state": ""},
        {"leader": "Merkel", "date": "2010-01", "state": "Atlantis"},
        {"leader": "Ada", "date": "2010"},
        {"leader": "EGY", "date": "2010"},
        # Liechtenstein, not Trygve Lie
        {"leader": "LIE", "date": "1950"},
    ]
    path = tmp_path / "c.jsonl"
    path.write_text("".join(json.dumps({**row, "text": "We met."}) + "\n" for row in rows))
    expected = ["Germany", "Australia", "Atlantis", "", "Egypt", "Liechtenstein"]
    assert read_corpus(path)["state"].tolist() == expected
    path.write_text(json.dumps({"leader": "Ada", "date": "2010", "text": "We met."}) + "\n")
    assert "state" not in read_corpus(path)
