"""The parent's end of an emulated vsock: turns connections to a Unix socket into connections to a port of the guest.

vsock-door.py LISTEN VHOST PORT: vhost-device-vsock wants to read `CONNECT PORT` and answers `OK n` before the bytes begin.
"""

import socket
import sys
import threading


def answer(connection):
    line = b""
    while not line.endswith(b"\n") and len(line) < 64:
        byte = connection.recv(1)
        if not byte:
            break
        line += byte
    return line


def copy(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def bridge(client, vhost, port):
    with client, socket.socket(socket.AF_UNIX) as guest:
        guest.connect(vhost)
        guest.sendall(b"CONNECT %d\n" % port)
        if not answer(guest).startswith(b"OK "):
            return
        up = threading.Thread(target=copy, args=(client, guest), daemon=True)
        up.start()
        copy(guest, client)
        up.join()


def main(listen, vhost, port):
    door = socket.socket(socket.AF_UNIX)
    door.bind(listen)
    door.listen()
    while True:
        client, _ = door.accept()
        threading.Thread(target=bridge, args=(client, vhost, port), daemon=True).start()


main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
