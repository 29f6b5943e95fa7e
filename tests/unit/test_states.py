import pytest
from hypothesis import given
from hypothesis import strategies as st

from vicsformer.data.states import names_state, state_name, states

TABLE = states()
OTHER_NAMES = [
    (name, other)
    for name, others in zip(TABLE["name"], TABLE["other_names"], strict=True)
    for other in others.split("|")
    if other
]
SHARED_BY_LIVING_STATES = {"Congo", "Korea"}

# United Nations, growth in membership: 193 members since South Sudan joined in 2011
UN_MEMBERS = 193
BESIDE_THE_MEMBERS = {"PSE", "VAT", "TWN", "XKX", "EU"}
FORMER = {"BUR", "BYS", "CSK", "DDR", "DHY", "HVO", "SCG", "SUN", "YMD", "YUG", "ZAR"}


def test_every_member_and_only_the_listed_others():
    codes = set(TABLE["code"])
    assert codes >= BESIDE_THE_MEMBERS | FORMER
    assert len(codes - BESIDE_THE_MEMBERS - FORMER) == UN_MEMBERS


def test_codes_and_names_are_unique():
    assert TABLE["code"].is_unique
    assert TABLE["name"].is_unique
    assert TABLE["code"].str.fullmatch("[A-Z]{3}|EU").all()


def test_cells_are_filled_and_clean():
    assert list(TABLE) == [
        "code", "name", "article", "other_names", "adjective", "people", "capital", "other_forms",
    ]  # fmt: skip
    assert set(TABLE["article"]) == {"", "the"}
    for column in ["code", "name", "adjective", "people", "capital"]:
        assert TABLE[column].str.fullmatch(r"[^\s|]+( [^\s|]+)*").all(), column
    for column in ["other_names", "other_forms"]:
        forms = TABLE.loc[TABLE[column] != "", column].str.split("|").explode()
        # an empty alternative would make a pattern that matches everywhere; the article has its own column
        assert forms.str.fullmatch(r"(?!the )\S+( \S+)*").all(), column


def test_no_form_is_listed_twice():
    for row in TABLE[["name", "other_names", "adjective", "people", "other_forms"]].itertuples(index=False):
        extra = [*row.other_names.split("|"), *filter(None, row.other_forms.split("|"))]
        assert len(extra) == len(set(extra)), row.name
        assert row.name not in extra
        assert not {row.adjective, row.people} & set(row.other_forms.split("|")), row.name


def test_a_name_belongs_to_one_state_or_to_a_state_and_its_former_self():
    owners: dict[str, set[str]] = {}
    for name, other in OTHER_NAMES:
        owners.setdefault(other, set()).add(name)
    former = set(TABLE.loc[TABLE["code"].isin(FORMER), "name"])
    assert {other for other, names in owners.items() if len(names) > 1} <= SHARED_BY_LIVING_STATES | former
    assert set(owners) & set(TABLE["name"]) <= former


def test_no_name_is_the_code_of_another_state():
    by_code = dict(zip(TABLE["code"], TABLE["name"], strict=True))
    assert all(by_code.get(other, name) == name for name, other in OTHER_NAMES)


@given(st.sampled_from(sorted(TABLE["name"])), st.sampled_from(["", "the ", "The ", " "]))
def test_a_name_resolves_to_itself_and_is_named(name, before):
    assert state_name(before + name) == name
    assert names_state(f"We saw {before}{name}, and left.", name)


@given(st.sampled_from(OTHER_NAMES))
def test_another_name_resolves_and_is_named(pair):
    name, other = pair
    resolved = state_name(other)
    assert resolved == name or other in SHARED_BY_LIVING_STATES or other in set(TABLE["name"])
    assert names_state(f"Then {other}’s delegate spoke.", name)


def test_a_common_name_names_only_its_state_and_the_successor():
    names = list(TABLE["name"])
    successors = {(former, own) for own, former in OTHER_NAMES if former in names}
    named = {(text, name) for text in names for name in names if names_state(text, name)}
    assert named == {(name, name) for name in names} | successors


@given(st.sampled_from([name for name in TABLE["name"] if " " not in name]), st.sampled_from("xzé_7"))
def test_part_of_a_word_names_nobody(name, letter):
    assert not names_state(letter + name, name)
    assert not names_state(name + letter, name)


@pytest.mark.parametrize("column", ["adjective", "people", "other_forms"])
def test_every_adjective_and_people_is_found(column):
    for name, cell in zip(TABLE["name"], TABLE[column], strict=True):
        for form in filter(None, cell.split("|")):
            assert names_state(f"the {form} of old", name), (name, form)


