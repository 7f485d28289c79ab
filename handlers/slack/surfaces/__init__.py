"""Blocks and words: one pure function per surface, domain in, blocks out."""
