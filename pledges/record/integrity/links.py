"""Rules of what records refer to: sources, wholes, answers, states."""

from collections.abc import Iterator
from datetime import date

from django.db.models import F, Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from pledges.models import BlocMember, Commitment, Country, Requirement, Source
from pledges.record.integrity.rule import rule


@rule(
    Commitment,
    "part_of",
    message=_("It is part of \u2068%(whole)s\u2069, a pledge of another country."),
    follows={Commitment: lambda whole: Q(part_of=whole.pk)},
)
def parts_belong_to_the_country_of_their_whole(rows):
    """A group's pledge may hold those of its states, and the other way round; two states may not mix."""
    mixed = rows.filter(country__isnull=False, part_of__country__isnull=False)
    for part in mixed.exclude(country=F("part_of__country")).select_related("part_of"):
        yield part, {"whole": part.part_of.slug}


@rule(Commitment, "part_of", message=_("It is part of itself, through other pledges."), of_drafts=True)
def nothing_is_part_of_itself(rows):
    for pledge in in_circles(rows, "part_of"):
        yield pledge, {}


@rule(Source, "derived_from", message=_("It is a reprint of itself, through other sources."))
def nothing_is_a_reprint_of_itself(rows):
    for source in in_circles(rows, "derived_from"):
        yield source, {}


def in_circles(rows: QuerySet, parent: str) -> Iterator[Model]:
    """The rows that the references of the field `parent` lead back to."""
    children = rows.filter(**{f"{parent}__isnull": False})
    if not children:
        return
    parents = dict(rows.model.objects.filter(**{f"{parent}__isnull": False}).values_list("pk", parent))
    for row in children:
        seen, above = set(), parents[row.pk]
        while above in parents and above not in seen and above != row.pk:
            seen.add(above)
            above = parents[above]
        if above == row.pk:
            yield row


@rule(
    Country,
    "membership_source",
    message=_("It is a member of the coalition without a source that says so."),
)
def memberships_have_a_source(rows):
    for country in rows.filter(coalition_member=True, membership_source=None):
        yield country, {}


@rule(Country, "joined_on", message=_("It has a day of joining but is not a member."))
def only_members_have_joined(rows):
    for country in rows.filter(coalition_member=False, joined_on__isnull=False):
        yield country, {}


@rule(
    BlocMember,
    "member_since",
    message=_("\u2068%(country)s\u2069 is a member twice at the same time."),
)
def memberships_of_a_bloc_do_not_overlap(rows):
    for member in rows.select_related("country"):
        same_time = BlocMember.objects.during(member.member_since or date.min, member.member_until or date.max)
        if same_time.filter(bloc=member.bloc_id, country=member.country_id).exclude(pk=member.pk).exists():
            yield member, {"country": member.country.iso2}


@rule(
    Source,
    "voice_iso2",
    message=_("No country has the code \u2068%(code)s\u2069, whose state is to speak in it."),
    follows={Country: lambda country: Q(voice_iso2=country.iso2)},
)
def voices_are_of_known_states(rows):
    for source in rows.exclude(voice_iso2="").exclude(voice_iso2__in=Country.objects.values("iso2")):
        yield source, {"code": source.voice_iso2}


@rule(Requirement, "sources", message=_("It is public but has no source."))
def public_requirements_have_a_source(rows):
    for requirement in rows.filter(is_public=True, sources=None):
        yield requirement, {}


@rule(
    Requirement,
    "answered_by",
    message=_("It is answered by \u2068%(pledge)s\u2069, a pledge of another country."),
    follows={Commitment: lambda pledge: Q(answered_by=pledge.pk)},
)
def answers_are_of_the_state_that_was_asked(rows):
    """A group's pledge may answer, and that of a state where a group was asked; one of another state may not."""
    for requirement in rows.filter(country__isnull=False).prefetch_related("answered_by"):
        for pledge in requirement.answered_by.all():
            if pledge.country_id not in {None, requirement.country_id}:
                yield requirement, {"pledge": pledge.slug}


RULES = (
    parts_belong_to_the_country_of_their_whole,
    nothing_is_part_of_itself,
    nothing_is_a_reprint_of_itself,
    memberships_have_a_source,
    only_members_have_joined,
    memberships_of_a_bloc_do_not_overlap,
    voices_are_of_known_states,
    public_requirements_have_a_source,
    answers_are_of_the_state_that_was_asked,
)
