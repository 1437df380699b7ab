"""Text as it is kept: lines end with LF, and nothing is in it that no reader sees and programs trip over.

Addresses are not mended but refused: see `base.AddressField`.
"""

import re
import unicodedata

from django.db import models
from django.db.models.signals import pre_save
from django.dispatch import receiver

LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# Controls, the byte-order mark, what turns the text around it (isolates, which end with their text, may stay),
# halves of characters, and what Unicode will never assign
UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x9f\ufeff\u202a-\u202e\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane + last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF))
    + "]"
)


def cleaned(text: str) -> str:
    """The text as it is kept."""
    return UNWANTED.sub("", LINE_ENDS.sub("\n", text).replace("\t", " "))


def says_nothing(text: str) -> bool:
    """Whether no reader would see anything of it: spaces, controls, signs without width."""
    return all(unicodedata.category(sign)[0] in "CZ" for sign in text)


def is_text(field: models.Field) -> bool:
    return isinstance(field, models.CharField | models.TextField) and not hasattr(field, "keeps_what_is_typed")


def clean_texts(row: models.Model) -> None:
    """Cleans all texts of a row that are at hand."""
    for field in row._meta.concrete_fields:
        value = row.__dict__.get(field.attname)
        if isinstance(value, str) and is_text(field):
            setattr(row, field.attname, cleaned(value))


class CleanTextModel(models.Model):
    """A row whose texts are cleaned before they are checked."""

    class Meta:
        abstract = True

    def clean_fields(self, exclude=None):
        clean_texts(self)
        super().clean_fields(exclude)


@receiver(pre_save)
def saving(sender, instance, **kwargs):
    """Every way to save a row of ours: forms, packages, fixtures, and the records of its history."""
    if sender._meta.app_label == "pledges":
        clean_texts(instance)
