"""The rules playground: writing a policy, reading it, trying it, and what it would change."""
