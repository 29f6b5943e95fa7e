"""How varied labelled speeches are, and how far invented ones are from real ones.

All measures are exact or fixed by the texts: none of them draws at random.
"""

import re

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from scipy.stats import hypergeom
from sklearn.feature_extraction.text import CountVectorizer

from vicsformer.data.codebook import NEUTRAL, NONE
from vicsformer.data.labels import Labels
from vicsformer.data.lemma_split import read_lemmas, verb_forms

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
"""A word: letters, also with an apostrophe inside; numbers are none."""

PASSAGE_TEXT_COLUMNS: dict[str, str] = {
    "voice": "who speaks",
    "document_id": "the speech",
    "date": "as in the document table",
    "text": "the passage",
}
"""Columns of the table of passages that the measures take."""


def passage_texts(labels: Labels) -> pd.DataFrame:
    """Labelled passages with their voices: `PASSAGE_TEXT_COLUMNS`, in the order of `labels.passages`."""
    known = labels.documents.set_index("document_id")
    spans = labels.passages[["document_id", "start", "end"]].itertuples(index=False)
    rows = [
        (known["leader"][name], name, known["date"][name], known["text"][name][start:end])
        for name, start, end in spans
    ]
    return pd.DataFrame(rows, columns=list(PASSAGE_TEXT_COLUMNS))


def verb_variety(verbs: pd.DataFrame, *, drawn: int = 1000) -> pd.DataFrame:
    """How many different verbs there are.

    Parameters
    ----------
    verbs
        Labelled verbs: `verb, category`; those of category `none` are left out.
    drawn
        Size of the samples that are compared.

    Returns
    -------
    DataFrame
        Index `all` and `power` (not neutral): `verbs`, their number; `lemmas`, the number of different lemmas
        to be expected among `drawn` of them, which does not depend on how many there are (Hurlbert 1971,
        rarefaction; missing where there are fewer); `commonest`, the share of the ten commonest lemmas.
        Lemmas are those of `labels/lemmas.tsv`; a form that is not there stands for itself.
    """
    units = verbs[verbs["category"] != NONE]
    table = read_lemmas()
    forms = verb_forms(units)
    lemmas = forms.map(dict(zip(table["form"], table["lemma"], strict=True))).fillna(forms)
    rows = {"all": lemmas, "power": lemmas[units["category"] != NEUTRAL]}
    return pd.DataFrame({name: _variety(chosen, drawn) for name, chosen in rows.items()}).T.astype(
        {"verbs": "int64"}
    )


def _variety(lemmas: "pd.Series[str]", drawn: int) -> "pd.Series[float]":
    sizes = lemmas.value_counts().to_numpy()
    total = len(lemmas)
    # the chance that a lemma is among those drawn, summed over the lemmas
    expected = np.sum(hypergeom.sf(0, total, sizes, drawn)) if total >= drawn else np.nan
    commonest = sizes[:10].sum() / total if total else np.nan
    return pd.Series({"verbs": total, "lemmas": expected, "commonest": commonest})


def ngram_overlap(passages: pd.DataFrame, n: int) -> "pd.Series[float]":
    """Share of each voice's word n-grams that another voice has as well.

    Parameters
    ----------
    passages
        `voice, text`; n-grams do not run from one passage into the next.
    n
        Words in an n-gram.

    Returns
    -------
    Series
        By voice, in 0..1: the share of the occurrences; missing for a voice without any n-gram.
    """
    counts = _ngrams(passages["text"], n)
    number, names = pd.factorize(passages["voice"])
    ones = np.ones(len(passages), dtype=np.int64)
    by_voice = csr_matrix((ones, (number, np.arange(len(passages))))) @ counts
    shared = np.bincount(by_voice.nonzero()[1], minlength=counts.shape[1]) > 1
    total = np.asarray(by_voice.sum(axis=1), dtype=np.float64).ravel()
    common = np.asarray(by_voice[:, shared].sum(axis=1)).ravel()
    return pd.Series(np.divide(common, total, out=np.full(len(total), np.nan), where=total > 0), index=names)


def likest_passages(passages: pd.DataFrame, *, n: int = 5, above: float = 0.0) -> pd.DataFrame:
    """Pairs of passages of different voices that share word n-grams, as texts from one template do.

    Parameters
    ----------
    passages
        `voice, document_id, text`.
    n
        Words in an n-gram.
    above
        Only pairs with a larger Jaccard index.

    Returns
    -------
    DataFrame
        `a, b` (documents), `jaccard`: shared n-grams by all n-grams of the two, in (0, 1]; the likest pair
        first.
    """
    present = _ngrams(passages["text"], n).sign()
    sizes = np.asarray(present.sum(axis=1)).ravel()
    both = csr_matrix(present @ present.T).tocoo()
    voice = pd.factorize(passages["voice"])[0]
    pairs = (both.row < both.col) & (voice[both.row] != voice[both.col])
    a, b, shared = both.row[pairs], both.col[pairs], both.data[pairs]
    names = passages["document_id"].to_numpy()
    table = pd.DataFrame(
        {"a": names[a], "b": names[b], "jaccard": shared / (sizes[a] + sizes[b] - shared)}
    ).sort_values(["jaccard", "a", "b"], ascending=[False, True, True], ignore_index=True)
    return table[table["jaccard"] > above]


def _ngrams(texts: "pd.Series[str]", n: int) -> "csr_matrix[np.int64]":
    """How often each n-gram (columns) is in each text (rows)."""
    vectorizer = CountVectorizer(ngram_range=(n, n), tokenizer=_words, token_pattern=None, lowercase=False)
    counts: csr_matrix[np.int64] = vectorizer.fit_transform(texts)
    return counts


def _words(text: str) -> list[str]:
    return [word.lower().replace("’", "'") for word in WORD.findall(text)]
