#!/usr/bin/env bash
# Builds vhost-device-vsock, the host's half of an emulated machine's vsock, from crates.io with the dependencies that its
# own lock file names, and prints the place of the program. From the cache if this very build is there.
set -euo pipefail
here=$(cd -P "$(dirname "$0")" && pwd -P)
# shellcheck source=enclave-image/debian/fetch.sh
. "$here/../debian/fetch.sh"

version=0.3.0
need cargo=cargo gcc=gcc
kept=$cache/vhost-device-vsock-$(key_of "$here/build-vhost-device-vsock.sh")
if [ ! -x "$kept/bin/vhost-device-vsock" ]; then
    say "building (1 to 5 minutes; log in $kept.log)"
    cargo install --quiet --locked --version "=$version" --root "$kept" vhost-device-vsock >"$kept.log" 2>&1 \
        || fail 'vhost-device-vsock did not build' "it needs cargo 1.85 or newer; see $kept.log"
fi
printf '%s\n' "$kept/bin/vhost-device-vsock"
