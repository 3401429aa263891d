#!/usr/bin/env bash
# Boots the node image on QEMU's emulated Nitro Enclave and shows that it is what was measured, that it talks to its parent
# both ways, and that our verifier rejects the emulated NSM's documents. docs/enclave.md, "Under QEMU".
#
#   check.sh [--keep DIR] [--jar amesh.jar]
#
# DIR gets the images, consoles and logs. With --jar that very jar is used; else Maven builds it.
set -euo pipefail
here=$(cd -P "$(dirname "$0")" && pwd -P)
# shellcheck source=enclave-image/debian/fetch.sh
. "$here/../debian/fetch.sh"

cid=4
boot_limit=${AMESH_CHECK_BOOT_SECONDS:-600}
work=$(mktemp -d)
keep=
jar=()
while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || fail "option $1 has no value" 'see the head of this script'
    case $1 in
        --keep)
            mkdir -p "$2"
            keep=$(cd -P "$2" && pwd -P)
            ;;
        --jar) jar=(--jar "$2") ;;
        *) fail "unknown option $1" 'see the head of this script' ;;
    esac
    shift 2
done

machine=
daemons=()
finish() {
    local status=$?
    trap - EXIT
    end_machine
    [ "${#daemons[@]}" -eq 0 ] || kill "${daemons[@]}" 2>/dev/null || true
    wait
    if [ -n "$keep" ]; then
        cp -a "$work"/*.console "$work"/*.log "$work"/node*/ "$keep/" 2>/dev/null || true
    fi
    rm -rf "$work"
    exit "$status"
}
trap finish EXIT
trap 'exit 143' TERM INT

stage_name=
stage() {
    [ -z "$stage_name" ] || printf 'check: %4d s  %s\n' "$((SECONDS - stage_began))" "$stage_name"
    stage_name=$1
    stage_began=$SECONDS
}

shown() {
    printf 'check: ok      %s\n' "$1"
}

refuse() {
    printf 'check: FAILED  %s\n' "$1" >&2
    local file
    for file in "$work"/*.console; do
        [ ! -f "$file" ] || { printf -- '--- the end of %s\n' "${file##*/}" >&2; tail -n 40 "$file" >&2; }
    done
    exit 1
}

end_machine() {
    [ -z "$machine" ] && return 0
    kill "$machine" 2>/dev/null || true
    wait "$machine" 2>/dev/null || true
    machine=
}

# boot NAME IMAGE: starts vsock's outer half and the machine. The console goes to NAME.console.
boot() {
    rm -f "$work/vhost" "$work/link/vm"
    "$vhost" --vm "guest-cid=$cid,socket=$work/vhost,uds-path=$work/link/vm" >>"$work/vhost.log" 2>&1 &
    daemons+=($!)
    wait_for 'vhost-device-vsock' 30 test -S "$work/vhost"
    # It has no keyboard controller to restart it, which the image's own reboot=k asks. Through an ioeventfd its NSM looks at a
    # queue once more when it starts, sees half of the driver's first request, and is dead from then on.
    "$qemu/qemu-system-x86_64" -append reboot=t -L "$qemu" -M "nitro-enclave,vsock=c,id=amesh-check,$identity" \
        -chardev "socket,id=c,path=$work/vhost" -kernel "$2" -global virtio-mmio.ioeventfd=off \
        -accel tcg,thread=multi -cpu max -smp 2 -m 2G -display none -serial stdio -no-reboot </dev/null >"$work/$1.console" 2>&1 &
    machine=$!
}

# wait_for WHAT SECONDS COMMAND...
wait_for() {
    local what=$1 until=$((SECONDS + $2))
    shift 2
    until "$@"; do
        [ "$SECONDS" -lt "$until" ] || refuse "$what: not within the time"
        sleep 0.2
    done
}

# said TEXT FILE: whether it stands there. The machine must not have ended without it.
said() {
    grep -qF "$1" "$2" 2>/dev/null && return 0
    if [ -n "$machine" ] && ! kill -0 "$machine" 2>/dev/null; then
        grep -qF "$1" "$2" 2>/dev/null || refuse "the machine ended without: $1"
    fi
    return 1
}

ended() {
    ! kill -0 "$machine" 2>/dev/null
}

pcr_of() {
    sed -n "s/.*\"$1\" *: *\"\([0-9a-f]*\)\".*/\1/p" "$2"
}

