#!/usr/bin/env python3
"""Learning by gossip: how long until all nodes have the aggregate, with stock nodes of P2PFL 0.4.4 and with ours.

  python3 -m venv VENV
  VENV/bin/pip install p2pfl==0.4.4 'numpy<2' opendp pyarrow==17.0.0 'huggingface_hub<0.26'
  VENV/bin/python benchmarks/gossip/compare.py [--nodes 5,10,20,50] [--repeat 3] [--kinds p2pfl-tls,amesh,...]

Kinds are p2pfl (nothing), p2pfl-tls (mutual TLS, as its settings have it), amesh-plain (nothing) and amesh (attested TLS of a
simulated Nitro). All nodes of a kind are in one process, on loopback, and have the settings that are printed first. The learner
adds one, so that the right aggregate of each round is known; a node counts once it has that. Seconds run from the start of
learning, when the first model is there, until the last node has the aggregate of round 1, and then from round to round; processor
time likewise. Connecting comes before that. Peak memory is that of the whole run. Prints a JSON object for each run, failed ones too, and then the medians.
"""

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TENSORS = 10
# by our names; P2PFL's own values, but for two that have its larger networks fall apart: 5 s of silence, 100 messages remembered
SETTINGS = {
    "beat": 2.0,
    "silence": 30.0,
    "convergence": 2.0,
    "vote": 60.0,
    "aggregation": 300.0,
    "modelPeriod": 1.0,
    "modelsAtOnce": 2,
    "idleTurns": 10,
    "message": 10.0,
    "expected": 60.0,
}
P2PFL_SETTINGS = {
    "beat": ("heartbeat", "PERIOD"),
    "silence": ("heartbeat", "TIMEOUT"),
    "convergence": ("heartbeat", "WAIT_CONVERGENCE"),
    "vote": ("training", "VOTE_TIMEOUT"),
    "aggregation": ("training", "AGGREGATION_TIMEOUT"),
    "modelPeriod": ("gossip", "MODELS_PERIOD"),
    "modelsAtOnce": ("gossip", "MODELS_PER_ROUND"),
    "idleTurns": ("gossip", "EXIT_ON_X_EQUAL_ROUNDS"),
    "message": ("general", "GRPC_TIMEOUT"),
    "expected": ("gossip", "MODE_EXPECTATION_TIMEOUT"),
}
REMEMBERED = 16_384
SAID = ("connected", "aggregated")
COLOURS = {"p2pfl": "#b9770e", "p2pfl-tls": "#c0392b", "amesh-plain": "#2a9d5c", "amesh": "#1b6ca8"}


def edges(topology, nodes):
    if topology == "full":
        return [(i, j) for i in range(nodes) for j in range(i + 1, nodes)]
    if topology == "star":
        return [(0, j) for j in range(1, nodes)]
    return [(i, i + 1) for i in range(nodes - 1)]


