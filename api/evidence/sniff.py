"""The kind of evidence that a file is, from its first bytes: a photo, a recording, a video, or some other document."""

from __future__ import annotations

from typing import NamedTuple

HEAD_BYTES = 16


class Media(NamedTuple):
    """``kind`` as AttachEvidence takes it, and the media type under which the file is given out."""

    kind: str
    media_type: str


OTHER = Media("document", "application/octet-stream")
SIGNATURES: tuple[tuple[int, bytes, Media], ...] = (
    (0, b"\xff\xd8\xff", Media("photo", "image/jpeg")),
    (0, b"\x89PNG\r\n\x1a\n", Media("photo", "image/png")),
    (0, b"GIF8", Media("photo", "image/gif")),
    (8, b"WEBP", Media("photo", "image/webp")),
    (4, b"ftyphei", Media("photo", "image/heic")),
    (4, b"ftypmif1", Media("photo", "image/heic")),
    (8, b"WAVE", Media("audio", "audio/wav")),
    (0, b"ID3", Media("audio", "audio/mpeg")),
    (0, b"\xff\xfb", Media("audio", "audio/mpeg")),
    (0, b"OggS", Media("audio", "audio/ogg")),
    (0, b"#!AMR", Media("audio", "audio/amr")),
    (4, b"ftypM4A", Media("audio", "audio/mp4")),
    *((4, b"ftyp" + brand, Media("video", "video/mp4")) for brand in (b"isom", b"iso2", b"mp41", b"mp42", b"avc1")),
    (4, b"ftyp3gp", Media("video", "video/3gpp")),
    (4, b"ftypqt", Media("video", "video/quicktime")),
    (0, b"\x1aE\xdf\xa3", Media("video", "video/webm")),
    (0, b"%PDF-", Media("document", "application/pdf")),
)


def media_of(head: bytes) -> Media:
    """By signature; what is not known is a document of no particular type, never something a browser would run."""
    return next((media for at, sign, media in SIGNATURES if head[at : at + len(sign)] == sign), OTHER)
