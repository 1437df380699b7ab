"""The lines of the compact table of pledges: what its template shows of each, found once and not asked row by row."""

from functools import lru_cache

from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext, pgettext

from pledges.history import days
from pledges.i18n import current_language
from pledges.models.dates import iso
from pledges.models.vocab import Grade, Stage
from pledges.record import wording

LONGEST_SPEAKER = 26
LONGEST_GROUP = 21


class Lines:
    """Makes lines, in the current language: dictionaries of texts, and of what else the template asks.

    `ticked` and `in_titles` are the slugs of the pledges that are chosen, and of those that a search finds only with
    the titles of their sources; `then` is what `views.then` says of them.
    """

    def __init__(self, ticked, in_titles, then):
        self.ticked, self.in_titles, self.then = ticked, in_titles, then
        self.language = current_language()
        self.path, self.country_path = days.paths_to("pledge-detail"), days.paths_to("country-detail")
        self.tick, self.corroborated = gettext("Tick: %(pledge)s"), pgettext("short", "Corroborated")

    def line(self, pledge):
        slug, country, type_, stage = pledge.slug, pledge.country, pledge.type.name, pledge.stage
        party = country.name if country else pledge.group_label
        speaker, attribution = pledge.attributed_to, pledge.get_attribution_display()
        is_closed = pledge.now != pledge.status and pledge.stage_now == Stage.CLOSED
        return {
            "slug": slug,
            "is_ticked": slug in self.ticked,
            "tick": self.tick % {"pledge": f"{party} – {type_}"},
            "country_path": country and self.country_path(country.iso2),
            "party": party,
            "short_party": None if country else cut(party, LONGEST_GROUP),
            "path": self.path(slug),
            "summary": pledge.summary,
            "type": type_,
            "is_conditional": pledge.condition_kinds,
            "is_in_title": slug in self.in_titles,
            "change": pledge.get_change_display(),
            "quantity": wording.quantity(pledge),
            "stage": stage.value,
            "status": pledge.get_status_display(),
            "reached": pledge.get_reached_display() if pledge.reached != stage else "",
            "now": pledge.get_now_display() if is_closed else "",
            "then": self.then.get(slug, ()),
            "day": iso(pledge.announced_on, pledge.announced_precision),
            "announced": wording.date(pledge.announced_on, pledge.announced_precision),
            "speaker": f"{attribution}: {speaker}",
            "short_speaker": cut(speaker, LONGEST_SPEAKER),
            "grade": pledge.grade,
            "evidence": self.corroborated if pledge.grade == Grade.CORROBORATED else pledge.get_grade_display(),
            "sources": sources(self.language, pledge.independent_sources),
        }


@lru_cache(maxsize=1024)
def cut(text, length):
    return Truncator(text).chars(length)


@lru_cache(maxsize=1024)
def sources(language, number):
    return ngettext("%(n)s source", "%(n)s sources", number) % {"n": number}
