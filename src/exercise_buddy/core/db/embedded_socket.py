"""The folder of the socket of the embedded PostgreSQL: private, with a short path, and deleted with the server."""

import contextlib
import os
import shutil
import socket
import tempfile
from pathlib import Path

from exercise_buddy.core.db.embedded_account import Account, EmbeddedPostgresError
from exercise_buddy.core.private_files import UnsafePathError, check_folder

_PREFIX = "exercise-buddy-"
_SOCKET = ".s.PGSQL.5432"
# The path of a socket has at most 107 bytes, on macOS 103.
_MAX_SOCKET_BYTES = 103
_CONNECT_SECONDS = 1.0


def prepare_socket_folder(account: Account, former: Path | None) -> Path:
    """Create the folder of the socket, at its former path if that is possible.

    Raises:
        EmbeddedPostgresError: the user of the server can enter no temporary folder.

    """
    remove_socket_folder(account, former)
    if former is not None and former.name.startswith(_PREFIX):
        with contextlib.suppress(OSError, UnsafePathError):
            check_folder(former)
            former.mkdir(mode=0o700)
            os.chown(former, account.uid, account.gid, follow_symlinks=False)
            return former
    return _make_socket_folder(account)


def remove_socket_folder(account: Account, folder: Path | None) -> None:
    """Delete the folder of the socket of a server that does not run. It stays if another server listens there.

    Data that were copied while their server ran name its folder. With its socket, the processes of that server would
    reach the database of the copy.
    """
    if folder is None or not folder.name.startswith(_PREFIX) or _is_in_use(folder / _SOCKET):
        return
    with contextlib.suppress(OSError, EmbeddedPostgresError):
        account.check_private(folder)
        shutil.rmtree(folder)


def _is_in_use(path: Path) -> bool:
    """Return whether a process listens on a socket. It may be suspended."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(_CONNECT_SECONDS)
        try:
            client.connect(str(path))
        except (FileNotFoundError, NotADirectoryError, ConnectionRefusedError):
            return False
        except OSError:
            # Nobody accepts, and there are too many who wait.
            return True
    return True


def _make_socket_folder(account: Account) -> Path:
    """Create a folder with a short path and a random name, which nobody can occupy in advance.

    Not in `XDG_RUNTIME_DIR`: that folder vanishes when its user signs out, and the server may go on.
    """
    for base in (Path(tempfile.gettempdir()), Path("/tmp")):  # noqa: S108  (only to make a random folder)
        is_short = len(os.fsencode(base / f"{_PREFIX}12345678" / _SOCKET)) <= _MAX_SOCKET_BYTES
        if is_short and account.can_enter(base):
            check_folder(base / _PREFIX)
            folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=base))
            os.chown(folder, account.uid, account.gid, follow_symlinks=False)
            return folder
    raise EmbeddedPostgresError("The user that runs the embedded PostgreSQL cannot enter the folder /tmp.")
