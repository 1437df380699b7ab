"""The labels of filters are kept between requests: on real transactions, for within one nothing is kept."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from pledges.history.as_of import as_of
from pledges.models import HISTORIC, Country
from pledges.query.per_version import DAYS, kept_of, per_version
from pledges.query.pledges import CommitmentFilter
from pledges.tests import make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nothing_kept():
    kept_of.cache_clear()


def name_of(iso2, language):
    with override(language):
        return CommitmentFilter(QueryDict()).accepted("country").labels[iso2]


def both_names(iso2):
    return [name_of(iso2, language) for language in ("en", "ar")]


def test_a_new_name_is_shown_once_it_is_saved_and_in_its_language_alone():
    country = make.make_country(name_en="Testland", name_ar="تجربة")
    make.make_commitment(country=country)
    assert both_names("ZZ") == ["Testland", "تجربة"]
    with transaction.atomic():
        country.name_en = "Unsaved"
        country.save()
        assert name_of("ZZ", "en") == "Unsaved"
        transaction.set_rollback(True)
    assert both_names("ZZ") == ["Testland", "تجربة"]
    Country.objects.filter(iso2="ZZ").update(name_en="Newland")
    assert both_names("ZZ") == ["Newland", "تجربة"]
    query = CommitmentFilter(QueryDict())
    with CaptureQueriesContext(connection) as queries:
        query.choices("country")
    assert len(queries) == 1, "the version, and nothing else"


def test_a_past_day_has_its_own_names():
    country = make.make_country(name_en="Oldland")
    make.make_commitment(country=country)
    now = datetime.now(UTC)
    for model in HISTORIC:
        model.history.update(history_date=now - timedelta(days=2))
    country.name_en = "Newland"
    country.save()
    assert name_of("ZZ", "en") == "Newland"
    with as_of((now - timedelta(days=1)).date()):
        assert name_of("ZZ", "en") == "Oldland"
    assert name_of("ZZ", "en") == "Newland"


def test_who_walks_through_all_days_fills_no_memory_and_leaves_today_as_it_is():
    made = []
    for number in range(3 * DAYS):
        per_version("test", lambda: made.append("today"))
        with as_of(date(2020, 1, 1) + timedelta(days=number)):
            per_version("test", lambda: made.append("a past day"))
    assert (made.count("today"), made.count("a past day")) == (1, 3 * DAYS)
    assert kept_of.cache_info().currsize == DAYS
