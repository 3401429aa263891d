"""A node of a KMS network, written from the description of its wire format alone.

Serves and calls /ddec_networking.gnetworking over mutual TLS, with messages and tags encoded by hand. Does what it reads
from standard input, one command a line, and answers each with one line.
"""

import queue
import struct
import sys
import threading
from concurrent import futures

import grpc

METHOD = "/ddec_networking.gnetworking/"
STATUS = ["ACTIVE", "INACTIVE", "COMPLETED"]
UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


def tag(session, sender, round_number):
    return session.to_bytes(16, "little") + health_tag(sender) + struct.pack("<Q", round_number)


def health_tag(sender):
    name = sender.encode()
    return struct.pack("<Q", len(name)) + name


def read_tag(data):
    session = int.from_bytes(data[:16], "little")
    (length,) = struct.unpack_from("<Q", data, 16)
    sender = data[24 : 24 + length].decode()
    (round_number,) = struct.unpack_from("<Q", data, 24 + length)
    return session, sender, round_number


def varint(number):
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(out) + bytes([number])


def read_varint(data, at):
    number = shift = 0
    while True:
        byte = data[at]
        number |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return number, at


def message(first, second):
    """Two fields of bytes, 1 and 2."""
    return b"".join(
        varint(number << 3 | 2) + varint(len(value)) + value
        for number, value in ((1, first), (2, second))
        if value
    )


def fields(data):
    found, at = {}, 0
    while at < len(data):
        key, at = read_varint(data, at)
        if key & 7 == 0:
            found[key >> 3], at = read_varint(data, at)
        elif key & 7 == 2:
            length, at = read_varint(data, at)
            found[key >> 3], at = data[at : at + length], at + length
        else:
            raise ValueError("wire type %d" % (key & 7))
    return found


class Node(grpc.GenericRpcHandler):
    def __init__(self):
        self.received = {}
        self.change = threading.Condition()
        self.next_answers = queue.Queue()

    def service(self, details):
        handler = {METHOD + "SendValue": self.send_value, METHOD + "HealthCheck": self.health_check}.get(details.method)
        return handler and grpc.unary_unary_rpc_method_handler(handler)

    @staticmethod
    def require_sender(sender, context):
        expected = context.auth_context()["x509_common_name"][0].decode()
        if sender != expected:
            context.abort(grpc.StatusCode.UNAUTHENTICATED, "wrong sender: expected " + expected)

    def send_value(self, request, context):
        found = fields(request)
        session, sender, round_number = read_tag(found[1])
        self.require_sender(sender, context)
        try:
            answer = self.next_answers.get_nowait()
        except queue.Empty:
            answer = "ACTIVE"
        if answer not in STATUS:
            context.abort(grpc.StatusCode[answer], "as told")
        with self.change:
            self.received[session, round_number] = found.get(2, b"")
            self.change.notify_all()
        number = STATUS.index(answer)
        return varint(1 << 3) + varint(number) if number else b""

    def health_check(self, request, context):
        (length,) = struct.unpack_from("<Q", fields(request)[1])
        self.require_sender(fields(request)[1][8 : 8 + length].decode(), context)
        return b""

    def expect(self, session, round_number):
        with self.change:
            if not self.change.wait_for(lambda: (session, round_number) in self.received, timeout=60):
                return "nothing came"
            return "got " + summary(self.received.pop((session, round_number)))


def summary(value):
    """Large ones by length and sum: a line is not the place for them."""
    return value.hex() if len(value) <= 1000 else "%d bytes, sum %d" % (len(value), sum(value))


def call(channel, method, request):
    try:
        answer = channel.unary_unary(METHOD + method)(request, timeout=60)
        return STATUS[fields(answer).get(1, 0)] if method == "SendValue" else "healthy"
    except grpc.RpcError as error:
        return "refused %s %s" % (error.code().name, error.details())


def file(folder, name):
    with open(folder + "/" + name, "rb") as opened:
        return opened.read()


def main(folder, self_name, peer_name, peer_port):
    key, chain, authority = (file(folder, name) for name in ("peer.key", "peer.crt", "ca.crt"))
    node = Node()
    server = grpc.server(futures.ThreadPoolExecutor(16), options=UNLIMITED)
    server.add_generic_rpc_handlers((node,))
    credentials = grpc.ssl_server_credentials([(key, chain)], authority, require_client_auth=True)
    port = server.add_secure_port("127.0.0.1:0", credentials)
    server.start()
    channel = grpc.secure_channel(
        "127.0.0.1:" + peer_port,
        grpc.ssl_channel_credentials(authority, key, chain),
        UNLIMITED + [("grpc.ssl_target_name_override", peer_name)],
    )
    print("grpcio %s listens on %d" % (grpc.__version__, port), flush=True)
    for line in sys.stdin:
        words = line.split()
        if words[0] == "send":
            session, round_number, value = int(words[1]), int(words[2]), bytes.fromhex(words[3])
            sender = words[4] if len(words) > 4 else self_name
            result = call(channel, "SendValue", message(tag(session, sender, round_number), value))
        elif words[0] == "large":
            request = message(tag(int(words[1]), self_name, int(words[2])), b"\x03" * int(words[3]))
            result = call(channel, "SendValue", request)
        elif words[0] == "raw":
            result = call(channel, "SendValue", bytes.fromhex(words[1]))
        elif words[0] == "health":
            result = call(channel, "HealthCheck", message(health_tag(words[1]), b"payload"))
        elif words[0] == "expect":
            result = node.expect(int(words[1]), int(words[2]))
        elif words[0] == "answer":
            node.next_answers.put(words[1])
            result = "will"
        else:
            result = "what?"
        print(result, flush=True)
    server.stop(None)


if __name__ == "__main__":
    main(*sys.argv[1:])
