"""What a voting network with real stores has written, against what it said: over all ledgers, etcd, and what nodes answer."""

import base64
import csv
import http.client
import json
import re
import struct
import subprocess
import time
import urllib.request
from collections import Counter, defaultdict
from pathlib import Path

NETWORK = Path(__file__).resolve().parent / "network"
KEYS_AT_ONCE = 1000
LABEL = b"amesh-voting-certificate-v1"


class Away(Exception):
    """A node does not answer, or not now."""


class Node:
    """The admin endpoint of one node."""

    def __init__(self, folder, number):
        self.number = number
        self.name = f"node-{number}.example"
        self.folder = folder / f"node-{number}"
        self.port = int(re.search(r'^admin = "127\.0\.0\.1:(\d+)"', (self.folder / "amesh.toml").read_text(), re.M)[1])
        self.token = (self.folder / "voting" / "admin.token").read_text().strip()

    def ask(self, act, body=None, timeout=60):
        """The status of its answer, and the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            headers = {"Authorization": f"Bearer {self.token}"}
            connection.request("POST", "/" + act, json.dumps(body or {}), headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError) as e:
            raise Away(f"{self.name}: {e}") from e
        finally:
            connection.close()

    def told(self, act, body=None, timeout=600):
        status, answer = self.ask(act, body, timeout)
        if status != 200:
            raise Away(f"{self.name} says {status} to {act}: {answer}")
        return answer


def settings(folder):
    return dict(pair.split("=", 1) for pair in (folder / "settings").read_text().split())


def rows(folder, query):
    copied = subprocess.run(
        [NETWORK, "psql", folder, f"copy ({query}) to stdout with (format csv, null '\\N')"],
        check=True, stdout=subprocess.PIPE, text=True).stdout
    return [[None if field == "\\N" else field for field in row] for row in csv.reader(copied.splitlines())]


def etcd_rows(folder, prefix):
    """Keys that begin so, and their values, by etcd's own gateway."""
    url = f"http://127.0.0.1:{int(settings(folder)['base']) + 200}/v3/kv/range"
    key, end = prefix, prefix[:-1] + chr(ord(prefix[-1]) + 1)
    encode = lambda text: base64.b64encode(text.encode() if isinstance(text, str) else text).decode()
    while True:
        body = json.dumps({"key": encode(key), "range_end": encode(end), "limit": KEYS_AT_ONCE}).encode()
        with urllib.request.urlopen(urllib.request.Request(url, body), timeout=60) as answer:
            page = json.load(answer)
        for row in page.get("kvs", []):
            key = base64.b64decode(row["key"])
            yield key.decode(), base64.b64decode(row["value"])
        if not page.get("more"):
            return
        key += b"\0"


def outcome(certificate):
    """Transaction and value of an encoded certificate; the value is None if it says that the transaction failed."""
    fields, at = [], 0

    def text():
        nonlocal at
        size = struct.unpack_from(">I", certificate, at)[0]
        at += 4 + size
        return certificate[at - size:at]

    if text() != LABEL:
        raise ValueError("no certificate")
    transaction = text().decode()
    decided = struct.unpack_from(">Q", certificate, at)[0]
    at += 8
    return transaction, text().decode() if decided else None


def settle(nodes, patience):
    """Waits until nothing is pending, and nothing waits for a store; what is left after that long."""
    until = time.monotonic() + patience
    while True:
        infos = [node.told("info") for node in nodes]
        left = sum(i["pending"] + i["ledgerWaiting"] + i["coordinationWaiting"] for i in infos)
        if left == 0 or time.monotonic() > until:
            return infos
        time.sleep(0.5)


