"""The stream host: manifests, segments, text tracks and static renditions, for authorized requests."""

from pathlib import Path

from flask import Blueprint, Response, request, send_file

from devstack.emulation.store import Record
from devstack.mux import media, renditions, tokens
from devstack.mux.context import current_context
from devstack.mux.errors import not_found

blp = Blueprint("stream", __name__, url_prefix="/stream")

PLAYLIST = "application/vnd.apple.mpegurl"


@blp.get("/<playback_id>.m3u8")
def manifest(playback_id: str) -> Response:
    context = current_context()
    asset, _, expires = tokens.authorize(context, playback_id, "v", request.args.to_dict())
    base = f"{playback_id}/{tokens.sign_path(context, playback_id, expires)}"
    main = (media.hls(context, asset) / "main.m3u8").read_text()
    subtitles = [_subtitles(base, track) for track in media.ready_texts(asset)]
    if subtitles:
        main = main.replace("#EXT-X-STREAM-INF:", "\n".join(subtitles) + '\n#EXT-X-STREAM-INF:SUBTITLES="texts",')
    return Response(main.replace("\nrendition.m3u8", f"\n{base}/rendition.m3u8"), mimetype=PLAYLIST)


def _subtitles(base: str, track: Record) -> str:
    name = track["name"].replace('"', "'").replace("\n", " ")
    attributes = f'GROUP-ID="texts",NAME="{name}",LANGUAGE="{track["language_code"]}"'
    return f'#EXT-X-MEDIA:TYPE=SUBTITLES,{attributes},AUTOSELECT=YES,URI="{base}/{track["id"]}.m3u8"'


@blp.get("/<playback_id>/<signature>/<name>.m3u8")
def playlist(playback_id: str, signature: str, name: str) -> Response:
    asset = tokens.check_path(current_context(), playback_id, signature)
    if name == "rendition":
        return _file(media.hls(current_context(), asset) / "rendition.m3u8", PLAYLIST)
    _require_text(asset, name)
    lines = ["#EXTM3U", f"#EXT-X-TARGETDURATION:{int(asset['duration']) + 1}", "#EXT-X-PLAYLIST-TYPE:VOD"]
    lines += [f"#EXTINF:{asset['duration']:.3f},", f"{name}.vtt", "#EXT-X-ENDLIST", ""]
    return Response("\n".join(lines), mimetype=PLAYLIST)


@blp.get("/<playback_id>/<signature>/<int:number>.ts")
def segment(playback_id: str, signature: str, number: int) -> Response:
    asset = tokens.check_path(current_context(), playback_id, signature)
    return _file(media.hls(current_context(), asset) / f"{number}.ts", "video/mp2t")


@blp.get("/<playback_id>/<signature>/<track_id>.vtt")
def text_of_playlist(playback_id: str, signature: str, track_id: str) -> Response:
    return _text_file(tokens.check_path(current_context(), playback_id, signature), track_id)


@blp.get("/<playback_id>/text/<track_id>.vtt")
def text(playback_id: str, track_id: str) -> Response:
    asset = tokens.authorize(current_context(), playback_id, "v", request.args.to_dict()).asset
    return _text_file(asset, track_id)


@blp.get("/<playback_id>/<name>")
def static_rendition(playback_id: str, name: str) -> Response:
    asset = tokens.authorize(current_context(), playback_id, "v", request.args.to_dict()).asset
    file = next((file for file in renditions.files(asset) if file["name"] == name), None)
    if file is None or file["status"] != "ready":
        raise not_found()
    return _file(
        media.static_rendition(current_context(), asset, file), "video/mp4" if file["ext"] == "mp4" else "audio/mp4"
    )


def _text_file(asset: Record, track_id: str) -> Response:
    _require_text(asset, track_id)
    return _file(current_context().media(asset["id"]) / "text" / f"{track_id}.vtt", "text/vtt")


def _require_text(asset: Record, track_id: str) -> None:
    if not any(track["id"] == track_id for track in media.ready_texts(asset)):
        raise not_found()


def _file(path: Path, mimetype: str) -> Response:
    if not path.exists():
        raise not_found()
    return send_file(path, mimetype=mimetype, conditional=True)


@blp.after_request
def add_cors_headers(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Headers"] = "Range"
    response.headers["Access-Control-Expose-Headers"] = "Content-Length, Content-Range"
    return response
