"""A small cast of invented pledges, for tests whose subject is not the real data."""

from datetime import date

from pledges.models.vocab import Attribution, Change, Precision, QuantityQualifier, Stance, Status, Theatre
from pledges.tests import make


def make_cast():
    """Six pledges of two invented countries and a group, and two that no reader may see.

    They differ in what filters ask for: one has everything, the others lack this or that.
    """
    balloons, kites = make.make_type("test_balloons"), make.make_type("test_kites")
    north, south = make.make_country("ZZ"), make.make_country("ZY", iso3="ZYZ")
    place, meeting = make.make_place(), make.make_meeting()
    make.make_commitment(
        "test-north-balloons", type=balloons, country=north, places=[place], meeting=meeting, sources=3,
        quantity_min=100, quantity_max=100, status=Status.APPROVED, announced_on=date(2016, 2, 11),
    )  # fmt: skip
    make.make_commitment(
        "test-north-kites", type=kites, country=north, change=Change.UNSPECIFIED, theatre=Theatre.UNSPECIFIED,
        announced_on=date(2016, 2, 1), announced_precision=Precision.MONTH,
    )  # fmt: skip
    make.make_commitment(
        "test-south-balloons", type=balloons, country=south, attribution=Attribution.THIRD_PARTY,
        quantity_max=20, quantity_qualifier=QuantityQualifier.UP_TO, announced_on=date(2015, 6, 1),
    )  # fmt: skip
    disputed = make.make_commitment("test-south-kites", type=kites, country=south, announced_on=date(2017, 1, 5))
    make.make_citation(disputed, make.make_source("test-denial"), stance=Stance.CONTRADICTS)
    make.make_commitment(
        "test-group-balloons", type=balloons, group_label_en="Some test states", announced_on=date(2016, 1, 1),
        announced_precision=Precision.YEAR,
    )  # fmt: skip
    make.make_commitment("test-undated", type=kites, announced_on=None, announced_precision=Precision.UNKNOWN)
    make.make_commitment("test-draft", type=balloons, state="draft")
    make.make_commitment("test-unsourced", type=balloons, sources=0)
