"""Who could change or read a file: each owner, mode and link on the way to it counts."""

import grp
import os
import pwd
import shutil
from pathlib import Path

import pytest

from exercise_buddy.core.private_files import UnsafePathError, check_folder, check_secret_file, prepare_folder

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "above" / "data"
    prepare_folder(path)
    (path / "key").touch(mode=0o600)
    return path


def test_new_folders_are_closed_whatever_the_usual_mode(tmp_path: Path) -> None:
    former = os.umask(0)
    try:
        prepare_folder(tmp_path / "a" / "b")
    finally:
        os.umask(former)

    assert [path.stat().st_mode & 0o777 for path in (tmp_path / "a", tmp_path / "a" / "b")] == [0o755, 0o700]


@pytest.mark.parametrize("mode", [0o777, 0o757, 0o707])
def test_a_folder_above_that_others_can_write_to_is_refused(data: Path, mode: int) -> None:
    data.parent.chmod(mode)

    for check, path in ((check_folder, data), (check_secret_file, data / "key")):
        with pytest.raises(UnsafePathError, match=f"Other users may write to {data.parent}\\."):
            check(path)
    with pytest.raises(UnsafePathError):
        prepare_folder(data.parent / "new" / "folder")

    assert not (data.parent / "new").exists()


def test_a_sticky_folder_is_allowed_above_and_refused_itself(data: Path) -> None:
    data.parent.chmod(0o1777)

    check_secret_file(data / "key")
    check_folder(data)
    with pytest.raises(UnsafePathError, match="Other users may write to"):
        check_folder(data.parent)


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o622, 0o660])
def test_a_secret_that_is_open_to_others_is_refused(data: Path, mode: int) -> None:
    (data / "key").chmod(mode)

    with pytest.raises(UnsafePathError, match=r"key is open to other users\. Close it: chmod go= "):
        check_secret_file(data / "key")


def test_a_link_counts_with_the_folders_of_its_target(data: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(data)
    (tmp_path / "sticky_link").symlink_to("above", target_is_directory=True)
    check_secret_file(tmp_path / "link" / "key")
    (data / "key").chmod(0o644)
    with pytest.raises(UnsafePathError, match="key is open"):
        check_secret_file(tmp_path / "link" / "key")
    data.parent.chmod(0o1777)
    check_folder(tmp_path / "sticky_link" / "data")
    data.parent.chmod(0o777)

    with pytest.raises(UnsafePathError, match=f"Other users may write to {data.parent}"):
        check_folder(tmp_path / "link")


def test_a_loop_of_links_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")

    with pytest.raises(OSError, match="symbolic links"):
        check_folder(tmp_path / "loop" / "data")


@needs_root
@pytest.mark.parametrize("owned", [".", "data", "data/key", "link"])
def test_what_belongs_to_somebody_else_is_refused(data: Path, owned: str) -> None:
    (data.parent / "link").symlink_to(data)
    os.chown(data.parent / owned, pwd.getpwnam("nobody").pw_uid, -1, follow_symlinks=False)

    with pytest.raises(UnsafePathError, match=r"belongs to the user \d+, who could change it"):
        check_secret_file(data.parent / "link" / "key")


@needs_root
def test_a_group_may_write_if_nobody_else_is_in_it(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = pwd.struct_passwd(("ann", "x", 0, 7001, "", "/", ""))
    bob = pwd.struct_passwd(("bob", "x", 7002, 7001, "", "/", ""))
    users, members = [ann], ["ann"]
    monkeypatch.setattr(pwd, "getpwall", lambda: users)
    monkeypatch.setattr(pwd, "getpwuid", lambda _uid: ann)
    monkeypatch.setattr(grp, "getgrgid", lambda gid: grp.struct_group(("ann", "x", gid, members)))
    os.chown(data.parent, -1, 7001)
    data.parent.chmod(0o775)
    check_folder(data)

    for others in ([bob], []):
        users[1:] = others
        members[1:] = [] if others else ["carl"]
        with pytest.raises(UnsafePathError, match=f"Other users may write to {data.parent}"):
            check_folder(data)


@needs_root
def test_a_group_with_others_may_not_write(data: Path) -> None:
    shutil.chown(data.parent, group="daemon")
    data.parent.chmod(0o775)

    with pytest.raises(UnsafePathError, match=f"Other users may write to {data.parent}"):
        check_folder(data)
