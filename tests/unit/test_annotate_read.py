"""Codes back from readers: sheets and Label Studio exports, and what is wrong with them, line by line."""

import json
import re
from xml.etree import ElementTree

import pandas as pd
import pytest

from vicsformer.annotate.label_studio import configuration, tasks
from vicsformer.annotate.pack import CODE_COLUMNS, code_sheet
from vicsformer.annotate.read import read_codes
from vicsformer.annotate.readings import READING_COLUMNS, TENSES
from vicsformer.data.codebook import ATTRIBUTIONS, CODEBOOK_VERSION, LABEL_CATEGORIES
from vicsformer.data.errors import InputError

MARKED = {
    "one": [
        "They *came to the border. We *thank them, and thank you all.",
        "We will *answer, and re-arm if they *come.",
    ],
    "two": ["You *told us\r\nlies \U0001f54a and we *believe none. Trust us, trust them: we *trust."],
}


def pack(readers=None):
    """Documents, passages and key of texts in which a star marks a form."""
    documents, passages, forms = [], [], []
    for name, paragraphs in MARKED.items():
        text = "\n".join(paragraphs).replace("*", "")
        documents.append(
            {"document_id": name, "leader": "Arda", "date": "1999", "state": "Aland", "text": text}
        )
        start = 0
        for paragraph in paragraphs:
            passage = f"p{len(passages) + 1}"
            end = start + len(paragraph.replace("*", ""))
            passages.append({"passage": passage, "document_id": name, "start": start, "end": end})
            for number, found in enumerate(re.finditer(r"\*(\w+)", paragraph), start=1):
                at = start + found.start() - (number - 1)
                forms.append((name, at, at + len(found[1]), found[1], passage, number))
            start = end + 1
    key = pd.DataFrame(forms, columns=["document_id", "start", "end", "verb", "passage", "number"])
    key["reader"] = key["passage"].map(readers) if readers else 1
    return pd.DataFrame(documents), pd.DataFrame(passages), key


def filled(**changes):
    """A sheet whose every verb is an appeal of others."""
    sheet = code_sheet(pack()[2]).astype("str").assign(attribution="other", category="appeal")
    for name, value in changes.items():
        sheet.loc[0, name] = value
    return sheet


def added(sheet, *rows):
    return pd.concat([sheet, pd.DataFrame(rows, columns=list(CODE_COLUMNS))], ignore_index=True)


def read(sheet, path, **options):
    documents, passages, key = pack(options.pop("readers", None))
    sheet.to_csv(path, index=False, sep="\t" if path.suffix == ".tsv" else ",")
    return read_codes(key, path, documents, passages, coder="Ada", round_="3", **options)


@pytest.mark.parametrize("name", ["sheet.csv", "sheet.tsv"])
def test_codes_lead_back_to_the_text(tmp_path, name):
    sheet = filled(attribution="", category="none", tense="past", note="  2nd:  appeal ").sample(
        frac=1, random_state=1
    )
    table = read(sheet, tmp_path / name)
    assert table.columns.tolist() == list(READING_COLUMNS)
    documents, _, key = pack()
    spans = ["document_id", "start", "end", "verb", "passage"]
    pd.testing.assert_frame_equal(table[spans], key[spans])
    texts = documents.set_index("document_id")["text"]
    assert all(texts[n][a:b] == v for n, a, b, v in table[spans[:4]].itertuples(index=False))
    assert table.loc[0, ["attribution", "category", "tense", "note"]].tolist() == [
        "unknown", "none", "past", "2nd: appeal",
    ]  # fmt: skip
    assert set(table.loc[1:, "attribution"]) == {"other"}
    assert set(table["coder"]) == {"Ada"}
    assert set(table["round"]) == {"3"}
    assert set(table["codebook_version"]) == {CODEBOOK_VERSION}


def test_missed_verbs_are_placed_where_nothing_is_marked(tmp_path):
    code = ("self", "appeal", "", "")
    sheet = added(
        filled(),
        ("p1", "+", "thank", *code),  # the first one is marked
        ("p2", "+arm", "", *code),
        ("p3", "+", "Trust", *code),
        ("p3", "+ trust", "", *code),
        ("p3", "+", "us@2", *code),
    )
    table = read(sheet, tmp_path / "sheet.csv")
    new = table[table["attribution"] == "self"]
    texts = pack()[0].set_index("document_id")["text"]
    told = texts["two"]
    assert list(zip(new["document_id"], new["start"], strict=True)) == [
        ("one", texts["one"].index("thank you")),
        ("one", texts["one"].index("arm if")),
        ("two", told.index("Trust")),
        ("two", told.index("us, trust")),
        ("two", told.index("trust them")),
    ]
    assert new["verb"].tolist() == ["thank", "arm", "Trust", "us", "trust"]


