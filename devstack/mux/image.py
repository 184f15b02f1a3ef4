"""The image host: thumbnails, animated gifs and storyboards."""

from hashlib import sha256
from math import ceil

from flask import Blueprint, Response, request, send_file

from devstack.emulation.store import Record
from devstack.mux import media, tokens
from devstack.mux.context import current_context
from devstack.mux.errors import MuxError, not_found
from devstack.mux.tracks import webvtt_time

blp = Blueprint("image", __name__, url_prefix="/image")

FORMATS = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
FIT_MODES = ("preserve", "stretch", "crop", "smartcrop", "pad")
COLUMNS = 5


@blp.get("/<playback_id>/thumbnail.<extension>")
def thumbnail(playback_id: str, extension: str) -> Response:
    if extension not in FORMATS:
        raise not_found()
    asset, claims, _ = tokens.authorize(current_context(), playback_id, "t", request.args.to_dict())
    at = min(_number(claims, "time", asset["duration"] / 2), max(0.0, asset["duration"] - 0.1))
    options = ["-ss", f"{at:.3f}", "-frames:v", "1", *_scale_options(claims)]
    return _send_picture(asset, extension, options, FORMATS[extension])


@blp.get("/<playback_id>/animated.<extension>")
def animated(playback_id: str, extension: str) -> Response:
    if extension not in {"gif", "webp"}:
        raise not_found()
    asset, claims, _ = tokens.authorize(current_context(), playback_id, "g", request.args.to_dict())
    start = _number(claims, "start", 0)
    end = _number(claims, "end", start + 5)
    rate = _number(claims, "fps", 15)
    if not 0 < end - start <= 10 or not 0 < rate <= 30:
        raise MuxError(400, "An animation lasts up to 10 seconds at up to 30 frames a second")
    size = _scale_options({"width": 320} | claims)
    options = ["-ss", f"{start:.3f}", "-t", f"{end - start:.3f}", *size, "-r", f"{rate:g}", "-loop", "0"]
    return _send_picture(asset, extension, options, f"image/{extension}")


@blp.get("/<playback_id>/storyboard.<extension>")
def storyboard(playback_id: str, extension: str) -> Response:
    if extension not in {"vtt", *FORMATS}:
        raise not_found()
    asset = tokens.authorize(current_context(), playback_id, "s", request.args.to_dict()).asset
    width, height, tiles, seconds = _storyboard_layout(asset)
    if extension == "vtt":
        picture = f"{current_context().base_url}/image/{playback_id}/storyboard.jpg"
        token = request.args.get("token")
        return Response(_storyboard_cues(picture + (f"?token={token}" if token else ""), asset), mimetype="text/vtt")
    grid = f"fps=1/{seconds:.3f}:round=up,scale={width}:{height},tile={min(COLUMNS, tiles)}x{ceil(tiles / COLUMNS)}"
    return _send_picture(asset, extension, ["-vf", grid, "-frames:v", "1"], FORMATS[extension])


def _storyboard_layout(asset: Record) -> tuple[int, int, int, float]:
    """Return width and height of a tile, the number of tiles, and the seconds from one to the next."""
    video = next((track for track in asset["tracks"] if track["type"] == "video"), None)
    if video is None:
        raise not_found()
    max_tiles = 50 if asset["duration"] < 900 else 100
    tiles = max(1, min(max_tiles, int(asset["duration"])))
    height = 160 if video["max_width"] >= video["max_height"] else 256
    width = round(height * video["max_width"] / video["max_height"] / 2) * 2
    return width, height, tiles, asset["duration"] / tiles


def _storyboard_cues(picture: str, asset: Record) -> str:
    width, height, tiles, seconds = _storyboard_layout(asset)
    cues = ["WEBVTT\n"]
    for tile in range(tiles):
        row, column = divmod(tile, COLUMNS)
        times = f"{webvtt_time(tile * seconds)} --> {webvtt_time((tile + 1) * seconds)}"
        cues.append(f"{times}\n{picture}#xywh={column * width},{row * height},{width},{height}\n")
    return "\n".join(cues)


def _scale_options(claims: Record) -> list[str]:
    """Return ffmpeg's options for `width`, `height` and `fit_mode`; one dimension alone keeps the aspect ratio."""
    width, height = int(_number(claims, "width", 0)), int(_number(claims, "height", 0))
    if claims.get("fit_mode", "preserve") not in FIT_MODES:
        raise MuxError(400, f"fit_mode must be one of {', '.join(FIT_MODES)}")
    if not width and not height:
        return []
    size = f"scale={width or -2}:{height or -2}"
    if width and height:
        size += {
            "preserve": ":force_original_aspect_ratio=decrease",
            "stretch": "",
            "pad": f":force_original_aspect_ratio=decrease,pad={width}:{height}:-1:-1",
        }.get(claims.get("fit_mode", "preserve"), f":force_original_aspect_ratio=increase,crop={width}:{height}")
    return ["-vf", size]


def _number(claims: Record, name: str, default: float) -> float:
    try:
        value = float(claims.get(name, default))
    except (TypeError, ValueError):
        raise MuxError(400, f"{name} must be a number") from None
    if not 0 <= value <= 1e6:
        raise MuxError(400, f"{name} is out of range")
    return value


def _send_picture(asset: Record, extension: str, options: list[str], mimetype: str) -> Response:
    name = f"{sha256(' '.join(options).encode()).hexdigest()[:16]}.{extension}"
    return send_file(media.picture(current_context(), asset, name, options), mimetype=mimetype, conditional=True)


@blp.after_request
def add_cors_headers(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
