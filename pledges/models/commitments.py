"""Commitments, the citations that carry them, and the steps they went through."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from pledges.i18n import CodePoints, localized
from pledges.models.base import NaturalKeyQuerySet, NullsLastIndex, closed, slug_field
from pledges.models.dates import clean_date, dated
from pledges.models.edits import History, PartModel, VersionedModel
from pledges.models.meetings import Meeting
from pledges.models.publication import SHOWN_STATE, why_not_public
from pledges.models.quantities import quantity_checks
from pledges.models.reference import CommitmentType, Country, Place, Unit
from pledges.models.sources import Source
from pledges.models.vocab import (
    DATE_PRECISIONS,
    STAGE_BY_STATUS,
    Attribution,
    Change,
    Credibility,
    Grade,
    Precision,
    QuantityQualifier,
    Stage,
    Stance,
    State,
    Status,
    Theatre,
)

# long texts that no page shows
LONG_AND_DERIVED = (
    *("search_text", "own_words", "condition_words_en", "condition_words_ar"),
    *("place_slugs", "bloc_slugs", "bloc_names_en", "bloc_names_ar", "source_slugs", "source_urls"),
)

# texts that a draft may lack, and a published pledge may not
NEEDED_TO_PUBLISH = ("attributed_to_en", "attributed_to_ar", "summary_en", "summary_ar")
IS_PUBLIC = Q(is_public=True)
INCOMPLETE = _("A published pledge needs this text.")


class CommitmentQuerySet(NaturalKeyQuerySet):
    def public(self):
        """What readers may see, as `publication` says it and `record.derived` keeps it."""
        return self.filter(IS_PUBLIC)

    def with_names(self):
        """The rows with what their names are made of, in one query."""
        return self.select_related("country", "type", "unit").defer(*LONG_AND_DERIVED)

    def with_whole_slug(self):
        """The rows with `whole_slug`: the pledge that contains them, if that is public too."""
        whole = self.model.objects.public().filter(pk=OuterRef("part_of"))
        return self.annotate(whole_slug=Subquery(whole.order_by().values("slug")))


class Commitment(VersionedModel):
    """One promise of one country, or of one group of countries, of one type. Readers see "pledge"."""

    slug = slug_field(
        _(
            "The permanent public name, for example “nl-2016-01-syria-strikes”. "
            "It is in the address and in exports: never change it."
        )
    )
    state = models.CharField(
        _("state of publication"),
        max_length=10,
        choices=State,
        default=State.DRAFT,
        help_text=_("Only published pledges are shown to readers; publishing needs a supporting citation."),
    )
    withdrawal_reason_en = models.TextField(
        _("reason for withdrawing, in English"),
        blank=True,
        help_text=_("Shown at the old address of a published pledge that was withdrawn."),
    )
    withdrawal_reason_ar = models.TextField(_("reason for withdrawing, in Arabic"), blank=True)

    country = models.ForeignKey(
        Country,
        verbose_name=_("country"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="commitments",
        help_text=_("The state that promised. Leave empty if the source names no single state, and name the group."),
    )
    group_label_en = models.CharField(
        _("group of countries, in English"),
        max_length=150,
        blank=True,
        help_text=_("Only without a country, for example “Some coalition states (unnamed)”."),
    )
    group_label_ar = models.CharField(_("group of countries, in Arabic"), max_length=150, blank=True)
    type = models.ForeignKey(
        CommitmentType,
        verbose_name=_("type of pledge"),
        on_delete=models.PROTECT,
        related_name="commitments",
        help_text=_("One type only: enter a promise of strikes and trainers as two pledges."),
    )
    change = models.CharField(
        _("change"),
        max_length=12,
        choices=Change,
        default=Change.UNSPECIFIED,
        help_text=_("Direction compared with before. “Maintained” and “Extension” are not new capability."),
    )
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=Status,
        help_text=_("How far the pledge got when it was made; later steps go into the history of the status."),
    )
    theatre = models.CharField(_("theatre"), max_length=12, choices=Theatre, default=Theatre.UNSPECIFIED)
    places = models.ManyToManyField(Place, verbose_name=_("places"), blank=True, related_name="commitments")

    quantity_qualifier = models.CharField(
        _("quantity is"),
        max_length=12,
        choices=QuantityQualifier,
        default=QuantityQualifier.NOT_STATED,
        help_text=_("“Up to 150”: choose “Up to” and fill in the largest number only."),
    )
    quantity_min = models.BigIntegerField(
        _("smallest number"), null=True, blank=True, help_text=_("Whole number; empty when open or not stated.")
    )
    quantity_max = models.BigIntegerField(
        _("largest number"), null=True, blank=True, help_text=_("The same as the smallest for one exact number.")
    )
    unit = models.ForeignKey(
        Unit, verbose_name=_("unit"), on_delete=models.PROTECT, null=True, blank=True, related_name="commitments"
    )
    quantity_text = models.CharField(
        _("quantity as printed"), max_length=150, blank=True, help_text=_("In the words and language of the source.")
    )

    announced_on = models.DateField(
        _("announced on"),
        null=True,
        blank=True,
        help_text=_("For an inexact date, the first day of the month or year."),
    )
    announced_precision = models.CharField(
        _("date precision"), max_length=10, choices=DATE_PRECISIONS, default=Precision.DAY
    )
    meeting = models.ForeignKey(
        Meeting,
        verbose_name=_("meeting"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="commitments",
        help_text=_("Where it was promised, if at a meeting."),
    )
    attribution = models.CharField(
        _("who said it"),
        max_length=20,
        choices=Attribution,
        help_text=_("“Another party” when someone else spoke for the state that is to deliver."),
    )
    attributed_to_en = models.CharField(
        _("speaker, in English"), max_length=150, blank=True, help_text=_("Name and office, or the body that spoke.")
    )
    attributed_to_ar = models.CharField(_("speaker, in Arabic"), max_length=150, blank=True)

    summary_en = models.TextField(
        _("summary in English"), blank=True, help_text=_("One sentence in our own words, never copied.")
    )
    summary_ar = models.TextField(_("summary in Arabic"), blank=True)
    caveat_en = models.TextField(
        _("caveat in English"), blank=True, help_text=_("What a reader must know before using this record.")
    )
    caveat_ar = models.TextField(_("caveat in Arabic"), blank=True)
    part_of = models.ForeignKey(
        "self",
        verbose_name=_("part of"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        help_text=_("The larger pledge that contains this one; the two are never added up."),
    )

    # Derived, kept by pledges.record.derived: never entered.
    grade = models.CharField(
        _("evidence grade"), max_length=15, choices=Grade, default=Grade.SINGLE_SOURCE, editable=False
    )
    independent_sources = models.PositiveSmallIntegerField(_("independent sources"), default=0, editable=False)
    reached = models.CharField(
        _("stage reached"), max_length=12, choices=Stage, default=Stage.PROSPECTIVE, editable=False
    )
    now = models.CharField(_("what holds now"), max_length=20, choices=Status, default=Status.PLEDGED, editable=False)
    is_public = models.BooleanField(_("shown to readers"), default=False, db_default=False, editable=False)
    search_text = models.TextField(_("words for the search"), blank=True, editable=False)
    own_words = models.TextField(
        _("words for the search, without those of its sources"), blank=True, default="", db_default="", editable=False
    )
    # Derived for exports, as they are written there: joining them for a million rows takes too long.
    cited_sources = models.PositiveSmallIntegerField(_("cited sources"), default=0, editable=False)
    contradicting_sources = models.PositiveSmallIntegerField(_("sources that contradict"), default=0, editable=False)
    # of the values that its sources give, as `record.claims` measures them
    claimed_lowest = models.BigIntegerField(_("lowest number claimed"), null=True, editable=False)
    claimed_highest = models.BigIntegerField(_("highest number claimed"), null=True, editable=False)
    number_gap = models.PositiveSmallIntegerField(_("gap between the numbers"), null=True, editable=False)
    claimed_earliest = models.DateField(_("earliest day claimed"), null=True, editable=False)
    claimed_latest = models.DateField(_("latest day claimed"), null=True, editable=False)
    date_gap = models.PositiveIntegerField(_("gap between the dates"), null=True, editable=False)
    condition_kinds = models.TextField(_("kinds of conditions, for exports"), blank=True, editable=False)
    condition_words_en = models.TextField(_("conditions in English, for exports"), blank=True, editable=False)
    condition_words_ar = models.TextField(_("conditions in Arabic, for exports"), blank=True, editable=False)
    place_slugs = models.TextField(_("places, for exports"), blank=True, editable=False)
    bloc_slugs = models.TextField(_("blocs, for exports"), blank=True, default="", db_default="", editable=False)
    bloc_names_en = models.TextField(
        _("blocs in English, for exports"), blank=True, default="", db_default="", editable=False
    )
    bloc_names_ar = models.TextField(
        _("blocs in Arabic, for exports"), blank=True, default="", db_default="", editable=False
    )
    source_slugs = models.TextField(_("sources, for exports"), blank=True, editable=False)
    source_urls = models.TextField(_("addresses of the sources, for exports"), blank=True, editable=False)

    objects = CommitmentQuerySet.as_manager()
    history = History(m2m_fields=[places])
    group_label = localized("group_label")
    attributed_to = localized("attributed_to")
    summary = localized("summary")
    caveat = localized("caveat")
    withdrawal_reason = localized("withdrawal_reason")

    class Meta:
        verbose_name = _("pledge")
        verbose_name_plural = _("pledges")
        ordering = (F("announced_on").desc(nulls_last=True), "slug")
        permissions = [("publish_commitment", _("Can publish and withdraw pledges"))]
        indexes = [
            # of what is public only: SQLite uses no index of a yes or no itself
            models.Index(fields=("country", "type"), condition=IS_PUBLIC, name="public_by_country_type"),
            # the usual order of lists and exports: a long file begins at once
            NullsLastIndex(
                F("announced_on").desc(nulls_last=True),
                CodePoints(F("slug")).asc(),
                condition=IS_PUBLIC,
                name="public_in_usual_order",
            ),
        ]
        constraints = [
            closed("state", State),
            closed("change", Change),
            closed("status", Status),
            closed("theatre", Theatre),
            closed("attribution", Attribution),
            closed("quantity_qualifier", QuantityQualifier),
            closed("grade", Grade),
            closed("reached", Stage),
            closed("now", Status),
            dated("announced_on", "announced_precision"),
            models.CheckConstraint(
                name="commitment_country_or_group",
                condition=Q(country__isnull=False, group_label_en="", group_label_ar="")
                | (Q(country__isnull=True) & ~Q(group_label_en="") & ~Q(group_label_ar="")),
                violation_error_message=_("Enter a country, or a group in both languages, but not both."),
            ),
            *quantity_checks(),
            models.CheckConstraint(
                name="commitment_quantity_has_unit",
                condition=Q(
                    quantity_qualifier=QuantityQualifier.NOT_STATED,
                    quantity_min__isnull=True,
                    quantity_max__isnull=True,
                    unit__isnull=True,
                )
                | (
                    ~Q(quantity_qualifier=QuantityQualifier.NOT_STATED)
                    & Q(unit__isnull=False)
                    & (Q(quantity_min__isnull=False) | Q(quantity_max__isnull=False))
                ),
                violation_error_message=_(
                    "A quantity needs a number, a unit and a word such as “Exactly” or “Up to”; "
                    "without one, all stay empty."
                ),
            ),
            models.CheckConstraint(
                name="commitment_is_not_part_of_itself",
                condition=Q(part_of__isnull=True) | ~Q(part_of=F("pk")),
                violation_error_message=_("A pledge cannot be part of itself."),
            ),
            models.CheckConstraint(
                name="commitment_published_is_complete",
                condition=~Q(state=SHOWN_STATE) | Q(*(~Q(**{field: ""}) for field in NEEDED_TO_PUBLISH)),
                violation_error_message=INCOMPLETE,
            ),
        ]

    def __str__(self):
        return f"{self.party} – {self.type}"

    def clean(self):
        clean_date(self, "announced_on", "announced_precision")
        if self.part_of and self.pk and self.part_of.part_of_id == self.pk:
            raise ValidationError({"part_of": _("These pledges would contain each other.")})
        if self.country_id and (self.group_label_en or self.group_label_ar):
            raise ValidationError({"group_label_en": _("Leave the group empty when there is a country.")})
        if self.state == SHOWN_STATE and (missing := self.missing_to_publish()):
            raise ValidationError(dict.fromkeys(missing, INCOMPLETE))

    def missing_to_publish(self):
        """The names of the texts that are empty and may not be where readers see it."""
        return [field for field in NEEDED_TO_PUBLISH if not getattr(self, field)]

    def get_absolute_url(self):
        return reverse("pledge-detail", args=[self.slug])

    def stances(self):
        """The stances of its citations, each once."""
        return {citation.stance for citation in self.citations.all()}

    def why_not_public(self):
        """The `NotPublic` reasons why readers do not see it; empty if they do."""
        return why_not_public(self.state, self.stances())

    @property
    def party(self):
        """Who promised: the country's name, or the group's label, in the current language."""
        return self.country.name if self.country else self.group_label

    @property
    def stage(self):
        return STAGE_BY_STATUS[Status(self.status)]

    @property
    def is_declined(self):
        """Whether it is a refusal and counts as no pledge, as `query.pledge_dimensions.declined` asks the database."""
        return self.now == Status.DECLINED

    @property
    def stage_now(self):
        return STAGE_BY_STATUS[Status(self.now)]

    @property
    def ended_without_start(self):
        """Whether it was closed, other than declined, though no source tells that it had begun."""
        return self.now in {Status.ENDED, Status.SUSPENDED} and self.reached != Stage.DELIVERED

    @cached_property
    def is_disputed(self):
        return self.grade == Grade.DISPUTED


class Citation(PartModel):
    """What one source says about one commitment: the unit of evidence."""

    natural_key_fields = ("commitment__slug", "source__slug")

    commitment = models.ForeignKey(
        Commitment, verbose_name=_("pledge"), on_delete=models.CASCADE, related_name="citations", db_index=False
    )
    source = models.ForeignKey(Source, verbose_name=_("source"), on_delete=models.PROTECT, related_name="citations")
    stance = models.CharField(
        _("stance"),
        max_length=12,
        choices=Stance,
        default=Stance.SUPPORTS,
        help_text=_("A source that denies or limits the pledge contradicts it; keep both, never choose one."),
    )
    locator = models.CharField(
        _("locator"), max_length=60, blank=True, help_text=_("Where in the source, for example “paragraph 3”.")
    )
    credibility = models.PositiveSmallIntegerField(
        _("credibility of the information"),
        choices=Credibility,
        default=Credibility.CANNOT_BE_JUDGED,
        help_text=_("Admiralty code, 1 to 6: how likely this single statement is true, whoever prints it."),
    )
    quote = models.TextField(_("quotation"), blank=True, help_text=_("Verbatim and short, in the language printed."))
    note = models.TextField(_("note"), blank=True, help_text=_("Shown to readers, in English."))
    claimed_min = models.BigIntegerField(
        _("smallest number, by this source"),
        null=True,
        blank=True,
        help_text=_("What this source itself gives, in the unit of the pledge; empty if it gives none."),
    )
    claimed_max = models.BigIntegerField(
        _("largest number, by this source"),
        null=True,
        blank=True,
        help_text=_("“More than 550”: only the smallest; “up to 150”: only the largest; one number: the same in both."),
    )
    claimed_on = models.DateField(
        _("announced on, by this source"),
        null=True,
        blank=True,
        help_text=_("When this source itself says that the pledge was announced; empty if it does not."),
    )
    claimed_precision = models.CharField(
        _("precision of that date"),
        max_length=10,
        choices=DATE_PRECISIONS,
        default=Precision.UNKNOWN,
        db_default=Precision.UNKNOWN,
    )

    history = History()

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        ordering = ("commitment", "pk")
        # tells whether a pledge is public without a look at the citation
        indexes = [models.Index(fields=("commitment", "stance"), name="citation_support")]
        constraints = [
            closed("stance", Stance),
            closed("credibility", Credibility),
            *quantity_checks("claimed"),
            dated("claimed_on", "claimed_precision"),
            models.UniqueConstraint(
                fields=("commitment", "source"),
                name="citation_is_unique",
                violation_error_message=_("This source is cited for this pledge already."),
            ),
        ]

    def __str__(self):
        return f"{self.commitment}: {self.source}"

    def clean(self):
        clean_date(self, "claimed_on", "claimed_precision")

    @property
    def claims_number(self):
        return self.claimed_min is not None or self.claimed_max is not None


class StatusChange(PartModel):
    """A dated step of a commitment, with its source."""

    natural_key_fields = ("commitment__slug", "position")

    commitment = models.ForeignKey(
        Commitment, verbose_name=_("pledge"), on_delete=models.CASCADE, related_name="status_changes"
    )
    position = models.PositiveSmallIntegerField(
        _("position"), null=True, blank=True, help_text=_("Order of entry; filled in by itself.")
    )
    status = models.CharField(_("status"), max_length=20, choices=Status)
    happened_on = models.DateField(
        _("date"), null=True, blank=True, help_text=_("For an inexact date, the first day of the month or year.")
    )
    happened_precision = models.CharField(
        _("date precision"), max_length=10, choices=DATE_PRECISIONS, default=Precision.DAY
    )
    source = models.ForeignKey(
        Source,
        verbose_name=_("source"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="status_changes",
    )
    note = models.TextField(_("note"), blank=True, help_text=_("Shown to readers, in English."))

    history = History()

    class Meta:
        verbose_name = _("status change")
        verbose_name_plural = _("status changes")
        ordering = ("commitment", F("happened_on").asc(nulls_last=True), "position")
        constraints = [
            closed("status", Status),
            dated("happened_on", "happened_precision"),
            models.UniqueConstraint(fields=("commitment", "position"), name="status_change_position_is_unique"),
        ]

    def __str__(self):
        return f"{self.commitment}: {self.get_status_display()}"

    def clean(self):
        clean_date(self, "happened_on", "happened_precision")

    @property
    def stage(self):
        return STAGE_BY_STATUS[Status(self.status)]

    def save(self, *args, **kwargs):
        if self.position is None:
            last = StatusChange.objects.filter(commitment=self.commitment).aggregate(last=models.Max("position"))
            self.position = (last["last"] or 0) + 1
        super().save(*args, **kwargs)
