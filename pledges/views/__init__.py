"""Pages and files for readers: what a request asks for, which rows and words go into which template.

Not here: filters (`query`), figures (`charts`), the bytes of files (`exports`), the interface for programs (`api`).
"""
