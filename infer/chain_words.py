"""Words that head a verb chain, so that the verb behind them is the unit (codebook, section 1)."""


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(text.split())


TO_INFINITIVE = word_set(
    """
    afford agree aim appear aspire attempt begin bother cease choose claim come conspire consent continue
    dare decide decline desire determine elect endeavor endeavour expect fail fight get go happen hasten
    have hesitate hope intend learn like long love manage mean move need neglect ought plan pledge plot
    prefer prepare presume pretend proceed promise propose prove refuse remain resolve scramble seek seem
    stand start strive struggle swear tend threaten try undertake use volunteer vow wait want wish work
    yearn
    """
)
"""Verbs with `to V` and no object: "we want to help"."""

DISTANT = word_set("continue seek strive struggle try work")
"""Those of them that stay a chain when other words come between: "they sought by force to take it"."""

ADJACENT = word_set("come fight get move proceed remain stand start wait")
"""Those that are a chain only right before `to V`: "they came to see", not "they came here to see"."""

WITH_PARTNER = word_set("come fight struggle work")
"""Those that are a unit of their own with a partner: "we work with them to end it"."""

ONE_FORM = {"go": "going", "use": "used"}
"""Those that head a chain in one form only."""

BOUND = word_set(
    """
    aimed bound committed compelled dedicated delighted designed destined determined disposed doomed
    entitled fated honored honoured inclined meant obligated obliged pleased poised prepared privileged
    resolved set supposed sworn tempted thrilled united
    """
)
"""Past participles with `to V` that say who is bound or ready to act: "we are determined to act"."""

STATES = word_set("be become feel get keep prove remain seem stand")
"""Verbs that join an adjective to their subject: "they stand ready to act"."""

DUTIES = word_set("crucial essential imperative important incumbent mandatory necessary urgent vital")
"""Adjectives of "it is necessary to V"."""

EASE = word_set(
    """
    bad best better difficult easier easy good great hard harder impossible possible simple sufficient
    tough wise
    """
)
"""Adjectives whose `to V` says what is easy or good, not what the subject is ready for."""

GERUND = word_set("avoid begin cease continue finish go keep quit resume start stop")
"""Verbs with V-ing: "they stopped shelling"."""

WITH_PREPOSITION = word_set(
    """
    abstain-from accustomed-to aim-at aimed-at capable-of commit-to committed-to concentrate-on dedicate-
    to dedicated-to desist-from devote-to devoted-to engage-in engaged-in focus-on focused-on incapable-of
    insist-on insist-upon intent-on keep-on look-to persevere-in persist-in refrain-from serious-about
    shrink-from succeed-in united-in use-to used-to
    """
)
"""Verbs and adjectives with preposition and V-ing: "they insist on violating it"."""

LIGHT_VERBS = word_set(
    """
    achieve assume bear continue do exert express fulfil fulfill get have honor honour indicate intensify
    keep make meet play redouble reserve retain spare take undertake
    """
)
LIGHT_NOUNS = word_set(
    """
    action all anything attempt best capacity chance choice commitment courage decision desire duty effort
    endeavor endeavour everything honor honour initiative intent intention lead little lot measure mission
    more most much nothing objective obligation occasion opportunity pain part pleasure pledge privilege
    promise readiness resolve responsibility right share something step stride task utmost vow what
    whatever willingness
    """
)
"""Nouns that with a light verb and `to V` or `of / in V-ing` make a chain: "make an effort to help"."""

EFFORT_VERBS = word_set("be embark engage join persevere persist succeed")
EFFORTS = word_set("attempt effort endeavor endeavour position")
"""Nouns behind a preposition that make one with them: "succeed in our effort to V"."""

AIMS = word_set(
    """
    aim ambition challenge determination duty goal hope intent intention job mission object objective
    obligation policy priority purpose responsibility strategy task
    """
)
"""Nouns of "it is our purpose to V", "our purpose is to V"."""

PLEDGES = word_set("assure guarantee pledge promise resolve swear vow")
"""Verbs whose that-clause is a chain when both have the same subject: "we promised that we would help"."""

IRREALIS = word_set(
    """
    ask beg demand desire ensure expect hope insist instruct order pray propose recommend request require
    trust urge want warn wish
    """
)
"""Verbs whose that-clause is wished for or called for, not asserted: "we hope that they will stop"."""
