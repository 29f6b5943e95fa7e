"""The model card, written by the run that made the model, from that run's own figures."""

from pathlib import Path
from string import Template

import pandas as pd

from vicsformer.data.codebook import CODEBOOK_VERSION
from vicsformer.evaluation import Evaluation
from vicsformer.train.run import Run
from vicsformer.views import by_class, headlines, number, side_by_side

TEMPLATE = Path(__file__).with_suffix(".md")


def write_card(run: Run, end_to_end: Evaluation, path: Path) -> None:
    """Fill the template with the figures of a run.

    Parameters
    ----------
    run
        The training run.
    end_to_end
        The trained coder and others on the test documents, from raw text.
    path
        Where the card goes.
    """
    base = run.config.base
    best = run.progress.history[run.progress.best_epoch - 1]
    text = Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        base=base.package or base.name or f"{base.layers} layers of {base.hidden}, random weights",
        labels=", ".join(run.config.labels),
        codebook=CODEBOOK_VERSION,
        sizes=markdown(run.sizes),
        epochs=f"{run.progress.epoch} passes, the best one {run.progress.best_epoch} "
        f"(validation kappa {number(best['kappa'])}, macro-F1 {number(best['macro_f1'])})",
        given=markdown(headlines(run.agreement)),
        classes=markdown(by_class(run.agreement)),
        calibration=markdown(run.calibration_errors),
        end_to_end=markdown(side_by_side(end_to_end.agreement)),
        advantage=markdown(headlines(end_to_end.advantage, keys=["over"])),
        config=run.config.model_dump_json(indent=2, exclude_none=True),
    )
    path.write_text(text, encoding="utf-8")


def markdown(frame: pd.DataFrame) -> str:
    """A table in Markdown, figures to two digits."""
    lines = [list(map(str, frame.columns)), ["---"] * len(frame.columns)]
    lines += [[number(value) for value in row] for row in frame.itertuples(index=False)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
