"""What the tests of past days share."""

from datetime import UTC, datetime, time

import pytest

from pledges import models


@pytest.fixture
def settle(db):
    """Dates all that was recorded since it was last called."""
    last = {model: latest(model) for model in models.HISTORIC}

    def settle(day):
        for model in models.HISTORIC:
            new = model.history.model.objects.filter(history_id__gt=last[model])
            new.update(history_date=datetime.combine(day, time(12), tzinfo=UTC))
            last[model] = latest(model)

    return settle


def latest(model):
    return model.history.model.objects.order_by("-history_id").first().history_id
