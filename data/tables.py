"""Columns of the tables that pass between the stages, documented once, and tables on disk."""

DOCUMENT_COLUMNS: dict[str, str] = {
    "document_id": "unique name of the speech",
    "leader": "who speaks",
    "date": "YYYY, YYYY-MM or YYYY-MM-DD, as text",
    "text": "the speech; all character offsets point into it",
}
"""Columns every document table has; `state, title, source, period` are known, any further one is kept."""

SENTENCE_COLUMNS: dict[str, str] = {
    "document_id": "the speech",
    "sentence": "number of the sentence in its document, from 0",
    "start": "first character in the document's text",
    "end": "one past the last character",
    "text": "the sentence as it stands: document text[start:end]",
    "state": "the speaker's own state in words, empty where unknown",
}

VERB_COLUMNS: dict[str, str] = {
    "document_id": "the speech",
    "sentence": "number of the sentence in its document",
    "start": "first character of the head verb in the document's text",
    "end": "one past the last character of the head verb",
    "verb": "the head verb as it stands: document text[start:end]",
    "lemma": "its lemma, lower case",
    "phrase": "the verb phrase: auxiliaries, negation, chain, head, particle, in the order of the text",
    "subject": "the agent in words (by-agent of a passive, shared subject of a coordination), empty where none is given",
    "target": "the noun phrase acted on, empty where none",
    "tense": "past, present or future, of the chain as a whole",
    "negated": "whether the phrase is negated",
    "passive": "whether the phrase is passive",
    "particle": "particle of a phrasal verb (`carry out`: out), empty where none",
    "modal": "lemma of the modal that governs the phrase (will, would, can, could, may, might, must, should, ...), empty where none",
    "chain": "lemmas of the words that head the chain before the head verb (`want`, `fail`, `be ready`), comma-separated",
    "object": "lemma of the head noun of the target (`impose sanctions`: sanction), empty where none",
    "preposition": "preposition that introduces the target or the first adjunct of a party (`against`, `with`), empty where none",
    "clause": "main, complement, relative, participle, conditional, counterfactual, question, imperative, purpose or "
    "governed (the embedded verb of object control)",
}

CODED_COLUMNS: tuple[str, ...] = (
    "document_id", "leader", "date", "sentence", "start", "end", "verb", "lemma", "phrase", "subject", "target",
    "tense", "negated", "passive", "attribution", "category", "intensity", "confidence", "expected_intensity",
    "p_reward", "p_promise", "p_appeal", "p_neutral", "p_oppose", "p_threaten", "p_punish",
    "p_self", "p_other", "p_unknown", "coder",
)  # fmt: skip
"""One row a coded verb; further columns of the documents (`state, period, ...`) follow."""
