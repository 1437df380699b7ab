"""Keeps what is derived up to date: a commitment's grade, sources, stage reached, search words, who sees it.

Saving a commitment, or anything it shows the name of, refreshes it. Fixtures are loaded as they
are; `manage.py check_data` verifies them.
"""

from collections.abc import Iterable
from datetime import date

from django.db.models import Model, Q, QuerySet
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import receiver

from pledges.models import (
    Bloc,
    BlocMember,
    Citation,
    Commitment,
    CommitmentType,
    Condition,
    Country,
    Meeting,
    Place,
    Requirement,
    Source,
    StatusChange,
)
from pledges.models.publication import is_public
from pledges.models.vocab import ConditionKind, Stance, furthest, holding
from pledges.record import claims, evidence, folding
from pledges.record.fields import DERIVED
from pledges.record.in_time import statuses_in_time
from pledges.record.reasons import SiteReason

BOTH = ("en", "ar")
STANCES = list(Stance)


def in_both_languages(instance: Model | None, field: str) -> list[str]:
    return [getattr(instance, f"{field}_{language}") for language in BOTH] if instance else []


def own_texts(
    commitment: Commitment,
    citations: Iterable[Citation],
    steps: Iterable[StatusChange],
    conditions: Iterable[Condition],
    places: Iterable[Place],
) -> list[str]:
    """What a commitment says in words, in both languages, and what is noted of it with its citations and steps."""
    found = [commitment.quantity_text]
    for field in ("group_label", "attributed_to", "summary", "caveat"):
        found += in_both_languages(commitment, field)
    for named in (commitment.country, commitment.type, commitment.meeting, *places):
        found += in_both_languages(named, "name")
    if commitment.country:
        found.append(commitment.country.alt_names)
    for citation in citations:
        found += [citation.quote, citation.note, citation.locator]
    for condition in conditions:
        found += in_both_languages(condition, "text")
    return found + [step.note for step in steps]


def titles(parts: Iterable[Citation | StatusChange | Condition]) -> list[str]:
    """The titles of the sources of citations, steps and conditions."""
    return [part.source.title for part in parts if part.source]


def in_order(citations: Iterable[Citation]) -> list[Citation]:
    """The citations of a commitment as exports list them: supporting ones first, then by source."""
    return sorted(citations, key=lambda citation: (STANCES.index(citation.stance), citation.source.slug))


def in_order_of_kind(conditions: Iterable[Condition]) -> list[Condition]:
    """The conditions of a commitment in the order of their vocabulary."""
    return sorted(conditions, key=lambda condition: ConditionKind.values.index(condition.kind))


def blocs_of(commitment: Commitment) -> list[Bloc]:
    """The blocs that its country was a member of on the day of the pledge, by slug."""
    members = BlocMember.objects.filter(country=commitment.country_id).select_related("bloc")
    return blocs_on(commitment.announced_on, members)


def blocs_on(day: date | None, members: Iterable[BlocMember]) -> list[Bloc]:
    """The blocs of the memberships that held on a day, by slug."""
    return sorted({member.bloc for member in members if member.held_on(day)}, key=lambda bloc: bloc.slug)


def derived_values(commitment: Commitment) -> dict[str, str | int | bool | date | None]:
    """The values that the derived fields of a commitment should have, by name."""
    citations = in_order(commitment.citations.select_related("source__derived_from"))
    steps = list(commitment.status_changes.select_related("source"))
    found = evidence.assess(commitment, citations)
    conditions = in_order_of_kind(commitment.conditions.select_related("source"))
    places = list(commitment.places.all())
    blocs = blocs_of(commitment) if commitment.country_id else []
    own = own_texts(commitment, citations, steps, conditions, places)
    return {
        "grade": found.grade.value,
        "independent_sources": found.independent,
        "reached": furthest([commitment.status, *(step.status for step in steps)]).value,
        "now": holding(statuses_in_time(commitment, steps)).value,
        "is_public": is_public(commitment.state, {citation.stance for citation in citations}),
        "search_text": folding.search_text([*own, *titles([*citations, *steps, *conditions])]),
        "own_words": folding.search_text(own),
        "cited_sources": len(citations),
        "contradicting_sources": found.contradicting,
        **claims.derived(citations),
        "condition_kinds": folding.joined(condition.kind for condition in conditions),
        "condition_words_en": folding.joined(condition.text_en for condition in conditions),
        "condition_words_ar": folding.joined(condition.text_ar for condition in conditions),
        "place_slugs": folding.joined(sorted(place.slug for place in places)),
        "bloc_slugs": folding.joined(bloc.slug for bloc in blocs),
        "bloc_names_en": folding.joined(bloc.name_en for bloc in blocs),
        "bloc_names_ar": folding.joined(bloc.name_ar for bloc in blocs),
        "source_slugs": folding.joined(citation.source.slug for citation in citations),
        "source_urls": folding.joined(citation.source.url or folding.NO_ADDRESS for citation in citations),
    }


