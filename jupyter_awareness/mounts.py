"""Where a file is in its file system: a name that is equal wherever that file system is mounted.

Ground floor: pure; the text of Linux's ``/proc/self/mountinfo`` is an argument.
"""

from __future__ import annotations

import posixpath
import re
from typing import NamedTuple

__all__ = ["Mount", "Mounts", "within"]

# What mounts them says which server they are on, and where there: `server:/folder`.
NETWORKS = {
    "nfs": "nfs",
    "nfs4": "nfs",
    "cifs": "cifs",
    "smb3": "cifs",
    "ceph": "ceph",
    "fuse.glusterfs": "gluster",
    "lustre": "lustre",
    "fuse.sshfs": "ssh",
}
ESCAPED = re.compile(r"\\([0-7]{3})")  # as mountinfo writes spaces


class Mount(NamedTuple):
    """A mounted file system.

    ``point`` is where it is mounted, ``system`` what is equal for all of its mounts, and ``root``
    the folder of it that is mounted there.
    """

    point: str
    system: str
    root: str


class Mounts:
    """The file systems that a process sees.

    Args:
        mountinfo: the text that Linux tells it in; empty where there is none: everything then is
            one file system of this host.
        host: tells this host from all others, and is equal in all of its containers.
    """

    def __init__(self, mountinfo: str, host: str) -> None:
        mounts = [_parse(line, host) for line in mountinfo.splitlines()]
        # The last that is mounted at a place hides those before it.
        self._mounts = {mount.point: mount for mount in mounts if mount is not None}
        if not self._mounts:
            self._mounts["/"] = Mount("/", host, "/")

    def name(self, path: str) -> str | None:
        """Name a file by where it is in its file system.

        Args:
            path: absolute and without symbolic links.
        """
        folder = path
        while folder not in self._mounts:
            parent = posixpath.dirname(folder)
            if parent == folder:
                return None
            folder = parent
        mount = self._mounts[folder]
        inner = within(path, folder) or ""
        return f"{mount.system}:{posixpath.join(mount.root, inner).rstrip('/')}"

    def paths(self, name: str) -> list[str]:
        """Where a file may be seen here that `name` named so, on this host or another."""
        found = []
        for mount in self._mounts.values():
            system = f"{mount.system}:"
            inner = within(name[len(system) :], mount.root) if name.startswith(system) else None
            if inner is not None:
                path = posixpath.join(mount.point, inner)
                if self.name(path) == name:
                    found.append(path)
        return found


def within(path: str, folder: str) -> str | None:
    """Give the part of an absolute path below a folder; None if it is not in it."""
    if path == folder:
        return ""
    start = folder.rstrip("/") + "/"
    return path[len(start) :] if path.startswith(start) else None


def _parse(line: str, host: str) -> Mount | None:
    """Read a line: ``id parent major:minor root point options [...] - type source options``."""
    left, _, right = line.partition(" - ")
    fields, kinds = left.split(" "), right.split(" ")
    if len(fields) < 5 or len(kinds) < 2:
        return None
    device, root, point = fields[2], _unescape(fields[3]), _unescape(fields[4])
    kind, source = kinds[0], _unescape(kinds[1])
    system, folder = f"{host}/{device}", "/"
    if kind in NETWORKS:
        server, folder = _split(source)
        system = f"{NETWORKS[kind]}/{server}"
    return Mount(point, system, posixpath.normpath("/" + (folder + root).lstrip("/")))


def _split(source: str) -> tuple[str, str]:
    """Tell the server from the folder on it: of ``server:/folder`` or ``//server/share/folder``."""
    if source.startswith("//"):
        server, _, rest = source[2:].partition("/")
        share, _, folder = rest.partition("/")
        return f"{server}/{share}", "/" + folder
    server, _, folder = source.rpartition(":")
    return server, "/" + folder.lstrip("/")


def _unescape(text: str) -> str:
    return ESCAPED.sub(lambda found: chr(int(found[1], 8)), text)
