"""Several readings as one table of labels that knows where each code comes from."""

from pathlib import Path

import pandas as pd

from vicsformer.annotate.passages import PASSAGE_COLUMNS
from vicsformer.annotate.readings import SPAN, Problem, code_problem, codes, differs, place, refuse
from vicsformer.annotate.sample import SAMPLE_COLUMNS, passage_of
from vicsformer.data.columns import shown
from vicsformer.data.errors import InputError
from vicsformer.data.sources import delimited_rows
from vicsformer.data.tables import require_columns

LABEL_COLUMNS: dict[str, str] = {
    "document_id": "the speech",
    "start": "first character of the verb form in the document's text",
    "end": "one past the last character",
    "verb": "the form as it stands",
    "attribution": "who acts: one of `ATTRIBUTIONS`",
    "category": "one of the seven categories, or `none` for a form that is no unit of its own",
    "tense": "past, present or future, empty where no reader gave one or where they differ",
    "round": "round of coding",
    "codebook_version": "version of the codebook that the readers followed",
    "coder": "who read it, with commas between",
    "second_attribution": "what another reader coded, empty where nobody else read it",
    "second_category": "what another reader coded, empty where nobody else read it",
    "settled": "whether the code was decided after the readings",
    "note": "what readers noted",
}
"""One row a verb form; `data.labels.load_labels` reads the table."""

_CODE = ["attribution", "category"]


def merge_readings(
    readings: pd.DataFrame, *, settled: pd.DataFrame | None = None, prefer: str | None = None
) -> pd.DataFrame:
    """Merge readings into one label a verb.

    The label is the settled code where there is one, else what all readers of the verb agree on, else the
    code of the preferred reader. A verb that only one of its passage's readers has entered (one that the pack
    missed) is taken from that reader.

    Parameters
    ----------
    readings
        As from `readings.load_readings`.
    settled
        As from `read_settled`.
    prefer
        The coder whose code stands where readers differ and nothing is settled.

    Returns
    -------
    DataFrame
        `LABEL_COLUMNS`, in the order of documents and text. The second code is that of the first reader
        besides the one whose code is the label.

    Raises
    ------
    InputError
        Readers differ and nothing decides, `prefer` is no coder, or verbs share a character.
    """
    if prefer is not None and prefer not in set(readings["coder"]):
        coders = ", ".join(readings["coder"].unique())
        raise InputError(f"merge: expected a coder among {coders}, found {shown(prefer)}; name one of these")
    first = readings.drop_duplicates(SPAN).set_index(SPAN)
    preferred = readings[readings["coder"] == prefer].set_index(SPAN)
    decided = first.iloc[:0] if settled is None else settled
    label = first[_CODE].copy()
    for table in (preferred, decided):
        label.loc[table.index] = table[_CODE]
    _refuse_open(readings, preferred.index.union(decided.index))
    by_verb = readings.groupby(SPAN)
    merged = label.assign(
        verb=first["verb"],
        tense=_tense(readings, preferred, decided),
        note=_joined(pd.concat([readings, decided.reset_index()])[[*SPAN, "note"]], "; "),
        settled=label.index.isin(decided.index),
        coder=by_verb["coder"].agg(", ".join),
        **{name: _joined(readings[[*SPAN, name]], ", ") for name in ("round", "codebook_version")},
    )
    merged = merged.join(_second(readings, label)).sort_index().reset_index()
    _refuse_overlaps(merged)
    return merged[list(LABEL_COLUMNS)]


def _refuse_open(readings: pd.DataFrame, decided: pd.Index) -> None:
    open_ = readings[differs(readings) & ~pd.MultiIndex.from_frame(readings[SPAN]).isin(decided)]
    if len(open_):
        verb = open_.iloc[0]
        said = open_[(open_[SPAN] == verb[SPAN]).all(axis=1)]
        found = ", ".join(said["coder"] + ": " + codes(said))
        raise InputError(
            f"merge: expected one code a verb, found {len(open_.drop_duplicates(SPAN))} verbs that readers "
            f"code differently, first {place(verb)} ({found}); settle them in the list of disagreements or "
            "name the coder to prefer"
        )


def _tense(readings: pd.DataFrame, preferred: pd.DataFrame, decided: pd.DataFrame) -> "pd.Series[str]":
    """The tense that readers agree on; where they differ the settled one, else the preferred reader's."""
    given = readings[[*SPAN, "tense"]].drop_duplicates().query("tense != ''")
    agreed = given.drop_duplicates(SPAN, keep=False).set_index(SPAN)["tense"]
    everything = pd.concat([decided["tense"], agreed, preferred["tense"]])
    everything = everything[everything != ""]
    return _complete(everything[~everything.index.duplicated()], readings)


def _joined(rows: pd.DataFrame, separator: str) -> "pd.Series[str]":
    """Text of a verb's rows, each once, by span."""
    name = rows.columns[-1]
    filled = rows[rows[name] != ""].drop_duplicates()
    return _complete(filled.groupby(SPAN)[name].agg(separator.join), rows)


def _complete(texts: "pd.Series[str]", rows: pd.DataFrame) -> "pd.Series[str]":
    return texts.reindex(pd.MultiIndex.from_frame(rows[SPAN].drop_duplicates()), fill_value="")


