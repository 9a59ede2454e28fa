"""The evidence store: whole or not at all, once, and never changed."""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path

import pytest

from api.evidence import EvidenceStore, NotStored, Stored, TooLarge
from api.evidence.sniff import media_of
from ledger.errors import Invalid

PHOTO = b"\xff\xd8\xff\xe0" + b"conveyor" * 100
NAME = hashlib.sha256(PHOTO).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> EvidenceStore:
    return EvidenceStore(tmp_path / "evidence" / "main", 10_000)


def files(store: EvidenceStore) -> list[str]:
    return sorted(str(path.relative_to(store.root)) for path in store.root.rglob("*") if path.is_file())


def damage(store: EvidenceStore, name: str = NAME) -> None:
    path = store.path(name)
    path.chmod(0o600)
    path.write_bytes(b"another")


def test_a_file_is_stored_under_the_hash_of_its_content(store: EvidenceStore) -> None:
    stored = store.put([PHOTO[:7], PHOTO[7:]])
    assert stored == Stored(NAME, len(PHOTO), media_of(PHOTO), new=True)
    assert (stored.evidence, stored.media.kind) == (f"sha256:{NAME}", "photo")
    assert store.path(stored.evidence).read_bytes() == PHOTO
    assert store.sound(NAME)
    assert files(store) == [f"{NAME[:2]}/{NAME[2:]}", "received"]


def test_the_same_file_again_changes_nothing(store: EvidenceStore) -> None:
    store.put([PHOTO])
    before = store.path(NAME).stat()
    assert store.put([PHOTO]).new is False
    assert store.path(NAME).stat() == before
    assert (list(store.stored()), list(store.received())) == ([NAME], [NAME])


def test_a_damaged_file_is_made_whole_by_the_same_file(store: EvidenceStore) -> None:
    store.put([PHOTO])
    damage(store)
    assert not store.sound(NAME)
    assert store.put([PHOTO]).new
    assert store.sound(NAME)


def test_what_is_too_large_or_empty_leaves_nothing_behind(store: EvidenceStore) -> None:
    with pytest.raises(TooLarge):
        store.put([b"x" * 6_000, b"x" * 6_000])
    with pytest.raises(Invalid):
        store.put([])
    assert files(store) == []
    assert store.put([b"x" * 10_000]).size == 10_000


def test_what_breaks_off_is_not_in_the_store(store: EvidenceStore) -> None:
    with store.incoming() as incoming:
        incoming.write(PHOTO)
    assert files(store) == []
    assert not store.has(NAME)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", NAME.upper(), NAME[:-1], f"md5:{NAME}", f"{NAME}\n"])
def test_only_a_hash_names_a_file(store: EvidenceStore, name: str) -> None:
    with pytest.raises(Invalid):
        store.path(name)


def test_a_file_that_is_not_there_is_not_given(store: EvidenceStore) -> None:
    with pytest.raises(NotStored):
        store.sound(NAME)
    with pytest.raises(NotStored):
        store.media(NAME)


def test_nobody_else_reads_and_nobody_writes_a_stored_file(store: EvidenceStore) -> None:
    store.put([PHOTO])
    assert oct(store.path(NAME).stat().st_mode & 0o777) == "0o440"
    assert oct(store.root.stat().st_mode & 0o077) == "0o0"


def test_the_same_file_from_many_at_once_is_stored_once(store: EvidenceStore) -> None:
    def put() -> None:
        store.put([PHOTO])

    threads = [threading.Thread(target=put) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(store.stored()) == [NAME]
    assert store.sound(NAME)
    assert set(store.received()) == {NAME}


def test_the_file_is_on_the_disk_before_it_has_its_name(store: EvidenceStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is synced before it is renamed, the directory after it."""
    done: list[str] = []
    sync, replace = os.fsync, Path.replace

    def synced(descriptor: int) -> None:
        target = os.readlink(f"/proc/self/fd/{descriptor}")
        done.append("sync " + ("file" if "incoming-" in target else "other"))
        sync(descriptor)

    def replaced(path: Path, target: Path) -> Path:
        done.append("rename")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", replaced)
    store.put([PHOTO])
    assert done[:3] == ["sync file", "rename", "sync other"]


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n", "photo"),
        (b"RIFF....WEBP", "photo"),
        (b"RIFF....WAVE", "audio"),
        (b"#!AMR\n", "audio"),
        (b"\0\0\0\x18ftypmp42", "video"),
        (b"%PDF-1.7", "document"),
        (b"<html><script>", "document"),
        (b"", "document"),
    ],
)
def test_photos_and_recordings_are_told_from_documents(head: bytes, kind: str) -> None:
    assert media_of(head).kind == kind
    assert media_of(b"<html>").media_type == "application/octet-stream"


def test_what_a_killed_process_left_behind_is_swept_away_after_a_day(store: EvidenceStore) -> None:
    store.put([PHOTO])
    for name, age in (("incoming-old", 90_000), ("incoming-new", 60)):
        path = store.root / name
        path.write_bytes(b"half")
        os.utime(path, (path.stat().st_atime, path.stat().st_mtime - age))
    assert store.sweep() == 1
    assert "incoming-new" in files(store)
    assert store.sound(NAME)
