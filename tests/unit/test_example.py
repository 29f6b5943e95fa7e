"""The page of examples runs, and says what it is about."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "example.md"


def test_the_examples_run() -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert len(blocks) == 6
    found: dict[str, object] = {}
    for number, block in enumerate(blocks):
        exec(compile(block, f"{PAGE.name}, block {number + 1}", "exec"), found)
    p1 = found["p1"]
    assert p1.loc["Boran", "estimate"] < 0 < p1.loc["Arda", "estimate"]  # type: ignore[attr-defined]
    z = (p1.loc["Boran", "estimate"] - 0.347) / 0.125  # type: ignore[attr-defined]  # Schafer & Lambert 2022
    assert p1.loc["Boran", "z"] == pytest.approx(z)  # type: ignore[attr-defined]
    assert found["welch"].loc["P-1", "verdict"] == "divergent"  # type: ignore[attr-defined]
    (sentence,) = found["said"]  # type: ignore[misc]
    assert sentence.startswith("Arda (6 speeches) and Boran (6) ")
    assert "Arda sees others as friendlier than Boran does" in sentence
    assert (found["needed"]["documents_a"] == 6).all()  # type: ignore[index]
