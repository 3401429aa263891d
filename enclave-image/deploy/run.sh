#!/usr/bin/env bash
# Starts the parent's half and the enclave, and ends both when either ends or the container is told to stop.
set -euo pipefail

cid=${AMESH_ENCLAVE_CID:-16}
enclave=

# shellcheck disable=SC2317 # called by trap
stop() {
    trap - EXIT TERM INT
    [ -z "$enclave" ] || nitro-cli terminate-enclave --enclave-id "$enclave" >/dev/null || true
    kill "$parent" 2>/dev/null || true
}
trap stop EXIT
trap 'exit 143' TERM INT

# The enclave asks for its configuration as soon as it lives, so the parent's half comes first.
java -jar /opt/amesh/amesh.jar enclave parent --config "${AMESH_PARENT_CONFIG:-/etc/amesh/parent.toml}" &
parent=$!

enclave=$(nitro-cli run-enclave --eif-path /opt/amesh/node.eif --enclave-cid "$cid" \
    --cpu-count "${AMESH_ENCLAVE_CPUS:-2}" --memory "${AMESH_ENCLAVE_MEMORY:-2048}" \
    | sed -n 's/.*"EnclaveID": *"\([^"]*\)".*/\1/p')
[ -n "$enclave" ]

while kill -0 "$parent" 2>/dev/null && nitro-cli describe-enclaves | grep -q "\"$enclave\""; do
    sleep 5 &
    wait $!
done
exit 1
