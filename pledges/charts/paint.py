"""The colours of a drawing that leaves the site: the sheet of the pages, its properties resolved, in light and dark."""

import re
from functools import cache

from django.conf import settings

FOLDER = settings.BASE_DIR / "static" / "css"
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
LAYER = re.compile(r"@layer \w+ \{\n(.*)^\}", re.DOTALL | re.MULTILINE)
PROPERTY = re.compile(r"^\s*(--[\w-]+):\s*([^;]+);\n", re.MULTILINE)
WITHOUT_DECLARATIONS = re.compile(r"[^{}]+\{\s*\}")
USED = re.compile(r"var\((--[\w-]+)\)")
MIX = re.compile(r"color-mix\(in srgb, (#\w{6}) (\d+)%, (#\w{6})\)")


@cache
def styles() -> dict[str, str]:
    """The sheet of a drawing for each scheme, `light` and `dark`, with literal colours: few programs know others."""
    base, drawings = (COMMENT.sub("", (FOLDER / name).read_text("utf-8")) for name in ("base.css", "drawings.css"))
    light, dark = base.split("@media (prefers-color-scheme: dark)", 1)
    properties = dict(PROPERTY.findall(light)) | dict(PROPERTY.findall(drawings))
    rules = WITHOUT_DECLARATIONS.sub("", PROPERTY.sub("", LAYER.search(drawings)[1]))
    in_dark = properties | dict(PROPERTY.findall(dark.partition("@layer")[0]))
    return {"light": resolved(rules, properties), "dark": resolved(rules, in_dark)}


def resolved(rules: str, properties: dict[str, str]) -> str:
    while USED.search(rules):
        rules = USED.sub(lambda used: properties[used[1]], rules)
    rules = MIX.sub(lambda mix: mixed(mix[1], int(mix[2]) / 100, mix[3]), rules)
    return " ".join(rules.split())


def mixed(one: str, share: float, other: str) -> str:
    """So much of one colour and the rest of another, as `color-mix(in srgb, …)` does."""
    channels = (
        round(int(one[place : place + 2], 16) * share + int(other[place : place + 2], 16) * (1 - share))
        for place in (1, 3, 5)
    )
    return "#" + "".join(f"{channel:02x}" for channel in channels)