def stale_values(commitment: Commitment) -> dict[str, str | int | bool | date | None]:
    """The derived values that differ, set on the commitment but not saved."""
    stale = {name: value for name, value in derived_values(commitment).items() if getattr(commitment, name) != value}
    for name, value in stale.items():
        setattr(commitment, name, value)
    return stale


def refresh(commitment: Commitment) -> None:
    """Saves the derived fields that differ, as a change of its own: what was known on a day is read from history."""
    stale = stale_values(commitment)
    if not stale:
        return
    reason = getattr(commitment, "_change_reason", None)
    commitment._change_reason = SiteReason.DERIVED.value
    try:
        commitment.save(update_fields=list(stale))
    finally:
        commitment._change_reason = reason


def refresh_edited(commitment: Commitment) -> None:
    """The same after an edit of the commitment itself: what follows from it belongs to the record of the edit."""
    stale = stale_values(commitment)
    if stale:
        Commitment.objects.filter(pk=commitment.pk).update(**stale)
        records = commitment.history
        records.model.objects.filter(pk=records.first().pk).update(**stale)


@receiver(post_save, sender=Commitment)
def commitment_saved(instance, raw=False, update_fields=None, **kwargs):
    # Django names the fields itself when some are deferred: only our own saving is left alone
    if not raw and not (update_fields and set(update_fields) <= set(DERIVED)):
        refresh_edited(instance)


@receiver(post_save, sender=Commitment)
@receiver(post_save, sender=Meeting)
@receiver(post_save, sender=Requirement)
def fixture_row_loaded(instance, raw=False, **kwargs):
    """A row of a fixture stays as written: its many-to-many rows, which come next, are no edits either."""
    if raw:
        instance.is_raw = instance.skip_history_when_saving = True


@receiver(m2m_changed, sender=Commitment.places.through)
def places_changed(instance, action, reverse=False, **kwargs):
    if action.startswith("post_") and not reverse and not hasattr(instance, "is_raw"):
        refresh_edited(instance)


@receiver(post_save, sender=Citation)
@receiver(post_save, sender=Condition)
@receiver(post_save, sender=StatusChange)
def part_saved(instance, raw=False, **kwargs):
    if not raw:
        refresh_all(Commitment.objects.filter(pk=instance.commitment_id))


@receiver(post_delete, sender=Citation)
@receiver(post_delete, sender=Condition)
@receiver(post_delete, sender=StatusChange)
def part_deleted(instance, **kwargs):
    refresh_all(Commitment.objects.filter(pk=instance.commitment_id))


@receiver(post_save, sender=Source)
def source_saved(instance, raw=False, **kwargs):
    """A new title, kind or origin reaches every commitment that cites it or a reprint of it."""
    if raw:
        return
    family, fresh = set(), {instance.pk}
    while fresh:
        family |= fresh
        fresh = set(Source.objects.filter(derived_from__in=fresh).values_list("pk", flat=True)) - family
    refresh_all(
        Commitment.objects.filter(
            Q(citations__source__in=family) | Q(status_changes__source__in=family) | Q(conditions__source__in=family)
        ).distinct()
    )


@receiver(post_save, sender=Country)
@receiver(post_save, sender=CommitmentType)
@receiver(post_save, sender=Place)
@receiver(post_save, sender=Meeting)
def named_saved(instance, raw=False, **kwargs):
    if not raw:
        refresh_all(instance.commitments.all())


@receiver(post_save, sender=Bloc)
def bloc_saved(instance, raw=False, **kwargs):
    if not raw:
        refresh_all(Commitment.objects.filter(country__in=instance.members.values("country")))


@receiver(post_save, sender=BlocMember)
@receiver(post_delete, sender=BlocMember)
def bloc_member_changed(instance, raw=False, **kwargs):
    """A membership reaches the pledges of its state, and of the one that it was entered for before."""
    if not raw:
        before = BlocMember.history.filter(id=instance.pk).values("country_id")
        refresh_all(Commitment.objects.filter(Q(country=instance.country_id) | Q(country__in=before)))


def refresh_all(commitments: QuerySet[Commitment]) -> None:
    for commitment in commitments.select_related("country", "type", "meeting"):
        refresh(commitment)
