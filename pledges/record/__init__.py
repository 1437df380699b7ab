"""What a record says: its fields, how well it is evidenced, what is computed, which rules hold, its words.

`fields` is the table that forms, files, filters, histories and pages are made from. Not here: what the
database itself refuses (`models`), how records are asked for (`query`), what they were before (`history`).
"""