class Check:
    """Counts what was looked at, and keeps what is wrong."""

    def __init__(self, folder, nodes, acknowledged, dissenters, patience):
        self.folder, self.nodes, self.acknowledged, self.dissenters = folder, nodes, acknowledged, dissenters
        self.names = [node.name for node in nodes]
        self.wrong = Counter()
        self.examples = {}
        self.counts = {}
        for info in settle(nodes, patience):
            for key in ("pending", "ledgerWaiting", "coordinationWaiting"):
                if info[key]:
                    self.finds(key, f"{info[key]} at {info['node']}, {info['ledger']}: {info['ledgerMessage']}, {info['coordination']}")

    def finds(self, kind, what):
        self.wrong[kind] += 1
        self.examples.setdefault(kind, what)

    def run(self):
        self.votes()
        self.outcomes()
        self.audits()
        return not self.wrong

    def votes(self):
        held = defaultdict(dict)
        count = 0
        for recorder, node, transaction, value, sequence, signature in rows(
                self.folder, 'select recorder, node, transaction_id, "value", sequence, encode(signature, \'hex\') from votes'):
            count += 1
            if recorder in held[node, transaction]:
                self.finds("vote twice in a ledger", f"{node} {transaction} in that of {recorder}")
            held[node, transaction][recorder] = (value, int(sequence), signature)
        for (node, transaction), by in held.items():
            if len(set(by.values())) != 1:
                self.finds("double vote", f"{node} {transaction}: {by}")
        for (node, transaction), value in self.acknowledged.items():
            by = held.get((node, transaction), {})
            if by.get(node, (None,))[0] != value:
                self.finds("acknowledged vote lost", f"{node} {transaction} {value}: {by.get(node)}")
            missing = [name for name in self.names if name not in by]
            if missing:
                self.finds("acknowledged vote unknown to a node", f"{node} {transaction}: {missing}")
        for name in self.names:
            own = sorted(by[name][1] for (node, _), by in held.items() if node == name and name in by)
            if own != list(range(1, len(own) + 1)):
                self.finds("gap in a node's own statements", f"{name}: {len(own)} up to {own[-1:]}")
        self.counts.update(acknowledged=len(self.acknowledged), votes=count, statements=len(held))
        self.transactions = {transaction for _, transaction in held}

    def outcomes(self):
        ledgers = defaultdict(dict)
        certificates = defaultdict(set)
        for recorder, transaction, result, value, certificate in rows(
                self.folder,
                'select recorder, transaction_id, outcome, "value", encode(certificate, \'hex\') from transactions'):
            if recorder in ledgers[transaction]:
                self.finds("outcome twice in a ledger", f"{transaction} in that of {recorder}")
            ledgers[transaction][recorder] = value
            certificates[transaction].add(certificate)
            if outcome(bytes.fromhex(certificate)) != (transaction, value) or (value is None) != (result == "FAILED"):
                self.finds("certificate of another outcome", f"{transaction} in that of {recorder}")
        stored = {}
        for key, certificate in etcd_rows(self.folder, "/amesh/voting/example/1/transactions/"):
            transaction, value = outcome(certificate)
            stored[transaction] = value
            if not key.endswith("/" + transaction):
                self.finds("certificate of another outcome", f"{transaction} at {key}")
            if certificate.hex() not in certificates[transaction]:
                self.finds("certificate in etcd that no ledger has", transaction)
        for transaction in self.transactions | set(ledgers) | set(stored):
            values = set(ledgers[transaction].values()) | ({stored[transaction]} if transaction in stored else set())
            if len(values) > 1:
                self.finds("two outcomes", f"{transaction}: {ledgers[transaction]}, etcd {stored.get(transaction)}")
            missing = [name for name in self.names if name not in ledgers[transaction]]
            if missing or transaction not in stored:
                self.finds("outcome lost", f"{transaction}: not in {missing}, in etcd: {transaction in stored}")
        decided = sum(value is not None for value in stored.values())
        self.counts.update(transactions=len(self.transactions), decided=decided, failed=len(stored) - decided,
                           outcomes=sum(map(len, ledgers.values())), etcd=len(stored))

    def audits(self):
        audited, violations = 0, Counter()
        for node in self.nodes:
            report = node.told("audit")
            audited += report["rows"]
            if not report["clean"]:
                self.finds("audit", f"{node.name}: {report['findings'][:3]}")
            for violation in node.told("violations")["violations"]:
                violations[violation["type"]] += 1
                # a node on a busy machine may be late with an answer, and then it was silent
                if violation["type"] not in {"SILENCE"} | ({"MINORITY_VOTE"} if self.dissenters else set()):
                    self.finds("accusation", f"at {node.name}: {violation['summary']}")
            for row in node.told("reputation")["reputation"]:
                if row["excluded"]:
                    self.finds("exclusion", f"of {row['node']} at {node.name}")
        self.counts.update(audited=audited, violations=dict(violations))
