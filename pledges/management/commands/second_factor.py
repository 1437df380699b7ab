"""`manage.py second_factor`: who has one, recovery codes for who cannot use the phone, a new start for who lost it."""

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from pledges.accounts import journal, second_factor


class Command(BaseCommand):
    help = "The second factor of accounts. Make sure who asks you: whoever gets this done needs only the password."

    def add_arguments(self, parser):
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        actions.add_parser("status", help="who has a second factor, and how many recovery codes are left")
        for name, words in (
            ("reset", "forget phone and recovery codes: the next sign-in enters a phone anew"),
            ("codes", "print new recovery codes, in place of all others"),
        ):
            actions.add_parser(name, help=words).add_argument("user", metavar="USER")

    def handle(self, action, user=None, **options):
        if action == "status":
            self.tell_status()
            return
        account = get_user_model().objects.filter(username=user).first()
        if account is None:
            raise CommandError(f"There is no account {user!r}.")
        if action == "reset":
            second_factor.reset(account)
            journal.note(None, account, "Second factor reset by command")
            self.stdout.write(f"{user} has no second factor now, and is signed out: the next sign-in enters a phone.")
        else:
            codes = second_factor.make_recovery_codes(account)
            journal.note(None, account, "New recovery codes by command")
            self.stdout.write("\n".join(["Recovery codes (shown once, each works once):", *codes]))

    def tell_status(self):
        for account in get_user_model().objects.filter(is_active=True, is_staff=True).order_by("username"):
            has = "phone" if second_factor.has_phone(account) else "no phone"
            left = second_factor.recovery_codes_left(account)
            self.stdout.write(f"{account.get_username()}: {has}, {left} recovery codes left")
