"""The model card, written by the run that made the model, from that run's own figures."""

from collections.abc import Mapping
from pathlib import Path
from string import Template

import pandas as pd

from vicsformer.data.codebook import CODEBOOK_VERSION
from vicsformer.evaluation import Evaluation
from vicsformer.models.smaller import Smaller
from vicsformer.models.verb_coder import Settings
from vicsformer.train.run import Run
from vicsformer.views import by_class, number, side_by_side

TEMPLATE = Path(__file__).with_suffix(".md")


def write_card(
    run: Run, settings: Settings, errors: Mapping[str, float], evaluation: Evaluation, path: Path
) -> None:
    """Fill the template with the figures of a run.

    Parameters
    ----------
    run
        The training run.
    settings
        Of the calibrated coder.
    errors
        Its calibration errors on the test documents, by head.
    evaluation
        The trained coder, first, and others on the test documents, from raw text.
    path
        Where the card goes.
    """
    first = evaluation.agreement["coder"].iloc[0]
    best = run.progress.history[run.progress.best_epoch - 1]
    text = Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        base=_origin(run),
        labels=", ".join(s if isinstance(s, str) else s.verbs for s in run.config.labels),
        codebook=CODEBOOK_VERSION,
        sizes=markdown(run.sizes),
        epochs=f"{run.progress.epoch} passes, the best one {run.progress.best_epoch} "
        f"(validation kappa {number(best['kappa'])}, macro-F1 {number(best['macro_f1'])})",
        agreement=markdown(side_by_side(evaluation.agreement)),
        advantage=markdown(side_by_side(evaluation.advantage, by="over")),
        classes=markdown(by_class(evaluation.agreement[evaluation.agreement["coder"] == first])),
        calibration=markdown(pd.DataFrame([_calibration(head, settings, errors) for head in errors])),
        config=run.config.model_dump_json(indent=2, exclude_none=True),
    )
    path.write_text(text, encoding="utf-8")


def _origin(run: Run) -> str:
    base = run.config.base
    if isinstance(base, Smaller):
        layers = ", ".join(map(str, base.keep))
        return f"layers {layers} of the coder `{base.coder}`, with {base.words:,} words of its vocabulary"
    packages = ", ".join(base.parts or [])
    origin = base.package or packages or base.name or f"{base.layers} layers of {base.hidden}, random weights"
    if not run.config.adapter_rank:
        return f"`{origin}`"
    return (
        f"`{origin}`; its weights are not stored here: the coder is a low-rank adapter of rank "
        f"{run.config.adapter_rank} from layer {run.config.adapter_from} on, with its heads"
    )


def markdown(frame: pd.DataFrame) -> str:
    """A table in Markdown, figures to two digits."""
    lines = [list(map(str, frame.columns)), ["---"] * len(frame.columns)]
    lines += [[number(value) for value in row] for row in frame.itertuples(index=False)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _calibration(head: str, settings: Settings, errors: Mapping[str, float]) -> dict[str, object]:
    return {
        "code": head,
        "temperature": getattr(settings, f"{head}_temperature"),
        "rule weight": getattr(settings, f"{head}_rule_weight"),
        "expected calibration error": f"{errors[head]:.3f}",
    }
