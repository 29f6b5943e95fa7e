"""Lemmas of the labelled verbs, and which are held out: `python -m vicsformer.lemma_split` writes them."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from vicsformer.data.files import atomic_file
from vicsformer.data.labels import SHIPPED, Labels, combine, load_labels
from vicsformer.data.lemma_split import LEMMA_COLUMNS, LEMMAS_FILE, draw_lemmas, read_lemmas, verb_forms
from vicsformer.infer.grammar import VERB_TAGS
from vicsformer.infer.lemmas import lemmatize
from vicsformer.infer.parsing import load_parser, parse

if TYPE_CHECKING:
    from spacy.language import Language

_WORD = r"'?[a-z]+(?:['-][a-z]+)*"
_BY_ENDING = {"ing": "VBG", "ed": "VBN", "s": "VBZ"}


def write_lemmas(path: Path = LEMMAS_FILE) -> None:
    """Write a lemma for every labelled verb form.

    What stands in the shipped file stays. What is no word (a dash, two words glued together) is left out.

    Raises
    ------
    InputError
        The labels or the file cannot be used.
    """
    labels = combine([load_labels(name) for name in SHIPPED])
    shipped = read_lemmas(LEMMAS_FILE) if LEMMAS_FILE.exists() else pd.DataFrame(columns=list(LEMMA_COLUMNS))
    table = lemma_table(labels, shipped)
    table["held_out"] = table["held_out"].map({True: "yes", False: "no"})
    with atomic_file(path) as handle:
        handle.write(table.to_csv(sep="\t", index=False, lineterminator="\n").encode())


def lemma_table(labels: Labels, fixed: pd.DataFrame) -> pd.DataFrame:
    """The split of labelled verbs.

    Parameters
    ----------
    labels
        Labelled verbs.
    fixed
        Rows that stand, as from `data.lemma_split.read_lemmas`.

    Returns
    -------
    DataFrame
        `form, lemma, held_out` (bool), sorted by form; rows of `fixed` whose form no label has are left out.
    """
    verbs = labels.verbs.assign(form=verb_forms(labels.verbs))
    verbs = verbs[verbs["form"].str.fullmatch(_WORD)]
    lemmas = dict(zip(fixed["form"], fixed["lemma"], strict=True))
    new = verbs[~verbs["form"].isin(list(lemmas))]
    if len(new):
        lemmas |= form_lemmas(labels, new, load_parser())
    verbs = verbs.assign(lemma=verbs["form"].map(lemmas))
    held = draw_lemmas(verbs, dict(zip(fixed["lemma"], fixed["held_out"], strict=True)))
    forms = sorted(set(verbs["form"]))
    return pd.DataFrame(
        {"form": forms, "lemma": [lemmas[f] for f in forms], "held_out": [held[lemmas[f]] for f in forms]}
    )


def form_lemmas(labels: Labels, verbs: pd.DataFrame, parser: "Language") -> dict[str, str]:
    """Lemma of each form, by the commonest verb tag that the parser gives it where it is labelled.

    Parameters
    ----------
    labels
        Labelled verbs.
    verbs
        Rows of `labels.verbs` whose forms are asked for, with `form`.
    parser
        As from `infer.parsing.load_parser`.
    """
    seen = verbs.assign(tag=_tags(labels, verbs, parser))
    commonest = seen[seen["tag"].isin(VERB_TAGS)].groupby("form")["tag"].agg(lambda tags: tags.mode()[0])
    forms = sorted(set(verbs["form"]))
    return dict(
        zip(forms, _lemmas(forms, [commonest.get(f, _by_ending(f)) for f in forms], parser), strict=True)
    )


def _tags(labels: Labels, verbs: pd.DataFrame, parser: "Language") -> list[str]:
    """The parser's tag of the word that starts where each verb does, empty where none does."""
    texts = labels.documents.set_index("document_id")["text"]
    passages = labels.passages.loc[sorted(set(verbs["passage"]))]
    spans = list(passages[["document_id", "start", "end"]].itertuples(index=False))
    parsed = parse([texts[name][start:end] for name, start, end in spans], parser)
    tags = {
        (name, shift + part.place(token.idx, token.idx + len(token))[0]): token.tag_
        for (name, shift, _), parts in zip(spans, parsed, strict=True)
        for part in parts
        for token in part.doc
    }
    return [tags.get(place, "") for place in zip(verbs["document_id"], verbs["start"], strict=True)]


def _by_ending(form: str) -> str:
    return next((tag for ending, tag in _BY_ENDING.items() if form.endswith(ending)), "VB")


def _lemmas(forms: Sequence[str], tags: Sequence[str], parser: "Language") -> list[str]:
    from spacy.tokens import Doc

    doc = Doc(parser.vocab, words=list(forms), tags=list(tags))
    lemmatize(doc, parser)
    return [token.lemma_ for token in doc]


if __name__ == "__main__":
    write_lemmas()
