"""The routes: authenticate, validate, authorize, call one service, commit, serialize."""

from flask import Flask

from learnstream.blueprints import admin
from learnstream.blueprints.accounts import auth, user
from learnstream.blueprints.analytics import analytics, dashboard, learners, publish_preview
from learnstream.blueprints.authoring import course, lesson, version, version_diff
from learnstream.blueprints.common import authentication
from learnstream.blueprints.delivery import playback
from learnstream.blueprints.enrollment import enrollment
from learnstream.blueprints.foundation import docs, events, system
from learnstream.blueprints.learning import access, course_progress, exceptions, progress
from learnstream.blueprints.media import video, webhook
from learnstream.extensions import api

# In the order in which the docs page shows them.
BLUEPRINTS = (
    system.blp,
    auth.blp,
    user.blp,
    course.blp,
    lesson.blp,
    video.blp,
    version.blp,
    publish_preview.blp,
    version_diff.blp,
    enrollment.blp,
    access.blp,
    playback.blp,
    progress.blp,
    course_progress.blp,
    learners.blp,
    exceptions.blp,
    analytics.blp,
    admin.blp,
    events.blp,
    webhook.blp,
)


def init_app(app: Flask) -> None:
    """Register every blueprint, behind authentication."""
    authentication.init_app(app)
    app.register_blueprint(docs.blp)
    app.register_blueprint(dashboard.blp)
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)
