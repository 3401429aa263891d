"""The rules as NumPy computes them, in the order of operations that the Java classes state.

Reads lines "rule type weights global update update ..." with little-endian elements in hexadecimal, and answers each
with the elements of the result. With the argument "vectors" it prints lines with their answers at the end instead, which
is how vectors.txt was made.
"""
import sys

import numpy as np


def fedavg(dtype, weights, updates):
    wide = {"float32": np.float32, "float16": np.float32}.get(dtype, np.float64)
    total = np.zeros(updates[0].shape, wide)
    for update, weight in zip(updates, weights):
        total = total + update.astype(wide) * wide(weight)  # typed: NumPy 1 makes float64 of an int above 65535
    return narrow(total / wide(sum(weights)), dtype)


def narrow(mean, dtype):
    return (mean if dtype.startswith("float") else np.rint(mean)).astype(dtype)


def trimmed(dtype, updates, cut):
    wide = np.float32 if dtype in ("float16", "float32") else np.float64
    ordered = np.sort(np.stack(updates), axis=0)[cut : len(updates) - cut]
    return narrow(ordered.astype(wide).mean(axis=0), dtype)


def median(dtype, updates):
    wide = np.float32 if dtype in ("float16", "float32") else np.float64
    return narrow(np.median(np.stack(updates).astype(wide), axis=0), dtype)


def krum(dtype, updates, f, chosen):
    exact = [update.astype(np.float64) for update in updates]
    scores = []
    for one in exact:
        distances = sorted(float(np.sum((one - other) ** 2)) for other in exact)
        scores.append(sum(distances[1 : len(updates) - f - 1]))
    best = sorted(np.argsort(scores, kind="stable")[:chosen])
    return fedavg(dtype, [1] * chosen, [updates[i] for i in best])


def optimizer(rule, dtype, weights, before, updates):
    """Two rounds with the same updates."""
    kept = np.float64 if dtype == "float64" else np.float32
    mean = fedavg(dtype, weights, updates).astype(np.float64)
    m = np.zeros(before.shape, kept)
    v = np.zeros(before.shape, kept)
    w = before
    for t in (1, 2):
        d = mean - w.astype(np.float64)
        eta, tau, beta1, beta2 = 0.1, 1e-9, 0.9, 0.99
        m64, v64 = m.astype(np.float64), v.astype(np.float64)
        if rule == "fedavgm":
            m = (0.9 * m64 + d).astype(kept)
            w = (w.astype(np.float64) + 1.0 * m.astype(np.float64)).astype(dtype)
            continue
        if rule == "fedadam":
            v = (beta2 * v64 + (1 - beta2) * (d * d)).astype(kept)
            eta = eta * np.sqrt(1 - np.power(beta2, t + 1.0)) / (1 - np.power(beta1, t + 1.0))
        elif rule == "fedyogi":
            eta, tau = 0.01, 1e-3
            v = (v64 - (1 - beta2) * (d * d) * np.sign(v64 - d * d)).astype(kept)
        else:
            beta1 = 0.0
            v = (v64 + d * d).astype(kept)
        m = (beta1 * m64 + (1 - beta1) * d).astype(kept)
        step = eta * m.astype(np.float64) / (np.sqrt(v.astype(np.float64)) + tau)
        w = (w.astype(np.float64) + step).astype(dtype)
    return w


def answer(line):
    rule, dtype, weights, *tensors = line.split()
    weights = [int(weight) for weight in weights.split(",")]
    before, *updates = [np.frombuffer(bytes.fromhex(tensor), np.dtype(dtype).newbyteorder("<")) for tensor in tensors]
    if rule == "fedavg":
        result = fedavg(dtype, weights, updates)
    elif rule == "fedmedian":
        result = median(dtype, updates)
    elif rule == "trimmed-mean":
        result = trimmed(dtype, updates, 1)
    elif rule == "krum":
        result = krum(dtype, updates, 1, 1)
    elif rule == "multi-krum":
        result = krum(dtype, updates, 1, len(updates) - 1)
    else:
        result = optimizer(rule, dtype, weights, before, updates)
    return result.astype(np.dtype(dtype).newbyteorder("<")).tobytes().hex()


def vectors():
    random = np.random.default_rng(7)
    floats = ["float16", "float32", "float64"]
    whole = ["int8", "int16", "int32"]
    optimizers = ["fedavgm", "fedadam", "fedyogi", "fedadagrad"]
    for rule in ["fedavg", "fedmedian", "trimmed-mean", "krum", "multi-krum", *optimizers]:
        for dtype in floats if rule in optimizers else floats + whole:
            for count in (5, 6):
                tensors = [random.normal(0, 10, 6).astype(dtype).astype("<" + np.dtype(dtype).str[1:]).tobytes().hex()
                           for _ in range(count + 1)]
                weights = ",".join(str(weight) for weight in random.integers(1, 1000, count))
                line = " ".join([rule, dtype, weights, *tensors])
                print(line, answer(line))


if sys.argv[1:] == ["vectors"]:
    vectors()
else:
    for asked in sys.stdin:
        print(answer(asked))
