"""Jupyter's messages over a socket: the length, the message as JSON, then the buffers that belong to it in the same way."""

from collections.abc import Mapping, Sequence
from socket import socket
from typing import Any

from jupyter_client.session import json_packer, json_unpacker

_LENGTH = 8  # bytes


class TooLarge(ValueError):
    """A message of more bytes than were to be taken; it has not been read."""


def send(over: socket, message: Mapping[str, Any], buffers: Sequence[bytes] = ()) -> None:
    """Raises OSError when the other side has gone."""
    for part in (json_packer({**message, "buffers": len(buffers)}), *buffers):
        over.sendall(len(part).to_bytes(_LENGTH, "big"))
        over.sendall(part)


def receive(over: socket, most: int) -> tuple[dict[str, Any], int]:
    """The next message, its buffers under `buffers`, and its number of bytes. Raises EOFError when the other side has gone,
    TooLarge for more than `most` bytes."""
    data = _part(over, most)
    message, size, buffers = json_unpacker(data), len(data), []
    for _ in range(message["buffers"]):
        buffers.append(_part(over, most - size))
        size += len(buffers[-1])
    return {**message, "buffers": buffers}, size


def _part(over: socket, most: int) -> bytes:
    length = int.from_bytes(_exactly(over, _LENGTH), "big")
    if length > most:
        raise TooLarge(f"{length} bytes")
    return _exactly(over, length)


def _exactly(over: socket, length: int) -> bytes:
    data, view = bytearray(length), 0
    while view < length:
        try:
            taken = over.recv_into(memoryview(data)[view:])
        except ConnectionResetError:
            taken = 0
        if not taken:
            raise EOFError
        view += taken
    return bytes(data)
