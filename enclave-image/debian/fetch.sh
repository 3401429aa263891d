# shellcheck shell=bash
# Sourced by the build scripts: files of the Debian archive by SHA-256, and a root folder made of pinned packages.
#
# A *.lock file beside this one has lines `SHA-256  PATH`, PATH as under http://deb.debian.org/. A version that a later
# one replaced leaves that host; snapshot.debian.org keeps it, and the file `snapshot` is a moment at which all stood there.

debian=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/attested-mesh
mkdir -p "$cache/archive"
snapshot=$(cat "$debian/snapshot")

fail() {
    printf '%s: error: %s\n' "$(basename "$0")" "$1" >&2
    printf '%s: hint: %s\n' "$(basename "$0")" "$2" >&2
    exit 3
}

say() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
}

# need COMMAND=PACKAGE...: installs what is missing if that is allowed here, else says how.
need() {
    local missing=() pair
    for pair in "$@"; do
        command -v "${pair%%=*}" >/dev/null 2>&1 || missing+=("${pair#*=}")
    done
    need_packages "${missing[@]}"
}

# need_packages PACKAGE...
need_packages() {
    local missing=() package
    for package in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
    done
    [ "${#missing[@]}" -eq 0 ] && return 0
    if [ "$(id -u)" -ne 0 ]; then
        fail "packages are missing: ${missing[*]}" "sudo apt-get install ${missing[*]}"
    fi
    say "installing ${missing[*]}"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y "${missing[@]}"; } >"$cache/apt.log" 2>&1 \
        || fail "packages could not be installed: ${missing[*]}" "see $cache/apt.log"
}

# The name of what is built from these files and words: the first 16 digits of a SHA-256.
key_of() {
    local input
    for input in "$@"; do
        if [ -f "$input" ]; then sha256sum <"$input"; else printf '%s\n' "$input"; fi
    done | sha256sum | cut -c1-16
}

# fetch SHA-256 PATH: prints the file's place in the cache.
fetch() {
    local file=$cache/archive/$1-${2##*/} part url
    if [ ! -f "$file" ]; then
        part=$(mktemp "$cache/archive/part.XXXXXX")
        for url in "http://deb.debian.org/$2" "http://snapshot.debian.org/archive/${2%%/*}/$snapshot/${2#*/}"; do
            curl -fsSL --retry 2 --connect-timeout 20 -o "$part" "$url" 2>/dev/null || continue
            [ "$(sha256sum <"$part")" = "$1  -" ] && break
        done
        if [ "$(sha256sum <"$part")" != "$1  -" ]; then
            rm -f "$part"
            fail "neither deb.debian.org nor snapshot.debian.org gave $2 with SHA-256 $1" \
                'check the network; if a newer version replaced it, run enclave-image/debian/lock.sh and expect other PCRs'
        fi
        mv -f "$part" "$file"
    fi
    printf '%s\n' "$file"
}

# fetch_all LOCK [PATTERN]: prints the places of the lock's files whose path has the pattern.
fetch_all() {
    local sum path
    while read -r sum path; do
        case $path in
            *${2:-}*) fetch "$sum" "$path" || return ;;
        esac
    done <"$1"
}

# unpack LOCK PATTERN FOLDER: lays the content of the packages into the folder; no script of a package runs.
unpack() {
    local debs deb
    debs=$(fetch_all "$1" "$2")
    mkdir -p "$3"
    for deb in $debs; do
        dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$3" --no-same-owner --keep-directory-symlink
    done
}

# unpack_source LOCK NAME FOLDER: a Debian source package with Debian's patches applied, in FOLDER, which must not exist.
unpack_source() {
    local beside files file name
    beside=$(mktemp -d "$(dirname "$3")/source.XXXXXX")
    files=$(fetch_all "$1" "/$2_")
    for file in $files; do
        name=${file##*/}
        ln -s "$file" "$beside/${name#*-}"
    done
    dpkg-source --no-check -x "$beside"/*.dsc "$3" >"$beside.log" 2>&1 || fail "dpkg-source failed on $2" "see $beside.log"
    rm -rf "$beside" "$beside.log"
}

# The folder with Debian's compiler and JDK, laid once. Its path never reaches what is built in it.
build_root() {
    local root part
    root=$cache/build-root-$(key_of "$debian/build-root.lock" "$debian/fetch.sh")
    if [ ! -d "$root" ]; then
        say "laying the build root $root"
        part=$(mktemp -d "$cache/build-root.XXXXXX")
        ln -s usr/bin usr/sbin usr/lib usr/lib64 "$part/"
        mkdir -p "$part"/{usr/{bin,sbin,lib,lib64},dev,proc,tmp,build,out}
        unpack "$debian/build-root.lock" .deb "$part"
        ln -sf dash "$part/bin/sh"
        ln -sf mawk "$part/bin/awk"
        rm -f "$part/usr/lib/jvm/java-17-openjdk-amd64/lib/security/cacerts"
        chmod 755 "$part"
        mv -T "$part" "$root"
    fi
    printf '%s\n' "$root"
}

# in_root ROOT SOURCE OUT COMMAND...: runs the command in the root, with SOURCE seen as /build and OUT as /out.
in_root() {
    local namespaces=(--mount)
    [ "$(id -u)" -eq 0 ] || namespaces+=(--map-root-user)
    # shellcheck disable=SC2016 # the inner shell expands them
    unshare "${namespaces[@]}" sh -eu -c '
        mount --rbind /dev "$1/dev"
        mount --rbind /proc "$1/proc"
        mount --bind "$2" "$1/build"
        mount --bind "$3" "$1/out"
        root=$1
        shift 3
        exec env -i PATH=/usr/sbin:/usr/bin LC_ALL=C TZ=UTC HOME=/tmp chroot "$root" "$@"
    ' sh "$@"
}
