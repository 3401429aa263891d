"""Reads and writes arrays as Python does: arrays.py COMMAND FOLDER. Prints what went wrong, or ok."""

import lzma
import pickle
import sys
import zlib
from pathlib import Path

import numpy as np

command, folder = sys.argv[1], Path(sys.argv[2])
TYPES = ["?", "i1", "i2", "i4", "i8", "f2", "f4", "f8"]


def arrays():
    """One of each type, and of each kind of shape and order."""
    made = [np.arange(6).reshape(2, 3).astype(kind) for kind in TYPES]
    made += [np.asfortranarray(array) for array in made] + [array.astype(array.dtype.newbyteorder(">")) for array in made]
    made += [np.array(7, "f4"), np.zeros((0, 4), "f4"), np.zeros((0,), "f8"), np.arange(5, dtype="f4")]
    made += [np.asfortranarray(np.arange(24, dtype="i4").reshape(2, 3, 4)), np.arange(300, dtype="f8").reshape(300, 1)]
    return made


def plain(array):
    """As the other side has it: row-major, little-endian."""
    return np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<")).reshape(array.shape)


def same(one, other):
    return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()


if command == "write":
    for i, array in enumerate(arrays()):
        np.save(folder / f"{i}.npy", array, allow_pickle=False)
        np.save(folder / f"{i}.plain.npy", plain(array), allow_pickle=False)
    for protocol in (3, 4):
        inner = {"params": arrays(), "additional_info": {"applied_techniques": []}}
        data = pickle.dumps(inner, protocol)
        for name, compressed in ((None, data), ("zlib", zlib.compress(data)), ("lzma", lzma.compress(data, preset=5))):
            outer = {"byte_compressor": name, "bytes": compressed}
            (folder / f"{name}.{protocol}.pickle").write_bytes(pickle.dumps(outer, protocol))
elif command == "compare":
    for i, array in enumerate(arrays()):
        assert same(np.load(folder / f"{i}.ours.npy", allow_pickle=False), plain(array)), f"npy {i}"
        assert (folder / f"{i}.ours.npy").read_bytes() == (folder / f"{i}.plain.npy").read_bytes(), f"bytes of npy {i}"
    for name, expand in (("none", bytes), ("zlib", zlib.decompress), ("lzma", lzma.decompress)):
        outer = pickle.loads((folder / f"{name}.ours.pickle").read_bytes())
        assert outer["byte_compressor"] == (None if name == "none" else name), name
        inner = pickle.loads(expand(outer["bytes"]))
        assert inner["additional_info"] == {"applied_techniques": []}, name
        assert len(inner["params"]) == len(arrays()), name
        assert all(same(one, plain(other)) for one, other in zip(inner["params"], arrays())), name
elif command == "p2pfl":
    from p2pfl.learning.compression.manager import CompressionManager

    for name in ("none", "zlib", "lzma"):
        params, info = CompressionManager.reverse((folder / f"{name}.ours.pickle").read_bytes())
        assert info == {}, name
        assert all(same(one, plain(other)) for one, other in zip(params, arrays())), name
        techniques = {} if name == "none" else {name: {}}
        written = CompressionManager.apply(arrays(), {"callback": {"mu": 0.5}}, techniques)
        (folder / f"{name}.p2pfl.pickle").write_bytes(written)
    for technique in ("ptq", "topk", "low_rank"):
        written = CompressionManager.apply([np.ones((8, 8), "f4")], {}, {technique: {}})
        (folder / f"{technique}.pickle").write_bytes(written)
elif command == "safetensors":
    from safetensors.numpy import load_file, save_file

    read = load_file(folder / "ours.safetensors")
    assert set(read) == {str(i) for i in range(len(arrays()))}
    assert all(same(read[str(i)], plain(array)) for i, array in enumerate(arrays()))
    save_file({str(i): plain(array) for i, array in enumerate(arrays())}, folder / "theirs.safetensors", {"a": "b"})
print("ok")
