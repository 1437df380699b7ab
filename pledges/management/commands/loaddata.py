"""`manage.py loaddata FILES`: Django's own, and the first history record of what it loads.

Django saves fixtures past all that a save does; what was known on a day would lack their rows.
"""

from django.core.management.commands import loaddata

from pledges import models
from pledges.record.edits import edit
from pledges.record.first_history import record_first_history
from pledges.record.reasons import SiteReason


class Command(loaddata.Command):
    def loaddata(self, fixture_labels):
        super().loaddata(fixture_labels)
        with edit(why=SiteReason.SEEDED):
            for model in models.HISTORIC:
                record_first_history(model)