PROBLEMS = [
    ({"passage": "p9"}, 2, "expected a passage of the pack, found 'p9'"),
    ({"number": "7"}, 2, "expected a number of p1 (1 to 2), found 7"),
    ({"number": "x"}, 2, "expected the number of a verb of p1"),
    ({"number": "+"}, 2, "expected occurrence 1 of 'came' outside the marked verbs of p1, found 0"),
    ({"number": "+", "verb": "border@2"}, 2, "expected occurrence 2 of 'border' outside"),
    ({"number": "+", "verb": "order"}, 2, "occurrence 1 of 'order' outside the marked verbs of p1, found 0"),
    ({"number": "+", "verb": "bord"}, 2, "occurrence 1 of 'bord' outside the marked verbs of p1, found 0"),
    ({"number": "+", "verb": "the border"}, 2, "one word"),
    ({"number": "+", "verb": ""}, 2, "one word"),
    ({"number": "2", "verb": "thank"}, 3, "expected one code for verb 'thank' of p1, found another in 2"),
    ({"verb": "come"}, 2, "expected 'came' as verb 1 of p1, found 'come'"),
    ({"attribution": "them"}, 2, "expected attribution as one of self, "),
    ({"attribution": ""}, 2, "expected attribution as one of self, "),
    ({"category": "Appeal"}, 2, "found 'Appeal'"),
    ({"tense": "perfect"}, 2, "expected tense as one of past, present, future, found 'perfect'"),
    ({"category": ""}, 2, "verb 'came' of p1: expected a code, found none"),
]


@pytest.mark.parametrize(("changes", "line", "words"), PROBLEMS)
def test_what_is_wrong_is_named_with_its_line(tmp_path, changes, line, words):
    file = tmp_path / "sheet.csv"
    with pytest.raises(InputError) as error:
        read(filled(**changes), file)
    assert f"{file}:{line}: " in str(error.value)
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_verbs_without_a_row_are_named(tmp_path):
    with pytest.raises(
        InputError, match=r"sheet\.csv:2: expected a code for verb 1, 'came', of p1, found none"
    ):
        read(filled().drop(0), tmp_path / "sheet.csv")
    with pytest.raises(InputError, match=r"sheet\.csv:4: expected the 2 verbs of p2, found none"):
        read(filled().drop([2, 3]).iloc[[0, 1, 2]].pipe(added), tmp_path / "sheet.csv")


def test_ten_problems_are_listed_and_the_rest_counted(tmp_path):
    sheet = pd.concat([filled(verb="x")] * 3, ignore_index=True)
    sheet["tense"] = "soon"
    with pytest.raises(InputError) as error:
        read(sheet, tmp_path / "sheet.csv")
    assert len(re.findall(r"sheet.csv:\d+: ", str(error.value))) == 10
    # 21 tenses, 1 + 2 wrong words and 14 repetitions
    assert str(error.value).endswith(" | and 28 more")


def test_blank_rows_of_a_spreadsheet_are_passed_over(tmp_path):
    sheet = added(filled(), [""] * len(CODE_COLUMNS))
    assert len(read(sheet, tmp_path / "sheet.csv")) == len(filled())


@pytest.mark.parametrize(
    ("name", "columns", "words"),
    [
        ("sheet.csv", ["passage", "number", "verb", "category"], "add or rename: attribution"),
        ("sheet.xlsx", list(CODE_COLUMNS), "found '.xlsx'"),
        ("sheet.json", list(CODE_COLUMNS), "sheet.json:1: expected JSON"),
    ],
)
def test_other_files_are_refused(tmp_path, name, columns, words):
    with pytest.raises(InputError, match=re.escape(words)):
        read(filled()[columns], tmp_path / name)


def test_a_sheet_with_semicolons_is_refused(tmp_path):
    documents, passages, key = pack()
    filled().to_csv(tmp_path / "sheet.csv", index=False, sep=";")
    with pytest.raises(InputError, match=r"sheet\.csv:1: expected fields with commas .* found semicolons"):
        read_codes(key, tmp_path / "sheet.csv", documents, passages, coder="Ada", round_="3")


def test_a_reader_answers_for_the_passages_of_that_reader(tmp_path):
    readers, sheet = {"p1": 1, "p2": 1, "p3": 2}, filled()
    own = sheet[sheet["passage"] != "p3"]
    assert len(read(own, tmp_path / "sheet.csv", readers=readers)) == 4
    assert len(read(sheet[sheet["passage"] == "p3"], tmp_path / "sheet.csv", readers=readers)) == 3
    with pytest.raises(
        InputError, match=r"sheet.csv:6: expected passages of one reader, found p3 of another"
    ):
        read(sheet, tmp_path / "sheet.csv", readers=readers)
    with pytest.raises(InputError, match="expected the 3 verbs of p3"):
        read(own, tmp_path / "sheet.csv", readers=readers, reader=2)
    with pytest.raises(InputError, match="a reader among 1, 2, found 3"):
        read(own, tmp_path / "sheet.csv", readers=readers, reader=3)


def test_another_corpus_is_refused(tmp_path):
    documents, passages, key = pack()
    filled().to_csv(tmp_path / "sheet.csv", index=False)
    for other, words in (
        (documents.assign(text="x" + documents["text"]), "expected 'came' at 5 of one in p1, found ' cam'"),
        (documents.iloc[1:], "expected documents of the corpus, found one"),
    ):
        with pytest.raises(InputError, match=words):
            read_codes(key, tmp_path / "sheet.csv", other, passages, coder="Ada", round_="3")


