"""A query string as a filter: what it asks for, whether it can be read, the public rows that match, its words.

`pledges.CommitmentFilter` is the one idea of which pledges match. Not here: how the matches are shown
or written (`charts`, `exports`, `views`), which rows are public (`models`).
"""