@pytest.mark.parametrize(
    ("given_name", "expected"),
    [
        ("RUS", "Russia"),
        ("NAM", "Namibia"),
        ("EU", "European Union"),
        ("America", "United States"),
        ("U.S.", "United States"),
        ("the Russian Federation", "Russia"),
        ("Côte d’Ivoire", "Ivory Coast"),
        ("Cote d'Ivoire", "Ivory Coast"),
        ("Türkiye", "Turkey"),
        ("Korea", "South Korea"),
        ("Congo", "Republic of the Congo"),
        ("Zaire", "Zaire"),
        ("Soviet Union", "Soviet Union"),
        ("United\n Kingdom", "United Kingdom"),
        ("rus", None),
        ("turkey", None),
        ("Russian", None),
        ("Atlantis", None),
        ("the ", None),
        ("", None),
    ],
)
def test_state_name(given_name, expected):
    assert state_name(given_name) == expected


@pytest.mark.parametrize(
    ("text", "named", "unnamed"),
    [
        ("Nigeria and its Nigerians", "NGA", "NER"),
        ("Niger and the Nigerien people", "NER", "NGA"),
        ("Equatorial Guinea", "GNQ", "GIN"),
        ("Guinea-Bissau", "GNB", "GIN"),
        ("Guinea–Bissau", "GNB", "GIN"),
        ("the Bissau-Guinean navy", "GNB", "GIN"),
        ("Papua New Guineans", "PNG", "GIN"),
        ("the Guinean navy", "GIN", "GNQ"),
        ("the Democratic Republic of\nthe Congo", "COD", "COG"),
        ("the Republic of the Congo", "COG", "COD"),
        ("North Korean missiles", "PRK", "KOR"),
        ("the Democratic People’s Republic of Korea", "PRK", "KOR"),
        ("the Republic of Korea", "KOR", "PRK"),
        ("the Dominican Republic", "DOM", "DMA"),
        ("Dominica", "DMA", "DOM"),
        ("South Sudanese refugees", "SSD", "SDN"),
        ("Sudan", "SDN", "SSD"),
        ("South Africans", "ZAF", "CAF"),
        ("the German Democratic Republic", "DDR", "DEU"),
        ("the Federal Republic of Germany", "DEU", "DDR"),
        ("Democratic Yemen", "YMD", "YEM"),
        ("the People's Republic of China", "CHN", "TWN"),
        ("the Republic of China", "TWN", "CHN"),
        ("Romania", "ROU", "OMN"),
        ("Somalis", "SOM", "MLI"),
        ("the former Yugoslav Republic of Macedonia", "MKD", "YUG"),
        ("the Turkish Cypriot side", "CYP", "TUR"),
        ("Czechoslovak workers", "CSK", "CZE"),
        ("the United Kingdom of Great Britain and Northern Ireland", "GBR", "IRL"),
        ("the Saint Lucian coast", "LCA", "KNA"),
        ("Mauritanians", "MRT", "MUS"),
    ],
)
def test_the_longer_name_wins(text, named, unnamed):
    assert names_state(text, named)
    assert not names_state(text, unnamed)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("they polish the text", "POL"),
        ("a turkey for the feast", "TUR"),
        ("fine china", "CHN"),
        ("give us peace", "USA"),
        ("Latin America and the Inter-American system", "USA"),
        ("the Organization of American States", "USA"),
        ("Northern Ireland", "IRL"),
        ("the Persian Gulf", "IRN"),
        ("the Gulf of Guinea and New Guinea", "GIN"),
        ("Indo-China", "CHN"),
        ("the Indian Ocean", "IND"),
        ("New Mexico", "MEX"),
        ("London decided", "GBR"),
        ("Atlantis sank", "Atlantis"),
        ("", "USA"),
        ("nobody", ""),
    ],
)
def test_not_named(text, state):
    assert not names_state(text, state)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("Polish workers", "Poland"),
        ("the U.S. Government", "United States"),
        ("a US-led coalition", "USA"),
        ("Russia's army", "Russian Federation"),
        ("the Soviet delegation", "RUS"),
        ("the people of Zaire", "COD"),
        ("Burmese monks", "MMR"),
        ("the Korean nation", "KOR"),
        ("the Korean nation", "PRK"),
        ("the Congo is free", "COD"),
        ("the Congo is free", "COG"),
        ("Northern Ireland and Ireland", "IRL"),
        ("Guinea and Equatorial Guinea", "GIN"),
        ("Latin Americans met Americans", "USA"),
        ("in Côte d’Ivoire", "CIV"),
        ("Serbia and Montenegro signed", "SRB"),
        ("Serbia and Montenegro signed", "MNE"),
        ("the Sao Tomean islands, São Tomé", "STP"),
    ],
)
def test_named(text, state):
    assert names_state(text, state)


def test_a_former_state_is_not_its_successor():
    assert not names_state("the Russian Federation", "SUN")
    assert not names_state("the Democratic Republic of the Congo", "ZAR")
    assert not names_state("Serbian farmers", "MNE")
