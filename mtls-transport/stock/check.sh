#!/usr/bin/env bash
# Runs stock programs through `amesh tunnel server` and `amesh tunnel client` on loopback, both with evidence of a simulated
# Nitro at level session: psql and PostgreSQL, curl and Python's HTTP server; and a client of an image that no list has.
# docs/tunnel.md, "Stock programs".
#
#   check.sh [--flower] [--megabytes N] [--keep DIR]
#
# --flower runs a Flower federation through it as well, if flwr can be installed from the package index, or is on the path.
# DIR gets the logs. Needs Java, curl, python3 and PostgreSQL's postgres, initdb and psql on the path.
set -euo pipefail
here=$(cd -P "$(dirname "$0")" && pwd -P)
amesh=$here/../../amesh

server_name=server.example
client_name=client.example
limit=60
megabytes=100
flower=
keep=
while [ $# -gt 0 ]; do
    case $1 in
        --flower) flower=yes && shift ;;
        --megabytes) megabytes=${2:?how many} && shift 2 ;;
        --keep) mkdir -p "${2:?a folder}" && keep=$(cd -P "$2" && pwd -P) && shift 2 ;;
        *) printf 'check: unknown option %s: see the head of this script\n' "$1" >&2 && exit 2 ;;
    esac
done

# Each program runs in a folder that others may pass through and not read: PostgreSQL is another user where this one is root.
work=$(mktemp -d)
chmod 711 "$work"
daemons=()
finish() {
    local status=$?
    trap - EXIT
    # newest first: tunnels before what they lead to
    for ((i = ${#daemons[@]} - 1; i >= 0; i--)); do
        kill "${daemons[i]}" 2>/dev/null || true
    done
    wait
    [ -z "$keep" ] || cp "$work"/*.log "$keep/" 2>/dev/null || true
    rm -rf "$work"
    exit "$status"
}
trap finish EXIT
trap 'exit 143' TERM INT HUP

shown() {
    printf 'check: ok      %s\n' "$1"
}

refuse() {
    printf 'check: FAILED  %s\n' "$1" >&2
    # what the programs said last
    if [ $# -gt 1 ]; then
        tail -n 15 "$2" >&2
    fi
    exit 1
}

need() {
    local program
    for program in "$@"; do
        command -v "$program" >/dev/null || refuse "there is no $program on the path"
    done
}

quiet() {
    "$@" >"$work/command.log" 2>&1 || refuse "$*" "$work/command.log"
}

# Waits until a command succeeds, while the process $1 lives, which writes the log $2.
await() {
    local process=$1 log=$2 until=$((SECONDS + limit))
    shift 2
    until "$@" >/dev/null 2>&1; do
        kill -0 "$process" 2>/dev/null || "$@" >/dev/null 2>&1 || refuse "it ended before this: $*" "$log"
        [ "$SECONDS" -lt "$until" ] || refuse "not within $limit s: $*" "$log"
        sleep 0.2
    done
}

checksum() {
    sha256sum "$1" | cut -d ' ' -f 1
}

# How fast a file of $megabytes went that took from $1 to $2, as $EPOCHREALTIME has it.
speed() {
    awk -v mb="$megabytes" -v from="$1" -v to="$2" 'BEGIN { printf "%.0f MB/s", mb / (to - from) }'
}

# A port that is free now; only for programs that cannot choose one and say which.
free_port() {
    python3 -c 'import socket
with socket.socket() as s:
    s.bind(("127.0.0.1", 0))
    print(s.getsockname()[1])'
}

# --- two parties, a list of releases that has one image, and tunnels ---

identities() {
    local passphrase=$work/passphrase
    (umask 077 && od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$passphrase")
    mkdir "$work/keys"
    quiet "$amesh" pki ca "$work/ca" --name "Stock CA"
    configuration server "$server_name" stock
    configuration client "$client_name" stock
    configuration unlisted "$client_name" tampered
    quiet "$amesh" release key signer --out "$work/keys/" --passphrase-file "$passphrase"
    quiet "$amesh" root init stock --key signer="$work/keys/signer.pub" --threshold 1 --out "$work/root.json"
    quiet "$amesh" root sign "$work/root.json" --key "$work/keys/signer.key" --passphrase-file "$passphrase"
    # the registers need no list, and there is none yet
    "$amesh" node registers --config "$work/client.toml" >"$work/registers.json" 2>"$work/registers.log" ||
        refuse 'node registers' "$work/registers.log"
    quiet "$amesh" release init stock --out "$work/draft.json"
    quiet "$amesh" release add "$work/draft.json" --name stock --version 1.0.0 --measurements "$work/registers.json"
    quiet "$amesh" release sign "$work/draft.json" --key "$work/keys/signer.key" --passphrase-file "$passphrase" \
        --root "$work/root.1.json" --out "$work/list.json"
    quiet "$amesh" release publish "$work/list.json" --root "$work/root.1.json" --no-log --out "$work/bundle.json"
}

configuration() {
    cat >"$work/$1.toml" <<TOML
[node]
name = "$2"
mode = "full-auto"

[tls]
ca = "ca/ca.crt"
issuer-certificate = "ca/ca.crt"
issuer-key = "ca/ca.key"

[attestation]
simulated = "insecure-cloud"
image = "$3"

[releases]
root = "root.1.json"
source = "bundle.json"
state = "$1.state"

[telemetry]
listen = "127.0.0.1:0"
TOML
}

# Starts an end of a tunnel: NAME of its log, then words for amesh. Sets listening to HOST:PORT.
tunnel() {
    local name=$1
    shift
    "$amesh" tunnel "$@" --listen 127.0.0.1:0 --json >"$work/$name.json" 2>"$work/$name.log" &
    daemons+=($!)
    await $! "$work/$name.log" grep -q '"listening"' "$work/$name.json"
    listening=$(field "$work/$name.json" listening)
}

field() {
    python3 -c 'import json, sys
print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$1" "$2"
}

# An end of a tunnel for programs, to the target of the server that is called $2: NAME, TARGET, then more words.
client() {
    local name=$1 target=$2
    shift 2
    tunnel "$name" client --config "$work/client.toml" --set "releases.state=$name.state" --target "$attested" \
        --name "$server_name" --service "$target" "$@"
}

# The lines of the server's log about streams to a target.
closed() {
    grep "event=tunnel.closed role=server .* target=\"$1\"" "$work/server.log"
}

# --- PostgreSQL ---

# What makes a command one of somebody who is not root, which PostgreSQL refuses to be. No function: its id would be another.
unprivileged=()
[ "$(id -u)" -ne 0 ] || unprivileged=(setpriv --reuid nobody --regid "$(id -g nobody)" --clear-groups --)

start_database() {
    local data=$work/database
    database_port=$(free_port)
    mkdir -m 700 "$data"
    od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$data/password"
    PGPASSWORD=$(cat "$data/password")
    export PGPASSWORD
    [ "$(id -u)" -ne 0 ] || chown -R nobody "$data"
    cd /
    quiet "${unprivileged[@]}" initdb -D "$data/cluster" -U amesh --auth=scram-sha-256 --pwfile="$data/password" \
        --encoding=UTF8 --locale=C --no-sync
    "${unprivileged[@]}" postgres -D "$data/cluster" -h 127.0.0.1 -p "$database_port" -c unix_socket_directories= -c fsync=off \
        -c synchronize_seqscans=off >"$work/postgres.log" 2>&1 &
    daemons+=($!)
    await $! "$work/postgres.log" psql -h 127.0.0.1 -p "$database_port" -U amesh -d postgres -c 'select 1'
}

sql() {
    psql -X -q -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "${listening##*:}" -U amesh -d postgres "$@"
}

check_database() {
    local info from between to
    client database-client database
    info=$(sql -c '\conninfo') || refuse 'psql through the tunnels' "$work/database-client.log"
    [[ $info == *"port \"${listening##*:}\""* ]] || refuse "\\conninfo says $info"
    [ "$(sql -A -t -c 'select inet_server_port()')" = "$database_port" ] || refuse 'psql reached another PostgreSQL'
    shown "psql, \\conninfo: $info"
    # lines of 99 characters and an end
    head -c $((megabytes * 742500)) /dev/urandom | base64 -w 99 >"$work/sent"
    sql -c 'create unlogged table lines (line text)'
    from=$EPOCHREALTIME
    sql -c '\copy lines from pstdin' <"$work/sent"
    between=$EPOCHREALTIME
    sql -c '\copy lines to pstdout' >"$work/received"
    to=$EPOCHREALTIME
    [ "$(checksum "$work/sent")" = "$(checksum "$work/received")" ] || refuse 'COPY: checksums differ'
    shown "COPY of $(stat -c %s "$work/sent") bytes in, $(speed "$from" "$between"), and out, $(speed "$between" "$to"): sha256 $(checksum "$work/received")"
    closed "127.0.0.1:$database_port" >"$work/closed.txt" || refuse 'no line about streams' "$work/server.log"
    ! grep -v "peer=\"$client_name\" release=\"stock 1.0.0\" level=session .* end=COMPLETE" "$work/closed.txt" ||
        refuse 'a stream was not as it should be'
    shown "$(wc -l <"$work/closed.txt") streams of psql, each of peer $client_name, release stock 1.0.0, at level session, ended whole"
}

# --- HTTP ---

# Says which port it took as its first line.
start_web() {
    mkdir "$work/web"
    head -c $((megabytes * 1000000)) /dev/urandom >"$work/web/file"
    python3 -u -m http.server --bind 127.0.0.1 --directory "$work/web" 0 >"$work/web.log" 2>&1 &
    daemons+=($!)
    await $! "$work/web.log" grep -q 'port [0-9]' "$work/web.log"
    web_port=$(sed -n 's/.* port \([0-9]*\) .*/\1/p' "$work/web.log" | head -n 1)
}

check_web() {
    local from to
    client web-client web
    from=$EPOCHREALTIME
    curl -sSf --noproxy '*' -o "$work/fetched" "http://$listening/file" || refuse curl "$work/web-client.log"
    to=$EPOCHREALTIME
    [ "$(checksum "$work/web/file")" = "$(checksum "$work/fetched")" ] || refuse 'curl: checksums differ'
    shown "curl of $(stat -c %s "$work/fetched") bytes from python3 -m http.server, $(speed "$from" "$to"): sha256 $(checksum "$work/fetched")"
}

# --- a client that is not on the list ---

# A target that writes a line for each connection, as soon as it is there.
start_counter() {
    python3 -u -c 'import socket
with socket.create_server(("127.0.0.1", 0)) as s:
    print(s.getsockname()[1])
    while True:
        connection, _ = s.accept()
        print("reached")
        connection.sendall(b"HTTP/1.0 204 No Content\r\n\r\n")
        connection.close()' >"$work/counter.log" 2>&1 &
    daemons+=($!)
    await $! "$work/counter.log" grep -q '^[0-9]' "$work/counter.log"
    counter_port=$(head -n 1 "$work/counter.log")
}

check_unlisted() {
    local before line
    before=$(wc -l <"$work/server.log")
    tunnel unlisted client --config "$work/unlisted.toml" --target "$attested" --name "$server_name" --service counter
    ! curl -s --noproxy '*' --max-time 30 -o "$work/nothing" "http://$listening/" || refuse 'a client without a listed image got through'
    line=$(tail -n "+$((before + 1))" "$work/server.log" | grep -m 1 'event=tls.rejected') ||
        refuse 'the server does not say why it refused' "$work/server.log"
    [[ $line == *'reason=UNKNOWN_RELEASE '* ]] || refuse "refused for another reason: $line"
    ! grep -q reached "$work/counter.log" || refuse 'a refused client reached the target'
    shown "an image that is not on the list is refused, and nothing reaches the target. The server's log:"
    printf '%s\n' "$line"
    # so that silence means something: the same target, the same server, a listed image
    client counter-client counter
    curl -sf --noproxy '*' "http://$listening/" || refuse 'a listed image does not reach that target' "$work/counter-client.log"
    [ "$(grep -c reached "$work/counter.log")" -eq 1 ] || refuse 'that target was not reached once'
    shown 'a listed image reaches that target'
}

# --- Flower ---

# Puts Flower on the path; false if there is none to be had.
have_flower() {
    command -v flower-superlink >/dev/null && return
    python3 -m venv "$work/venv" >"$work/pip.log" 2>&1 &&
        "$work/venv/bin/pip" install -q 'flwr>=1.42' >>"$work/pip.log" 2>&1 &&
        PATH=$work/venv/bin:$PATH
}

# Each node adds its step to what it is given, so that the average of two rounds tells that both took part in both.
flower_app() {
    mkdir -p "$work/app/stock" "$work/flower"
    cat >"$work/app/pyproject.toml" <<'TOML'
[project]
name = "stock"
version = "1.0.0"
description = "Adds a step"
license = "Apache-2.0"
dependencies = ["flwr"]

[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[tool.flwr.app]
publisher = "stock"

[tool.flwr.app.components]
serverapp = "stock.server:app"
clientapp = "stock.client:app"

[tool.flwr.app.config]
TOML
    : >"$work/app/stock/__init__.py"
    cat >"$work/app/stock/client.py" <<'PYTHON'
from flwr.app import ArrayRecord, Context, Message, MetricRecord, RecordDict
from flwr.clientapp import ClientApp

app = ClientApp()


@app.train()
def train(message: Message, context: Context) -> Message:
    step = context.node_config["step"]
    arrays = [array + step for array in message.content["arrays"].to_numpy_ndarrays()]
    answer = {"arrays": ArrayRecord(arrays), "metrics": MetricRecord({"num-examples": 1})}
    return Message(content=RecordDict(answer), reply_to=message)
PYTHON
    cat >"$work/app/stock/server.py" <<'PYTHON'
import numpy
from flwr.app import ArrayRecord, Context
from flwr.serverapp import Grid, ServerApp
from flwr.serverapp.strategy import FedAvg

app = ServerApp()


@app.main()
def main(grid: Grid, context: Context) -> None:
    strategy = FedAvg(fraction_evaluate=0.0, min_train_nodes=2, min_available_nodes=2)
    result = strategy.start(grid=grid, initial_arrays=ArrayRecord([numpy.zeros(1_000_000)]), num_rounds=2)
    [average] = result.arrays.to_numpy_ndarrays()
    print("AVERAGE", average.size, average.min(), average.max(), flush=True)
PYTHON
    cat >"$work/flower/config.toml" <<TOML
[superlink]
default = "stock"

[superlink.stock]
address = "127.0.0.1:$1"
insecure = true
TOML
}

# NAME, its STEP, then words for the SuperNode.
flower_node() {
    local name=$1 step=$2
    shift 2
    flower-supernode "$@" --port "$(free_port)" --node-config "step=$step" >"$work/$name.log" 2>&1 &
    daemons+=($!)
}

# A SuperLink behind a tunnel, and two SuperNodes: one that finds plain TCP, one that is given root certificates.
check_flower() {
    local port
    export FLWR_HOME=$work/flower FLWR_TELEMETRY_ENABLED=0 FLWR_DISABLE_UPDATE_CHECK=1
    port=$(free_port)
    flower_app "$port"
    flower-superlink --insecure --disable-runtime-dependency-installation --host 127.0.0.1 --port "$port" \
        >"$work/superlink.log" 2>&1 &
    daemons+=($!)
    await $! "$work/superlink.log" reachable "$port"
    tunnel flower-server server --config "$work/server.toml" --set releases.state=flower-server.state \
        --allow-dns "$client_name" --target "127.0.0.1:$port"
    attested=$listening
    client flower-plain flower
    flower_node supernode-plain 1 --insecure --superlink "$listening"
    quiet "$amesh" pki issue sidecar --ca "$work/ca" --dns localhost --ip 127.0.0.1 --server --out "$work/sidecar"
    client flower-sidecar flower --plain-tls-certificate "$work/sidecar/server.crt" \
        --plain-tls-key "$work/sidecar/server.key" --plain-tls-alpn http/1.1
    flower_node supernode-tls 2 --root-certificates "$work/ca/ca.crt" --superlink "localhost:${listening##*:}"
    # starting Python for each part, on a busy machine
    limit=300
    flwr run "$work/app" stock --stream >"$work/flwr.log" 2>&1 &
    daemons+=($!)
    await $! "$work/flwr.log" grep -q '^AVERAGE' "$work/flwr.log"
    grep -q '^AVERAGE 1000000 3.0 3.0$' "$work/flwr.log" || refuse 'the average is another one' "$work/flwr.log"
    shown "$(flower-superlink --version | tail -n 1): two rounds of FedAvg of 8 MB with two SuperNodes, one of them by root_certificates through the sidecar"
}

reachable() {
    python3 -c 'import socket, sys
socket.create_connection(("127.0.0.1", int(sys.argv[1])), 1)' "$1"
}

need curl python3 postgres initdb psql sha256sum awk
[ "$(id -u)" -ne 0 ] || need setpriv
identities
start_database
start_web
start_counter
tunnel server server --config "$work/server.toml" --allow-dns "$client_name" \
    --target-for "database=127.0.0.1:$database_port" --target-for "web=127.0.0.1:$web_port" \
    --target-for "counter=127.0.0.1:$counter_port"
attested=$listening
check_database
check_web
check_unlisted
if [ -n "$flower" ]; then
    if have_flower; then
        check_flower
    else
        printf 'check: skipped Flower, which cannot be installed here: %s\n' "$(tail -n 1 "$work/pip.log")"
    fi
fi
