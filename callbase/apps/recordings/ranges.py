"""A file served as HTTP asks for it: whole, in part, or not at all (RFC 9110 §13, §14)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import http_date, parse_http_date_safe

CHUNK_BYTES = 64 * 1024
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class Unsatisfiable(Exception):
    """The range asked for lies outside the file."""


def requested_range(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte asked for, clipped to the file; None to send it whole (no range, several, or not understood, all of
    which RFC 9110 §14.2 lets a server ignore). Raises Unsatisfiable."""
    match = _RANGE.fullmatch(header.strip())
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        start, end = max(size - int(last), 0), size - 1
        if int(last) == 0:
            raise Unsatisfiable
    else:
        start, end = int(first), min(int(last), size - 1) if last else size - 1
        if last and int(last) < int(first):
            return None
    if start >= size:
        raise Unsatisfiable
    return start, end


def serve(request: HttpRequest, path: Path, content_type: str) -> HttpResponseBase:
    """200, 206, 304 or 416. The file never changes once it is there, so its size and time name its content."""
    status = path.stat()
    size, tag, modified = status.st_size, f'"{status.st_mtime_ns:x}-{status.st_size:x}"', int(status.st_mtime)
    headers = {
        "ETag": tag,
        "Last-Modified": http_date(modified),
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "Content-Disposition": "inline",
    }
    if tag in [one.strip() for one in request.headers.get("If-None-Match", "").split(",")]:
        return HttpResponse(status=304, headers=headers)
    try:
        part = requested_range(request.headers.get("Range", ""), size) if _still_the_same(request, tag, modified) else None
    except Unsatisfiable:
        return HttpResponse(status=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    first, last = part or (0, size - 1)
    headers["Content-Length"] = str(last - first + 1)
    if part:
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    if request.method == "HEAD":
        return HttpResponse(status=206 if part else 200, content_type=content_type, headers=headers)
    body = _read(path, first, last)
    return StreamingHttpResponse(body, status=206 if part else 200, content_type=content_type, headers=headers)


def _still_the_same(request: HttpRequest, tag: str, modified: int) -> bool:
    """If-Range: a part is of use only of the same content (RFC 9110 §13.1.5)."""
    condition = request.headers.get("If-Range")
    if not condition:
        return True
    return condition == tag if condition.startswith('"') else parse_http_date_safe(condition) == modified


async def _read(path: Path, first: int, last: int) -> AsyncIterator[bytes]:
    file = await asyncio.to_thread(path.open, "rb")
    try:
        await asyncio.to_thread(file.seek, first)
        left = last - first + 1
        while left > 0:
            chunk = await asyncio.to_thread(file.read, min(CHUNK_BYTES, left))
            if not chunk:
                return
            left -= len(chunk)
            yield chunk
    finally:
        file.close()
