"""Pledges, with their citations and status changes: the editors' main page."""

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from pledges.admin.base import PartAdmin, PartInline, RecordAdmin
from pledges.admin.parts import PartFormSet
from pledges.i18n import LocalizedOrder
from pledges.models import Citation, Commitment, Condition, StatusChange
from pledges.models.dates import iso
from pledges.models.publication import SHOWN_STATE, is_public
from pledges.models.vocab import State
from pledges.record import folding
from pledges.record.fields import DERIVED, PUBLICATION, SECTIONS, form_lines
from pledges.record.reasons import SiteReason

PUBLISH = "pledges.publish_commitment"
# what only reviewers may set, and change afterwards
REVIEWED_STATES = frozenset({State.PUBLISHED, State.WITHDRAWN})
PUBLISHING_RULE = _(
    "A pledge is published only with at least one supporting citation: "
    "add a source that supports it, or keep the pledge as a draft."
)


class CitationFormSet(PartFormSet):
    """Refuses to publish a pledge that readers would not see all the same: none of its citations supports it."""

    def clean(self):
        super().clean()
        if self.instance.state == SHOWN_STATE and not is_public(self.instance.state, set(self.stances())):
            raise ValidationError(PUBLISHING_RULE)

    def stances(self):
        """The stances of the citations that there will be."""
        for form in self.forms:
            data = getattr(form, "cleaned_data", None) or {}
            if data.get("source") and not data.get("DELETE"):
                yield data.get("stance")


class CitationInline(PartInline):
    model = Citation
    formset = CitationFormSet
    named_by = ("commitment__country", "commitment__type", "source")
    autocomplete_fields = ("source",)
    fieldsets = ((None, {"fields": ("source", ("stance", "credibility"), "locator", "quote", "note")}),)


class StatusChangeInline(PartInline):
    model = StatusChange
    named_by = ("commitment__country", "commitment__type")
    autocomplete_fields = ("source",)
    fieldsets = ((None, {"fields": ("status", ("happened_on", "happened_precision"), "source", "note")}),)


class ConditionInline(PartInline):
    model = Condition
    named_by = ("commitment__country", "commitment__type", "source")
    autocomplete_fields = ("source",)
    fieldsets = ((None, {"fields": ("kind", "text_en", "text_ar", "source")}),)


# what a section of the form tells besides its fields
TOLD_ONLY = {PUBLICATION: ("shown_to_readers",)}


def fieldset(section):
    """A section of the form, from the table of fields."""
    shown = {"classes": ("collapse",)} if section.is_folded else {}
    return section.title, {"fields": [*form_lines(section), *TOLD_ONLY.get(section, ())], **shown}


