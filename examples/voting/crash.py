#!/usr/bin/env python3
"""Votes at all nodes of a network while nodes and stores are killed by SIGKILL, and then checks that nothing is lost.

  examples/voting/network start DIR --etcd --postgres
  examples/voting/crash.py DIR [--transactions 10000] [--kills 100] [--store-kills 0] [--rate 20]
                           [--minutes M] [--seed 1]

At as many random points of the transactions as --kills says, a random node is killed and started again, and at --store-kills more
points each etcd and PostgreSQL: one at a time, and the next not before that one is ready, while votes go on at the others. All
nodes vote for one value, but in one transaction of twenty a node dissents, in one of a hundred each has its own, and it fails.
A vote that was not acknowledged is tried again until the node says that it has it. Prints what was counted as JSON, and ends
with 1 if anything is wrong: an acknowledged vote that a ledger misses, two outcomes, an audit with findings, a proof against a
node of ours, an exclusion.
"""

import argparse
import json
import queue
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

from checker import NETWORK, Away, Check, Node, settings

RETRY = 0.2
RETRIED = {"NOT_READY", "SPOOL_FULL", "TOO_MANY_PENDING", "BUSY", "STOPPING"}
THREADS_OF_A_NODE = 4


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--transactions", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--store-kills", type=int, default=0)
    parser.add_argument("--store-away", type=float, default=3.0, help="seconds that a killed store stays away")
    parser.add_argument("--rate", type=float, default=20.0, help="transactions a second, at most")
    parser.add_argument("--minutes", type=float, default=1e6, help="no new transaction after so long")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--prefix", default="tx", help="of the ids, when a network is used again")
    parser.add_argument("--patience", type=float, default=120.0, help="seconds until all is settled and written")
    return parser.parse_args()


class Voters:
    """Threads that vote at one node each, in order, until it has acknowledged."""

    def __init__(self, nodes):
        self.acknowledged = {}
        self.counts = Counter()
        self.unexpected = []
        self.lock = threading.Lock()
        self.queues = {node: queue.Queue() for node in nodes}
        self.threads = [threading.Thread(target=self.vote_all, args=(node, waiting), daemon=True)
                        for node, waiting in self.queues.items() for _ in range(THREADS_OF_A_NODE)]
        for thread in self.threads:
            thread.start()

    def vote_all(self, node, waiting):
        while (vote := waiting.get()) is not None:
            while not self.vote(node, *vote):
                time.sleep(RETRY)

    def vote(self, node, transaction, value):
        try:
            status, said = node.ask("vote", {"transaction": transaction, "value": value})
        except Away:
            return self.counted("retries")
        reason = said.get("reason")
        if status == 200:
            with self.lock:
                self.acknowledged[node.name, transaction] = value
            return True
        if status == 409 and reason == "ALREADY_SAID":
            return self.said_before(node, transaction, value)
        if status == 503 or status == 409 and reason in RETRIED:
            return self.counted("retries")
        if status == 409 and reason == "SETTLED":
            self.counted("settled before")
            return True
        with self.lock:
            self.unexpected.append(f"{node.name} {transaction}: {status} {said}")
        return True

    def said_before(self, node, transaction, value):
        """The node was killed, or lost the connection, after it had signed; or it had given up."""
        try:
            statements = node.told("status", {"transaction": transaction})["statements"]
        except Away:
            return self.counted("retries")
        own = next(row["said"] for row in statements if row["node"] == node.name)
        if own == value:
            self.counted("signed, but killed before it answered")
            with self.lock:
                self.acknowledged[node.name, transaction] = value
        elif own == "timeout":
            self.counted("gave up before it was asked")
        else:
            with self.lock:
                self.unexpected.append(f"{node.name} {transaction}: voted {own}, not {value}")
        return True

    def counted(self, what):
        with self.lock:
            self.counts[what] += 1
        return False

    def end(self):
        for waiting in self.queues.values():
            for _ in range(THREADS_OF_A_NODE):
                waiting.put(None)
        for thread in self.threads:
            thread.join()


