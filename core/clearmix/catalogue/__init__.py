"""Recordings, works, parties and listeners."""
