"""The fixed split of the labelled documents, and the command that extends it.

`python -m vicsformer.data.splits` writes `labels/splits.tsv`. Documents that stand in it keep their split, so
that a model's test documents stay unseen when labels are corrected or added.
"""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from vicsformer.data.columns import shown
from vicsformer.data.corpora import read_corpus
from vicsformer.data.files import atomic_file
from vicsformer.data.sources import delimited_rows
from vicsformer.data.tables import require_columns

SHARES = {"train": 0.75, "validation": 0.10, "test": 0.15}
"""Names of the splits, and the share of verbs that each is to hold."""

LABELS = Path(__file__).parent / "labels"
VERBS_FILE = LABELS / "sotu_verbs.tsv"
SPLITS_FILE = LABELS / "splits.tsv"


def assign_splits(
    documents: pd.DataFrame, verbs: Mapping[str, int], fixed: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Split documents so that every split has its share of verbs and runs through all leaders and years.

    Documents are taken in the order of their dates; each goes to the split that is then furthest behind its
    share of verbs, summed over all documents, those of the leader and those of the decade so far. What one
    leader says in one year goes to one split: a spoken and a written message of the same week repeat each
    other. No chance is involved.

    Parameters
    ----------
    documents
        `document_id, leader, date`; a document without leader or date stands for itself.
    verbs
        Number of verbs by document_id.
    fixed
        Splits already decided, by document_id.

    Returns
    -------
    dict
        `train`, `validation` or `test` by document_id, in the order of `documents`.
    """
    fixed = fixed or {}
    splits: dict[str, str] = {}
    seen: Counter[str] = Counter()
    held: Counter[tuple[str, str]] = Counter()
    for strata, names in _groups(documents):
        size = sum(verbs[name] for name in names)
        for stratum in strata:
            seen[stratum] += size
        behind = {
            split: sum(share * seen[s] - held[s, split] for s in strata) for split, share in SHARES.items()
        }
        split = next((fixed[name] for name in names if name in fixed), max(SHARES, key=lambda x: behind[x]))
        for name in names:
            splits[name] = fixed.get(name, split)
            for stratum in strata:
                held[stratum, splits[name]] += verbs[name]
    return {name: splits[name] for name in documents["document_id"]}


def _groups(documents: pd.DataFrame) -> list[tuple[list[str], list[str]]]:
    """Documents that stay together, in the order of their dates, with the strata they count for."""
    groups: dict[tuple[str, str], tuple[list[str], list[str]]] = {}
    ordered = documents.sort_values(["date", "document_id"])
    for name, leader, date in zip(ordered["document_id"], ordered["leader"], ordered["date"], strict=True):
        key = (leader, date[:4]) if leader and date else ("", name)
        groups.setdefault(key, (["all", f"leader {leader}", f"decade {date[:3]}"], []))[1].append(name)
    return list(groups.values())


def read_splits(path: Path) -> dict[str, str]:
    """Split by document_id, as a table with the columns `document_id, split` has it.

    Raises
    ------
    InputError
        The file cannot be read, or a split has another name.
    """
    rows = delimited_rows(path)
    require_columns(rows.frame, ("document_id", "split"), rows.file)
    splits = rows.frame["split"].tolist()
    rows.refuse(
        (split not in SHARES for split in splits),
        lambda i: f"expected split as {', '.join(SHARES)}, found {shown(splits[i])}; correct it",
    )
    return dict(zip(rows.frame["document_id"], splits, strict=True))


def write_splits(path: Path = SPLITS_FILE) -> None:
    """Write a split for every document of the shipped labels; those that have one keep it."""
    verbs = Counter(pd.read_csv(VERBS_FILE, sep="\t", usecols=["fileid"])["fileid"])
    documents = read_corpus("sotu")
    documents = documents[documents["document_id"].isin(list(verbs))]
    fixed = read_splits(SPLITS_FILE) if SPLITS_FILE.exists() else {}
    splits = assign_splits(documents, verbs, fixed)
    with atomic_file(path) as handle:
        table = pd.DataFrame({"document_id": splits.keys(), "split": splits.values()})
        handle.write(table.to_csv(sep="\t", index=False, lineterminator="\n").encode())


if __name__ == "__main__":
    write_splits()
