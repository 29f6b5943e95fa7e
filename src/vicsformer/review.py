"""The coder asks: a coding pack of the verbs that are worth a reader's time most."""

from pathlib import Path

import pandas as pd

from vicsformer.annotate.forms import FORM_COLUMNS
from vicsformer.annotate.passages import cut_passages
from vicsformer.annotate.review import REVIEW_COLUMNS, rank_for_review
from vicsformer.annotate.sample import passage_of
from vicsformer.data.corpora import read_corpus
from vicsformer.data.errors import InputError
from vicsformer.data.labels import REVIEW
from vicsformer.data.tables import write_table
from vicsformer.labelling import write_pack

_SPAN = ["document_id", "start", "end"]


def review_folder(coded: Path, output: Path | None) -> Path:
    """Where the pack goes: `output`, or a folder named after the coded table and beside it.

    Raises
    ------
    InputError
        The folder holds a pack: its sheet may be filled in.
    """
    folder = output or coded.with_name(f"{coded.name.split('.')[0]}-review")
    if (folder / "key.csv").exists():
        raise InputError(
            f"{folder}: expected a folder without a pack, found key.csv; name another with --review-output"
        )
    return folder


def write_review(coded: pd.DataFrame, corpus: str, output: Path, *, verbs: int) -> pd.DataFrame:
    """Write the coded verbs that are most uncertain and most influential as a coding pack.

    Verbs are chosen, not drawn: the pack is for putting codes right and for teaching a coder, and says
    nothing about how often the coder errs. Passages are whole paragraphs, or sentences of a long one; only
    the chosen verbs are numbered in them, so that in labels merged from the pack most verbs of a passage have
    no row: `train` takes such labels, `evaluate` refuses them.

    Parameters
    ----------
    coded
        As from `infer.coding.code_documents`.
    corpus
        What was coded, as `data.corpora.read_corpus` takes it.
    output
        A new folder; gets the files of a pack of one reader (`labelling.make_packs`), so that `labels read`
        reads the codes back, and `review.csv`: what the coder said of the chosen verbs, which the reader
        should not see before. In `passages.csv` the stratum is `review`, the inclusion probability missing.
    verbs
        How many, of those at all uncertain.

    Returns
    -------
    DataFrame
        `review.csv`: the chosen rows of `coded` with `annotate.review.REVIEW_COLUMNS`, the most valuable
        first, and `passage, number`.

    Raises
    ------
    InputError
        The coder is certain of every verb, or the corpus or a file cannot be used.
    """
    documents = read_corpus(corpus)
    documents = documents[documents["document_id"].isin(coded["document_id"])]
    leaders = documents.set_index("document_id")["leader"]
    pool = cut_passages(documents, shortest=1)
    pool.insert(1, "leader", pool["document_id"].map(leaders))
    chosen, passages = _chosen(rank_for_review(coded), pool, verbs)
    forms = chosen.sort_values(["passage", "start"])[list(FORM_COLUMNS)]
    write_pack(output, 1, documents, passages, forms)
    write_table(passages, output / "passages.csv")
    write_table(chosen, output / "review.csv")
    write_table(forms.assign(reader=1, reading=1), output / "key.csv")
    return chosen


def _chosen(ranked: pd.DataFrame, pool: pd.DataFrame, verbs: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The chosen verbs, the most valuable first, and their passages in the order of the text."""
    ranked = ranked.assign(place=passage_of(ranked, pool))
    # a verb that a line break of the source cuts in two is in no passage as a whole
    whole = ranked["end"] <= ranked["place"].map(pool["end"])
    chosen = ranked[whole & (ranked["expected_change"] > 0)].head(verbs)
    if chosen.empty:
        raise InputError(
            "--review: expected verbs that the coder is uncertain about, found none; use a coder that gives "
            "probabilities, such as default"
        )
    numbers = sorted(set(chosen["place"]))
    names = {number: f"r{i:04d}" for i, number in enumerate(numbers, start=1)}
    passages = pool.loc[numbers].assign(stratum=REVIEW, stratum_passages=float("nan"))
    passages = passages.assign(inclusion_probability=float("nan"))
    passages.insert(0, "passage", [names[number] for number in numbers])
    chosen = chosen.assign(passage=chosen["place"].map(names))
    chosen["number"] = chosen.groupby("passage")["start"].rank().astype("int64")
    first = ["passage", "number", *_SPAN, "verb", *REVIEW_COLUMNS]
    rest = [name for name in chosen if name not in (*first, "place")]
    return chosen[[*first, *rest]].reset_index(drop=True), passages.reset_index(drop=True)
