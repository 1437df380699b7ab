"""Rows as figures: plain data that templates draw, and the same numbers as tables.

Not here: which rows (`query`), how they look (`templates`), files (`exports`).
"""
