"""From documents to coded verbs, counts, indices and their intervals."""
