"""Dates of speeches: a year, a month or a day, as text."""

import datetime as dt
import re

# 2013.0: what a column of years with a gap becomes on its way through a spreadsheet or pandas
_DATE = re.compile(r"([0-9]{4})(?:\.0|-([0-9]{2})(?:-([0-9]{2}))?)?")
DATE_FORMS = "YYYY, YYYY-MM or YYYY-MM-DD"


def normalise_date(value: object) -> str:
    """Write a date as `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, as exact as it was given.

    Parameters
    ----------
    value
        Text in one of the three forms (a time of day after the day is dropped), a year as a number, or a
        date of the standard library, numpy or pandas.

    Raises
    ------
    ValueError
        Anything else, and days that no calendar has.
    """
    if isinstance(value, dt.datetime):
        value = value.date()
    if isinstance(value, dt.date):
        return value.isoformat()
    text = str(value).strip()
    if len(text) > 10 and text[10] in "T ":
        return dt.datetime.fromisoformat(text).date().isoformat()
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValueError(f"not {DATE_FORMS}")
    year, month, day = (int(part or 1) for part in match.groups())
    dt.date(year, month, day)
    return text.removesuffix(".0")


def year_of(date: str) -> int:
    """Year of a normalised date."""
    return int(date[:4])
