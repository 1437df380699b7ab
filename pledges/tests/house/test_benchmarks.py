"""The programs that measure still start, and what they invent is as the site itself would have derived it."""

from importlib import import_module
from pathlib import Path

import pytest

from pledges import benchmarks
from pledges.benchmarks import data
from pledges.models import Commitment
from pledges.record.derived import derived_values

# made for an environment of their own
OF_OTHERS = {"import_export_peer"}
MODULES = {path.stem for path in Path(benchmarks.__file__).parent.glob("*.py")} - OF_OTHERS


@pytest.mark.parametrize("name", sorted(MODULES))
def test_each_module_of_the_benchmarks_can_be_imported(name):
    import_module(f"pledges.benchmarks.{name}")


@pytest.mark.sql  # written past all models, in the way of each database
@pytest.mark.django_db
def test_what_is_derived_of_an_invented_pledge_is_what_saving_it_would_give():
    before = Commitment.objects.order_by("-pk").first()
    data.invent(50)
    invented = Commitment.objects.filter(pk__gt=before.pk)
    assert len(invented) == 50
    for pledge in invented[::10]:
        values = derived_values(pledge)
        assert {name: getattr(pledge, name) for name in values} == values
