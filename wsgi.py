"""The entry point of gunicorn, the flask command and Celery."""

from learnstream import create_app
from learnstream.extensions import celery as celery

app = create_app()
