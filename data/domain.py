"""Whether a classifier tells two sets of speeches apart, by their words or by their style alone."""

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline

from vicsformer.data.diversity import WORD

BLOCK = 80
"""Words of a block: texts of one length, so that length tells nothing."""
COMMONEST = 200
"""How many of the commonest words stand for style: nearly all of them are function words."""

_BETWEEN_SENTENCES = re.compile(r"[.!?\n]")


def word_blocks(*sets: pd.DataFrame) -> list[pd.DataFrame]:
    """Speeches as blocks of 80 lower-case words without proper names.

    A word with a capital counts as a proper name unless it is "I", or opens a sentence and is found in lower
    case somewhere in the sets: names of states and people are out wherever they stand.

    Parameters
    ----------
    sets
        Tables of passages (`data.diversity.passage_texts`).

    Returns
    -------
    list of DataFrame
        For each set `voice, date, text`, one row a block; a block holds passages of one speech, a rest that
        fills none is left out.
    """
    marked = [[list(_marked(text)) for text in passages["text"]] for passages in sets]
    lower = {word for texts in marked for words in texts for word, _ in words if word.islower()}
    return [
        _cut(passages, [[w.lower() for w, opens in words if _kept(w, opens, lower)] for words in texts])
        for passages, texts in zip(sets, marked, strict=True)
    ]


def _marked(text: str) -> Iterator[tuple[str, bool]]:
    """Words, and whether each opens a sentence."""
    last = None
    for found in WORD.finditer(text):
        opens = last is None or _BETWEEN_SENTENCES.search(text, last, found.start()) is not None
        yield found.group().replace("’", "'"), opens
        last = found.end()


def _kept(word: str, opens: bool, lower: set[str]) -> bool:
    return word.islower() or word.split("'")[0] == "I" or (opens and word.lower() in lower)


def _cut(passages: pd.DataFrame, words: list[list[str]]) -> pd.DataFrame:
    rows = []
    table = passages.assign(words=pd.Series(words, index=passages.index, dtype=object))
    for (voice, date, _), speech in table.groupby(["voice", "date", "document_id"], sort=False):
        told = [word for passage in speech["words"] for word in passage]
        blocks = range(0, len(told) - BLOCK + 1, BLOCK)
        rows += [(voice, date, " ".join(told[start : start + BLOCK])) for start in blocks]
    return pd.DataFrame(rows, columns=["voice", "date", "text"])


def domain_auc(one: pd.DataFrame, two: pd.DataFrame, *, style: bool, folds: int = 5) -> float:
    """How well a classifier tells blocks of two sets apart, on voices that it has not seen.

    TF-IDF of single words and pairs of words (`style`: of the commonest 200 words of both sets), logistic
    regression with balanced classes; cross-validated so that no voice is in two folds.

    Parameters
    ----------
    one, two
        Blocks, as from `word_blocks`; at least `folds` voices each.
    style
        Whether only the commonest words count.
    folds
        Of the cross-validation.

    Returns
    -------
    float
        Area under the ROC curve of the held-out scores: the chance that a block of the second set scores
        above one of the first, 0.5 where they cannot be told apart, 1 where they always can.
    """
    text, second, voice = _joined(one, two)
    scores = cross_val_predict(
        _classifier(one, two, style=style),
        text,
        second,
        groups=voice,
        cv=StratifiedGroupKFold(folds, shuffle=True, random_state=0),
        method="decision_function",
    )
    return float(roc_auc_score(second, scores))


def telling_words(one: pd.DataFrame, two: pd.DataFrame, number: int) -> tuple[list[str], list[str]]:
    """Which of the commonest words speak most for the first set and for the second, the strongest first."""
    text, second, _ = _joined(one, two)
    fitted = _classifier(one, two, style=True).fit(text, second)
    weights = pd.Series(fitted[-1].coef_[0], index=fitted[0].get_feature_names_out()).sort_values(
        kind="stable"
    )
    return weights.index[:number].tolist(), weights.index[: -number - 1 : -1].tolist()


def _joined(one: pd.DataFrame, two: pd.DataFrame) -> tuple[NDArray[np.object_], NDArray[np.int64], list[str]]:
    second = np.repeat([0, 1], [len(one), len(two)])
    both = pd.concat([one, two], ignore_index=True)
    # a name that both sets have is two voices: a fold needs both classes
    voice = [f"{number} {name}" for number, name in zip(second, both["voice"], strict=True)]
    return both["text"].to_numpy(dtype=object), second, voice


def _classifier(one: pd.DataFrame, two: pd.DataFrame, *, style: bool) -> Pipeline:
    if style:
        features = TfidfVectorizer(vocabulary=_commonest(one, two), token_pattern=r"\S+")
    else:
        features = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True, token_pattern=r"\S+")
    return make_pipeline(features, LogisticRegression(C=10, class_weight="balanced", max_iter=1000))


def _commonest(one: pd.DataFrame, two: pd.DataFrame) -> list[str]:
    """The commonest words where both sets count alike, however large they are."""
    shares = [blocks["text"].str.split().explode().value_counts(normalize=True) for blocks in (one, two)]
    both = shares[0].add(shares[1], fill_value=0).sort_index()
    return sorted(both.sort_values(ascending=False, kind="stable").index[:COMMONEST])
