"""Template filters: dates, numbers and quantities in words; links that keep the query."""

import json
from urllib.parse import urlencode, urlsplit

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.encoding import escape_uri_path
from django.utils.html import format_html, json_script
from django.utils.safestring import mark_safe

from pledges.history import days
from pledges.history.days import AS_OF
from pledges.models.dates import iso
from pledges.record import folding, wording

register = template.Library()

# what could end a script element early
NOT_IN_SCRIPTS = {ord(character): f"\\u{ord(character):04x}" for character in "<>&"}

register.filter("quantity", wording.quantity)
register.filter("meeting_date", wording.meeting_date)
register.filter("membership_time", wording.membership_time)
register.filter("moment", wording.moment)
register.filter("moment_iso", wording.moment_iso)
register.filter("number", wording.number)
register.filter("quantity_asked", wording.quantity_asked)
register.filter("requirement_name", wording.requirement)
register.filter("sum_of", wording.sum_of)
register.filter("pledges", wording.pledges)
register.filter("refusals", wording.refusals)
register.filter("tally", wording.tally)
register.filter("on_the_day", days.on_the_day)


@register.filter
def unbroken(number):
    """A number with hyphens that no line ends after (U+2060 joins what is beside it)."""
    return number.replace("-", "-\N{WORD JOINER}")


@register.filter
def host(address):
    """`example.org` of `https://www.example.org/page`."""
    return (urlsplit(address).hostname or "").removeprefix("www.")


@register.filter
def says_where(locator):
    """Whether a locator tells more than that it is somewhere in the text."""
    return locator.strip().lower() not in {"", "body"}


@register.filter
def titled(source):
    """The title of a source, with the remark before it in the language of the remark."""
    if source.remark and source.printed_title:
        return format_html('<bdi lang="en">{}</bdi> {}', source.remark, source.printed_title)
    return source.title


@register.filter
def announced(pledge):
    """The date of the announcement at its precision."""
    return wording.date(pledge.announced_on, pledge.announced_precision)


@register.filter
def number_claimed(citation):
    """The number that a source gives for its pledge."""
    return wording.claimed(citation.claimed_min, citation.claimed_max, citation.commitment.unit)


@register.simple_tag
def at_precision(day, precision):
    """A date at its precision."""
    return wording.date(day, precision)


@register.simple_tag
def dated(day, precision):
    """The same, for machines too where there is a date: `2016-02`."""
    words = wording.date(day, precision)
    return format_html('<time datetime="{}">{}</time>', iso(day, precision), words) if day else words


@register.simple_tag
def letters_for_boxes():
    """What letters stand for one another, for the script of the boxes that find a value: data, not run."""
    return json_script(folding.FOR_BOXES, "letters")


@register.simple_tag(takes_context=True)
def fact(context, row):
    """What `pledge` says in a row of the table of fields, as the template of the row shows it."""
    template = context.template.engine.get_template(f"pledges/facts/{row.fact}.html")
    with context.push(words=row.words(context["pledge"]) if row.words else ""):
        # a rendered template, all but the end of its last line
        return mark_safe(template.render(context).strip())  # noqa: S308


@register.filter
def tenth(value):
    """A coordinate of a drawing, to a tenth."""
    return f"{value:.1f}".removesuffix(".0")


@register.filter
def middle(mark):
    """The middle of a mark across."""
    return tenth(mark.x + mark.width / 2)


@register.filter
def below(mark):
    """The foot of a line of text in a mark."""
    return tenth(mark.y + mark.height * 0.75)


@register.filter
def latest(cell):
    """The latest date of a cell as `2016-02`, or less if no more is known."""
    return iso(cell.latest, cell.precision)[:7]


@register.simple_tag
def path_to(page, *arguments, query="", **conditions):
    """The path of a page on the day that is shown, with a query string or with the given conditions as one.

    Without a query string (None, from a query that is too long) it is the note on the page that says so.
    """
    if query is None:
        return "#long-selection"
    return days.path_to(page, *arguments, query=query or urlencode(conditions))


@register.simple_tag
def pledges_behind(number, query):
    """A number that leads to its pledges, to stand within a translated sentence."""
    words = wording.number(number)
    return format_html('<a href="{}">{}</a>', path_to("pledge-list", query=query), words) if number else words


@register.simple_tag(takes_context=True)
def in_language(context, code):
    """The address of this page in another language, query included."""
    request = context.get("request")
    if request is None:
        return f"/{code}/"
    return path_in(code, request.get_full_path())


def path_in(code, path):
    """The same path in another language; its start page where the path is in none."""
    for language, _name in settings.LANGUAGES:
        if path.startswith(f"/{language}/"):
            return f"/{code}/{path.removeprefix(f'/{language}/')}"
    return f"/{code}/"


@register.simple_tag(takes_context=True)
def page_address(context, code):
    """The absolute address of this page in a language, without what the page does not read of the query."""
    request, query = context["request"], context.get("filter")
    read = {*(query.form.fields if query else context.get("read", ()))}
    read |= {AS_OF} if context.get("known_on") else set()
    asked = query.parameters if query else request.GET
    pairs = [(name, value) for name in asked if name in read for value in asked.getlist(name) if value]
    path = path_in(code, escape_uri_path(request.path))
    return request.build_absolute_uri(f"{path}?{urlencode(pairs)}" if pairs else path)


@register.simple_tag(takes_context=True)
def static_address(context, name):
    """The absolute address of a static file, for those who read the page elsewhere."""
    return context["request"].build_absolute_uri(static(name))


@register.simple_tag
def linked_data(value):
    """Data for machines as JSON-LD: a script element that is no script, so the policy lets it be."""
    text = json.dumps(value, ensure_ascii=False).translate(NOT_IN_SCRIPTS)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308


@register.simple_block_tag(end_name="end_one_line")
def one_line(content):
    """What it holds on one line, fit for an attribute; with `as name` a block can be shown more than once."""
    # escaped when it was rendered, all but the quotation marks of translated words
    return mark_safe(" ".join(content.split()).replace('"', "&quot;"))  # noqa: S308
