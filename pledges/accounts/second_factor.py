"""The second factor of an account: codes of a phone (RFC 6238), and recovery codes for when it is lost.

The devices are those of django-otp, the pages and commands are ours: its own ask for the password twice, and
show the keys to administrators.
"""

from base64 import b32encode
from binascii import unhexlify
from urllib.parse import quote

import qrcode
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django_otp import verify_token
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key
from qrcode.image.svg import SvgPathFillImage

from pledges.accounts import sessions

NUMBER_OF_RECOVERY_CODES = 10
LENGTH_OF_CODE = 6
KEY = "second_factor_key"


def is_proven(request):
    """Whether who signed in has shown the second factor, too, or none is asked for."""
    return not settings.SECOND_FACTOR or request.user.is_verified()


def has_phone(user):
    return TOTPDevice.objects.filter(user=user, confirmed=True).exists()


def has_any(user):
    """Whether there is something to ask for: recovery codes alone are what a new account may be handed over with."""
    return has_phone(user) or recovery_codes_left(user) > 0


def code_of(text):
    """A code as it is compared: digits of any script, without the gaps that people write."""
    text = "".join(text.split()).replace("-", "").lower()
    return "".join(str(int(sign)) if sign.isdecimal() else sign for sign in text)


def verify(user, code):
    """The device of an account that takes a code, and takes it no second time; else None."""
    model = TOTPDevice if len(code) == LENGTH_OF_CODE else StaticDevice
    for device in model.objects.filter(user=user, confirmed=True):
        if verify_token(user, device.persistent_id, code):
            return device
    return None


# Entering a phone


def key_for(session):
    """The key that is offered to who signed in just now: one that was shown to somebody else is never taken."""
    return session.setdefault(KEY, default_key())


def enrol(user, key, code):
    """The device of a phone whose code shows that it has the key, if the account has none yet; else None."""
    with transaction.atomic():
        get_user_model().objects.select_for_update().get(pk=user.pk)  # of two at once, one
        if has_phone(user):
            return None
        device = TOTPDevice.objects.create(user=user, name="phone", key=key)
        if device.verify_token(code):
            return device
        device.delete()
        return None


def written_key(key):
    """A key as phones take it, in groups that can be typed."""
    text = b32encode(unhexlify(key)).decode()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def address_of_key(user, key):
    """The link that opens the program of a phone."""
    return TOTPDevice(user=user, key=key).config_url


def picture(address):
    """A picture of an address as the address of an image: a policy without inline styles shows it."""
    return "data:image/svg+xml," + quote(qrcode.make(address, image_factory=SvgPathFillImage).to_string())


# Recovery codes


def make_recovery_codes(user):
    """New ones, in place of all others. They are shown now and never again."""
    codes = [StaticToken.random_token() for _ in range(NUMBER_OF_RECOVERY_CODES)]
    with transaction.atomic():
        device, _made = StaticDevice.objects.get_or_create(user=user, name="recovery codes")
        device.token_set.all().delete()
        device.token_set.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


def recovery_codes_left(user):
    return StaticToken.objects.filter(device__user=user).count()


def reset(user):
    """Forgets phone and recovery codes. Open sessions end: whoever has the lost computer could enter another phone."""
    sessions.end_all_of(user)
    for model in (TOTPDevice, StaticDevice):
        model.objects.filter(user=user).delete()
