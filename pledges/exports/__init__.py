"""Rows as files: the columns and tables, and what writes them in each format, piece by piece.

Not here: which rows (`query`), answers to requests (`views`), frozen packages (`releases`), reading files (`loading`).
"""
