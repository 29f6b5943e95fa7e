"""The section of the data card on how varied the invented speeches are."""

import pandas as pd

from vicsformer.data.diversity import WORD, likest_passages, ngram_overlap, passage_texts, verb_variety
from vicsformer.data.domain import BLOCK, COMMONEST, domain_auc, telling_words, word_blocks
from vicsformer.data.labels import Labels
from vicsformer.data.markdown import markdown

TEMPLATE_JACCARD = 0.05
"""Passages of different voices that share more of their 5-grams read as if made from one template."""

_TEMPLATE = """\
## Diversity of the invented speeches
Measured beside the real addresses. Nothing is drawn but the classifier's folds, with a fixed seed.

**Verbs.** Different lemmas to be expected among 1,000 verbs drawn (rarefaction, so the size of a set does
not count), and the share of the ten commonest lemmas. `power`: verbs that are not neutral.

{variety}

**Phrases.** Share of a voice's word n-grams (occurrences) that another voice of the same set has as well;
the presidents are the yardstick. The sets have {words} words.

{overlap}

**Templates.** Share of their word 5-grams that the two likest passages of different voices have in common
(Jaccard index): {likest_invented}; among the real addresses: {likest_real}. A test refuses invented
passages above {template}.

**Distance to real speech.** Blocks of {block} words without proper names and numbers, told apart by logistic
regression on TF-IDF of words and pairs of words, or of the {commonest} commonest words alone (style: nearly
all of them function words), cross-validated by voice. AUC is the chance that a block of the second set
scores above one of the first: .5 if the two cannot be told apart, 1 if always.

{domain}

In plain words: the first row says how readily invented speeches are known from the real ones, the second
how readily earlier real ones are known from later ones; the last, voices shared out at will, is the check
that nothing is found where nothing is. Other states and other occasions than those of one country's
presidents are part of the distance in the first row, and wanted; the column of style shows that there is
more to it than subjects. **The nearer to 1, the less a figure on invented speeches says about real ones**:
results are reported apart, and those on real speeches count.

Of the commonest words, those that speak most

- for a real block: {telling_real};
- for an invented one: {telling_invented}."""


def diversity_section(labels: Labels, invented: Labels) -> str:
    """Write the section of the data card on real addresses and invented speeches.

    Parameters
    ----------
    labels
        Of real addresses, dated from before and after 1981.
    invented
        Of invented speeches.
    """
    real, told = passage_texts(labels), passage_texts(invented)
    one, two = word_blocks(real, told)
    likest = [likest_passages(passages)["jaccard"].max() for passages in (real, told)]
    telling = telling_words(one, two, 10)
    sizes = [sum(len(WORD.findall(text)) for text in passages["text"]) for passages in (real, told)]
    return _TEMPLATE.format(
        variety=_variety_table(labels, invented),
        words=f"{sizes[1]:,} (invented) and {sizes[0]:,} (real)",
        overlap=_overlap_table(real, told),
        likest_real=f"{likest[0]:.1%}",
        likest_invented=f"{likest[1]:.1%}",
        template=f"{TEMPLATE_JACCARD:.0%}",
        block=str(BLOCK),
        commonest=str(COMMONEST),
        domain=_domain_table(one, two),
        telling_real=", ".join(telling[0]),
        telling_invented=", ".join(telling[1]),
    )


def _variety_table(labels: Labels, invented: Labels) -> str:
    tables = {"invented": verb_variety(invented.verbs), "real": verb_variety(labels.verbs)}
    both = pd.concat(tables)
    both.index = [f"{name}, {kind}" for name, kind in both.index]
    shown = pd.DataFrame(
        {
            "verbs": both["verbs"],
            "lemmas in 1,000": both["lemmas"].map("{:.0f}".format),
            "ten commonest": both["commonest"].map("{:.1%}".format),
        }
    )
    return markdown(shown, "verbs of")


def _overlap_table(real: pd.DataFrame, told: pd.DataFrame) -> str:
    rows = {
        (f"{n}-grams", name): ngram_overlap(passages, n)
        for n in (4, 6)
        for name, passages in (("invented", told), ("real", real))
    }
    shown = pd.DataFrame(
        {
            "median voice": {" ".join(key[::-1]): f"{shares.median():.1%}" for key, shares in rows.items()},
            "highest": {" ".join(key[::-1]): f"{shares.max():.1%}" for key, shares in rows.items()},
        }
    )
    return markdown(shown, "n-grams")


def _domain_table(real: pd.DataFrame, told: pd.DataFrame) -> str:
    early = real["date"] < "1981"
    second = told["voice"].isin(told["voice"].unique()[::2])
    rows = {
        "real addresses / invented speeches": (real, told),
        "real addresses to 1980 / from 1981": (real[early], real[~early]),
        "invented, every second voice / the others": (told[second], told[~second]),
    }
    shown = pd.DataFrame(
        {
            "blocks": {name: f"{len(one)} / {len(two)}" for name, (one, two) in rows.items()},
            "AUC, words": {name: f"{domain_auc(*sets, style=False):.3f}" for name, sets in rows.items()},
            "AUC, style": {name: f"{domain_auc(*sets, style=True):.3f}" for name, sets in rows.items()},
        }
    )
    return markdown(shown, "told apart")