class Crashes:
    """Kills one at a time, and starts it again."""

    def __init__(self, folder, away):
        self.folder, self.away = folder, away
        self.thread = None
        self.down = []
        self.failed = None

    def crash(self, what):
        self.wait()
        self.thread = threading.Thread(target=self.kill_and_restart, args=(what,), daemon=True)
        self.thread.start()

    def kill_and_restart(self, what):
        began = time.monotonic()
        try:
            self.network("kill", what)
            if what in ("etcd", "postgres"):
                time.sleep(self.away)
            self.network("restart", what)
        except subprocess.CalledProcessError as e:
            self.failed = f"{e.cmd}: {e.stderr}"
        self.down.append(time.monotonic() - began)

    def network(self, verb, what):
        subprocess.run([NETWORK, verb, self.folder, what], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.PIPE, text=True)

    def wait(self):
        if self.thread is not None:
            self.thread.join()
        if self.failed:
            sys.exit(f"crash.py: {self.failed}")


def values(chance, number, nodes):
    """What each node votes for."""
    said = [f"value-{number}"] * len(nodes)
    draw = chance.random()
    if draw < 0.01:
        said = [f"value-{number}-{i}" for i in range(len(nodes))]
    elif draw < 0.06:
        said[chance.randrange(len(nodes))] += "-not"
    return said


def main():
    options = arguments()
    chance = random.Random(options.seed)
    folder = options.folder.resolve()
    known = settings(folder)
    if not (known["etcd"] and known["postgres"]):
        sys.exit("crash.py: the network needs --etcd and --postgres: the check reads both")
    nodes = [Node(folder, number) for number in range(1, int(known["nodes"]) + 1)]
    victims = [str(chance.choice(nodes).number) for _ in range(options.kills)]
    victims += ["etcd", "postgres"] * options.store_kills
    chance.shuffle(victims)
    points = sorted(chance.sample(range(options.transactions), len(victims)))
    due = dict(zip(points, victims))
    voters, crashes = Voters(nodes), Crashes(folder, options.store_away)
    began = time.monotonic()
    next_vote = began
    killed = Counter()
    for number in range(options.transactions):
        if time.monotonic() - began > options.minutes * 60:
            break
        if number in due:
            crashes.crash(due[number])
            killed[due[number] if due[number] in ("etcd", "postgres") else "nodes"] += 1
            done = len(crashes.down)
            if done % 10 == 0 and done:
                print(f"{time.monotonic() - began:.0f} s: {number} transactions, {done} killed", file=sys.stderr, flush=True)
        for node, value in zip(nodes, values(chance, number, nodes)):
            voters.queues[node].put((f"{options.prefix}_{number:05}", value))
        next_vote = max(next_vote + 1 / options.rate, time.monotonic() - 1)
        time.sleep(max(0.0, next_vote - time.monotonic()))
    crashes.wait()
    voters.end()
    seconds = time.monotonic() - began
    check = Check(folder, nodes, voters.acknowledged, dissenters=True, patience=options.patience)
    right = check.run()
    for unexpected in voters.unexpected[:5]:
        print(f"crash.py: unexpected: {unexpected}", file=sys.stderr)
    for kind, count in check.wrong.items():
        print(f"crash.py: {kind}: {count}, the first: {check.examples[kind]}", file=sys.stderr)
    print(json.dumps({"right": right and not voters.unexpected, "seconds": round(seconds), "seed": options.seed,
                      "killed": dict(killed), "meanSecondsDown": round(sum(crashes.down) / max(1, len(crashes.down)), 1),
                      "voting": dict(voters.counts), "unexpected": len(voters.unexpected), "wrong": dict(check.wrong),
                      **check.counts}))
    sys.exit(0 if right and not voters.unexpected else 1)


if __name__ == "__main__":
    main()
