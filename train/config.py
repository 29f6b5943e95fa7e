"""Configuration of a training run."""

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from vicsformer.data.configuration import Strict
from vicsformer.models.base import Base
from vicsformer.models.smaller import Smaller


class Silver(Strict):
    """Unlabelled speeches coded by another coder, read once before the labels.

    Attributes
    ----------
    coders
        Whose codes, as probabilities, their mean where they are several: `rules` knows many more verbs than
        the
        labels hold; larger trained coders are distilled in this way (Hinton et al. 2015).
    corpus, start
        The speeches (`data.corpora.read_corpus`) and the first year to take; documents of the validation and
        test splits are left out.
    verbs
        About how many verbs, from documents drawn at random.
    rate
        Peak learning rate of the encoder in that pass.
    """

    coders: Annotated[list[str], Field(min_length=1)] = ["rules"]
    corpus: str = "sotu"
    start: int | None = None
    verbs: Annotated[int, Field(ge=1)] = 30_000
    rate: Annotated[float, Field(gt=0)] = 1e-4


class LabelSource(Strict):
    """Labelled verbs whose offsets point into a corpus of one's own (`data.labels.load_labels`).

    Attributes
    ----------
    verbs
        The label table, as `vicsformer labels merge` writes it; the table of passages lies beside it.
    corpus
        The speeches.
    """

    verbs: str
    corpus: str


def _kind(base: Any) -> str:
    named = "coder" in base if isinstance(base, dict) else isinstance(base, Smaller)
    return "smaller" if named else "whole"


# by kind, so that mistakes are named of the kind that was meant
AnyBase = Annotated[Annotated[Base, Tag("whole")] | Annotated[Smaller, Tag("smaller")], Discriminator(_kind)]


class TrainConfig(Strict):
    """A training run.

    Attributes
    ----------
    base
        The encoder to start from.
    bits
        Of a stored weight: 16, or 8 for matrices.
    silver
        Codes of another coder to start from, if any.
    labels
        Sets of labelled verbs: `sotu`, `invented`, `statements` (shipped), files of labelled verbs that hold
        their text, or tables with the corpus they point into (`LabelSource`).
    lemma_split
        Whether the verbs of the held-out lemmas (`data.lemma_split`) are not taught, so that the coder can be
        measured on verbs it has not been taught.
    train_share
        Share of the training documents that are used, in (0, 1]; a smaller share is part of a larger one
        of the same seed.
    seed
        Of every draw in the run.
    epochs, patience
        At most so many passes; stop after `patience` passes without a better validation score.
    batch_passages
        Passages a step.
    adapter_rank, adapter_from
        Rank of a low-rank adapter that trains in place of the encoder's own weights, so that only the
        adapter is
        stored, 0 to train the encoder itself; and the first layer that has one.
    clues, clue_dropout
        Whether the network reads clues of the parse and the rules (`models.clues`), and the share of verbs
        whose
        clues are withheld in training.
    encoder_rate, head_rate
        Peak learning rates, reached after `warmup` of the steps, then falling to 0 linearly.
    freeze_embeddings
        Whether the word embeddings stay as they are: the labels hold a small part of the vocabulary.
    freeze_layers
        How many of the lowest layers stay as they are, with all below them, which saves the way back through
        them.
    layer_decay
        Factor on the learning rate from one encoder layer to the one below it, in (0, 1].
    weight_decay, label_smoothing, dropout
        Regularisation.
    class_weight_power
        Classes are weighted by frequency to minus this power (0: not at all, 1: fully), mean weight 1.
    attribution_weight, ordinal_weight
        Weights of the attribution loss and of the squared error of the intensity beside the category loss.
    max_tokens, context_tokens
        Size of windows (see `models.windows`).
    state_swap
        Share of passages in which the speaker's state trades names with another state, so that the
        model reads the state it is told instead of learning one country by heart.
    state_dropout
        Share of passages whose speaker's state is withheld.
    """

    base: AnyBase
    bits: Literal[8, 16] = 16
    silver: Silver | None = None
    labels: Annotated[list[str | LabelSource], Field(min_length=1)] = ["sotu", "invented"]
    lemma_split: bool = False
    train_share: Annotated[float, Field(gt=0, le=1)] = 1.0
    seed: int = 0
    epochs: Annotated[int, Field(ge=1)] = 10
    patience: Annotated[int, Field(ge=1)] = 3
    batch_passages: Annotated[int, Field(ge=1)] = 8
    adapter_rank: Annotated[int, Field(ge=0)] = 0
    adapter_from: Annotated[int, Field(ge=0)] = 0
    clues: bool = True
    clue_dropout: Annotated[float, Field(ge=0, le=1)] = 0.1
    encoder_rate: Annotated[float, Field(gt=0)] = 1e-4
    head_rate: Annotated[float, Field(gt=0)] = 1e-3
    freeze_embeddings: bool = True
    freeze_layers: Annotated[int, Field(ge=0)] = 0
    layer_decay: Annotated[float, Field(gt=0, le=1)] = 0.9
    warmup: Annotated[float, Field(ge=0, lt=1)] = 0.1
    weight_decay: Annotated[float, Field(ge=0)] = 0.01
    label_smoothing: Annotated[float, Field(ge=0, lt=1)] = 0.05
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.1
    class_weight_power: Annotated[float, Field(ge=0, le=1)] = 0.5
    attribution_weight: Annotated[float, Field(ge=0)] = 0.7
    ordinal_weight: Annotated[float, Field(ge=0)] = 0.0
    max_tokens: Annotated[int, Field(ge=32, le=512)] = 224
    context_tokens: Annotated[int, Field(ge=0, le=128)] = 40
    state_swap: Annotated[float, Field(ge=0, le=1)] = 0.3
    state_dropout: Annotated[float, Field(ge=0, le=1)] = 0.15

    @model_validator(mode="after")
    def _base_of_adapter(self) -> "TrainConfig":
        stored_elsewhere = isinstance(self.base, Base) and self.base.layers is None
        if self.adapter_rank and not stored_elsewhere:
            raise ValueError(
                "expected adapter_rank 0 over base.layers or base.coder, whose weights nothing stores"
            )
        return self
