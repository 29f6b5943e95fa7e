"""What everything else stands on: the codebook, documents, labelled verbs, the lexicon."""
