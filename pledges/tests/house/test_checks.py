"""Settings: strict reading of the environment, and system checks that name the variable to set."""

import os
import subprocess
import sys
from urllib.parse import quote

import pytest
from django.conf import settings as django_settings
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

from pledges.settings import (
    cache_from_url,
    database_from_url,
    env_bool,
    env_email,
    env_list,
    env_number,
    env_secret,
    private_file,
)

GOOD_KEY = "correct-horse-battery-staple-correct-horse-battery-staple"
OURS = (
    "ALLOWED_HOSTS",
    "BEHIND_PROXY",
    "CACHE_URL",
    "DATABASE_URL",
    "DEBUG",
    "HOST",
    "HSTS_PRELOAD",
    "HSTS_SUBDOMAINS",
    "REPORT_ADDRESS",
    "SECRET_KEY",
    "SECOND_FACTOR",
    "SECRET_KEY_FILE",
    "SESSION_HOURS",
    "SESSION_IDLE_MINUTES",
    "STATEMENT_SECONDS",
    "TRUSTED_PROXIES",
)


def manage(*arguments, **environment):
    """Runs manage.py in an environment with these variables of ours and no others."""
    clean = {name: value for name, value in os.environ.items() if name not in OURS}
    return subprocess.run(  # noqa: S603
        [sys.executable, "manage.py", *arguments],
        cwd=django_settings.BASE_DIR,
        env=clean | environment,
        capture_output=True,
        text=True,
    )


@pytest.fixture
def deployment(settings):
    settings.LOCAL, settings.DEBUG, settings.SECOND_FACTOR = False, False, True
    settings.ALLOWED_HOSTS, settings.SECRET_KEY = ["pledges.example"], GOOD_KEY
    return settings


def found(deploy=False):
    """The numbers of our own checks that fail."""
    messages = run_checks(tags=["security"], include_deployment_checks=deploy)
    return {message.id: message.msg for message in messages if message.id.startswith("pledges.")}


def test_a_deployment_is_clean(deployment):
    assert found(deploy=True) == {}


@pytest.mark.parametrize("key", ["short", "abcd" * 20, GOOD_KEY[:49]])
def test_a_weak_secret_key_is_refused(deployment, key):
    deployment.SECRET_KEY = key
    assert found().keys() == {"pledges.E001"}
    assert "SECRET_KEY" in found()["pledges.E001"]


def test_any_host_is_refused(deployment):
    deployment.ALLOWED_HOSTS = ["pledges.example", "*"]
    assert found().keys() == {"pledges.E002"}
    assert "ALLOWED_HOSTS" in found()["pledges.E002"]


def test_debug_in_a_deployment_is_refused(deployment):
    deployment.DEBUG = True
    assert found().keys() == {"pledges.E003"}
    assert "DEBUG" in found()["pledges.E003"]


def test_a_deployment_without_a_second_factor_is_named(deployment):
    deployment.SECOND_FACTOR = False
    assert found(deploy=True).keys() == {"pledges.W006"}
    assert "SECOND_FACTOR" in found(deploy=True)["pledges.W006"]
    deployed = {"ALLOWED_HOSTS": "pledges.example", "SECRET_KEY": GOOD_KEY, "SECOND_FACTOR": "0"}
    assert "pledges.W006" in manage("check", "--deploy", **deployed).stderr


def test_a_proxy_that_hides_its_clients_is_named(deployment):
    deployment.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert found(deploy=True).keys() == {"pledges.W005"}
    assert "TRUSTED_PROXIES" in found(deploy=True)["pledges.W005"]
    deployment.TRUSTED_PROXIES = 1
    assert found(deploy=True) == {}


def test_questions_without_a_limit_are_named(deployment):
    deployment.STATEMENT_SECONDS = 0
    assert found(deploy=True).keys() == {"pledges.W007"}
    assert "STATEMENT_SECONDS" in found(deploy=True)["pledges.W007"]


def test_a_folder_of_kept_answers_that_others_can_write_to_is_refused(deployment, tmp_path):
    deployment.CACHES = {"default": cache_from_url(f"file://{tmp_path}/kept")}
    assert found() == {}
    (tmp_path / "kept").mkdir(mode=0o700)
    assert found() == {}
    (tmp_path / "kept").chmod(0o777)
    assert found().keys() == {"pledges.E008"}
    assert "CACHE_URL" in found()["pledges.E008"]