@admin.register(Commitment)
class CommitmentAdmin(RecordAdmin):
    list_display = ("party", "type", "status", "announced", "state", "grade", "independent_sources", "slug")
    list_display_links = ("party", "slug")
    list_filter = (
        "state",
        "grade",
        "status",
        "change",
        "attribution",
        "type__group",
        ("meeting", admin.RelatedOnlyFieldListFilter),
    )
    search_fields = (
        "slug",
        "country__name_en",
        "country__name_ar",
        "country__alt_names",
        "group_label_en",
        "group_label_ar",
        "type__name_en",
        "type__name_ar",
        "summary_en",
        "summary_ar",
    )
    autocomplete_fields = ("country", "type", "places", "unit", "meeting", "part_of")
    readonly_fields = ("shown_to_readers", *DERIVED)
    inlines = (CitationInline, StatusChangeInline, ConditionInline)
    actions = ("send_for_review", "publish", "withdraw", "return_to_draft")
    fieldsets = [fieldset(section) for section in SECTIONS]

    def found_by_words(self, queryset, search_term):
        return folding.holds("search_text", search_term)

    def get_queryset(self, request):
        # the name of a pledge, in lists and where one is searched for
        return super().get_queryset(request).select_related("country", "type")

    @admin.display(description=_("country or group"), ordering=LocalizedOrder("country__name", "group_label"))
    def party(self, commitment):
        return commitment.party

    @admin.display(description=_("announced on"), ordering="announced_on")
    def announced(self, commitment):
        return iso(commitment.announced_on, commitment.announced_precision) or None

    @admin.display(description=_("shown to readers"))
    def shown_to_readers(self, commitment):
        """Whether readers see the pledge, and if not, why."""
        if not commitment.pk:
            return self.get_empty_value_display()
        reasons = [str(reason.label) for reason in commitment.why_not_public()]
        return " ".join([gettext("No."), *reasons]) if reasons else gettext("Yes.")

    def get_view_on_site_url(self, obj=None):
        return super().get_view_on_site_url(obj) if obj and not obj.why_not_public() else None

    # Who may do what

    def has_delete_permission(self, request, obj=None):
        """Nobody deletes a pledge: it is withdrawn, and its address says so."""
        return False

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or may_change(request.user, obj))

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        if db_field.name == "state" and not request.user.has_perm(PUBLISH):
            kwargs["choices"] = [choice for choice in State.choices if choice[0] not in REVIEWED_STATES]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    # Changing the state of many

    def has_publish_permission(self, request):
        return request.user.has_perm(PUBLISH)

    @admin.action(description=_("Send for review"), permissions=["change"])
    def send_for_review(self, request, commitments):
        self.set_state(request, commitments, State.IN_REVIEW)

    @admin.action(description=_("Publish"), permissions=["publish"])
    def publish(self, request, commitments):
        self.set_state(request, commitments, State.PUBLISHED)

    @admin.action(description=_("Withdraw"), permissions=["publish"])
    def withdraw(self, request, commitments):
        self.set_state(request, commitments, State.WITHDRAWN)

    @admin.action(description=_("Return to draft"), permissions=["change"])
    def return_to_draft(self, request, commitments):
        self.set_state(request, commitments, State.DRAFT)

    @transaction.atomic
    def set_state(self, request, commitments, state):
        """Saves each pledge one by one, so that its history is kept; says which were left as they are, and why."""
        changed = 0
        for commitment in commitments.prefetch_related("citations"):
            if not may_change(request.user, commitment):
                self.refuse(request, commitment, gettext("Only a reviewer changes what is published or withdrawn."))
            elif state == SHOWN_STATE and not is_public(state, commitment.stances()):
                self.refuse(request, commitment, PUBLISHING_RULE)
            elif commitment.state != state:
                commitment.state = state
                commitment._change_reason = SiteReason.STATE_OF_MANY.value
                commitment.save()
                self.log_change(request, commitment, [{"changed": {"fields": ["state"]}}])
                changed += 1
        message = ngettext("%(n)s pledge changed: %(state)s.", "%(n)s pledges changed: %(state)s.", changed)
        self.message_user(request, message % {"n": changed, "state": state.label}, messages.SUCCESS)

    def refuse(self, request, commitment, reason):
        message = gettext("Pledge %(slug)s is left as it is. %(reason)s") % {"slug": commitment.slug, "reason": reason}
        self.message_user(request, message, messages.ERROR)


def may_change(user, commitment):
    """Whether the user may change this pledge, given the permission to change pledges at all."""
    return commitment.state not in REVIEWED_STATES or user.has_perm(PUBLISH)


@admin.register(Citation)
class CitationAdmin(PartAdmin):
    list_display = ("commitment", "source", "stance", "credibility", "locator")
    list_select_related = ("commitment__country", "commitment__type", "source")
    list_filter = ("stance", "credibility", "source__kind", "source__reliability")
    search_fields = (
        "commitment__slug",
        "commitment__summary_en",
        "commitment__summary_ar",
        "source__title",
        "quote",
        "note",
    )
    fieldsets = (
        (_("Citation"), {"fields": ("commitment", "source", "stance", "credibility", "locator", "quote", "note")}),
    )


@admin.register(StatusChange)
class StatusChangeAdmin(PartAdmin):
    list_display = ("commitment", "status", "happened", "source")
    list_select_related = ("commitment__country", "commitment__type", "source")
    list_filter = ("status",)
    search_fields = ("commitment__slug", "commitment__summary_en", "commitment__summary_ar", "source__title", "note")
    fieldsets = (
        (
            _("Status change"),
            {"fields": ("commitment", "position", "status", "happened_on", "happened_precision", "source", "note")},
        ),
    )

    @admin.display(description=_("date"), ordering="happened_on")
    def happened(self, change):
        return iso(change.happened_on, change.happened_precision) or None


@admin.register(Condition)
class ConditionAdmin(PartAdmin):
    list_display = ("commitment", "kind", "text_en", "source")
    list_select_related = ("commitment__country", "commitment__type", "source")
    list_filter = ("kind",)
    search_fields = ("commitment__slug", "text_en", "text_ar", "source__title")
    fieldsets = ((_("Condition"), {"fields": ("commitment", "kind", "text_en", "text_ar", "source")}),)
