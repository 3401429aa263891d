"""A learner in Python, for Attested Mesh: docs/learners.md describes the protocol.

Copy this file and put your own model in place of Softmax: parameters, set_parameters, fit and evaluate.
It needs NumPy, and is started with the path of a Unix socket: learner.py [--seed N] SOCKET
"""

import argparse
import json
import socket
import struct

import numpy as np

VERSION = 1
TYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "|i1", "BOOL": "|b1"}
NAMES = {name: code for code, name in TYPES.items()}


class Softmax:
    """Which of three clouds of points in the plane is this one of?"""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.weight = np.zeros((3, 2), "<f4")
        self.bias = np.zeros(3, "<f4")
        self.anchor = self.parameters()
        self.training = self.points(self.random, 300)
        self.held_out = self.points(np.random.default_rng(99), 300)

    @staticmethod
    def points(random, count):
        label = random.integers(0, 3, count)
        centre = np.array([[0, 2], [-2, -1], [2, -1]])
        return centre[label] + random.normal(0, 1, (count, 2)), label

    def parameters(self):
        return {"weight": self.weight.copy(), "bias": self.bias.copy()}

    def set_parameters(self, tensors):
        for name, own in self.parameters().items():
            given = tensors.get(name)
            if given is None or given.shape != own.shape or given.dtype != own.dtype:
                raise ValueError(f"{name}: expected {own.dtype} {own.shape}")
        self.weight, self.bias = tensors["weight"].copy(), tensors["bias"].copy()
        self.anchor = self.parameters()

    def fit(self, config):
        rate, mu = config.get("learning_rate", 0.1), config.get("proximal_mu", 0.0)
        x, label = self.training
        for _ in range(config.get("epochs", 1)):
            for batch in np.array_split(self.random.permutation(len(x)), 10):
                error = (self.probabilities(x[batch]) - np.eye(3)[label[batch]]) / len(batch)
                self.weight -= rate * (error.T @ x[batch] + mu * (self.weight - self.anchor["weight"])).astype("<f4")
                self.bias -= rate * (error.sum(axis=0) + mu * (self.bias - self.anchor["bias"])).astype("<f4")
        loss, accuracy = self.measure(x, label)
        return {"examples": len(x), "metrics": {"loss": loss, "accuracy": accuracy}}

    def evaluate(self, config):
        loss, accuracy = self.measure(*self.held_out)
        return {"loss": loss, "examples": len(self.held_out[1]), "metrics": {"accuracy": accuracy}}

    def probabilities(self, x):
        score = x @ self.weight.T + self.bias
        score = np.exp(score - score.max(axis=1, keepdims=True))
        return score / score.sum(axis=1, keepdims=True)

    def measure(self, x, label):
        p = self.probabilities(x)
        return float(-np.log(p[np.arange(len(x)), label]).mean()), float((p.argmax(axis=1) == label).mean())


def to_safetensors(tensors):
    header, parts, at = {}, [], 0
    for name, array in tensors.items():
        part = np.ascontiguousarray(array).tobytes()
        header[name] = {"dtype": NAMES[array.dtype.newbyteorder("<").str], "shape": array.shape,
                        "data_offsets": [at, at + len(part)]}
        parts.append(part)
        at += len(part)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + b"".join(parts)


def from_safetensors(body):
    (length,) = struct.unpack_from("<Q", body)
    data, tensors = memoryview(body)[8 + length:], {}
    for name, about in json.loads(body[8:8 + length]).items():
        if name != "__metadata__":
            begin, end = about["data_offsets"]
            tensors[name] = np.frombuffer(data[begin:end], TYPES[about["dtype"]]).reshape(about["shape"])
    return tensors


def answer(learner, request, body):
    name = request["request"]
    if name == "hello":
        return {"version": VERSION}, b""
    if name == "get":
        return {}, to_safetensors(learner.parameters())
    if name == "set":
        learner.set_parameters(from_safetensors(body))
        return {}, b""
    if name == "fit":
        return learner.fit(request["config"]), b""
    if name == "evaluate":
        return learner.evaluate(request["config"]), b""
    raise ValueError(f"what is {name}?")


def serve(stream, learner):
    """Answers one request after another until the other side closes the socket."""
    while lengths := stream.read(12):
        header_length, body_length = struct.unpack("<IQ", lengths)
        request = json.loads(stream.read(header_length))
        body = stream.read(body_length)
        try:
            header, body = answer(learner, request, body)
            text = json.dumps({"answer": request["request"], **header}, allow_nan=False).encode()
        except Exception as error:  # goes to the one who asked; the next request may do better
            text, body = json.dumps({"error": f"{type(error).__name__}: {error}"}).encode(), b""
        stream.write(struct.pack("<IQ", len(text), len(body)) + text + body)
        stream.flush()


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("socket")
    options = arguments.parse_args()
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(options.socket)
        serve(connection.makefile("rwb"), Softmax(options.seed))


if __name__ == "__main__":
    main()