# Every PCR that the image fixes, as the node in the machine reads it, against its measurement.
compare_pcrs() {
    local index measured inside
    for index in 0 1 2 8; do
        measured=$(pcr_of "$index" "$2")
        [ -n "$measured" ] || refuse "amesh image measure gave no PCR$index"
        inside=$(sed -n "s/.*: PCR$index \([0-9a-f]\{96\}\).*/\1/p" "$work/$1.console" | head -n 1)
        [ "$inside" = "$measured" ] || refuse "PCR$index is $inside inside, and measured $measured"
        shown "PCR$index $inside"
    done
}

amesh() {
    java -jar "$work/node/amesh.jar" "$@"
}

need java=openjdk-17-jre-headless python3=python3 openssl=openssl
identity=parent-role=arn:aws:iam::123456789012:role/check,parent-id=i-0123456789abcdef0

stage 'QEMU'
qemu=$("$here/build-qemu.sh")
stage 'vhost-device-vsock'
vhost=$("$here/build-vhost-device-vsock.sh")
stage 'the kernel'
"$here/../kernel/build-kernel.sh" >/dev/null
stage 'the node image'
"$here/../build-node-image.sh" --config "$here/enclave.toml" --out "$work/node" --name amesh-check "${jar[@]}"
stage 'the node image that verifies'
"$here/../build-node-image.sh" --config "$here/enclave-verifies.toml" --out "$work/node-verifies" --name amesh-check \
    --jar "$work/node/amesh.jar" >/dev/null

stage 'the parent'
mkdir -p "$work/link" "$work/serve/node"
amesh pki ca "$work/ca" --name 'QEMU check' >/dev/null 2>&1
amesh pki issue node.check --ca "$work/ca" --dns node.check --out "$work/serve/node" >/dev/null 2>&1
cp "$here/amesh.toml" "$work/serve/node/"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
sed "s/LISTEN/127.0.0.1:$port/" "$here/parent.toml" >"$work/serve/parent.toml"
ln -s ../link "$work/serve/link"
# vhost-device-vsock connects to vm_PORT for the guest; our parent listens at parent-PORT.
for service in 9000 9101 9102; do
    ln -s "parent-$service" "$work/link/vm_$service"
done
amesh enclave parent --config "$work/serve/parent.toml" >"$work/parent.log" 2>&1 &
daemons+=($!)
python3 "$here/vsock-door.py" "$work/link/enclave-7443" "$work/link/vm" 7443 &
daemons+=($!)
wait_for 'the parent' 60 grep -qx serving "$work/parent.log"

stage 'boot, to the listening node'
boot node "$work/node/node.eif"
wait_for 'the boot' "$boot_limit" said 'amesh: init: listening after' "$work/node.console"
stage 'comparison'
compare_pcrs node "$work/node/node.json"
wait_for 'the log at the parent' 60 said 'PCR0 ' "$work/serve/enclave.log"
shown 'vsock, enclave to parent: heartbeat, configuration and log came through'
openssl s_client -connect "127.0.0.1:$port" -tls1_3 -CAfile "$work/ca/ca.crt" -verify_return_error \
    -cert "$work/serve/node/client.crt" -key "$work/serve/node/client.key" </dev/null >"$work/tls.log" 2>&1 || true
grep -q 'Verify return code: 0 (ok)' "$work/tls.log" || refuse "no TLS with the node: $(tail -n 3 "$work/tls.log")"
shown 'vsock, parent to enclave: TLS 1.3 with node.check inside'
end_machine

stage 'boot, to the rejected document'
boot verifies "$work/node-verifies/node.eif"
wait_for 'the verdict' "$boot_limit" said 'turning the machine off' "$work/verifies.console"
compare_pcrs verifies "$work/node-verifies/node.json"
# Its protected header says another algorithm than ECDSA with SHA-384, the only one that is evidence.
rejection=$(grep -F 'not evidence: COSE_PROTECTED_HEADER' "$work/verifies.console" | head -n 1 | tr -d '\r' || true)
[ -n "$rejection" ] || refuse 'the unsigned document was not rejected'
shown "$rejection"
wait_for 'the end of the machine' 60 ended
machine=
shown 'the machine turned itself off'
stage ''
printf 'check: %4d s in all\n' "$SECONDS"
