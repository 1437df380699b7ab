"""How gunicorn serves the site: `gunicorn --config pledges/gunicorn.py pledges.wsgi`."""

import gc
import os
import shutil

from django.conf import settings
from gunicorn.http import message

host = os.environ.get("HOST", "127.0.0.1").strip("[]")
bind = f"[{host}]" if ":" in host else host
bind += f":{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# more than what is costly may hold: pledges/limits.py
threads = 4
# a fresh process now and then, not all at the same moment: what it has in memory for readers is made again
max_requests = 20_000
max_requests_jitter = 4_000
graceful_timeout = 30
# The longest address that the site makes names a thousand pledges by slugs of 60 letters; too long a search is
# answered by the page itself, in the reader's language. gunicorn knows no more than 8 KB, or no limit at all:
# then a line of some megabytes holds a core for minutes.
limit_request_line = message.MAX_REQUEST_LINE = 128 * 1024
# what says through which scheme or path a request came is settings.py's to believe, with BEHIND_PROXY
forwarded_allow_ips = ""
control_socket_disable = True


def on_starting(server):
    """Removes what processes that were killed have left of files on their way to readers."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pledges.settings")
    for path in settings.SPOOL_DIR.glob(f"{settings.SPOOL_PREFIX}*"):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def post_worker_init(worker):
    """Lets Python look for cycles less often, and never in what is loaded once: a tenth of the time of a large page."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
