"""Why something is not done."""


class Refused(Exception):
    """It is not done; the argument says why, in words for editors. Nothing was changed."""


class Outdated(Refused):
    """It was asked of another version than there is by now, or of none."""
