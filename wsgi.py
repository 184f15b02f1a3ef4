"""What gunicorn, the flask command and Celery start from."""

from learnstream import create_app
from learnstream.extensions import celery as celery

app = create_app()
