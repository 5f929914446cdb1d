"""Files as one archive, which is there whole or not at all."""

import io
import tarfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from uuid import uuid4

from fsspec import AbstractFileSystem

from sqa_lib.publish.project import write_folder


def packed(paths: Iterable[Path], root: Path) -> bytes:
    """The files as a tar archive of paths from the root: the same files give the same bytes."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for path in sorted(paths):
            entry = tarfile.TarInfo(path.relative_to(root).as_posix())
            content = path.read_bytes()
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return archive.getvalue()


def unpacked(archive: bytes) -> dict[str, bytes]:
    """Path → content."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        return {entry.name: tar.extractfile(entry).read() for entry in tar.getmembers() if entry.isfile()}


def files_of(path: Path) -> list[Path]:
    """The file itself, or all files of a folder; none where nothing is."""
    return [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]


def lay(files: Mapping[str, bytes], path: Path, root: Path) -> None:
    """Put a file, or a folder with all its files, in its place; a reader sees the old one or the new one, never half of it."""
    name = path.relative_to(root).as_posix()
    if name not in files:
        write_folder(path, {file.removeprefix(f"{name}/"): content for file, content in files.items()})
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(files[name])
    part.replace(path)


def put(fs: AbstractFileSystem, path: str, archive: bytes) -> None:
    """Store an archive under a name that only a whole one has."""
    part = f"{path}.{uuid4().hex}.part"
    fs.makedirs(path.rpartition("/")[0], exist_ok=True)
    fs.pipe_file(part, archive)
    fs.mv(part, path)
