"""What a program writes to a pseudo-terminal."""
import os


def pieces(terminal):
    """The bytes that come from a pseudo-terminal, as they come, until the last program that writes to it has gone."""
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:                  # Linux says so when the last writer has gone
            return
        if not piece:
            return
        yield piece
