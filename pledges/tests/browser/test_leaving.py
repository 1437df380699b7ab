"""What leaves the site, in Chromium: pictures opened alone and as PNG, frames in another site."""

import struct
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

# the colours of what is drawn, and where its first and its last letter stand
DRAWN = """() => {
  const fill = name => getComputedStyle(document.querySelector(name)).fill;
  const title = document.querySelector(".picture-title").getBoundingClientRect();
  return { air: fill("rect.series-air"), paper: fill(".picture-paper"), left: title.left, right: title.right,
    root: document.documentElement.tagName, width: document.documentElement.width.baseVal.value };
}"""
# the words that go beyond an edge of the picture
BESIDE_THE_PAPER = """() => {
  const paper = document.querySelector(".picture-paper").getBoundingClientRect();
  const isBeside = box => box.left < paper.left || box.right > paper.right || box.top < 0 || box.bottom > paper.bottom;
  return [...document.querySelectorAll("text")].filter(text => isBeside(text.getBoundingClientRect()))
    .map(text => text.textContent);
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


@pytest.mark.parametrize(
    ("address", "cell", "fill"),
    [
        ("/en/table.svg?down=region&across=year", "rect.cell-4", "rgb(11, 79, 94)"),
        ("/ar/compare.svg?country=CA&country=FR", "text.picture-entry", "rgb(28, 33, 38)"),
    ],
)
def test_a_table_opened_alone_has_its_colours_and_nothing_beside_its_paper(reader, address, cell, fill):
    reader.goto(address)
    assert reader.evaluate("name => getComputedStyle(document.querySelector(name)).fill", cell) == fill
    assert reader.evaluate(BESIDE_THE_PAPER) == []


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


# Frames in another site


@pytest.fixture
def newspaper():
    """A function: some HTML to the address of a page of another site with it in."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)

    def publish(html):
        server.RequestHandlerClass.html = f"<!doctype html><title>News</title>{html}"
        return f"http://127.0.0.1:{server.server_port}/"

    with server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield publish
        server.shutdown()


class Page(BaseHTTPRequestHandler):
    html = ""

    def do_GET(self):
        self.send_response(200 if self.path == "/" else 204)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        if self.path == "/":
            self.wfile.write(self.html.encode())

    def log_message(self, *arguments):
        pass


@pytest.mark.parametrize("language", ["en", "ar"])
def test_what_the_page_offers_to_paste_works_in_another_site(reader, newspaper, language):
    reader.goto(f"/{language}/timeline/?country=CA")
    reader.locator("#embed > summary").click()
    reader.goto(newspaper(reader.locator("#embed code").inner_text()))
    frame = reader.frame_locator("iframe")
    expect(frame.get_by_role("heading", level=1)).to_be_visible()
    assert frame.locator("rect.series-air").first.evaluate("bar => getComputedStyle(bar).fill") == LIGHT["air"]
    # nothing has to be moved sideways
    assert frame.locator(".scroller").evaluate("box => box.scrollWidth <= box.clientWidth")
    frame.locator(".embed-foot a").first.click()
    reader.wait_for_url(f"**/{language}/timeline/?country=CA")


@pytest.mark.parametrize(
    ("page", "inner"),
    [("table/?down=region&across=year", "table.free td a"), ("compare/?country=CA&country=FR", "td a")],
)
def test_a_framed_table_shows_its_numbers_and_leads_to_them(reader, newspaper, page, inner):
    reader.goto(f"/en/{page}")
    reader.locator("#embed > summary").click()
    reader.goto(newspaper(reader.locator("#embed code").inner_text()))
    link = reader.frame_locator("iframe").locator(inner).first
    expect(link).to_be_visible()
    link.click()
    reader.wait_for_url("**/en/pledges/**")


def test_the_page_itself_stays_out_of_another_site(chromium, site, newspaper):
    context = chromium.new_context()
    page = context.new_page()
    with page.expect_event("console", lambda message: "frame-ancestors" in message.text):
        page.goto(newspaper(f'<iframe src="{site}/en/timeline/"></iframe>'))
    assert page.frame_locator("iframe").locator(".masthead").count() == 0
    context.close()
