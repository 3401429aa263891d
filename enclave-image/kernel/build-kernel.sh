#!/usr/bin/env bash
# Builds the node's kernel from Debian 13's source package (Debian 12's kernel has no driver for the NSM) with the
# configuration beside this file and Debian 12's compiler, all pinned, and prints the place of the bzImage.
#
#   build-kernel.sh            from the cache if this very build is there
#   build-kernel.sh --again    builds anew, and fails if the bytes differ from those in the cache
set -euo pipefail
here=$(cd -P "$(dirname "$0")" && pwd -P)
# shellcheck source=enclave-image/debian/fetch.sh
. "$here/../debian/fetch.sh"

again=
case ${1:-} in
    '') ;;
    --again) again=yes ;;
    *) fail "unknown option $1" 'only --again is known' ;;
esac

# Of the source package's last change; it is what `uname -v` tells.
epoch=1787977149

need dpkg-source=dpkg-dev patch=patch curl=curl xz=xz-utils unshare=util-linux
key=$(key_of "$here/config" "$here/vsock-replies.patch" "$here/source.lock" "$here/build-kernel.sh" "$debian/build-root.lock" "$debian/fetch.sh")
kept=$cache/kernel-$key
if [ -z "$again" ] && [ -f "$kept/bzImage" ]; then
    printf '%s\n' "$kept/bzImage"
    exit 0
fi

root=$(build_root)
work=$(mktemp -d "$cache/kernel-work.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/out"
say "unpacking the source"
unpack_source "$here/source.lock" linux "$work/linux"
patch -s -d "$work/linux" -p1 <"$here/vsock-replies.patch"
grep '^CONFIG_' "$here/config" >"$work/linux/node.config"

# In the root the source is always /build, whatever the folder's name outside.
cat >"$work/linux/node-build.sh" <<EOF
set -eu
export SOURCE_DATE_EPOCH=$epoch KBUILD_BUILD_TIMESTAMP=$(date -u -d "@$epoch" +%Y-%m-%dT%H:%M:%SZ) KBUILD_BUILD_USER=amesh KBUILD_BUILD_HOST=enclave
export KBUILD_BUILD_VERSION=1 KCFLAGS=-ffile-prefix-map=/build=.
cd /build
make -s KCONFIG_ALLCONFIG=node.config allnoconfig
while IFS= read -r line; do
    case \$line in
        *=n) if grep -q "^\${line%=n}=" .config; then echo "still on: \$line" >&2; exit 1; fi ;;
        *) if ! grep -qxF "\$line" .config; then echo "did not take: \$line" >&2; exit 1; fi ;;
    esac
done <node.config
make -s -j$(nproc) bzImage
cp arch/x86/boot/bzImage .config /out/
EOF
say "building (5 to 15 minutes; log in $kept.log)"
in_root "$root" "$work/linux" "$work/out" sh /build/node-build.sh >"$kept.log" 2>&1 \
    || fail "the kernel did not build: $(tail -n 1 "$kept.log")" "see $kept.log"

if [ -f "$kept/bzImage" ] && ! cmp -s "$kept/bzImage" "$work/out/bzImage"; then
    cp "$work/out/bzImage" "$kept/bzImage.again"
    fail "two builds of the kernel differ" "compare $kept/bzImage and $kept/bzImage.again"
fi
mkdir -p "$kept"
cp "$work/out/.config" "$kept/config"
mv -f "$work/out/bzImage" "$kept/bzImage"
printf '%s\n' "$kept/bzImage"
