"""The network of the verb coder: an encoder, features at the verb heads, two classifiers."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, fields
from typing import Any

import torch
from torch import Tensor, nn

from vicsformer.data.codebook import ATTRIBUTIONS, LABEL_CATEGORIES
from vicsformer.models.adapter import add_adapter, is_own
from vicsformer.models.windows import Window


@dataclass(frozen=True)
class Batch:
    """Windows as tensors.

    Attributes
    ----------
    tokens, mask, types
        Shape (windows, length): token ids, 1 where there is a token, 0 for the state part and 1 for text.
    window, first, last
        Shape (verbs,): the window of each verb, the first and the last token of its head.
    clues
        Shape (verbs, CLUES) or (verbs, 0): see `models.clues`.
    """

    tokens: Tensor
    mask: Tensor
    types: Tensor
    window: Tensor
    first: Tensor
    last: Tensor
    clues: Tensor

    def to(self, device: torch.device) -> "Batch":
        """The batch on another device."""
        return Batch(*(getattr(self, field.name).to(device) for field in fields(self)))


def collate(windows: Sequence[Window], pad: int, clues: Tensor) -> Batch:
    """Pad windows to a common length; `clues` are those of the whole verb table."""
    length = max(len(w.tokens) for w in windows)
    tokens = torch.full((len(windows), length), pad)
    mask = torch.zeros((len(windows), length), dtype=torch.long)
    types = torch.zeros((len(windows), length), dtype=torch.long)
    for i, w in enumerate(windows):
        tokens[i, : len(w.tokens)] = torch.tensor(w.tokens)
        mask[i, : len(w.tokens)] = 1
        types[i, w.state_length : len(w.tokens)] = 1
    spans = torch.cat([torch.from_numpy(w.spans) for w in windows])
    window = torch.repeat_interleave(torch.arange(len(windows)), torch.tensor([len(w.rows) for w in windows]))
    rows = torch.cat([torch.from_numpy(w.rows) for w in windows])
    return Batch(tokens, mask, types, window, spans[:, 0], spans[:, 1], clues[rows])


class VerbNetwork(nn.Module):
    """Encoder, span features, and one linear head for categories and one for attributions.

    A verb's features are the states of the first and the last token of its head, the state of the window's
    first token, and its clues.

    Parameters
    ----------
    encoder
        A BERT-like encoder of transformers.
    dropout
        Rate before and inside the heads, in [0, 1).
    adapter_rank, adapter_from
        Rank of a low-rank adapter, which then trains in place of the encoder's own weights, 0 for none; and
        the
        first layer that has one.
    clues
        Number of clues of a verb: `models.clues.CLUES`, or 0.
    """

    def __init__(
        self,
        encoder: Any,
        dropout: float = 0.1,
        adapter_rank: int = 0,
        adapter_from: int = 0,
        clues: int = 0,
    ) -> None:
        super().__init__()
        hidden = encoder.config.hidden_size
        self.adapted = adapter_rank > 0
        if self.adapted:
            add_adapter(encoder, adapter_rank, first_layer=adapter_from)
        if getattr(encoder, "pooler", None) is not None:
            encoder.pooler = None  # sentence vectors: trained for another task, and unused here
        self.encoder = encoder
        self.features = nn.Sequential(
            nn.Dropout(dropout), nn.Linear(3 * hidden + clues, hidden), nn.GELU(), nn.Dropout(dropout)
        )
        self.category = nn.Linear(hidden, len(LABEL_CATEGORIES))
        self.attribution = nn.Linear(hidden, len(ATTRIBUTIONS))

    def forward(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Logits of shape (verbs, 8) over categories and (verbs, 5) over attributions."""
        inputs = {"input_ids": batch.tokens, "attention_mask": batch.mask}
        if getattr(self.encoder.config, "type_vocab_size", 1) > 1:
            inputs["token_type_ids"] = batch.types
        states = self.encoder(**inputs).last_hidden_state
        spans = [states[batch.window, batch.first], states[batch.window, batch.last], states[batch.window, 0]]
        features = self.features(torch.cat([*spans, batch.clues], dim=-1))
        return self.category(features), self.attribution(features)

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.category.weight.device

    def own_state(self) -> dict[str, Tensor]:
        """The weights that belong to this network, on the CPU: all, or without the base under an adapter."""
        return {k: v.cpu() for k, v in self.state_dict().items() if not self.adapted or is_own(k)}

    def load_own_state(self, weights: Mapping[str, Tensor]) -> None:
        """Take up what `own_state` gave.

        Raises
        ------
        RuntimeError
            Weights are missing, or there are some of another network.
        """
        self.load_state_dict({**self.state_dict(), **weights} if self.adapted else weights)
        if self.adapted and (absent := self.own_state().keys() - weights.keys()):
            raise RuntimeError(f"missing weights: {', '.join(sorted(absent)[:3])}")


def best_device() -> torch.device:
    """A GPU where there is one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def half_precision(device: torch.device) -> AbstractContextManager[Any]:
    """Autocast to bfloat16 where the device computes in it (GPU, AMX, AVX-512 BF16), else nothing.

    Elsewhere bfloat16 is emulated, several times slower than single precision.
    """
    if device.type == "cuda":
        return torch.autocast("cuda", torch.bfloat16)
    capabilities = torch.cpu.get_capabilities()
    if capabilities.get("amx_bf16") or capabilities.get("avx512_bf16"):
        return torch.autocast("cpu", torch.bfloat16)
    return nullcontext()
