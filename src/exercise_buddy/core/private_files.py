"""Files and folders that no other user of the machine may change, such as the key that signs tokens and the database.

A user who can write to a folder can replace its content, and its owner can change its mode. So each folder above is
checked, up to the root, and each symbolic link on the way.
"""

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

# In a container, its runtime decides who owns these files and who reads them.
_CONTAINER_SECRETS = Path("/run/secrets")
_WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH
_OPEN_TO_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class UnsafePathError(ValueError):
    """Another user of the machine could change or read a file. The text is one line and says what to do."""


def prepare_folder(folder: Path) -> None:
    """Create a private folder if it does not exist, and check it and all folders above.

    Raises:
        UnsafePathError: another user could write to it or replace it. If so, nothing was created.

    """
    check_folder(folder)
    for parent in reversed(folder.parents):
        # Not with the usual mode, which may let a group write.
        parent.mkdir(mode=0o755, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    check_folder(folder)


def check_folder(folder: Path) -> None:
    """Check that no other user can write to a folder or replace it. What does not exist yet is not checked.

    Raises:
        UnsafePathError: somebody can. In a folder such as `/tmp`, only the owner can replace what is there.

    """
    _check(folder, is_secret=False)


def check_secret_file(path: Path) -> None:
    """Check that no other user can read, change or replace a file.

    A file of root may be readable for a group: so root gives a secret to a service. A private group is no other user.

    Raises:
        UnsafePathError: somebody can.

    """
    if not path.is_relative_to(_CONTAINER_SECRETS):
        _check(path, is_secret=True)


def _check(path: Path, *, is_secret: bool, is_above: bool = False) -> None:
    if sys.platform == "win32":
        return
    with suppress(FileNotFoundError):
        # A loop of links is an error here.
        path.stat()
    path = path.absolute()
    for entry in (*reversed(path.parents), path):
        try:
            found = entry.lstat()
        except FileNotFoundError:
            return
        if found.st_uid not in {0, os.geteuid()}:
            raise UnsafePathError(
                f"{entry} belongs to the user {found.st_uid}, who could change it. "
                "It must belong to root, or to the user that starts this program. Choose another place."
            )
        is_last = entry == path and not is_above
        if stat.S_ISLNK(found.st_mode):
            _check(entry.parent / entry.readlink(), is_secret=is_secret and is_last, is_above=not is_last)
        elif is_secret and is_last:
            _check_closed(entry, found)
        elif _others_can_write(found) and (is_last or not found.st_mode & stat.S_ISVTX):
            raise UnsafePathError(
                f"Other users may write to {entry}. Choose another place, or close it: chmod go-w {entry}"
            )


def _check_closed(path: Path, found: os.stat_result) -> None:
    allowed = stat.S_IRGRP if found.st_uid == 0 or _is_private_group(found.st_gid) else 0
    if found.st_mode & _OPEN_TO_OTHERS & ~allowed:
        raise UnsafePathError(
            f"{path} is open to other users. Close it: chmod go= {path} (and replace it if others may have read it)."
        )


def _others_can_write(found: os.stat_result) -> bool:
    writable = found.st_mode & _WRITABLE_BY_OTHERS
    return bool(writable) and not (writable == stat.S_IWGRP and _is_private_group(found.st_gid))


def _is_private_group(gid: int) -> bool:
    """Return whether nobody but this user and root is in a group.

    Many systems give each user a group of the same name and create folders that the group can write to.
    """
    import grp  # noqa: PLC0415  (does not exist on Windows)
    import pwd  # noqa: PLC0415

    try:
        group, user = grp.getgrgid(gid), pwd.getpwuid(os.geteuid())
    except KeyError:
        return False
    users = pwd.getpwall()
    members = {*group.gr_mem, *(other.pw_name for other in users if other.pw_gid == gid)}
    own_names = {user.pw_name} | {other.pw_name for other in users if other.pw_uid == 0}
    return (gid == 0 or group.gr_name == user.pw_name) and members <= own_names
