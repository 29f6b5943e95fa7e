"""Coders by name."""

from pathlib import Path

from vicsformer.models.coder import Coder

DEFAULT_FOLDER = Path(__file__).parent / "default"


def load_coder(name: str) -> Coder:
    """The coder of a name.

    Parameters
    ----------
    name
        `default` (the shipped transformer), `dictionary`, `rules`, `majority`, or a folder written by
        `vicsformer train`.

    Raises
    ------
    InputError
        Neither a known name nor such a folder.
    """
    # imported on purpose only when asked for: torch takes seconds to import
    if name == "dictionary":
        from vicsformer.models.dictionary import DictionaryCoder

        return DictionaryCoder()
    if name == "rules":
        from vicsformer.models.rules import RuleCoder

        return RuleCoder()
    if name == "majority":
        from vicsformer.models.majority import MajorityCoder

        return MajorityCoder()
    from vicsformer.models.verb_coder import VerbCoder

    return VerbCoder.load(
        DEFAULT_FOLDER if name == "default" else Path(name), None if name != "default" else name
    )
