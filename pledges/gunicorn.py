"""How gunicorn serves the site: `gunicorn --config pledges/gunicorn.py pledges.wsgi`."""

import os

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
# a fresh process now and then, not all at the same moment
max_requests = 1000
max_requests_jitter = 200
graceful_timeout = 30
# a filter with every value selected has a long address
limit_request_line = 8190
control_socket_disable = True
