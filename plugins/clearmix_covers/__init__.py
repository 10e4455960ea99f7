"""Covers: the score of a recording, a line-up that plays it, and not a sample of the master."""
