"""Headers: the security policy on every answer, no cookie for readers, https only in a deployment."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.test import Client

from pledges.exports.formats import FORMATS
from pledges.views import overview, pictures

# with a policy of their own
PICTURES = [f"/en/{page}.svg?country=CA&country=FR" for page in pictures.PICTURES]
PUBLIC = [
    "/en/",
    "/ar/",
    "/en/pledges/",
    "/ar/pledges/?country=NL",
    *(f"/en/pledges.{name}?country=PL" for name in FORMATS),
    *PICTURES,
    "/en/releases.atom",
    "/ar/pledges/cite.bib",
    "/en/pledges/bru16-pl-airstrikes/history/",
    "/en/countries/",
    "/en/sources/",
]
STATIC = "/static/admin/css/base.css"
PAGES = {
    **dict.fromkeys(PUBLIC, 200),
    "/": 302,
    "/healthz": 200,
    "/sitemap.xml": 200,
    "/robots.txt": 200,
    "/en/pledges": 301,
    "/en/no-such-page": 404,
    "/en/pledges/no-such-pledge/": 404,
    "/en/pledges.csv?country=nowhere": 400,
    "/admin/": 302,
    "/admin/login/": 200,
    STATIC: 200,
    "/static/no-such-file.css": 404,
}
# files that the pages of any site may read
OPEN = {path for path in PAGES if path.startswith(("/en/", "/ar/")) and "." in path}
# by middleware above X-Frame-Options; there the policy alone forbids frames
ANSWERED_EARLY = {STATIC, "/healthz", "/en/pledges"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)


@pytest.fixture(scope="module")
def answers(module_db):
    """What each path answers, asked once: {path: response}."""
    return {path: Client().get(path) for path in PAGES}


def assert_guarded(response, policy="same-origin", content=POLICY):
    assert response["Content-Security-Policy"] == content
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == policy
    assert "camera=()" in response["Permissions-Policy"]


def test_the_policy_is_that_of_the_settings():
    written = {name: values for name, *values in (part.split() for part in POLICY.split("; "))}
    assert written == settings.SECURE_CSP
    assert "unsafe" not in POLICY


@pytest.mark.parametrize(("path", "status"), PAGES.items())
@pytest.mark.django_db
def test_every_answer_is_guarded(answers, path, status):
    response = answers[path]
    assert response.status_code == status
    content = pictures.policy() if path in PICTURES else POLICY
    assert_guarded(response, "cross-origin" if path in OPEN else "same-origin", content)
    assert response.get("Access-Control-Allow-Origin") == ("*" if path in OPEN | {STATIC} else None)
    if path not in ANSWERED_EARLY:
        assert response["X-Frame-Options"] == "DENY"


@pytest.mark.django_db
def test_an_error_of_ours_is_guarded(client, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr(overview, "facet_counts", None)
    response = client.get("/en/")
    assert response.status_code == 500
    assert_guarded(response)


def test_a_foreign_host_is_refused_and_guarded(client):
    response = client.get("/en/", headers={"host": "elsewhere.example"})
    assert response.status_code == 400
    assert_guarded(response)


@pytest.mark.parametrize("path", [*PUBLIC, "/en/no-such-page"])
@pytest.mark.django_db
def test_readers_get_no_cookie(answers, path):
    response = answers[path]
    assert not response.cookies
    assert "cookie" not in response.get("Vary", "").lower()


@pytest.mark.parametrize("path", PUBLIC)
@pytest.mark.django_db
def test_any_cache_may_keep_public_pages(answers, path):
    control = answers[path]["Cache-Control"]
    assert "public" in control
    assert "private" not in control
    assert "no-store" not in control


@pytest.mark.parametrize("path", ["/en/", "/en/pledges/?country=PL", "/en/pledges.csv", "/api/v1/pledges"])
@pytest.mark.django_db
def test_the_browser_of_an_editor_asks_each_time_for_what_is_the_same_for_everyone(client, path):
    seen = client.get(path)
    client.cookies[settings.SESSION_COOKIE_NAME] = "x" * 32
    for_editor = client.get(path)
    assert for_editor["Cache-Control"] == "private, no-cache"
    assert for_editor["ETag"] == seen["ETag"]
    assert for_editor.get("Vary") == seen.get("Vary")
    assert client.get(path, headers={"If-None-Match": seen["ETag"]}).status_code == 304


@pytest.mark.parametrize("path", ["/en/", "/en/pledges/?country=PL", "/en/pledges.csv?country=PL"])
@pytest.mark.django_db
def test_head_tells_what_get_would_and_that_nothing_is_new(client, path):
    tag = client.get(path)["ETag"]
    assert client.head(path)["ETag"] == tag
    again = client.head(path, headers={"If-None-Match": tag})
    assert (again.status_code, again["ETag"]) == (304, tag)


DEPLOYMENT = """
import json, django
django.setup()
from django.conf import settings
from django.test import Client
from django.test import Client
client = Client(headers={"host": "pledges.example"})
http, https, alive = client.get("/en/?page=2"), client.get("/healthz", secure=True), client.get("/healthz")
print(json.dumps({
    "redirect": [http.status_code, http["Location"]],
    "hsts": https["Strict-Transport-Security"],
    "alive": alive.status_code,
    "cookies": [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME],
    "secure": [settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY],
    "domain_path": [settings.SESSION_COOKIE_DOMAIN, settings.SESSION_COOKIE_PATH],
    "origins": settings.CSRF_TRUSTED_ORIGINS,
}))
"""


@pytest.fixture(scope="module")
def deployment():
    """What a deployment answers, asked in a process of its own: settings are read once only."""
    environment = {name: value for name, value in os.environ.items() if name not in {"DEBUG", "BEHIND_PROXY"}}
    environment |= {
        "DJANGO_SETTINGS_MODULE": "pledges.settings",
        "ALLOWED_HOSTS": "pledges.example",
        "SECRET_KEY": "correct-horse-battery-staple-correct-horse-battery-staple",
        "PYTHONPATH": str(settings.BASE_DIR),
    }
    command = [sys.executable, "-c", DEPLOYMENT]
    return json.loads(subprocess.run(command, env=environment, check=True, capture_output=True).stdout)  # noqa: S603


def test_a_deployment_sends_readers_to_https(deployment):
    assert deployment["redirect"] == [301, "https://pledges.example/en/?page=2"]


def test_a_deployment_answers_health_checks_over_http(deployment):
    assert deployment["alive"] == 200


def test_a_deployment_insists_on_https_for_a_year(deployment):
    assert deployment["hsts"] == "max-age=31536000"


def test_cookies_of_a_deployment_stay_on_this_host(deployment):
    """The prefix makes browsers insist on Secure, path / and no domain."""
    assert deployment["cookies"] == ["__Host-sessionid", "__Host-csrftoken"]
    assert deployment["secure"] == [True, True, True]
    assert deployment["domain_path"] == [None, "/"]
    assert deployment["origins"] == ["https://pledges.example"]


@pytest.mark.django_db
def test_on_this_machine_http_will_do(client):
    response = client.get("/en/")
    assert response.status_code == 200
    assert "Strict-Transport-Security" not in response
