"""Ratios against other programs on the same generated data, run by hand: see README.md here."""