def free_ports(count):
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def stock(given):
    """Nodes of P2PFL; prints what GossipNodes prints."""
    from p2pfl.settings import Settings

    Settings.general.DISABLE_RAY = True
    Settings.general.LOG_LEVEL = os.environ.get("P2PFL_LOG", "ERROR")
    for name, (section, key) in P2PFL_SETTINGS.items():
        setattr(getattr(Settings, section), key, given["settings"][name])
    Settings.gossip.AMOUNT_LAST_MESSAGES_SAVED = REMEMBERED
    Settings.ssl.USE_SSL = given["tls"]
    Settings.ssl.CA_CRT = "ca.crt"
    for side in ("SERVER", "CLIENT"):
        setattr(Settings.ssl, side + "_CRT", f"{side.lower()}.crt")
        setattr(Settings.ssl, side + "_KEY", f"{side.lower()}.key")

    import threading

    import numpy as np
    from datasets import Dataset
    from p2pfl.learning.dataset.p2pfl_dataset import P2PFLDataset
    from p2pfl.learning.frameworks.learner import Learner
    from p2pfl.learning.frameworks.p2pfl_model import P2PFLModel
    from p2pfl.node import Node

    lock = threading.Lock()
    aggregated = [set() for _ in range(given["rounds"])]
    over = threading.Event()

    def has(node, value):
        with lock:
            if not 1 <= value <= given["rounds"] or node in aggregated[int(value) - 1]:
                return
            aggregated[int(value) - 1].add(node)
            if len(aggregated[int(value) - 1]) == given["nodes"]:
                cpu = time.process_time() - cpu_before
                print(f"aggregated {time.monotonic() - begin:.3f} {cpu:.2f}", flush=True)
                if value == given["rounds"]:
                    over.set()

    class Arrays(P2PFLModel):
        def get_parameters(self):
            return self.model

        def set_parameters(self, params):
            if isinstance(params, bytes):
                params, self.additional_info = self.decode_parameters(params)
            self.model = params

        def get_framework(self):
            return "numpy"

    class OneAdded(Learner):
        def set_model(self, model):
            super().set_model(model)
            has(self.addr, float(self.get_model().get_parameters()[0][0]))

        def fit(self):
            model = self.get_model()
            model.set_parameters([layer + np.float32(1) for layer in model.get_parameters()])
            model.set_contribution([self.addr], 1)
            return model

        def evaluate(self):
            return {"loss": 0.0}

        def interrupt_fit(self):
            pass

        def get_framework(self):
            return "numpy"

    length = given["bytes"] // 4 // TENSORS
    cpu_before, begin = time.process_time(), time.monotonic()
    nodes = []
    for port in free_ports(given["nodes"]):
        layers = [np.zeros(length, np.float32) for _ in range(TENSORS)]
        data = P2PFLDataset(Dataset.from_dict({"x": [0]}))
        nodes.append(Node(Arrays(layers), data, addr=f"127.0.0.1:{port}", learner=OneAdded()))
        nodes[-1].start()
    for i, j in given["edges"]:
        tries = 5  # under load a handshake may be late
        while nodes[j].addr not in nodes[i].get_neighbors(only_direct=True):
            if tries == 0:
                print(f"nodes {i} and {j} did not connect", file=sys.stderr, flush=True)
                os._exit(1)
            nodes[i].connect(nodes[j].addr)
            tries -= 1
    while any(len(node.get_neighbors()) < len(nodes) - 1 for node in nodes):
        time.sleep(0.1)
    print(f"connected {time.monotonic() - begin:.3f} {time.process_time() - cpu_before:.2f}", flush=True)
    cpu_before, begin = time.process_time(), time.monotonic()
    nodes[0].set_start_learning(rounds=given["rounds"], epochs=1, trainset_size=given["trainSet"])
    over.wait()
    os._exit(0)  # every node would say goodbye to every other


def command(kind, given):
    if kind.startswith("p2pfl"):
        return [sys.executable, __file__, "_stock", json.dumps(given | {"tls": kind == "p2pfl-tls"})]
    arguments = {name: round(1000 * value) if isinstance(value, float) else value for name, value in given["settings"].items()}
    arguments |= {name: given[name] for name in ("nodes", "rounds", "bytes", "trainSet")}
    arguments["averages"] = str(given["averages"]).lower()
    arguments["edges"] = ",".join(f"{i}-{j}" for i, j in given["edges"])
    arguments["transport"] = "plain" if kind == "amesh-plain" else "attested"
    target = ROOT / "benchmarks" / "target"
    classpath = f"{target / 'classes'}:{(target / 'classpath').read_text()}"
    java = ["java", f"-Xmx{given['heap']}", "-Djava.util.logging.config.file=/dev/null", "-cp", classpath]
    return java + ["io.attestedmesh.benchmarks.GossipNodes"] + [f"{name}={value}" for name, value in arguments.items()]


