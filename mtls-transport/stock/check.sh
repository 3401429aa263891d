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
start_limit=60
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

# Waits until a command succeeds, while the process $1 lives.
await() {
    local process=$1 log=$2 until=$((SECONDS + start_limit))
    shift 2
    until "$@" >/dev/null 2>&1; do
        kill -0 "$process" 2>/dev/null || refuse "it did not start: $*" "$log"
        [ "$SECONDS" -lt "$until" ] || refuse "not within $start_limit s: $*" "$log"
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

# As somebody who is not root, which PostgreSQL refuses to be.
unprivileged() {
    if [ "$(id -u)" -eq 0 ]; then
        setpriv --reuid nobody --regid "$(id -g nobody)" --clear-groups -- "$@"
    else
        "$@"
    fi
}

start_database() {
    local data=$work/database
    database_port=$(free_port)
    mkdir -m 700 "$data"
    od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$data/password"
    PGPASSWORD=$(cat "$data/password")
    export PGPASSWORD
    [ "$(id -u)" -ne 0 ] || chown -R nobody "$data"
    cd /
    quiet unprivileged initdb -D "$data/cluster" -U amesh --auth=scram-sha-256 --pwfile="$data/password" \
        --encoding=UTF8 --locale=C --no-sync
    unprivileged postgres -D "$data/cluster" -h 127.0.0.1 -p "$database_port" -c unix_socket_directories= -c fsync=off \
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
