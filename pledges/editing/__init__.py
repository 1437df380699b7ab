"""What editors do to records, without the admin: snapshots and versions, conflicts, decisions, proposals.

Forms, actions and commands call it; it knows no request and no page.
"""
