"""Small models and tables, made offline. What needs torch imports it: most tests do without."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    import pandas as pd

    from vicsformer.models.verb_coder import VerbCoder

# a worker has one core: more threads would only wait for each other. Read when numpy and torch are imported
os.environ.setdefault("OMP_NUM_THREADS", "1")

# on a busy machine any example can take long
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture(scope="session")
def tokenizer() -> object:
    """The default model's tokenizer."""
    from transformers import AutoTokenizer

    from vicsformer.models.registry import DEFAULT_FOLDER

    return AutoTokenizer.from_pretrained(DEFAULT_FOLDER)


@pytest.fixture
def tiny_coder(tokenizer: object) -> "VerbCoder":
    """Two layers, 16 wide, random weights."""
    import torch
    from transformers import BertConfig, BertModel

    from vicsformer.models.network import VerbNetwork
    from vicsformer.models.verb_coder import Settings, VerbCoder

    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(tokenizer),  # type: ignore[arg-type]
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
    )
    return VerbCoder(
        VerbNetwork(BertModel(config)), tokenizer, Settings(max_tokens=64, context_tokens=12), "tiny"
    )


@pytest.fixture
def tables() -> Callable[[list[str]], "tuple[pd.DataFrame, pd.DataFrame]"]:
    """Sentence and verb tables of one document; a verb is a word with a star before it."""
    import pandas as pd

    def make(sentences: list[str], state: str = "") -> tuple[pd.DataFrame, pd.DataFrame]:
        rows, verbs, at = [], [], 0
        for number, marked in enumerate(sentences):
            text = marked.replace("*", "")
            rows.append(("d", number, at, at + len(text), text, state))
            for i, word in enumerate(marked.split(" ")):
                if word.startswith("*"):
                    start = at + len(" ".join(marked.split(" ")[:i]).replace("*", "")) + (1 if i else 0)
                    verbs.append(("d", number, start, start + len(word.strip("*.,")), word.strip("*.,")))
            at += len(text) + 1
        return (
            pd.DataFrame(rows, columns=["document_id", "sentence", "start", "end", "text", "state"]),
            pd.DataFrame(verbs, columns=["document_id", "sentence", "start", "end", "verb"]),
        )

    return make
