#!/usr/bin/env python3
"""Stock Flower clients with a large model: what a round costs Flower's own server, and what it costs amesh.

  python3 -m venv VENV && VENV/bin/pip install flwr numpy
  VENV/bin/python benchmarks/flower/compare.py [--clients 10] [--megabytes 100] [--repeat 3]

TLS with a certificate of the server alone, on loopback. Each server runs once with one round and once with four; a third of
the difference is what a round costs when everything is warm: processor time of the server's process, and time by the clock.
Peak memory is that of the longer run. Prints one JSON object for each run, then the ratios of the medians.
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
FEW, MANY = 1, 4


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


def amesh_command(folder, port, clients, rounds):
    rounds_folder = Path(tempfile.mkdtemp(dir=folder))
    config = folder / "amesh.toml"
    config.write_text(
        f"""
[node]
name = "localhost"
listen = "127.0.0.1:0"
mode = "manual"
[tls]
ca = "roots.pem"
server-certificate = "server.crt"
server-key = "server.key"
[federated]
folder = "{rounds_folder}"
rounds = {rounds}
min-fit-clients = {clients}
fraction-evaluate = "0"
insecure-flower-tls = "127.0.0.1:{port}"
flower-certificate = "server.crt"
flower-key = "server.key"
"""
    )
    return [str(ROOT / "amesh"), "fl", "server", "--config", str(config)]


def run(kind, folder, clients, megabytes, rounds):
    port = free_port()
    if kind == "flower":
        command = [sys.executable, __file__, "_server", f"127.0.0.1:{port}", str(clients), str(rounds), str(folder)]
    else:
        command = amesh_command(folder, port, clients, rounds)
    log = open(folder / f"{kind}-{rounds}.log", "w")
    server = subprocess.Popen(command, stdout=log, stderr=log)
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except OSError:
            time.sleep(0.1)
    begin = time.monotonic()
    own = [sys.executable, __file__, "_client", f"127.0.0.1:{port}", str(megabytes), str(folder / "roots.pem")]
    peers = [subprocess.Popen(own, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(clients)]
    _, status, usage = os.wait4(server.pid, 0)
    seconds = time.monotonic() - begin
    for peer in peers:
        peer.wait()
    if status != 0:
        raise SystemExit(f"{kind} failed: see {log.name}\n" + Path(log.name).read_text()[-2000:])
    return {
        "server": kind,
        "rounds": rounds,
        "seconds": round(seconds, 2),
        "cpu": round(usage.ru_utime + usage.ru_stime, 2),
        "peakMegabytes": round(usage.ru_maxrss / 1024),
    }


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--clients", type=int, default=10)
    arguments.add_argument("--megabytes", type=int, default=100)
    arguments.add_argument("--repeat", type=int, default=3)
    given = arguments.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="flower-compare-"))
    certificates(folder)
    figures = {"flower": [], "amesh": []}
    for _ in range(given.repeat):
        for kind, collected in figures.items():
            few = run(kind, folder, given.clients, given.megabytes, FEW)
            many = run(kind, folder, given.clients, given.megabytes, MANY)
            print(json.dumps(few), json.dumps(many), sep="\n", flush=True)
            collected.append(
                (
                    (many["cpu"] - few["cpu"]) / (MANY - FEW),
                    (many["seconds"] - few["seconds"]) / (MANY - FEW),
                    many["peakMegabytes"],
                )
            )
    medians = {kind: [statistics.median(column) for column in zip(*rows)] for kind, rows in figures.items()}
    for index, name in enumerate(("cpuSecondsPerRound", "secondsPerRound", "peakMegabytes")):
        flower, amesh = medians["flower"][index], medians["amesh"][index]
        print(json.dumps({"what": name, "flower": round(flower, 2), "amesh": round(amesh, 2), "ratio": round(flower / amesh, 2)}))
    shutil.rmtree(folder)


if __name__ == "__main__":
    if sys.argv[1:2] == ["_client"]:
        client(sys.argv[2], int(sys.argv[3]), sys.argv[4])
    elif sys.argv[1:2] == ["_server"]:
        flower_server(*sys.argv[2:])
    else:
        main()
