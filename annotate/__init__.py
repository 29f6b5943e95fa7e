"""Coding by readers: passages drawn, packs to code, codes read back, compared and merged."""
