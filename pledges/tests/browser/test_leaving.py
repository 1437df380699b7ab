"""What leaves the site, in Chromium: pictures opened alone and as PNG."""

import struct
from base64 import b64encode
from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

# the colours of what is drawn, and where its first and its last letter stand
DRAWN = """() => {
  const fill = name => getComputedStyle(document.querySelector(name)).fill;
  const title = document.querySelector(".picture-title").getBoundingClientRect();
  return { air: fill("rect.series-air"), paper: fill(".picture-paper"), left: title.left, right: title.right,
    root: document.documentElement.tagName, width: document.documentElement.width.baseVal.value };
}"""
LIGHT = {"air": "rgb(11, 79, 94)", "paper": "rgb(251, 250, 247)"}
CORNER = """async address => {
  const image = new Image();
  image.src = address;
  await image.decode();
  const brush = document.createElement("canvas").getContext("2d");
  brush.drawImage(image, 0, 0);
  return [...brush.getImageData(2, 2, 1, 1).data];
}"""
DARK = {"air": "rgb(127, 203, 217)", "paper": "rgb(20, 24, 27)"}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_picture_opened_alone_has_its_colours_and_its_direction(reader, language):
    reader.goto(f"/{language}/timeline.svg?country=CA")
    drawn = reader.evaluate(DRAWN)
    assert drawn["root"] == "svg"
    assert LIGHT.items() <= drawn.items()
    start = drawn["left"] if language == "en" else reader.viewport_size["width"] - drawn["right"]
    assert 0 < start < 120
    reader.emulate_media(color_scheme="dark")
    assert DARK.items() <= reader.evaluate(DRAWN).items()


def test_the_browser_makes_a_png_in_light_of_it(reader):
    reader.emulate_media(color_scheme="dark")
    reader.goto("/en/timeline/?country=CA")
    with reader.expect_download() as downloading:
        reader.get_by_role("button", name="Picture as PNG").click()
    assert downloading.value.suggested_filename.startswith("timeline-CA-")
    content = Path(downloading.value.path()).read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    width, _height = struct.unpack(">II", content[16:24])
    reader.goto("/en/timeline.svg?country=CA")
    assert width == 2 * reader.evaluate(DRAWN)["width"]
    # its paper is that of the light
    reader.goto("/en/timeline/")
    address = f"data:image/png;base64,{b64encode(content).decode()}"
    assert reader.evaluate(CORNER, address) == [251, 250, 247, 255]
