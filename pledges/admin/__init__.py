"""The editors' site: importing this registers every model."""

from pledges.admin import commitments, meetings, reference, sources

__all__ = ["commitments", "meetings", "reference", "sources"]
