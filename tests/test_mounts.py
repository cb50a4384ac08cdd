"""Where a file is in its file system, as Linux tells it."""

from __future__ import annotations

import pytest

from jupyter_awareness.mounts import Mounts, within

DISK = "27 1 8:1 / / rw - ext4 /dev/sda1 rw"


def mounts(*lines: str, host: str = "h") -> Mounts:
    return Mounts("\n".join(lines), host)


@pytest.mark.parametrize(
    ("path", "folder", "inner"),
    [
        ("/a/b", "/a", "b"),
        ("/a/b", "/", "a/b"),
        ("/a", "/a", ""),
        ("/ab", "/a", None),
        ("/a", "/a/b", None),
    ],
)
def test_a_path_is_within_a_folder_or_not(path: str, folder: str, inner: str | None) -> None:
    assert within(path, folder) == inner


def test_a_file_is_where_its_file_system_has_it() -> None:
    here = mounts(DISK, "30 27 8:2 / /data rw shared:1 - xfs /dev/sda2 rw")
    assert here.name("/etc/a") == "h/8:1:/etc/a"
    assert here.name("/data/a") == "h/8:2:/a"
    assert here.name("/data") == "h/8:2:"
    assert here.name("relative") is None


def test_containers_of_one_host_have_the_same_folder_under_other_paths() -> None:
    alice = mounts(
        "1 0 0:50 / / rw - overlay overlay rw",
        "2 1 8:1 /srv/team /home/alice/team rw - ext4 /dev/sda1 rw",
        "3 1 8:1 /volumes/alice /home/alice/work rw - ext4 /dev/sda1 rw",
    )
    bob = mounts(
        "1 0 0:51 / / rw - overlay overlay rw",
        "2 1 8:1 /srv /mnt rw - ext4 /dev/sda1 rw",
        "3 1 8:1 /volumes/bob /home/bob/work rw - ext4 /dev/sda1 rw",
    )
    name = alice.name("/home/alice/team/a.ipynb")
    assert name == bob.name("/mnt/team/a.ipynb") == "h/8:1:/srv/team/a.ipynb"
    assert name is not None
    assert bob.paths(name) == ["/mnt/team/a.ipynb"]
    assert alice.paths(name) == ["/home/alice/team/a.ipynb"]


def test_equal_paths_of_containers_are_not_equal_files() -> None:
    """As with images in which everybody is `jovyan`."""
    lines = [
        f"1 0 0:{device} / / rw - overlay overlay rw\n"
        f"3 1 8:1 /volumes/{name} /home/jovyan/work rw - ext4 /dev/sda1 rw"
        for device, name in ((50, "alice"), (51, "bob"))
    ]
    alice, bob = map(mounts, lines)
    for path in ("/home/jovyan/work/a.ipynb", "/home/jovyan/a.ipynb"):
        name = alice.name(path)
        assert name is not None
        assert name != bob.name(path)
        assert bob.paths(name) == []


def test_hosts_do_not_share_their_disks() -> None:
    name = mounts(DISK).name("/srv/a")
    assert name is not None
    other = mounts(DISK, host="other")
    assert other.name("/srv/a") != name
    assert other.paths(name) == []


@pytest.mark.parametrize(
    ("kind", "source", "name"),
    [
        ("nfs", "server:/export", "nfs/server:/export/sub/a"),
        ("nfs4", "server:/export/", "nfs/server:/export/sub/a"),
        ("nfs4", "[fd00::1]:/", "nfs/[fd00::1]:/sub/a"),
        ("cifs", "//server/share", "cifs/server/share:/sub/a"),
        ("smb3", "//server/share/deep", "cifs/server/share:/deep/sub/a"),
        ("ceph", "10.0.0.1:6789,10.0.0.2:6789:/vol", "ceph/10.0.0.1:6789,10.0.0.2:6789:/vol/sub/a"),
        ("fuse.glusterfs", "server:/vol", "gluster/server:/vol/sub/a"),
        ("lustre", "10.0.0.1@tcp:/scratch", "lustre/10.0.0.1@tcp:/scratch/sub/a"),
        ("fuse.sshfs", "me@server:folder", "ssh/me@server:/folder/sub/a"),
    ],
)
def test_a_file_on_a_network_is_the_same_on_all_hosts(kind: str, source: str, name: str) -> None:
    here = mounts(DISK, f"9 1 0:60 / /mnt/x rw - {kind} {source} rw")
    there = mounts(DISK, f"9 1 0:77 / /home/me/y rw - {kind} {source} rw", host="other")
    assert here.name("/mnt/x/sub/a") == there.name("/home/me/y/sub/a") == name
    assert there.paths(name) == ["/home/me/y/sub/a"]


def test_a_part_of_an_export_may_be_mounted() -> None:
    whole = mounts(DISK, "9 1 0:60 / /mnt rw - nfs4 server:/export rw")
    part = mounts(DISK, "9 1 0:61 / /team rw - nfs4 server:/export/team rw")
    name = whole.name("/mnt/team/a")
    assert name is not None
    assert name == part.name("/team/a")
    assert part.paths(name) == ["/team/a"]
    assert part.paths("nfs/server:/export/other/a") == []


def test_what_is_mounted_over_a_folder_hides_it() -> None:
    here = mounts(
        DISK, "2 1 8:2 / /data rw - ext4 /dev/b rw", "3 1 8:3 / /data rw - ext4 /dev/c rw"
    )
    assert here.name("/data/a") == "h/8:3:/a"
    assert here.paths("h/8:1:/data/a") == []
    assert here.paths("h/8:2:/a") == []


def test_spaces_are_read_as_linux_writes_them() -> None:
    here = mounts(r"9 1 8:1 /a\040b /mnt/c\040d rw - ext4 /dev/sda1 rw")
    assert here.name("/mnt/c d/e f") == "h/8:1:/a b/e f"


@pytest.mark.parametrize("text", ["", "nonsense", "1 2 3 - ext4", "27 1 8:1 / / rw"])
def test_where_nothing_is_told_of_mounts_a_host_has_one_disk(text: str) -> None:
    assert mounts(text).name("/a/b") == "h:/a/b"
    assert mounts(text).paths("h:/a/b") == ["/a/b"]
