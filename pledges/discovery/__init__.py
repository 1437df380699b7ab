"""How others find, follow and cite what is here: JSON-LD, references. Data in, text or data out.

Not here: which pages there are (`views`), files of pledges and feeds (`exports`).
"""
