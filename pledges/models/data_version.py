"""Which version of what readers see the database holds, and what made the latest ones.

Written by the triggers of `pledges.record.data_version` alone. Neither has a history, a form or a place in files.
"""

from django.db import models

MARK_LENGTH = 40


class DataVersion(models.Model):
    """The version of now: one row, with the primary key 1."""

    number = models.BigIntegerField()
    # random for each version: of a restored database, or after a rollback, no number means what it meant before
    mark = models.CharField(max_length=MARK_LENGTH)

    def __str__(self):
        return f"{self.number} {self.mark}"


class DataChange(models.Model):
    """What made a version: a pledge that changed, or had a part that did; None where it was something else.

    In PostgreSQL a transaction that has not ended has rows without a number, marked with its own.
    """

    number = models.BigIntegerField(null=True)
    mark = models.CharField(max_length=MARK_LENGTH)
    # no foreign key: a pledge that was deleted changed too
    commitment_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=("number", "commitment_id"), name="data_change_of_version")]

    def __str__(self):
        return f"{self.number} {self.commitment_id}"
