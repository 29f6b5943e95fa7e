"""Coding packs for Label Studio, and codes back from its JSON export.

Readers start from predicted regions: the project has to use predictions to prelabel its tasks. Formats:
https://labelstud.io/guide/predictions (tasks with predictions), https://labelstud.io/guide/export (regions
and results joined by id), https://labelstud.io/tags/choices and /tags/text.
"""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas as pd
from pydantic import BaseModel, TypeAdapter, ValidationError

from vicsformer.annotate.entries import Entry, PackPassage
from vicsformer.annotate.pack import about
from vicsformer.annotate.readings import TENSES, Problem
from vicsformer.data.codebook import ATTRIBUTIONS, CODEBOOK_VERSION, LABEL_CATEGORIES
from vicsformer.data.columns import shown
from vicsformer.data.errors import InputError
from vicsformer.data.files import read_text
from vicsformer.data.labels import text_before

_CHOICES: dict[str, Sequence[str]] = {
    "attribution": ATTRIBUTIONS,
    "category": LABEL_CATEGORIES,
    "tense": TENSES,
}
_NOT_SHOWN = re.compile("[\r\U00010000-\U0010ffff]")


def tasks(documents: pd.DataFrame, passages: pd.DataFrame, forms: pd.DataFrame) -> list[dict[str, Any]]:
    """Return one task a passage, its verb forms as predicted regions.

    Parameters
    ----------
    documents
        Document table.
    passages
        `passage, document_id, start, end`.
    forms
        As from `forms.verb_forms`.
    """
    known = documents.set_index("document_id")
    inside = dict(list(forms.groupby("passage")))
    made = []
    for name, document, start, end in passages[["passage", "document_id", "start", "end"]].itertuples(
        index=False
    ):
        text = known.loc[document, "text"]
        marked = inside.get(name, forms.iloc[:0])[["start", "end", "number"]]
        regions = [
            _region(f"{name}-{number}", _as_shown(text[start:end]), a - start, b - start)
            for a, b, number in marked.itertuples(index=False)
        ]
        data = {
            "passage": str(name),
            "about": about(known.loc[document]),
            "before": _as_shown(text_before(text, start).strip()),
            "text": _as_shown(text[start:end]),
        }
        prediction = {"model_version": f"codebook {CODEBOOK_VERSION}", "result": regions}
        made.append({"data": data, "predictions": [prediction]})
    return made


def _region(name: str, text: str, start: int, end: int) -> dict[str, Any]:
    value = {"start": start, "end": end, "text": text[start:end], "labels": ["verb"]}
    return {"id": name, "from_name": "form", "to_name": "text", "type": "labels", "value": value}


def _as_shown(text: str) -> str:
    """Text of the same length without the characters that shift Label Studio's offsets.

    It counts characters beyond U+FFFF as two in some versions (github.com/HumanSignal/label-studio/issues/
    1347, 4988), and a carriage return as a line of its own.
    """
    return _NOT_SHOWN.sub(lambda found: " " if found.group() == "\r" else "\ufffd", text)


def configuration() -> str:
    """Return the labelling configuration: regions of verb forms, each with its own choices and note."""
    view = ElementTree.Element("View")
    ElementTree.SubElement(view, "Style").text = ".htx-text { white-space: pre-wrap; }"
    ElementTree.SubElement(view, "Header", value="$about")
    ElementTree.SubElement(view, "Header", value="$before", size="6")
    labels = ElementTree.SubElement(view, "Labels", name="form", toName="text")
    ElementTree.SubElement(labels, "Label", value="verb")
    ElementTree.SubElement(view, "Text", name="text", value="$text", granularity="word")
    region = {"toName": "text", "perRegion": "true"}
    for name, values in _CHOICES.items():
        ElementTree.SubElement(view, "Header", value=name, size="6")
        choices = ElementTree.SubElement(
            view, "Choices", {"name": name, **region, "choice": "single", "showInline": "true"}
        )
        if name == "category":
            choices.set("required", "true")
        for value in values:
            ElementTree.SubElement(choices, "Choice", value=value)
    note = {"maxSubmissions": "1", "editable": "true", "rows": "1", "placeholder": "note"}
    ElementTree.SubElement(view, "TextArea", {"name": "note", **region, **note})
    ElementTree.indent(view)
    return ElementTree.tostring(view, encoding="unicode") + "\n"


