#!/usr/bin/env bash
# Builds QEMU with the machine `nitro-enclave`, which Debian's own package leaves out, from Debian 13's source package,
# and prints the folder with qemu-system-x86_64 and the firmware it needs. From the cache if this very build is there.
set -euo pipefail
here=$(cd -P "$(dirname "$0")" && pwd -P)
# shellcheck source=enclave-image/debian/fetch.sh
. "$here/../debian/fetch.sh"

need dpkg-source=dpkg-dev curl=curl xz=xz-utils gcc=gcc ninja=ninja-build pkg-config=pkg-config python3=python3
need_packages libc6-dev libcbor-dev libfdt-dev libglib2.0-dev libgnutls28-dev libpixman-1-dev python3-venv zlib1g-dev
kept=$cache/qemu-$(key_of "$here/source.lock" "$here/build-qemu.sh" "$debian/fetch.sh")
if [ -x "$kept/qemu-system-x86_64" ]; then
    printf '%s\n' "$kept"
    exit 0
fi

work=$(mktemp -d "$cache/qemu-work.XXXXXX")
trap 'rm -rf "$work"' EXIT
say 'unpacking the source'
unpack_source "$here/source.lock" qemu "$work/qemu"
# QEMU wants a newer meson than Debian 12's; Debian 13's is plain Python and runs from where it is unpacked.
unpack "$here/source.lock" /meson_ "$work/meson"
unpack "$here/source.lock" /qemu-system-data_ "$work/data"

say "building (3 to 15 minutes; log in $kept.log)"
# Of the devices only those of this machine; Debian's source has no firmware blobs.
echo CONFIG_NITRO_ENCLAVE=y >"$work/qemu/configs/devices/x86_64-softmmu/nitro.mak"
mkdir "$work/build"
(
    cd "$work/build"
    export PYTHONPATH=$work/meson/usr/lib/python3/dist-packages
    "$work/qemu/configure" --without-default-features --enable-tcg --enable-system --enable-libcbor --enable-gnutls \
        --enable-vhost-user --enable-pixman --enable-fdt=system --target-list=x86_64-softmmu \
        --without-default-devices --with-devices-x86_64=nitro \
        --disable-install-blobs --disable-docs --disable-download --python=/usr/bin/python3
    ninja qemu-system-x86_64
) >"$kept.log" 2>&1 || fail "QEMU did not build: $(tail -n 1 "$kept.log")" "see $kept.log"

"$work/build/qemu-system-x86_64" -machine help | grep -q '^nitro-enclave ' \
    || fail 'QEMU was built without the machine nitro-enclave' "libcbor or gnutls was not found; see $kept.log"
part=$(mktemp -d "$cache/qemu.XXXXXX")
cp "$work/build/qemu-system-x86_64" "$work/data/usr/share/qemu"/{qboot.rom,linuxboot_dma.bin,pvh.bin} "$part/"
chmod 755 "$part"
rm -rf "$kept"
mv -T "$part" "$kept"
printf '%s\n' "$kept"
