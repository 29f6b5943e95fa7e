"""The transformer coder: coding tables of verbs, and the folder it is saved in."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoConfig, AutoModel, AutoTokenizer

from vicsformer.data.codebook import ATTRIBUTIONS, CODEBOOK_VERSION, LABEL_CATEGORIES
from vicsformer.data.errors import InputError
from vicsformer.models.adapter import merge_adapter
from vicsformer.models.base import Base, load_base
from vicsformer.models.clues import CLUES, clues
from vicsformer.models.coder import Codes
from vicsformer.models.eight_bits import packed, unpacked
from vicsformer.models.network import VerbNetwork, best_device, collate, half_precision
from vicsformer.models.rules import RuleCoder
from vicsformer.models.windows import Window, windows

WEIGHTS = "model.safetensors"
SETTINGS = "verb_coder.json"
TOKENS_A_BATCH = 2048


@dataclass(frozen=True)
class Settings:
    """What a saved verb coder needs besides weights, encoder configuration and tokenizer.

    Attributes
    ----------
    max_tokens, context_tokens
        Size of a window and of the context in it (see `models.windows`).
    category_temperature, attribution_temperature
        Divisors of the logits, fitted on held-out documents; above 0.
    category_rule_weight, attribution_rule_weight
        What the rule coder's code adds to its logit, fitted on held-out documents: it knows more verbs than
        the labels hold, and reads the parse. 0 for none.
    category_bias, attribution_bias
        What is added to the logit of each class, fitted on held-out documents.
    adapter_rank, adapter_from, base
        Of a coder that is a low-rank adapter: its rank, its first layer, and the encoder under it
        (`models.base.Base`), which is not stored with it. 0, 0 and None for a coder that stores its whole
        encoder.
    clues
        Whether the network reads clues (`models.clues`) beside the text.
    bits
        Of a stored weight: 16, or 8 for matrices (`models.eight_bits`).
    codebook_version
        The codebook of the labels it was trained on.
    categories, attributions
        Order of the outputs.
    """

    max_tokens: int = 224
    context_tokens: int = 40
    category_temperature: float = 1.0
    attribution_temperature: float = 1.0
    category_rule_weight: float = 0.0
    attribution_rule_weight: float = 0.0
    category_bias: tuple[float, ...] = (0.0,) * len(LABEL_CATEGORIES)
    attribution_bias: tuple[float, ...] = (0.0,) * len(ATTRIBUTIONS)
    adapter_rank: int = 0
    adapter_from: int = 0
    base: dict[str, Any] | None = None
    clues: bool = False
    bits: int = 16
    codebook_version: str = CODEBOOK_VERSION
    categories: tuple[str, ...] = LABEL_CATEGORIES
    attributions: tuple[str, ...] = ATTRIBUTIONS


class VerbCoder:
    """A fine-tuned transformer as a coder.

    Parameters
    ----------
    network
        The trained network.
    tokenizer
        The encoder's fast tokenizer.
    settings
        Window sizes and temperatures.
    name
        What the `coder` column says.
    """

    def __init__(
        self, network: VerbNetwork, tokenizer: Any, settings: Settings, name: str = "default"
    ) -> None:
        self.network = network
        self.tokenizer = tokenizer
        self.settings = settings
        self.name = name
        self.rules = RuleCoder()

    def windows(self, sentences: pd.DataFrame, verbs: pd.DataFrame) -> list[Window]:
        """Windows of this coder's sizes that hold every verb once."""
        return windows(
            sentences,
            verbs,
            self.tokenizer,
            max_tokens=self.settings.max_tokens,
            context_tokens=self.settings.context_tokens,
        )

    def clues(self, sentences: pd.DataFrame, verbs: pd.DataFrame) -> torch.Tensor:
        """Clues of the verbs as this coder's network reads them: shape (verbs, CLUES), or (verbs, 0)."""
        if not self.settings.clues:
            return torch.zeros(len(verbs), 0)
        return torch.from_numpy(clues(sentences, verbs))

    def logits(self, items: list[Window], clues: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits of shape (verbs, 8) and (verbs, 5) in the order of the verb table.

        Windows of like length share a batch, so that little is padded.
        """
        category = torch.zeros(len(clues), len(LABEL_CATEGORIES))
        attribution = torch.zeros(len(clues), len(ATTRIBUTIONS))
        self.network.eval()
        with torch.inference_mode(), half_precision(self.network.device):
            for batch in _batches(items):
                rows = torch.from_numpy(np.concatenate([w.rows for w in batch]))
                c, a = self.network(
                    collate(batch, self.tokenizer.pad_token_id, clues).to(self.network.device)
                )
                category[rows], attribution[rows] = c.float().cpu(), a.float().cpu()
        return category, attribution

    def code(self, sentences: pd.DataFrame, verbs: pd.DataFrame) -> Codes:
        """Code the verbs (see `models.coder.Coder`)."""
        given = self.settings
        category, attribution = self.logits(self.windows(sentences, verbs), self.clues(sentences, verbs))
        category = category / given.category_temperature + torch.tensor(given.category_bias)
        attribution = attribution / given.attribution_temperature + torch.tensor(given.attribution_bias)
        if given.category_rule_weight or given.attribution_rule_weight:
            rules = self.rules.code(sentences, verbs)
            category += given.category_rule_weight * torch.from_numpy(rules.category)
            attribution += given.attribution_rule_weight * torch.from_numpy(rules.attribution)
        return Codes(torch.softmax(category, -1).numpy(), torch.softmax(attribution, -1).numpy())

    def with_settings(self, **values: Any) -> "VerbCoder":
        """The same coder with other settings."""
        return VerbCoder(self.network, self.tokenizer, replace(self.settings, **values), self.name)

    def save(self, folder: Path) -> None:
        """Write weights, encoder configuration, tokenizer and settings into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        weights = {k: v.detach() for k, v in self.network.own_state().items()}
        stored = packed(weights) if self.settings.bits == 8 else {k: v.half() for k, v in weights.items()}
        save_file({k: v.contiguous() for k, v in stored.items()}, folder / WEIGHTS)
        self.network.encoder.config.save_pretrained(folder)
        self.tokenizer.save_pretrained(folder)
        (folder / SETTINGS).write_text(json.dumps(asdict(self.settings), indent=2) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, name: str | None = None) -> "VerbCoder":
        """Read a coder from a folder that `save` wrote.

        Raises
        ------
        InputError
            A file of the folder is missing or was made for another scheme of codes.
        """
        for file in (WEIGHTS, SETTINGS, "config.json", "tokenizer.json"):
            if not (folder / file).is_file():
                raise InputError(
                    f"{folder}: expected a folder written by `vicsformer train`, found no {file}; "
                    "give such a folder or one of default, dictionary, rules, majority"
                )
        stored: dict[str, Any] = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
        try:
            categories, attributions = (tuple(stored.pop(name)) for name in ("categories", "attributions"))
            settings = Settings(**stored, categories=categories, attributions=attributions)
        except (KeyError, TypeError) as error:
            raise InputError(
                f"{folder / SETTINGS}: expected settings of a coder of this version, found {error}; "
                "train the coder again"
            ) from error
        if (settings.categories, settings.attributions) != (LABEL_CATEGORIES, ATTRIBUTIONS):
            raise InputError(
                f"{folder / SETTINGS}: expected the codes {', '.join(LABEL_CATEGORIES + ATTRIBUTIONS)}, "
                f"found {', '.join(settings.categories + settings.attributions)}; train the coder again"
            )
        if settings.base is not None:
            encoder, _ = load_base(Base.model_validate(settings.base))
        else:
            encoder = AutoModel.from_config(AutoConfig.from_pretrained(folder))
        network = VerbNetwork(
            encoder,
            adapter_rank=settings.adapter_rank,
            adapter_from=settings.adapter_from,
            clues=CLUES if settings.clues else 0,
        )
        network.load_own_state(unpacked(load_file(folder / WEIGHTS)))
        if network.adapted:
            merge_adapter(network.encoder)
        network.to(best_device())
        return cls(network, AutoTokenizer.from_pretrained(folder), settings, name or folder.name)


def _batches(items: list[Window]) -> list[list[Window]]:
    batches: list[list[Window]] = []
    for window in sorted(items, key=lambda w: len(w.tokens), reverse=True):
        if batches and len(batches[-1][0].tokens) * (len(batches[-1]) + 1) <= TOKENS_A_BATCH:
            batches[-1].append(window)
        else:
            batches.append([window])
    return batches
