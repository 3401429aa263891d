#!/usr/bin/env python3
"""Stock Flower clients with a large model: what a round costs Flower's own server, and what it costs amesh.

  python3 -m venv VENV && VENV/bin/pip install flwr numpy
  VENV/bin/python benchmarks/flower/compare.py [--clients 10] [--megabytes 100] [--repeat 3] [--few 3] [--many 6]

TLS with a certificate of the server alone, on loopback. Each server runs once with few rounds and once with more (--few, --many);
the difference is what a round costs when that many are done: processor time of the server's process, and time by the clock. The
JVM compiles for some rounds, which --few 1 counts in. Peak memory is that of the longer run. Prints one JSON object for each run,
then the ratios of the medians.

The third kind, amesh-attested, has the same server over attested TLS of a simulated Nitro, and as many `amesh fl client`, each
with a process in Python that does what the stock clients do. Of our server it is also shown which threads a round's processor
time is of: those that do TLS, HTTP/2 and what comes in on it (transport), those that read models (codec), the one that encodes what
goes out, sums, and writes files (rounds), the JVM's own (compiler, collector) and the rest.
"""

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TENSORS = 10
KINDS = ["flower", "amesh", "amesh-attested"]


def client(address, megabytes, roots):
    import flwr
    import numpy as np

    length = megabytes * 1_000_000 // 4 // TENSORS

    class Client(flwr.client.NumPyClient):
        def get_parameters(self, config):
            return [np.zeros(length, dtype=np.float32) for _ in range(TENSORS)]

        def fit(self, parameters, config):
            return [layer + np.float32(1) for layer in parameters], 10, {}

    flwr.client.start_client(
        server_address=address, client=Client().to_client(), root_certificates=Path(roots).read_bytes()
    )