def export(change=None):
    """What Label Studio exports when a reader has coded every predicted region as an appeal of others."""
    documents, passages, key = pack()
    made = []
    for number, task in enumerate(tasks(documents, passages, key), start=1):
        results = []
        for region in task["predictions"][0]["result"]:
            place = {name: region["value"][name] for name in ("start", "end", "text")}
            for name, choice in (("attribution", "other"), ("category", "appeal")):
                value = {**place, "choices": [choice]}
                results.append({**region, "from_name": name, "type": "choices", "value": value})
            results.append(region)
        results.append({"from_id": "a", "to_id": "b", "type": "relation", "direction": "right"})
        annotation = {"id": number, "completed_by": 1, "was_cancelled": False, "result": results}
        made.append({"id": number, "data": task["data"], "annotations": [annotation], "predictions": []})
    if change is not None:
        change(made)
    return made


def read_export(tmp_path, change=None):
    documents, passages, key = pack()
    file = tmp_path / "export.json"
    file.write_text(json.dumps(export(change)), encoding="utf-8")
    return read_codes(key, file, documents, passages, coder="Ada", round_="3")


def drawn(tasks_, number, word, **codes):
    """Let the reader draw a region around a word of a task."""
    start = tasks_[number]["data"]["text"].index(word)
    base = {"id": "drawn", "to_name": "text"}
    place = {"start": start, "end": start + len(word), "text": word}
    results = tasks_[number]["annotations"][0]["result"]
    results.append({**base, "from_name": "form", "type": "labels", "value": {**place, "labels": ["verb"]}})
    for name, choice in codes.items():
        value = {**place, "text": [choice]} if name == "note" else {**place, "choices": [choice]}
        results.append({**base, "from_name": name, "type": "choices", "value": value})


def test_label_studio_gives_back_the_same_codes_as_a_sheet(tmp_path):
    sheet = added(filled(), ("p3", "+", "Trust", "self", "promise", "future", "plain"))

    def change(made):
        drawn(made, 2, "Trust ", attribution="self", category="promise", tense="future", note="plain")

    pd.testing.assert_frame_equal(read_export(tmp_path, change), read(sheet, tmp_path / "sheet.csv"))


def test_tasks_show_text_whose_offsets_count_the_same_everywhere():
    documents, passages, key = pack()
    texts = documents.set_index("document_id")["text"]
    spans = passages[["document_id", "start", "end"]].itertuples(index=False)
    for task, (name, start, end) in zip(tasks(documents, passages, key), spans, strict=True):
        shown = task["data"]["text"]
        assert len(shown) == len(shown.encode("utf-16-le")) / 2 == end - start
        assert "\r" not in shown
        for region in task["predictions"][0]["result"]:
            place = region["value"]
            assert texts[name][start + place["start"] : start + place["end"]] == place["text"]


def test_the_configuration_asks_for_every_code_of_the_codebook():
    view = ElementTree.fromstring(configuration())
    asked = {c.get("name"): tuple(x.get("value") for x in c) for c in view.iter("Choices")}
    assert asked == {"attribution": ATTRIBUTIONS, "category": LABEL_CATEGORIES, "tense": TENSES}
    assert {c.get("perRegion") for c in view.iter("Choices")} == {"true"}
    assert {c.get("toName") for c in view.iter() if c.get("toName")} == {view.find("Text").get("name")}


def _cut(made):
    del made[0]["annotations"][0]["result"][:3]


def _twice(made):
    made[1]["annotations"].append(made[1]["annotations"][0])


def _skipped(made):
    made[1]["annotations"][0]["was_cancelled"] = True


def _other(made):
    made[2]["data"]["text"] = "Something else."


def _two(made):
    made[0]["annotations"][0]["result"][1]["value"]["choices"] = ["appeal", "oppose"]


def _wide(made):
    drawn(made, 1, "answer, and", attribution="self", category="appeal")


def _outside(made):
    made[0]["annotations"][0]["result"][2]["value"]["end"] = 999


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_cut, "export.json:1: expected a code for verb 1, 'came', of p1, found none"),
        (_twice, "export.json:2: expected one annotation of p2, found 2"),
        (_skipped, "expected the 2 verbs of p2, found none"),
        (_other, "export.json:3: expected a passage of the pack with its text, found 'p3'"),
        (_two, "export.json:1: verb 'came' of p1: expected category as one of"),
        (_wide, "export.json:2: expected a marked verb of p2 or one word besides, found 'answer, and'"),
        (_outside, "export.json:1: expected a region of words in p1, found 5 to 999"),
        (lambda made: made[0].pop("annotations"), "found 0.annotations: Field required"),
    ],
)
def test_what_is_wrong_with_an_export_is_named_with_its_task(tmp_path, change, words):
    with pytest.raises(InputError, match=re.escape(words)):
        read_export(tmp_path, change)
