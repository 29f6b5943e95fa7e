"""What stands beside a profile: z scores against norms, norms of one's own, and the test of error rates."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from vicsformer.corrections import Corrections, coder_of, find_corrections
from vicsformer.data.errors import InputError
from vicsformer.data.files import refuse_written_over
from vicsformer.data.norms import Norm, Unit, load_norms
from vicsformer.data.tables import read_table, require_columns, require_suffix, write_table
from vicsformer.evaluate.matching import match
from vicsformer.evaluate.standardise import norm_from, require_scale, require_sd, z_scores
from vicsformer.infer.intervals import Aggregate
from vicsformer.infer.profile import profile
from vicsformer.infer.rates import ErrorRates, error_rates, rates_table, read_rates
from vicsformer.infer.shift import shift_of_rates
from vicsformer.workflows import profile_table

FEW_LABELLED = 5
"""Labelled speeches of a leader below which the test of error rates is not made: it has been tried on five
and more (`docs/methods.md`)."""


class Profile(NamedTuple):
    """Tables of a profile.

    Attributes
    ----------
    indices
        As from `infer.corrected.profile_methods`.
    z
        As from `place`, where there are norms.
    shift
        As from `shift_table`, where the method confusion is asked for.
    """

    indices: pd.DataFrame
    z: pd.DataFrame | None
    shift: pd.DataFrame | None


def profile_tables(
    coded: Path,
    output: Path,
    *,
    by: Sequence[str],
    aggregate: Aggregate,
    norms: Sequence[str] = (),
    methods: Sequence[str] = (),
    rates: Path | None = None,
    audit: Path | None = None,
    seed: int = 0,
    **options: Any,
) -> Profile:
    """Write `indices.csv`, `counts.csv` and, where they are asked for, `z_scores.csv` and `shift.csv`.

    Parameters
    ----------
    coded, output, by, aggregate, methods, rates, audit, seed, options
        As in `workflows.profile_table`.
    norms
        As in `find_norms`.

    Raises
    ------
    InputError
        The table, a norm or an option cannot be used.
    """
    chosen = find_norms(norms, by=by, aggregate=aggregate)  # refused before the work
    found = profile_table(
        coded,
        output,
        by=by,
        aggregate=aggregate,
        methods=methods,
        rates=rates,
        audit=audit,
        seed=seed,
        **options,
    )
    z = shift = None
    if chosen:
        z = place(found, chosen, by=by)
        write_table(z, output / "z_scores.csv")
    if "confusion" in methods:
        verbs = read_table(coded)
        shift = shift_table(verbs, find_corrections(verbs, rates=rates, audit=audit), by=by, seed=seed)
        write_table(shift, output / "shift.csv")
    return Profile(found, z, shift)


def norm_table(coded: Path, output: Path, *, by: str, aggregate: Aggregate) -> pd.DataFrame:
    """Write a norm of the leaders of a coded table, named like the file.

    Parameters
    ----------
    coded
        The file of a coded table of one coder.
    output
        CSV, which `data.norms.load_norms` reads.
    by
        Column that names a leader.
    aggregate
        What the norm is to be made of.

    Returns
    -------
    DataFrame
        `data.norms.NORM_COLUMNS`.

    Raises
    ------
    InputError
        The table or the output cannot be used, or there are fewer than two leaders.
    """
    if require_suffix(output) != ".csv":
        raise InputError(f"{output}: expected a .csv file to write, found {output.suffix!r}; rename it")
    refuse_written_over([output], [coded])
    verbs = read_table(coded)
    coder = coder_of(verbs)
    require_columns(verbs, [by], str(coded))
    if verbs[by].isna().any():
        raise InputError(f"{coded}: expected a {by} in every row, found none in some; fill it in")
    indices = profile(verbs, by=[by], aggregate=aggregate, interval="percentile", resamples=1)
    name = output.name.split(".")[0]
    norm = own_norm(indices, name=name, coder=str(coder), corpus=coded.name)
    write_table(norm.table(), output)
    return norm.table()


def find_norms(wanted: Sequence[str], *, by: Sequence[str], aggregate: str) -> list[Norm]:
    """Give norms by name, and those of files, if they fit the indices that are to be placed on them.

    Parameters
    ----------
    wanted
        Names of shipped norms, or files as in `data.norms.load_norms`, all norms of which are taken.
    by
        Columns that make a group: with `document_id` a group is a speech, otherwise a leader.
    aggregate
        Of the indices.

    Raises
    ------
    InputError
        There is no such norm or file, or a norm is of another unit or aggregate or has no SD.
    """
    unit = unit_of(by)
    found = [norm for name in wanted for norm in _norms(name)]
    for norm in found:
        require_scale(norm, aggregate, unit)
        require_sd(norm)
    return found


def place(indices: pd.DataFrame, norms: Sequence[Norm], *, by: Sequence[str]) -> pd.DataFrame:
    """Return z scores and words for every norm, one under the other.

    Parameters
    ----------
    indices
        As from `infer.corrected.profile_methods`.
    norms, by
        As in `find_norms`.

    Returns
    -------
    DataFrame
        The indices with `evaluate.standardise.Z_COLUMNS`.

    Raises
    ------
    InputError
        As `evaluate.standardise.z_scores`.
    """
    return pd.concat([z_scores(indices, norm, unit=unit_of(by)) for norm in norms], ignore_index=True)


def unit_of(by: Sequence[str]) -> Unit:
    """What the groups of a profile are: a speech where its columns name the document, else a leader."""
    return "speech" if "document_id" in by else "leader"


def own_norm(indices: pd.DataFrame, *, name: str, coder: str, corpus: str) -> Norm:
    """Make a norm of one's own leaders.

    Parameters
    ----------
    indices
        As from `infer.profile.profile` by leader.
    name, coder
        Of the norm; the coder of the verbs.
    corpus
        What was coded.

    Raises
    ------
    InputError
        There are fewer than two leaders, or as `evaluate.standardise.norm_from`.
    """
    leaders = int(indices["index"].value_counts().max())
    if leaders < 2:
        raise InputError(f"{corpus}: expected at least two leaders to make a norm of, found one; add others")
    return norm_from(indices, name=name, coder=coder, source=f"{leaders} leaders of {corpus}")


def shift_table(coded: pd.DataFrame, known: Corrections, *, by: Sequence[str], seed: int) -> pd.DataFrame:
    """Test whether the coder's error rates hold for each leader of a coded table.

    Labelled are the documents of the error rates that are in the table, and the audit where there is one.

    Parameters
    ----------
    coded
        A coded table.
    known
        What corrects it.
    by
        Columns that name a leader.
    seed
        Start of the draws.

    Returns
    -------
    DataFrame
        As from `infer.shift.shift_of_rates`.

    Raises
    ------
    InputError
        There are no error rates, or as `shift_of_rates`.
    """
    if known.rates is None:
        raise InputError("error rates: expected those of the coder, found none; give them with --rates")
    rates = _with_audit(known.rates, coded, known.audit)
    return shift_of_rates(rates, coded, by, fewest=FEW_LABELLED, seed=seed)


def shift_sentence(table: pd.DataFrame, by: Sequence[str], *, alpha: float = 0.05) -> str:
    """Say in one line for which leaders the error rates fail, and for which that cannot be known.

    Parameters
    ----------
    table
        As from `shift_table`.
    by
        Its columns that name a leader.
    alpha
        Threshold of the corrected p.
    """
    words = {"side": "who acts", "category": "category"}
    table = table.assign(leader=table[list(by)].astype("str").agg(", ".join, axis=1))
    known = table[table["p_holm"].notna()]
    failed = known[known["p_holm"] < alpha]
    heads = failed["head"].map(words).groupby(failed["leader"], sort=False).agg(" and ".join)
    groups = {
        "fails for": [f"{leader} ({head})" for leader, head in heads.items()],
        "is not refuted for": [name for name in known["leader"].unique() if name not in heads],
        f"cannot be tested for (fewer than {FEW_LABELLED} labelled speeches)": [
            name for name in table["leader"].unique() if name not in set(known["leader"])
        ],
    }
    found = "; ".join(f"{verdict} {', '.join(names)}" for verdict, names in groups.items() if names)
    return f"Method confusion: that the coder errs on a leader as on others {found}."


def _norms(name: str) -> list[Norm]:
    shipped = load_norms()
    if name in shipped:
        return [shipped[name]]
    if Path(name).suffix:
        return [norm for key, norm in load_norms(name).items() if key not in shipped]
    raise InputError(
        f"--norms: expected one of {', '.join(shipped)}, or a CSV file of one's own, found {name!r}; "
        "correct it"
    )


def _with_audit(
    rates: ErrorRates, coded: pd.DataFrame, audit: tuple[pd.DataFrame, pd.DataFrame] | None
) -> ErrorRates:
    """Error rates of labelled documents, and of audited passages in the place of the same documents."""
    if audit is None:
        return rates
    table = rates_table(error_rates(match(audit[0], coded, audit[1])))
    others = rates_table(rates)
    others = others[~others["document_id"].isin(table["document_id"])]
    return read_rates(pd.concat([others, table], ignore_index=True))
