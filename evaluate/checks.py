"""Checks of the tables that evaluation is given."""

import pandas as pd

from vicsformer.data.errors import InputError


def require_codes(table: pd.DataFrame, column: str, codes: tuple[str, ...], name: str) -> None:
    """Raise `InputError` if a column holds anything but the codes; missing values are not looked at."""
    strange = ~(table[column].isin(codes) | table[column].isna()).to_numpy()
    if strange.any():
        row = int(strange.argmax())
        raise InputError(
            f"{name}: expected {column} to be one of {', '.join(codes)}; found {table[column].iloc[row]!r} "
            f"in row {row}; recode it"
        )


def require_fraction(value: float, name: str) -> None:
    """Raise `InputError` unless the option lies strictly between 0 and 1."""
    if not 0 < value < 1:
        raise InputError(f"expected {name} between 0 and 1; found {value}; give for instance 0.05 or 0.95")


def require_count(value: int, name: str) -> None:
    """Raise `InputError` unless the option is at least 1."""
    if value < 1:
        raise InputError(f"expected {name} of at least 1; found {value}; give for instance 1000")


def require_seed(value: int) -> None:
    """Raise `InputError` unless a generator can start from the number."""
    if value < 0:
        raise InputError(f"expected seed of at least 0; found {value}; give for instance 0")
