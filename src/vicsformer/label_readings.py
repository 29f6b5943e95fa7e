"""Readers' codes read back, compared and merged, as plain functions: files in, files and tables out."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from vicsformer.annotate.agree import agreement, confusions
from vicsformer.annotate.merge import labelled_passages, merge_readings, read_settled
from vicsformer.annotate.read import read_codes
from vicsformer.annotate.readings import disagreements, load_readings
from vicsformer.data.corpora import read_corpus
from vicsformer.data.errors import InputError
from vicsformer.data.files import base_suffix, refuse_written_over
from vicsformer.data.sources import delimited_rows
from vicsformer.data.tables import read_table, require_suffix, write_table


class Comparison(NamedTuple):
    """Tables of a comparison of readers: see `annotate.agree` and `annotate.readings`."""

    agreement: pd.DataFrame
    confusion: pd.DataFrame
    disagreements: pd.DataFrame


def read_sheet(
    pack: Path, sheet: Path, output: Path, *, corpus: str, coder: str, round_: str, reader: int | None = None
) -> pd.DataFrame:
    """Read the codes of one reader of a pack and write them as a table.

    Parameters
    ----------
    pack
        Folder, as from `labelling.make_packs`.
    sheet
        The filled sheet, or the export of Label Studio.
    output
        Table to write.
    corpus
        What the passages were drawn from.
    coder, round_, reader
        As in `annotate.read.read_codes`.

    Returns
    -------
    DataFrame
        As from `annotate.read.read_codes`.

    Raises
    ------
    InputError
        The pack or the corpus cannot be used, a line of the sheet has to be mended, or `output` is the sheet
        or a file of the pack.
    """
    require_suffix(output)
    refuse_written_over([output], [sheet, *pack.glob("*")])
    key, passages = (read_table(pack / name) for name in ("key.csv", "passages.csv"))
    table = read_codes(key, sheet, read_corpus(corpus), passages, coder=coder, round_=round_, reader=reader)
    write_table(table, output)
    return table


def compare_readers(
    readings: Sequence[Path], output: Path, *, resamples: int = 1000, level: float = 0.95, seed: int = 0
) -> Comparison:
    """Write `agreement.csv`, `confusion.csv` and `disagreements.csv` for several readings.

    Parameters
    ----------
    readings
        As from `read_sheet`.
    output
        Folder; a `disagreements.csv` in it that somebody has begun to settle is not written over.
    resamples, level, seed
        As in `annotate.agree.agreement`.

    Raises
    ------
    InputError
        A reading cannot be used, no two coders have a verb in common, or the folder holds settled codes.
    """
    _refuse_settled(output / "disagreements.csv")
    table = load_readings(readings)
    result = Comparison(
        agreement(table, resamples=resamples, level=level, seed=seed), confusions(table), disagreements(table)
    )
    for name, part in result._asdict().items():
        write_table(part, output / f"{name}.csv")
    return result


def merge_labels(
    readings: Sequence[Path],
    output: Path,
    *,
    packs: Sequence[Path],
    settled: Path | None = None,
    prefer: str | None = None,
) -> pd.DataFrame:
    """Merge readings into a label table, and write it with the table of its passages beside it.

    Parameters
    ----------
    readings
        As from `read_sheet`.
    output
        `...verbs.csv`; the passages go to `...passages.csv`, so that `data.labels.load_labels` takes both.
    packs
        Folders of the packs that the readings are of.
    settled
        As in `annotate.merge.read_settled`.
    prefer
        As in `annotate.merge.merge_readings`.

    Returns
    -------
    DataFrame
        As from `annotate.merge.merge_readings`.

    Raises
    ------
    InputError
        A file cannot be used, readers differ and nothing decides, or one of the files would be written over.
    """
    if "verbs" not in output.name or base_suffix(output) != ".csv":
        raise InputError(
            f"{output}: expected a table named ...verbs.csv, so that labels can be loaded, found "
            f"{output.name}; rename it"
        )
    beside = output.with_name(output.name.replace("verbs", "passages"))
    drawn_in = [pack / "passages.csv" for pack in packs]
    refuse_written_over([output, beside], [*drawn_in, *readings, *([] if settled is None else [settled])])
    table = load_readings(readings)
    labels = merge_readings(
        table, settled=None if settled is None else read_settled(settled, table), prefer=prefer
    )
    drawn = pd.concat([read_table(file) for file in drawn_in], ignore_index=True)
    write_table(labelled_passages(labels, drawn), beside)
    write_table(labels, output)
    return labels


def _refuse_settled(file: Path) -> None:
    if not file.exists():
        return
    rows = delimited_rows(file).frame.reindex(columns=["attribution", "category", "note"], fill_value="")
    if rows.apply(lambda cells: cells.str.strip() != "").any(axis=None):
        raise InputError(
            f"{file}: expected no list of disagreements that is being settled, found codes in it; "
            "choose another -o, or move the file"
        )
