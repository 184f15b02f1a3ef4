"""The routes: who, what in, which rule, one service call, commit, what out."""

from flask import Flask

from learnstream.blueprints import (
    access,
    admin_user,
    analytics,
    auth,
    change,
    course,
    dashboard,
    docs,
    enrollment,
    event,
    gate,
    idempotency,
    learner,
    lesson,
    operations,
    overview,
    playback,
    progress,
    supervision,
    system,
    upload,
    user,
    version,
    video,
    webhook,
)
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
