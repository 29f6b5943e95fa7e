"""Documents as windows for the encoder: every sentence is read once, with the text before it."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vicsformer.data.states import state_name

UNKNOWN_STATE = "unknown"


@dataclass(frozen=True)
class Window:
    """One input of the encoder.

    Attributes
    ----------
    tokens
        Token ids: speaker's state, then context and sentences, special tokens included.
    state_length
        How many leading tokens belong to the state part (token type 0).
    spans
        Shape (k, 2): first and last token of each of the k verb heads.
    rows
        Shape (k,): the verbs' positions in the verb table.
    """

    tokens: list[int]
    state_length: int
    spans: NDArray[np.int64]
    rows: NDArray[np.int64]


def windows(
    sentences: pd.DataFrame, verbs: pd.DataFrame, tokenizer: Any, *, max_tokens: int, context_tokens: int
) -> list[Window]:
    """Windows that hold every verb once.

    Sentences are taken together while they fit, so that most of them share their context instead of
    repeating it; a sentence longer than the room is cut.

    Parameters
    ----------
    sentences
        `document_id, sentence, start, text, state`, in the order of the text.
    verbs
        `document_id, sentence, start, end`, any order.
    tokenizer
        A fast tokenizer of transformers.
    max_tokens
        Longest window, special tokens included.
    context_tokens
        How much text before its first sentence a window sees, at most.

    Returns
    -------
    list of Window
        In the order of the documents; a sentence without verbs is context only.
    """
    if len(verbs) == 0:
        return []
    encoded = tokenizer(
        sentences["text"].tolist(), add_special_tokens=False, return_offsets_mapping=True, verbose=False
    )
    starts = sentences["start"].to_numpy()
    keys = pd.MultiIndex.from_frame(sentences[["document_id", "sentence"]])
    sentence_row = keys.get_indexer(pd.MultiIndex.from_frame(verbs[["document_id", "sentence"]]))
    if (sentence_row < 0).any():
        raise ValueError("a verb points to a sentence that is not in the sentence table")
    heads: dict[int, list[tuple[int, int, int]]] = {}
    columns = zip(sentence_row.tolist(), verbs["start"].tolist(), verbs["end"].tolist(), strict=True)
    for row, (s, start, end) in enumerate(columns):
        first, last = _tokens_of(encoded["offset_mapping"][s], start - starts[s], end - starts[s])
        heads.setdefault(s, []).append((first, last, row))

    out: list[Window] = []
    prefixes: dict[str, list[int]] = {}
    # `sort=False` keeps documents in the order of the table
    for _, group in sentences.assign(_row=np.arange(len(sentences))).groupby("document_id", sort=False):
        given = str(group["state"].iloc[0])
        state = state_name(given) or given or UNKNOWN_STATE
        if state not in prefixes:
            ids = tokenizer(state, add_special_tokens=False)["input_ids"][:16]
            prefixes[state] = [tokenizer.cls_token_id, *ids, tokenizer.sep_token_id]
        rows = group["_row"].tolist()
        pieces = [encoded["input_ids"][r] for r in rows]
        out += _document_windows(
            pieces,
            [heads.get(r, []) for r in rows],
            prefixes[state],
            tokenizer.sep_token_id,
            max_tokens,
            context_tokens,
        )
    return out


def _tokens_of(offsets: list[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    """First and last token that touch the characters [start, end)."""
    begins = [a for a, _ in offsets]
    first = max(bisect_right(begins, start) - 1, 0)
    last = max(bisect_right(begins, end - 1) - 1, first)
    return first, last


def _document_windows(
    pieces: list[list[int]],
    heads: list[list[tuple[int, int, int]]],
    prefix: list[int],
    separator: int,
    max_tokens: int,
    context_tokens: int,
) -> Iterator[Window]:
    stream = [token for piece in pieces for token in piece]
    bounds = np.concatenate([[0], np.cumsum([len(piece) for piece in pieces])])
    spans = np.array(
        [(bounds[i] + a, bounds[i] + b, row) for i, found in enumerate(heads) for a, b, row in found],
        dtype=np.int64,
    ).reshape(-1, 3)
    spans = spans[np.argsort(spans[:, 0], kind="stable")]
    room = max_tokens - len(prefix) - 1
    for begin, end in _cuts(bounds, spans[:, 0], room - context_tokens):
        inside = spans[(spans[:, 0] >= begin) & (spans[:, 0] < end)]
        left = max(0, begin - context_tokens)
        # a head cut by the edge of a window keeps its part inside
        local = np.minimum(inside[:, :2], end - 1) - left + len(prefix)
        yield Window([*prefix, *stream[left:end], separator], len(prefix), local, inside[:, 2])


def _cuts(bounds: NDArray[np.int64], firsts: NDArray[np.int64], room: int) -> Iterator[tuple[int, int]]:
    """Stretches of at most `room` tokens that end at sentence ends and together hold every verb."""
    holding = [
        (a, b)
        for a, b in pairwise(bounds.tolist())
        if np.searchsorted(firsts, a) < np.searchsorted(firsts, b)
    ]
    begin = end = 0
    for a, b in holding:
        if end > begin and b - begin <= room:
            end = b
            continue
        if end > begin:
            yield begin, end
        begin, end = a, b
        while end - begin > room:
            yield begin, begin + room
            begin += room
    if end > begin:
        yield begin, end
