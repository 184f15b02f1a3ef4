"""How a dyno serves the web: threads for waiting on stores, short grace on both ends."""

import os

bind = f"[::]:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "5"))
timeout = 20
graceful_timeout = 20
# The router in front keeps connections for up to 90 s; closing later than it does spares clients a reset.
keepalive = 95
# Without it, one worker often accepts all connections.
reuse_port = True
# The application writes one line a request itself, as JSON.
accesslog = None
errorlog = "-"
# From 25.1 on gunicorn opens a control socket; nobody here talks to it.
control_socket_disable = True