class _Value(BaseModel):
    start: int | None = None
    end: int | None = None
    choices: list[str] = []
    text: str | list[str] | None = None


class _Result(BaseModel):
    id: str | None = None
    from_name: str | None = None
    value: _Value = _Value()


class _Annotation(BaseModel):
    result: list[_Result]
    was_cancelled: bool = False


class _Data(BaseModel):
    passage: str
    text: str


class _Task(BaseModel):
    data: _Data
    annotations: list[_Annotation]


def export_entries(file: Path, pack: Mapping[str, PackPassage]) -> tuple[list[Entry], list[Problem]]:
    """Read a JSON export of Label Studio.

    A region stands for the marked form with the same characters, and for a form that the pack missed where
    there is none.

    Parameters
    ----------
    file
        A list of tasks, each with one annotation; skipped ones do not count.
    pack
        The passages by name.

    Returns
    -------
    entries
        Their `line` is the number of the task in the file, from 1; codes are not checked.
    problems
        Tasks and regions that are not of the pack.

    Raises
    ------
    InputError
        The file is no such export.
    """
    entries: list[Entry] = []
    problems: list[Problem] = []
    for number, task in enumerate(_tasks(file), start=1):
        passage = pack.get(task.data.passage)
        done = [annotation for annotation in task.annotations if not annotation.was_cancelled]
        if passage is None or task.data.text != _as_shown(passage.text):
            found = shown(task.data.passage)
            problems.append((number, f"expected a passage of the pack with its text, found {found}; drop it"))
        elif len(done) > 1:
            problem = (
                f"expected one annotation of {passage.name}, found {len(done)}; export each reader's apart"
            )
            problems.append((number, problem))
        else:
            for annotation in done:
                _read_annotation(annotation, number, passage, entries, problems)
    return entries, problems


def _tasks(file: Path) -> list[_Task]:
    text = read_text(file)
    try:
        return TypeAdapter(list[_Task]).validate_python(json.loads(text))
    except json.JSONDecodeError as error:
        raise InputError(
            f"{file}:{error.lineno}: expected JSON, found broken JSON ({error.msg}); export it again"
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise InputError(
            f"{file}: expected Label Studio's export as JSON (not JSON-MIN) of the tasks of a pack, found "
            f"{where or 'file'}: {first['msg']}; export it again"
        ) from error


def _read_annotation(
    annotation: _Annotation,
    number: int,
    passage: PackPassage,
    entries: list[Entry],
    problems: list[Problem],
) -> None:
    marked = set(passage.forms.values())
    for region in _regions(annotation):
        start, end = _trimmed(passage.text, region["start"], region["end"])
        if not 0 <= start < end <= len(passage.text):
            found = f"{region['start']} to {region['end']}"
            problems.append((number, f"expected a region of words in {passage.name}, found {found}; drop it"))
            continue
        entry = Entry(
            number,
            passage,
            (start + passage.start, end + passage.start),
            **{name: region.get(name, "") for name in (*_CHOICES, "note")},
        )
        if entry.span not in marked and (passage.clashes(entry.span) or len(entry.verb.split()) > 1):
            problem = (
                f"expected a marked verb of {passage.name} or one word besides, found {shown(entry.verb)}"
            )
            problems.append((number, f"{problem}; mark the one word"))
        entries.append(entry)


def _regions(annotation: _Annotation) -> list[dict[str, Any]]:
    """Regions with their choices and notes, joined by id; results that are about no region are left out."""
    regions: dict[str | None, dict[str, Any]] = {}
    for result in annotation.result:
        region = regions.setdefault(result.id, {})
        value = result.value
        if value.start is not None and value.end is not None:
            region |= {"start": value.start, "end": value.end}
        if result.from_name in _CHOICES:
            region[result.from_name] = ", ".join(value.choices)
        elif result.from_name == "note" and value.text:
            lines = [value.text] if isinstance(value.text, str) else value.text
            region["note"] = " ".join(" ".join(lines).split())
    return [region for region in regions.values() if "start" in region]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without the white space that a selection took in."""
    inside = text[max(start, 0) : end]
    return start + len(inside) - len(inside.lstrip()), end - len(inside) + len(inside.rstrip())
