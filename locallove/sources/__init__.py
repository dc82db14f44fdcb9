"""Recordings and platforms' messages as reactions."""
