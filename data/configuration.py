"""YAML configurations: checked when read, all problems reported at once."""

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from vicsformer.data.errors import InputError
from vicsformer.data.files import atomic_file


class Strict(BaseModel):
    """A configuration that refuses unknown keys and does not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Schema = TypeVar("Schema", bound=Strict)


def read_config(path: Path, schema: type[Schema]) -> Schema:
    """Read a YAML configuration.

    Raises
    ------
    InputError
        No such file, no YAML, or values the schema refuses: one line that names every problem.
    """
    if not path.is_file():
        raise InputError(f"{path}: expected a YAML configuration, found no such file; check the path")
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path}: expected YAML, found: {' '.join(str(error).split())}; mend the file"
        ) from error
    return checked(values if values is not None else {}, schema, str(path))


def checked(values: Any, schema: type[Schema], place: str) -> Schema:
    """Values as a configuration.

    Raises
    ------
    InputError
        Values the schema refuses: one line that names the place and every problem.
    """
    try:
        return schema.model_validate(values)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(str(part) for part in e['loc']) or 'file'}: {e['msg']}" for e in error.errors()
        )
        raise InputError(f"{place}: {problems}; mend these and run again") from error


def write_config(config: Strict, path: Path) -> None:
    """Write a configuration with every default resolved, beside what it produced."""
    text = yaml.safe_dump(config.model_dump(mode="json"), sort_keys=False)
    with atomic_file(path) as handle:
        handle.write(text.encode("utf-8"))