def test_local_mode_is_no_deployment(deployment):
    deployment.LOCAL = True
    assert found(deploy=True).keys() == {"pledges.E004"}
    assert "ALLOWED_HOSTS" in found(deploy=True)["pledges.E004"]


def test_local_mode_may_debug_with_any_key(deployment):
    deployment.LOCAL, deployment.DEBUG, deployment.SECRET_KEY = True, True, "short"
    assert found() == {}


ASK_A_DEPLOYMENT = """
from django.core.management import call_command
from django.test import Client
call_command("check", deploy=True, fail_level="WARNING")
print(Client().get("/healthz", secure=True)["Strict-Transport-Security"])
"""


# what is silenced is Django's advice to bind the other sites of the domain, which is theirs to decide
@pytest.mark.parametrize(
    ("chosen", "silenced", "header"),
    [
        ({}, 2, "max-age=31536000"),
        ({"HSTS_SUBDOMAINS": "1"}, 1, "max-age=31536000; includeSubDomains"),
        ({"HSTS_PRELOAD": "1"}, 0, "max-age=31536000; includeSubDomains; preload"),
    ],
)
def test_a_deployment_passes_every_check_and_binds_other_sites_only_if_a_setting_says_so(chosen, silenced, header):
    deployed = {"ALLOWED_HOSTS": "testserver", "SECRET_KEY": GOOD_KEY} | chosen
    done = manage("shell", "--no-imports", "--command", ASK_A_DEPLOYMENT, **deployed)
    assert done.returncode == 0, done.stderr
    assert f"no issues ({silenced} silenced)" in done.stdout
    assert done.stdout.splitlines()[-1] == header


def test_local_mode_fails_the_checks_of_a_deployment():
    done = manage("check", "--deploy", "--fail-level=WARNING")
    assert done.returncode == 1
    assert "pledges.E004" in done.stderr


def test_a_deployment_does_not_start_without_a_secret_key():
    done = manage("check", ALLOWED_HOSTS="pledges.example")
    assert done.returncode != 0
    assert "Set SECRET_KEY" in done.stderr


def test_a_bad_switch_does_not_start_and_is_named():
    done = manage("check", DEBUG="maybe")
    assert done.returncode != 0
    assert "DEBUG must be 1 or 0, not 'maybe'" in done.stderr


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1", True), ("true", True), (" YES ", True), ("0", False), ("False", False), ("no", False), ("", None)],
)
def test_env_bool(monkeypatch, value, expected):
    monkeypatch.setenv("PROBE", value)
    assert env_bool("PROBE", None) is expected


@pytest.mark.parametrize("value", ["on", "2", "maybe"])
def test_env_bool_refuses_anything_else(monkeypatch, value):
    monkeypatch.setenv("PROBE", value)
    with pytest.raises(ImproperlyConfigured, match="PROBE"):
        env_bool("PROBE", False)


def test_env_bool_without_the_variable(monkeypatch):
    monkeypatch.delenv("PROBE", raising=False)
    assert env_bool("PROBE", True) is True


@pytest.mark.parametrize(("value", "expected"), [("", 7), ("0", 0), (" 12 ", 12)])
def test_env_number(monkeypatch, value, expected):
    monkeypatch.setenv("PROBE", value)
    assert env_number("PROBE", 7) == expected


@pytest.mark.parametrize("value", ["-1", "1.5", "one", "\u0663"])
def test_env_number_refuses_anything_else(monkeypatch, value):
    monkeypatch.setenv("PROBE", value)
    with pytest.raises(ImproperlyConfigured, match="PROBE must be a whole number"):
        env_number("PROBE", 7)


@pytest.mark.parametrize(("value", "expected"), [("", []), ("a", ["a"]), (" a , ,b,", ["a", "b"])])
def test_env_list(monkeypatch, value, expected):
    monkeypatch.setenv("PROBE", value)
    assert env_list("PROBE") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("", ""), (" errors@pledges.example ", "errors@pledges.example"), ("a+b@x.example", "a+b@x.example")],
)
def test_env_email(monkeypatch, value, expected):
    monkeypatch.setenv("PROBE", value)
    assert env_email("PROBE") == expected


