"""Template filters: dates, numbers and quantities in words; links that keep the query."""

from django import template
from django.conf import settings

from pledges import wording
from pledges.models.dates import iso

register = template.Library()

register.filter("quantity", wording.quantity)
register.filter("meeting_date", wording.meeting_date)
register.filter("number", wording.number)


@register.filter
def announced(pledge):
    """The date of the announcement at its precision."""
    return wording.date(pledge.announced_on, pledge.announced_precision)


@register.filter
def announced_iso(pledge):
    return iso(pledge.announced_on, pledge.announced_precision)


@register.simple_tag
def at_precision(day, precision):
    """A date at its precision."""
    return wording.date(day, precision)


@register.simple_tag
def dated_iso(day, precision):
    """The same for machines: `2016-02`."""
    return iso(day, precision)


@register.simple_tag(takes_context=True)
def in_language(context, code):
    """The address of this page in another language, query included."""
    request = context.get("request")
    if request is None:
        return f"/{code}/"
    path = request.get_full_path()
    for language, _name in settings.LANGUAGES:
        if path.startswith(f"/{language}/"):
            return f"/{code}/{path.removeprefix(f'/{language}/')}"
    return f"/{code}/"
