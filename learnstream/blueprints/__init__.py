"""The routes: who, what in, which rule, one service call, commit, what out."""

from flask import Flask

from learnstream.blueprints.accounts import auth, user
from learnstream.blueprints.admin import admin_user, operations, upload
from learnstream.blueprints.analytics import analytics, dashboard, learner
from learnstream.blueprints.authoring import change, course, lesson, version
from learnstream.blueprints.common import gate, idempotency
from learnstream.blueprints.delivery import playback
from learnstream.blueprints.enrollment import enrollment
from learnstream.blueprints.foundation import docs, event, system
from learnstream.blueprints.learning import access, overview, progress, supervision
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
    change.blp,
    enrollment.blp,
    access.blp,
    playback.blp,
    progress.blp,
    overview.blp,
    learner.blp,
    supervision.blp,
    analytics.blp,
    admin_user.blp,
    upload.blp,
    operations.blp,
    event.blp,
    webhook.blp,
)


def init_app(app: Flask) -> None:
    """Register every blueprint behind the gate."""
    gate.init_app(app)
    idempotency.init_app(app)
    app.register_blueprint(docs.blp)
    app.register_blueprint(dashboard.blp)
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)
