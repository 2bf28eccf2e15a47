"""The socket that `serve` listens on."""

import socket

from exercise_buddy.serving import listen
from exercise_buddy.settings import Settings
from tests.support import SECRET, find_free_port


def test_the_system_takes_little_that_a_client_does_not_read() -> None:
    settings = Settings(secret_key=SECRET, port=find_free_port())
    with listen(settings) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) <= 512 * 1024