@pytest.mark.parametrize("value", ["errors", "errors@", "a@b.example, c@d.example", "mailto:a@b.example"])
def test_env_email_refuses_anything_else(monkeypatch, value):
    monkeypatch.setenv("PROBE", value)
    with pytest.raises(ImproperlyConfigured, match="PROBE must be an e-mail address"):
        env_email("PROBE")


def test_a_bad_report_address_does_not_start_and_is_named():
    done = manage("check", REPORT_ADDRESS="the editors")
    assert done.returncode != 0
    assert "REPORT_ADDRESS must be an e-mail address, not 'the editors'" in done.stderr


def test_env_secret(monkeypatch):
    monkeypatch.delenv("PROBE_FILE", raising=False)
    monkeypatch.setenv("PROBE", "$ecret ")
    assert env_secret("PROBE") == "$ecret "


def test_env_secret_from_a_file_comes_first(monkeypatch, tmp_path):
    (tmp_path / "secret").write_text("from the file\n", encoding="utf-8")
    monkeypatch.setenv("PROBE", "from the environment")
    monkeypatch.setenv("PROBE_FILE", str(tmp_path / "secret"))
    assert env_secret("PROBE") == "from the file"


def test_a_missing_secret_file_does_not_pass_unnoticed(monkeypatch, tmp_path):
    monkeypatch.setenv("PROBE_FILE", str(tmp_path / "nowhere"))
    with pytest.raises(FileNotFoundError):
        env_secret("PROBE")


def test_the_database_of_a_new_site_is_its_owners_alone(tmp_path):
    path = tmp_path / "pledges.sqlite3"
    assert manage("migrate", "contenttypes", SQLITE_PATH=str(path)).returncode == 0
    assert path.stat().st_size
    assert [file.name for file in tmp_path.iterdir() if file.stat().st_mode & 0o077] == []


def test_a_file_of_ours_that_all_could_read_is_closed_to_them(tmp_path):
    path = tmp_path / "pledges.sqlite3"
    path.touch(mode=0o644)
    assert private_file(path).stat().st_mode & 0o777 == 0o600


def test_the_pool_looks_for_a_database_that_was_away_at_least_every_few_seconds():
    pool = database_from_url("postgresql://db.example/pledges")["OPTIONS"]["pool"]
    assert pool["reconnect_timeout"] <= 5


def test_database_from_url():
    found = database_from_url("postgresql://us%40er:p%2Fw@db.example:6432/pl%20edges?sslmode=require")
    assert found["ENGINE"] == "django.db.backends.postgresql"
    assert (found["USER"], found["PASSWORD"], found["NAME"]) == ("us@er", "p/w", "pl edges")
    assert (found["HOST"], found["PORT"]) == ("db.example", "6432")
    assert found["OPTIONS"]["sslmode"] == "require"


def test_database_from_url_with_a_socket():
    found = database_from_url("postgres://postgres@/pledges?host=/run/postgresql")
    assert (found["HOST"], found["PORT"], found["PASSWORD"]) == ("/run/postgresql", "", "")
    assert "host" not in found["OPTIONS"]


@pytest.mark.parametrize("url", ["mysql://db/pledges", "pledges.sqlite3", "sqlite:///pledges"])
def test_database_from_url_refuses_other_databases(url):
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        database_from_url(url)


@pytest.mark.parametrize("password", ["p/ss", "p?ss", "p#ss", "5#ss", "7/a@ss", "9?a", "5@ss#x", "a:/b"])
def test_a_sign_in_the_password_that_parts_the_address_is_explained(password):
    url = f"postgresql://us%40er:{password}@db.example:6432/pledges"
    with pytest.raises(ImproperlyConfigured, match="%2F for /") as refused:
        database_from_url(url)
    assert password not in str(refused.value)
    assert database_from_url(url.replace(password, quote(password, safe="")))["PASSWORD"] == password


@pytest.mark.parametrize("password", ["p@ss", "p:ss", "50%off", "p+s s"])
def test_a_sign_in_the_password_that_parts_nothing_is_taken(password):
    assert database_from_url(f"postgresql://user:{password}@db.example/pledges")["PASSWORD"] == password


def test_what_is_wrong_with_the_settings_is_said_without_the_ways_of_python():
    done = manage("migrate", DATABASE_URL="postgresql://user:p/ss@db.example/pledges")
    assert done.returncode == 1
    assert done.stderr.startswith("DATABASE_URL cannot be read: ")
    assert "Traceback" not in done.stderr