def run(kind, given, folder, timeout):
    """What a run came to; one that fails says why, and how far it came."""
    with open(folder / "out", "w+") as out, open(folder / "errors", "w+") as errors:
        child = subprocess.Popen(command(kind, given), cwd=folder, stdout=out, stderr=errors)
        begin = time.monotonic()
        late = False
        while True:
            pid, status, usage = os.wait4(child.pid, os.WNOHANG)
            if pid:
                break
            if not late and time.monotonic() - begin > timeout:
                late = True
                child.kill()
            time.sleep(0.05)
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        lines = [line.split() for line in out.read().splitlines()]
        errors.seek(0)
        said = errors.read()[-500:]
    said_of = {what: [(float(line[1]), float(line[2])) for line in lines if line[:1] == [what]] for what in SAID}
    times = said_of["aggregated"]
    figures = {"kind": kind, "nodes": given["nodes"]}
    if said_of["connected"]:
        figures |= {"connecting": said_of["connected"][0][0], "cpuConnecting": said_of["connected"][0][1]}
    if len(times) < given["rounds"] or child.returncode != 0:
        figures["failed"] = f"not over after {timeout} s" if late else f"exit status {child.returncode}"
        figures["roundsOver"] = len(times)
        figures["said"] = said
    if times:
        figures |= {"seconds": times[0][0], "cpu": times[0][1]}
    if len(times) > 1:
        later = len(times) - 1
        figures["secondsPerRound"] = round((times[-1][0] - times[0][0]) / later, 3)
        figures["cpuPerRound"] = round((times[-1][1] - times[0][1]) / later, 2)
    return figures | {"peakMegabytes": round(usage.ru_maxrss / 1024)}


def certificates(folder):
    """One CA and one certificate of each kind for 127.0.0.1: P2PFL's settings are those of the process, for all its nodes."""
    quiet = {"cwd": folder, "check": True, "stdout": subprocess.DEVNULL}
    amesh = str(ROOT / "amesh")
    subprocess.run([amesh, "pki", "ca", "ca", "--name", "benchmark"], **quiet)
    subprocess.run([amesh, "pki", "issue", "node", "--ca", "ca", "--ip", "127.0.0.1", "--out", "."], **quiet)


def build():
    target = ROOT / "benchmarks" / "target"
    maven = ["mvn", "-q", "-B", "-f", str(ROOT / "pom.xml"), "-Dmaven.test.skip=true", "-pl", "benchmarks", "-am", "package"]
    maven += ["dependency:build-classpath", "-Dmdep.includeScope=runtime", f"-Dmdep.outputFile={target / 'classpath'}"]
    subprocess.run(maven, check=True, stdout=sys.stderr)


