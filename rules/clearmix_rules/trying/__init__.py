"""Policy tests: what they say, how they run, what they cover."""
