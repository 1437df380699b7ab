"""The lines that load what a page shows into other programs: each is run where its program is installed.

Excel, Google Sheets and R are never: their lines were read, not run.
"""

import re
import shutil
import subprocess
import sys
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlencode

import pytest

from pledges.exports.programs import PROGRAMS
from pledges.models import Commitment
from pledges.tests.html import tight

pytestmark = pytest.mark.django_db

COMPARED = "compare/?country=FR&country=NL"
VIEWS = ["pledges/", "matrix/", "timeline/", "map/", COMPARED, "disagreements/", "requirements/"]
# what has to be written as codes, so that no line breaks on it
QUERY = "pledges/?q=%22air+strikes%22&not_country=US&sort=country&page=2"


def lines(client, page, host="testserver", language="en"):
    """{program: its line} of a page."""
    html = tight(client.get(f"/{language}/{page}", headers={"host": host}).content.decode())
    code = r'</dt><dd><code class="code" lang="en" dir="ltr">(.*?)</code>'
    found = re.findall(r'<dt><bdi lang="en">([^<]+)</bdi><span class="muted">[^<]+</span>' + code, html)
    return {name: unescape(line) for name, line in found}


def address_in(line):
    return re.search(r"http://[^\"']+", line).group()


@pytest.fixture
def served():
    """A site of {path: file}, and where it is."""
    files = {}

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            """The file, or the range of it that is asked for, as the site sends it."""
            file = files.get(self.path)
            asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", "")) if file else None
            if asked:
                first, last = int(asked[1]), min(int(asked[2] or len(file)), len(file) - 1)
                self.send_response(206)
                self.send_header("Content-Range", f"bytes {first}-{last}/{len(file)}")
                file = file[first : last + 1]
            else:
                self.send_response(200 if file else 404)
            self.send_header("Content-Length", str(len(file or b"")))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(file or b"")

        do_HEAD = do_GET

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield files, f"127.0.0.1:{server.server_port}"
        server.shutdown()


def loaded(client, served, page, program):
    """The line of a program for a page, and the file that its address leads to."""
    files, host = served
    line = lines(client, page, host)[program]
    path = address_in(line).removeprefix(f"http://{host}")
    response = client.get(path)
    assert response.status_code == 200
    files[path] = response.getvalue()
    return line, files[path]


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("page", VIEWS)
def test_every_view_with_a_file_has_a_line_for_each_program(client, page, language):
    found = lines(client, page, language=language)
    of_pledges = page in {"pledges/", "disagreements/"}
    assert list(found) == [program.name for program in PROGRAMS if program.loads == "csv" or of_pledges]
    addresses = {address_in(line) for line in found.values()}
    assert len(addresses) == (2 if of_pledges else 1)
    for address in addresses:
        assert client.get(address.removeprefix("http://testserver")).status_code == 200


def test_the_address_is_that_of_the_query(client):
    line = lines(client, QUERY)["pandas"]
    query = "q=%22air+strikes%22&not_country=US&sort=country&bom=0"
    assert address_in(line) == f"http://testserver/en/pledges.csv?{query}"
    assert "numbers" not in lines(client, "matrix/?by=type_group")["R"]
    assert "/en/matrix.csv?by=type_group&bom=0" in lines(client, "matrix/?by=type_group")["R"]


@pytest.mark.parametrize("page", ["pledges/?country=XX", "pledges/?q=no-such-word", "compare/", "compare/?country=FR"])
def test_where_nothing_but_a_message_is_shown_there_is_nothing_to_load(client, page):
    assert lines(client, page) == {}


def test_an_address_that_is_too_long_for_programs_is_not_offered(client):
    slugs = Commitment.objects.public().values_list("slug", flat=True)
    assert lines(client, "pledges/?" + urlencode([("id", slug) for slug in slugs[:10]]))
    assert lines(client, "pledges/?" + urlencode([("id", slug) for slug in slugs[:200]])) == {}


@pytest.mark.skipif(not shutil.which("curl"), reason="needs curl")
@pytest.mark.parametrize("page", [QUERY, COMPARED])
def test_curl_saves_the_file(client, served, page, tmp_path):
    line, file = loaded(client, served, page, "curl")
    subprocess.run(["/bin/sh", "-c", line], cwd=tmp_path, check=True, capture_output=True)  # noqa: S603
    (saved,) = tmp_path.iterdir()
    assert saved.read_bytes() == file


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("sqlite3")), reason="needs curl and sqlite3")
def test_sqlite_opens_all_tables(client, served, tmp_path):
    line, _file = loaded(client, served, f"{QUERY}&columns=slug&rows=full", "SQLite")
    ask = b"SELECT count(*) FROM pledges; SELECT count(DISTINCT pledge) FROM citations;"
    answer = subprocess.run(["/bin/sh", "-c", line], cwd=tmp_path, check=True, capture_output=True, input=ask)  # noqa: S603
    total = client.get("/en/pledges.json?" + QUERY.partition("?")[2]).json()["total"]
    assert answer.stdout.split() == [str(total).encode()] * 2


@pytest.mark.parametrize("module", ["pandas", "polars"])
def test_python_loads_every_row(client, served, module):
    pytest.importorskip(module)
    line, file = loaded(client, served, QUERY, module)
    ask = 'print(pledges.shape[0], ",".join(pledges.columns), sep="\\n")'
    command = [sys.executable, "-c", f"{line}\n{ask}"]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    count, columns = answer.stdout.split()
    assert columns == file.decode().partition("\n")[0]
    assert int(count) == client.get("/en/pledges.json?" + QUERY.partition("?")[2]).json()["total"]


def test_duckdb_loads_every_row(client, served, tmp_path):
    """From the file: to read an address DuckDB fetches a part of itself first."""
    duckdb = pytest.importorskip("duckdb")
    line, file = loaded(client, served, QUERY, "DuckDB")
    (tmp_path / "file.csv").write_bytes(file)
    with duckdb.connect() as connection:
        connection.execute(line.replace(address_in(line), str(tmp_path / "file.csv")))
        ((count,),) = connection.execute("SELECT count(*) FROM pledges").fetchall()
    assert count == client.get("/en/pledges.json?" + QUERY.partition("?")[2]).json()["total"]