def _second(readings: pd.DataFrame, label: pd.DataFrame) -> pd.DataFrame:
    labelled = codes(label).reindex(pd.MultiIndex.from_frame(readings[SPAN])).to_numpy()
    stands = readings[codes(readings).to_numpy() == labelled].drop_duplicates(SPAN).index
    second = readings.drop(stands).drop_duplicates(SPAN).set_index(SPAN)[_CODE]
    return second.reindex(label.index, fill_value="").add_prefix("second_")


def _refuse_overlaps(verbs: pd.DataFrame) -> None:
    before = verbs.shift()
    over = (verbs["document_id"] == before["document_id"]) & (verbs["start"] < before["end"])
    if over.any():
        row = int(over.to_numpy().argmax())
        verb, other = verbs.iloc[row], verbs.iloc[row - 1]
        raise InputError(
            f"merge: expected verbs that share no character, found {place(verb)} and {place(other)}; "
            "correct the reader who marked more than the verb"
        )


def read_settled(file: Path, readings: pd.DataFrame) -> pd.DataFrame:
    """Read the codes that were decided after the readings.

    Parameters
    ----------
    file
        CSV or TSV: `document_id, start, end, attribution, category`, where wanted `verb, tense, note`; the
        list of disagreements filled in. Rows without a code are not settled yet, and passed over.
    readings
        As from `readings.load_readings`.

    Returns
    -------
    DataFrame
        `attribution, category, tense, note`, indexed by span.

    Raises
    ------
    InputError
        Names file and line of up to ten rows that are about no verb of the readings or twice about one, or
        whose code is unknown.
    """
    rows = delimited_rows(file)
    require_columns(rows.frame, [*SPAN, *_CODE], rows.file)
    verbs = {
        (name, str(start), str(end)): (name, start, end, verb)
        for name, start, end, verb in readings[[*SPAN, "verb"]].itertuples(index=False)
    }
    settled: dict[tuple[str, int, int], list[str]] = {}
    problems: list[Problem] = []
    frame = rows.frame.reindex(columns=[*SPAN, *_CODE, "tense", "note", "verb"], fill_value="")
    for line, cells in zip(rows.numbers, frame.itertuples(index=False), strict=True):
        document, start, end, attribution, category, tense, note, word = (cell.strip() for cell in cells)
        if not attribution and not category:
            continue
        verb = verbs.get((document, start, end))
        problem = code_problem(attribution, category, tense)
        if verb is None or verb[:3] in settled:
            found = f"{document} {start} {end} {'in none' if verb is None else 'twice'}"
            problem = f"expected a verb of the readings, each once, found {found}; drop the row"
        elif word and word != verb[3].strip():
            problem = f"expected {shown(verb[3])}, found {shown(word)}; check that no row has moved"
        if problem:
            problems.append((line, problem))
        elif verb is not None:
            settled[verb[:3]] = [attribution or "unknown", category, tense, note]
    refuse(file, problems)
    index = (
        pd.MultiIndex.from_tuples(list(settled), names=SPAN)
        if settled
        else readings.set_index(SPAN).index[:0]
    )
    return pd.DataFrame(list(settled.values()), index=index, columns=[*_CODE, "tense", "note"], dtype="str")


def labelled_passages(labels: pd.DataFrame, passages: pd.DataFrame) -> pd.DataFrame:
    """Return the passages that labelled verbs lie in.

    A passage without any verb form has no rows to lie in it, and is left out.

    Parameters
    ----------
    labels
        As from `merge_readings`.
    passages
        `document_id, start, end`, where known also `sample.SAMPLE_COLUMNS`; of one or several packs, in which
        the same passage may come again.

    Returns
    -------
    DataFrame
        `document_id, start, end, round` and the columns of `sample.SAMPLE_COLUMNS` that there are.

    Raises
    ------
    InputError
        A verb lies in none of the passages, or two different passages overlap.
    """
    require_columns(passages, list(PASSAGE_COLUMNS), "passages")
    passages = passages.drop_duplicates(SPAN).reset_index(drop=True)
    _refuse_overlapping_passages(passages)
    holding = passage_of(labels, passages)
    if (holding < 0).any():
        verb = labels[holding < 0].iloc[0]
        raise InputError(
            f"merge: expected every verb in a passage, found {place(verb)} in none; "
            "give passages.csv of its pack"
        )
    each = labels[["round"]].assign(round=labels["round"].str.split(", "), passage=holding).explode("round")
    rounds = each.drop_duplicates().groupby("passage")["round"].agg(", ".join)
    known = [name for name in SAMPLE_COLUMNS if name in passages]
    return passages.loc[rounds.index, SPAN + known].assign(round=rounds).reset_index(drop=True)


def _refuse_overlapping_passages(passages: pd.DataFrame) -> None:
    ordered = passages[SPAN].sort_values(SPAN)
    before = ordered.shift()
    over = (ordered["document_id"] == before["document_id"]) & (ordered["start"] < before["end"])
    if over.any():
        one, two = (table[over.to_numpy()].iloc[0] for table in (before, ordered))
        raise InputError(
            f"merge: expected packs whose passages are the same or apart, found {one['start']:.0f} to "
            f"{one['end']:.0f} and {two['start']} to {two['end']} of {two['document_id']}; merge each pack "
            "alone"
        )
