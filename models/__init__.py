"""Coders: from verbs in context to probabilities over categories and attributions."""
