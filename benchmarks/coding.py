"""How fast coding is, as ratios in one run: each coder against the parser that they all need.

`python benchmarks/coding.py [WORDS]` codes the first WORDS words (default 20,000) of the State of the Union
addresses since 1946 with every coder and prints how many times the parser's own time the coding takes.
"""

import sys
import time

import pandas as pd

from vicsformer.data.corpora import read_corpus
from vicsformer.infer.extract import extract, load_parser
from vicsformer.models.registry import load_coder

CODERS = ("default", "rules", "dictionary", "majority")


def first_words(words: int) -> pd.DataFrame:
    """Whole addresses until there are enough words."""
    documents = read_corpus("sotu", start=1946)
    length = documents["text"].str.split().str.len()
    return documents[length.cumsum() - length < words]


def main() -> None:
    """Measure and print."""
    documents = first_words(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
    parser = load_parser()
    list(parser.pipe(documents["text"].str[:2000]))  # warm-up

    start = time.perf_counter()
    for text in documents["text"]:
        parser(text)
    baseline = time.perf_counter() - start
    start = time.perf_counter()
    sentences, verbs = extract(documents, parser)
    extraction = time.perf_counter() - start
    words = int(documents["text"].str.split().str.len().sum())
    print(
        f"{len(documents)} addresses, {words:,} words, {len(verbs):,} verb phrases; "
        "baseline: spaCy parser alone = 1"
    )
    print(f"{'extraction (parser and rules)':32} {extraction / baseline:6.2f}")
    for name in CODERS:
        coder = load_coder(name)
        start = time.perf_counter()
        coder.code(sentences, verbs)
        print(f"{'coder ' + name:32} {(time.perf_counter() - start) / baseline:6.2f}")


if __name__ == "__main__":
    main()