def learner(megabytes, path):
    """What ExternalLearner starts: does as the stock clients do."""
    import numpy as np

    sys.path.insert(0, str(ROOT / "examples" / "python"))
    from learner import serve

    class Adding:
        layers = {f"layer{i}": np.zeros(megabytes * 1_000_000 // 4 // TENSORS, np.float32) for i in range(TENSORS)}

        def parameters(self):
            return self.layers

        def set_parameters(self, tensors):
            self.layers = tensors

        def fit(self, config):
            self.layers = {name: layer + np.float32(1) for name, layer in self.layers.items()}
            return {"examples": 10, "metrics": {}}

    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        serve(connection.makefile("rwb"), Adding())


def flower_server(address, clients, rounds, folder):
    import flwr

    folder = Path(folder)
    flwr.server.start_server(
        server_address=address,
        config=flwr.server.ServerConfig(num_rounds=int(rounds)),
        strategy=flwr.server.strategy.FedAvg(
            fraction_evaluate=0.0,
            min_fit_clients=int(clients),
            min_evaluate_clients=int(clients),
            min_available_clients=int(clients),
        ),
        certificates=tuple((folder / name).read_bytes() for name in ("roots.pem", "server.crt", "server.key")),
    )


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def certificates(folder):
    amesh = str(ROOT / "amesh")
    quiet = {"cwd": folder, "check": True, "stdout": subprocess.DEVNULL}
    subprocess.run([amesh, "pki", "ca", "ca", "--name", "benchmark"], **quiet)
    issue = [amesh, "pki", "issue", "server", "--ca", "ca", "--dns", "localhost", "--ip", "127.0.0.1", "--out", "node"]
    subprocess.run(issue + ["--server"], **quiet)
    for made, name in (("ca.crt", "roots.pem"), ("server.crt", "server.crt"), ("server.key", "server.key")):
        shutil.copy(folder / "node" / made, folder / name)


def node(folder, name, port, more=""):
    config = folder / f"{name}.toml"
    config.write_text(f"""
[node]
name = "{name}"
listen = "127.0.0.1:{port}"
{more}
""")
    return str(config)


MANUAL = """
mode = "manual"
[tls]
ca = "roots.pem"
server-certificate = "server.crt"
server-key = "server.key"
"""
ATTESTED = """
mode = "full-auto"
[tls]
ca = "roots.pem"
issuer-certificate = "ca/ca.crt"
issuer-key = "ca/ca.key"
[attestation]
simulated = "insecure-cloud"
insecure-any-release = true
"""


def amesh_command(folder, port, clients, rounds, attested):
    rounds_folder = Path(tempfile.mkdtemp(dir=folder))
    federated = f"""
[federated]
folder = "{rounds_folder}"
rounds = {rounds}
min-fit-clients = {clients}
min-available-clients = {clients}
fraction-evaluate = "0"
"""
    if attested:
        config = node(folder, "server.example", port, ATTESTED + federated)
    else:
        flower = f"""
insecure-flower-tls = "127.0.0.1:{port}"
flower-certificate = "server.crt"
flower-key = "server.key"
"""
        config = node(folder, "localhost", 0, MANUAL + federated + flower)
    return [str(ROOT / "amesh"), "fl", "server", "--config", config]


def client_commands(kind, folder, port, clients, megabytes):
    if kind != "amesh-attested":
        own = [sys.executable, __file__, "_client", f"127.0.0.1:{port}", str(megabytes), str(folder / "roots.pem")]
        return [own] * clients
    ending = ["--server", f"127.0.0.1:{port}", "--name", "server.example"]
    ending += ["--", sys.executable, __file__, "_learner", str(megabytes)]
    return [
        [str(ROOT / "amesh"), "fl", "client", "--config", node(folder, f"client-{i}.example", 0, ATTESTED)] + ending
        for i in range(clients)
    ]


def part_of(thread):
    """Which part of a round a thread of the JVM works for, by the name that the kernel has, of 15 characters."""
    for part, beginnings in PARTS.items():
        if thread.startswith(beginnings):
            return part
    return "rest"


PARTS = {
    "transport": ("grpc-nio", "grpc-wor", "nioEvent", "epollEve", "multiThreadIoEv"),
    "codec": ("grpc-def",),
    "rounds": ("main", "java"),
    "jvm": ("C1 ", "C2 ", "G1 ", "GC ", "VM ", "Sweeper", "Monitor"),
}


def threads(pid):
    """Processor seconds of each thread of a process."""
    times = {}
    for task in Path(f"/proc/{pid}/task").glob("*"):
        try:
            head, tail = (task / "stat").read_text().rsplit(")", 1)
        except OSError:  # the thread has ended
            continue
        user, system = tail.split()[11:13]
        times[task.name] = (head.split("(", 1)[1], (int(user) + int(system)) / os.sysconf("SC_CLK_TCK"))
    return times


def run(kind, folder, clients, megabytes, rounds):
    port = free_port()
    if kind == "flower":
        command = [sys.executable, __file__, "_server", f"127.0.0.1:{port}", str(clients), str(rounds), str(folder)]
    else:
        command = amesh_command(folder, port, clients, rounds, kind == "amesh-attested")
    log = open(folder / f"{kind}-{rounds}.log", "w")
    server = subprocess.Popen(command, stdout=log, stderr=log)
    while server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except OSError:
            time.sleep(0.1)
    begin = time.monotonic()
    commands = client_commands(kind, folder, port, clients, megabytes)
    peers = [subprocess.Popen(own, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for own in commands]
    of_threads = {}
    while True:
        pid, status, usage = os.wait4(server.pid, os.WNOHANG)
        if pid:
            break
        of_threads |= threads(server.pid)
        time.sleep(0.05)
    seconds = time.monotonic() - begin
    server.returncode = os.waitstatus_to_exitcode(status)
    for peer in peers:
        try:
            peer.wait(60)
        except subprocess.TimeoutExpired:
            peer.terminate()
            peer.wait()
    if status != 0:
        raise SystemExit(f"{kind} failed: see {log.name}\n" + Path(log.name).read_text()[-2000:])
    figures = {
        "server": kind,
        "rounds": rounds,
        "seconds": round(seconds, 2),
        "cpu": round(usage.ru_utime + usage.ru_stime, 2),
        "peakMegabytes": round(usage.ru_maxrss / 1024),
    }
    if kind != "flower":
        parts = dict.fromkeys([*PARTS, "rest"], 0.0)
        for name, used in of_threads.values():
            parts[part_of(name)] += used
        figures["cpuOf"] = {part: round(used, 2) for part, used in parts.items()}
    return figures


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--clients", type=int, default=10)
    arguments.add_argument("--megabytes", type=int, default=100)
    arguments.add_argument("--repeat", type=int, default=3)
    arguments.add_argument("--few", type=int, default=3)
    arguments.add_argument("--many", type=int, default=6)
    arguments.add_argument("--kinds", type=lambda text: text.split(","), default=KINDS, help=", ".join(KINDS))
    given = arguments.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="flower-compare-"))
    certificates(folder)
    rounds = given.many - given.few
    figures = {kind: [] for kind in given.kinds}
    splits = {kind: [] for kind in given.kinds if kind != "flower"}
    for _ in range(given.repeat):
        for kind, collected in figures.items():
            few = run(kind, folder, given.clients, given.megabytes, given.few)
            many = run(kind, folder, given.clients, given.megabytes, given.many)
            print(json.dumps(few), json.dumps(many), sep="\n", flush=True)
            collected.append(
                (
                    (many["cpu"] - few["cpu"]) / rounds,
                    (many["seconds"] - few["seconds"]) / rounds,
                    many["peakMegabytes"],
                )
            )
            if kind in splits:
                splits[kind].append([(many["cpuOf"][part] - few["cpuOf"][part]) / rounds for part in few["cpuOf"]])
    medians = {kind: [statistics.median(column) for column in zip(*rows)] for kind, rows in figures.items()}
    for index, name in enumerate(("cpuSecondsPerRound", "secondsPerRound", "peakMegabytes")):
        row = {kind: round(columns[index], 2) for kind, columns in medians.items()}
        ratios = {
            f"flower ÷ {kind}": round(medians["flower"][index] / columns[index], 2)
            for kind, columns in medians.items()
            if "flower" in medians and kind != "flower"
        }
        print(json.dumps({"what": name} | row | ratios, ensure_ascii=False))
    for kind, rows in splits.items():
        middle = {part: round(statistics.median(column), 2) for part, column in zip([*PARTS, "rest"], zip(*rows))}
        print(json.dumps({"what": f"cpuSecondsPerRound of {kind}, by threads"} | middle))
    shutil.rmtree(folder)


if __name__ == "__main__":
    if sys.argv[1:2] == ["_client"]:
        client(sys.argv[2], int(sys.argv[3]), sys.argv[4])
    elif sys.argv[1:2] == ["_learner"]:
        learner(int(sys.argv[2]), sys.argv[3])
    elif sys.argv[1:2] == ["_server"]:
        flower_server(*sys.argv[2:])
    else:
        main()
