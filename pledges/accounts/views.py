"""The pages at the door."""

from django.shortcuts import render


def too_many(request, refused):
    """429: tried too often, with the time until another try is checked."""
    minutes = -(-refused.seconds // 60)
    response = render(request, "429.html", {"minutes": minutes}, status=429)
    response["Retry-After"] = str(refused.seconds)
    response["Cache-Control"] = "no-store"
    return response