def plot(medians, numbers, path):
    """Seconds and megabytes by the number of nodes, as SVG 1.1, both axes logarithmic."""
    import math

    width, height, left, top, bottom, gap = 420, 300, 60, 40, 50, 20
    svg = []

    def scale(value, low, high, begin, end):
        share = (math.log(value) - math.log(low)) / (math.log(high) - math.log(low)) if high > low else 0.5
        return begin + share * (end - begin)

    def text(x, y, words, anchor="middle"):
        svg.append(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{words}</text>')

    for panel, (name, title) in enumerate(
        (("seconds", "seconds until all have the aggregate"), ("peakMegabytes", "peak memory, MB"))
    ):
        x0, x1, y0, y1 = panel * width + left, (panel + 1) * width - gap, height - bottom, top
        values = [row[name] for row in medians.values() if name in row]
        if not values:
            continue
        low, high = 0.8 * min(values), 1.2 * max(values)
        svg.append(f'<path d="M{x0},{y1}V{y0}H{x1}" fill="none" stroke="#888"/>')
        text((x0 + x1) / 2, top - 16, title)
        text((x0 + x1) / 2, height - 12, "nodes")
        for number in numbers:
            text(scale(number, numbers[0], numbers[-1], x0 + 14, x1 - 14), y0 + 18, number)
        for kind, colour in COLOURS.items():
            points = []
            for number in numbers:
                value = medians.get((kind, number), {}).get(name)
                if value:
                    x, y = scale(number, numbers[0], numbers[-1], x0 + 14, x1 - 14), scale(value, low, high, y0, y1)
                    points.append(f"{x:.1f},{y:.1f}")
                    svg.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>')
                    text(x, y - 7, f"{value:.3g}" if value < 1000 else f"{value:.0f}")
            svg.append(f'<polyline points="{" ".join(points)}" fill="none" stroke="{colour}" stroke-width="2"/>')
    for index, kind in enumerate(kind for kind in COLOURS if any(kind == key[0] for key in medians)):
        svg.append(f'<text x="{left + 110 * index}" y="{height + 14}" fill="{COLOURS[kind]}">{kind}</text>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * width} {height + 24}" font-family="sans-serif" font-size="11">'
    background = '<rect width="100%" height="100%" fill="white"/>'
    Path(path).write_text("\n".join([head, background, *svg, "</svg>"]) + "\n")


def setting(text):
    name, value = text.split("=", 1)
    return name, type(SETTINGS[name])(value)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--nodes", type=lambda text: [int(part) for part in text.split(",")], default=[20])
    arguments.add_argument("--kinds", type=lambda text: text.split(","), default=list(COLOURS), help="all, by default")
    arguments.add_argument("--topology", choices=("full", "star", "line"), default="full")
    arguments.add_argument("--train-set", type=int, default=4, help="nodes that train in a round: 4, as P2PFL has it")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--megabytes", type=float, default=1.0, help="of the model, float32")
    arguments.add_argument("--set", type=setting, action="append", default=[], metavar="NAME=VALUE", help="a setting of both")
    arguments.add_argument("--repeat", type=int, default=3)
    arguments.add_argument("--timeout", type=float, default=300.0, help="seconds that a run may take, connecting included")
    arguments.add_argument("--averages", action="store_true", help="ours, too, send averages, as P2PFL's do")
    arguments.add_argument("--heap", default="1g", help="largest heap of the Java process")
    arguments.add_argument("--plot", help="an SVG file to write")
    given = arguments.parse_args()
    settings = SETTINGS | dict(given.set)
    build()
    common = {
        "rounds": given.rounds,
        "trainSet": given.train_set,
        "bytes": round(given.megabytes * 1_000_000),
        "topology": given.topology,
        "heap": given.heap,
        "averages": given.averages,
        "settings": settings,
    }
    print(json.dumps(common), flush=True)
    rows = {}
    with tempfile.TemporaryDirectory(prefix="gossip-compare-") as folder:
        certificates(Path(folder))
        for number in given.nodes:
            work = common | {"nodes": number, "edges": edges(given.topology, number)}
            for _ in range(given.repeat):
                for kind in given.kinds:
                    figures = run(kind, work, Path(folder), given.timeout)
                    print(json.dumps(figures), flush=True)
                    rows.setdefault((kind, number), []).append(figures)
    medians = {}
    for (kind, number), runs in rows.items():
        whole = [figures for figures in runs if "failed" not in figures]
        names = ("seconds", "secondsPerRound", "cpu", "cpuPerRound", "peakMegabytes", "connecting", "cpuConnecting")
        middle = {
            name: round(statistics.median(values), 3)
            for name in names
            if (values := [figures[name] for figures in whole if name in figures])
        }
        medians[kind, number] = middle
        print(json.dumps({"median": kind, "nodes": number, "runs": len(whole), "failed": len(runs) - len(whole)} | middle))
    for ours, theirs in (("amesh", "p2pfl-tls"), ("amesh-plain", "p2pfl")):
        for number in given.nodes:
            a, b = medians.get((ours, number)), medians.get((theirs, number))
            if a and b:
                ratios = {name: round(a[name] / b[name], 3) for name in a if b.get(name)}
                print(json.dumps({"ratio": f"{ours} ÷ {theirs}", "nodes": number} | ratios, ensure_ascii=False))
    if given.plot:
        plot(medians, given.nodes, given.plot)


if __name__ == "__main__":
    if sys.argv[1:2] == ["_stock"]:
        stock(json.loads(sys.argv[2]))
    else:
        main()
