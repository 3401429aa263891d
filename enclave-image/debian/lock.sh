#!/usr/bin/env bash
# Writes the lock files of the build root and of the node anew, from what Debian 12 has today. Look at the difference
# before it is committed: every changed line of node.lock, and a JDK or compiler in build-root.lock, changes the PCRs.
set -euo pipefail
cd -P "$(dirname "$0")"

tools=(gcc make flex bison bc libelf-dev cpio xz-utils gzip dash coreutils findutils sed grep mawk diffutils)
jdk=(openjdk-17-jdk-headless openjdk-17-jre-headless)
node=(libc6 libgcc-s1 libstdc++6 zlib1g ca-certificates)

state=$(mktemp -d)
trap 'rm -rf "$state"' EXIT
mkdir -p "$state"/lists/partial "$state"/cache/archives/partial
: >"$state/status"
key=/usr/share/keyrings/debian-archive-keyring.gpg
cat >"$state/sources.list" <<EOF
deb [arch=amd64 signed-by=$key] http://deb.debian.org/debian bookworm main
deb [arch=amd64 signed-by=$key] http://deb.debian.org/debian-security bookworm-security main
EOF
options=(-o APT::Sandbox::User=root -o Dir::State="$state" -o Dir::State::Lists="$state/lists" -o Dir::State::status="$state/status"
    -o Dir::Cache="$state/cache" -o Dir::Etc::SourceList="$state/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o APT::Architecture=amd64 -o APT::Architectures=amd64 -o APT::Install-Recommends=false)
apt-get "${options[@]}" update -qq

# lines PACKAGE[=VERSION]...: their lines of a lock file.
lines() {
    apt-cache "${options[@]}" --no-all-versions show "$@" | awk '
        /^Filename: / { path = $2 }
        /^SHA256: / { sum = $2 }
        /^$/ { put() }
        END { put() }
        function put() {
            if (path != "") print sum "  " (path ~ /^pool\/updates\// ? "debian-security/" : "debian/") path
            path = ""
        }' | LC_ALL=C sort -u -k 2
}

mapfile -t closure < <(apt-get "${options[@]}" -s install "${tools[@]}" | awk '/^Inst / { print $2 "=" substr($3, 2) }')
lines "${closure[@]}" "${jdk[@]}" >build-root.lock
lines "${node[@]}" >node.lock
date -u +%Y%m%dT000000Z >snapshot
wc -l build-root.lock node.lock
