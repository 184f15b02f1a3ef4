"""The ceilings: what Flask does under the same gunicorn when a view does almost nothing.

LearnStream's throughput is reported as a share of one of these.
"""

import os
from collections.abc import Mapping
from typing import Any

from argon2 import PasswordHasher
from flask import Flask, Response
from pymongo import MongoClient
from redis import Redis

from config import Config

BODY = b"x" * 200
KEYS = 1000  # number of keys and documents that requests are spread over
PASSWORD = "a walrus in the pantry"


def production_hasher() -> PasswordHasher:
    settings = Config.ARGON2
    return PasswordHasher(
        memory_cost=settings["memory_cost"], time_cost=settings["time_cost"], parallelism=settings["parallelism"]
    )


def create_app(environ: Mapping[str, str] = os.environ) -> Flask:
    """Create the application, and the data it reads from the stores."""
    app = Flask(__name__)
    redis = Redis.from_url(environ["REDIS_URL"])
    mongo: MongoClient[dict[str, Any]] = MongoClient(environ["MONGODB_URI"], w="majority", journal=True)
    documents = mongo["ceilings"]["documents"]
    hasher = production_hasher()
    password_hash = hasher.hash(PASSWORD)
    for number in range(KEYS):
        redis.set(f"ceiling:{number}", BODY)
        documents.update_one({"_id": number}, {"$set": {"body": BODY, "revision": 0}}, upsert=True)

    @app.get("/bare")
    def bare() -> Response:
        """Return a constant body."""
        return Response(BODY)

    @app.get("/redis/<int:number>")
    def redis_get(number: int) -> Response:
        """Run one GET."""
        return Response(redis.get(f"ceiling:{number}"))

    @app.get("/find/<int:number>")
    def find_one(number: int) -> Response:
        """Find one document by its indexed id."""
        found = documents.find_one({"_id": number})
        return Response(found["body"] if found else None)

    @app.put("/upsert/<int:number>")
    def upsert(number: int) -> Response:
        """Run one conditional upsert, acknowledged once it is durable."""
        documents.update_one({"_id": number, "revision": {"$gte": 0}}, {"$inc": {"revision": 1}}, upsert=True)
        return Response(BODY)

    @app.post("/hash")
    def verify() -> Response:
        """Verify one password."""
        hasher.verify(password_hash, PASSWORD)
        return Response(BODY)

    return app
