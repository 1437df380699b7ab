"""Pledges, with their citations and status changes: the editors' main page."""

from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pledges.admin.base import PartAdmin, PartInline, RecordAdmin
from pledges.admin.deciding import DecidingMixin
from pledges.admin.review import ReviewMixin
from pledges.editing.refusals import Refused
from pledges.editing.workflow import SEND, decide
from pledges.i18n import LocalizedOrder
from pledges.models import Citation, Commitment, Condition, StatusChange
from pledges.models.dates import iso
from pledges.models.publication import SHOWN_STATE
from pledges.models.vocab import State
from pledges.record import folding
from pledges.record.fields import DERIVED, PUBLICATION, SECTIONS, form_lines

# what a source itself gives
CLAIM_LINES = (("claimed_min", "claimed_max"), ("claimed_on", "claimed_precision"))


class CitationInline(PartInline):
    model = Citation
    named_by = ("commitment__country", "commitment__type", "source")
    autocomplete_fields = ("source",)
    fieldsets = ((None, {"fields": ("source", ("stance", "credibility"), "locator", "quote", "note", *CLAIM_LINES)}),)


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
class CommitmentAdmin(ReviewMixin, DecidingMixin, RecordAdmin):
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
    # decided, not entered: see the page of review
    readonly_fields = ("shown_to_readers", "state", "withdrawal_reason_en", "withdrawal_reason_ar", *DERIVED)
    inlines = (CitationInline, StatusChangeInline, ConditionInline)
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
        if reasons:
            return " ".join([gettext("No."), *reasons])
        published = commitment.decisions.filter(to_state=SHOWN_STATE).first()
        alone = (
            [f"{gettext('Decided alone')}: {published.get_alone_display()}."] if published and published.alone else []
        )
        return " ".join([gettext("Yes."), *alone])

    def get_view_on_site_url(self, obj=None):
        return super().get_view_on_site_url(obj) if obj and not obj.why_not_public() else None

    # Who may do what

    def has_delete_permission(self, request, obj=None):
        """Nobody deletes a pledge: it is withdrawn, and its address says so."""
        return False

    def render_change_form(self, request, context, **kwargs):
        pledge = kwargs.get("obj")
        context["may_send"] = self.may_save(request, pledge) and (pledge is None or pledge.state == State.DRAFT)
        return super().render_change_form(request, context, **kwargs)

    def response_add(self, request, obj, post_url_continue=None):
        return self.sent(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        return self.sent(request, obj) or super().response_change(request, obj)

    def sent(self, request, pledge):
        """The answer where the pledge was saved to be sent for review, which is an edit of its own; else None."""
        if "_send" not in request.POST:
            return None
        pledge.refresh_from_db()
        try:
            decide(pledge, SEND, request.user, pledge.version)
            self.message_user(request, gettext("Saved and sent for review."), messages.SUCCESS)
        except Refused as refused:
            self.message_user(request, gettext("Saved, not sent. %(why)s") % {"why": refused}, messages.WARNING)
        return HttpResponseRedirect(reverse("admin:pledges_commitment_review", args=[pledge.pk]))

    def has_change_permission(self, request, obj=None):
        """What was withdrawn is restored as it was, then changed."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or obj.state != State.WITHDRAWN)


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
        (
            _("Citation"),
            {"fields": ("commitment", "source", "stance", "credibility", "locator", "quote", "note", *CLAIM_LINES)},
        ),
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
