"""What a record says beyond its columns: how well it is evidenced, what is computed, which rules hold, its words.

Not here: what the database itself refuses (`models`), how records are asked for (`query`), what they
were before (`history`).
"""
