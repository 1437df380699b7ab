"""Which passwords are taken: those of active staff, and only so many tries."""

from django.contrib.auth.backends import ModelBackend

from pledges.accounts import throttle


class StaffBackend(ModelBackend):
    """Accounts are for editors: one that is no longer active or staff is signed out, and refused like any name."""

    def authenticate(self, request, username=None, password=None, **kwargs):
        if request is None or not username:  # a command, which no stranger sends
            return super().authenticate(request, username=username, password=password, **kwargs)
        attempt = throttle.begin(request, username)
        user = super().authenticate(request, username=username, password=password, **kwargs)
        if user:
            throttle.succeed(attempt)
        return user

    def user_can_authenticate(self, user):
        return super().user_can_authenticate(user) and user.is_staff
