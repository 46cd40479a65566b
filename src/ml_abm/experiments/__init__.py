"""Experiments: many runs, from a question to an answer."""
