#!/usr/bin/env bash
# Builds the image of our node: a kernel, a ramdisk with glibc and a Java run time, a ramdisk with amesh.jar and its
# configuration, and nothing else. The same commit gives the same bytes on every x86-64 machine.
#
#   build-node-image.sh --config enclave.toml [--out DIR] [--name NAME] [--version VERSION] [--jar amesh.jar]
#
# DIR (default enclave-image/target/node) gets node.eif, node.json (its PCRs), node.txt (what is printed at the end) and
# amesh.jar. With --jar that very jar is used, which an earlier run of this script left; else Maven builds it.
set -euo pipefail
here=$(cd -P "$(dirname "$0")" && pwd -P)
# shellcheck source=enclave-image/debian/fetch.sh
. "$here/debian/fetch.sh"

config=
jar=
out=$here/target/node
name=amesh-node
version=0
while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || fail "option $1 has no value" 'see the head of this script'
    case $1 in
        --config) config=$(readlink -f "$2") ;;
        --out) out=$2 ;;
        --name) name=$2 ;;
        --jar) jar=$(readlink -f "$2") ;;
        --version) version=$2 ;;
        *) fail "unknown option $1" 'see the head of this script' ;;
    esac
    shift 2
done
[ -f "$config" ] || fail 'no configuration' 'give enclave.toml with --config; its bytes are measured into PCR2'
umask 022
mkdir -p "$out"
out=$(cd -P "$out" && pwd -P)

need curl=curl dpkg-deb=dpkg xz=xz-utils unshare=util-linux git=git mvn=maven
work=$(mktemp -d "$cache/node-work.XXXXXX")
trap 'rm -rf "$work"' EXIT

kernel=$("$here/kernel/build-kernel.sh")
root=$(build_root)
jvm=usr/lib/jvm/java-17-openjdk-amd64

# Debian's JDK with its links into /etc made files, so that it runs from any folder.
jdk=$cache/jdk-$(basename "$root")
if [ ! -d "$jdk" ]; then
    part=$(mktemp -d "$cache/jdk.XXXXXX")
    cp -a "$root/$jvm/." "$part/"
    find "$part" -type l -lname '/etc/*' -printf '%P\t%l\n' | while IFS=$'\t' read -r link target; do
        rm "$part/$link"
        cp -a "$root$target" "$part/$link"
    done
    chmod 755 "$part"
    mv -T "$part" "$jdk"
fi

# From a copy of the checkout without anything that is ignored, so that no earlier build has a say.
build_jar() {
    say "building amesh.jar (log in $cache/node-jar.log)"
    mkdir "$work/checkout"
    # shellcheck disable=SC2016 # the inner shell expands it
    (cd "$here/.." && git ls-files -z --cached --others --exclude-standard --deduplicate | xargs -0 sh -c '
        for file; do [ ! -e "$file" ] || printf "%s\0" "$file"; done' sh | tar -c --null -T - | tar -x -C "$work/checkout")
    (cd "$work/checkout" && JAVA_HOME=$jdk mvn -q -B -Dmaven.test.skip=true -pl cli -am package) \
        >"$cache/node-jar.log" 2>&1 </dev/null || fail 'amesh.jar did not build' "see $cache/node-jar.log"
}
if [ -z "$jar" ]; then
    build_jar
    jar=$work/checkout/cli/target/amesh.jar
fi

say 'laying the ramdisks'
base=$work/base
app=$work/app
mkdir -p "$base"/{dev,proc,sys,run,tmp,root,etc,usr/lib/x86_64-linux-gnu,usr/lib64,usr/lib/amesh/native} "$app"/{app,etc/amesh}
ln -s usr/lib "$base/lib"
ln -s usr/lib64 "$base/lib64"
unpack "$here/debian/node.lock" .deb "$work/debian"
while read -r library; do
    file=$(find "$work/debian" -name "$library" | head -n 1)
    [ -n "$file" ] || fail "no package of node.lock has $library" 'correct image/libraries or debian/lock.sh'
    install -m 755 "$file" "$base/usr/lib/x86_64-linux-gnu/$library"
done <"$here/image/libraries"
mv "$base/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2" "$base/usr/lib64/"

mkdir "$work/out"
cp "$here/image/modules" "$here/image/roots" "$work/out/"
cp "$jar" "$work/out/amesh.jar"
cp -a "$work/debian/usr/share/ca-certificates" "$work/out/certificates"
cat >"$work/out/lay.sh" <<'EOF'
set -eu
jdk=/usr/lib/jvm/java-17-openjdk-amd64
cd /out
$jdk/bin/jlink --add-modules "$(paste -s -d , modules)" --strip-debug --no-header-files --no-man-pages --output jre
rm -f jre/lib/security/cacerts
while read -r root; do
    $jdk/bin/keytool -importcert -noprompt -trustcacerts -alias "${root##*/}" -file "certificates/$root" \
        -keystore jre/lib/security/cacerts -storetype PKCS12 -storepass changeit \
        -J-Dkeystore.pkcs12.certProtectionAlgorithm=NONE -J-Dkeystore.pkcs12.macAlgorithm=NONE
done <roots
mkdir natives
cd natives
$jdk/bin/jar -xf ../amesh.jar com/sun/jna/linux-x86-64/libjnidispatch.so
EOF
in_root "$root" "$work/out" "$work/out" sh /out/lay.sh >"$cache/node-jre.log" 2>&1 \
    || fail 'the run time was not made' "see $cache/node-jre.log"
mv "$work/out/jre" "$base/usr/lib/amesh/jre"
find "$base/usr/lib/amesh/jre/bin" -type f ! -name java -delete
# Programs that nothing in the node starts, and files that only a compiler reads.
rm -rf "$base"/usr/lib/amesh/jre/{legal,lib/{jexec,jspawnhelper,jrt-fs.jar,classlist}}
install -m 755 "$work/out/natives/com/sun/jna/linux-x86-64/libjnidispatch.so" "$base/usr/lib/amesh/native/"
# Without /proc the loader knows no $ORIGIN: what the launcher needs stands where it always looks.
ln -s ../amesh/jre/lib/libjli.so "$base/usr/lib/x86_64-linux-gnu/libjli.so"
grep -v '^#' "$here/image/init" >"$base/usr/lib/amesh/init"
printf 'root:x:0:0:root:/root:/\namesh:x:1000:1000:amesh:/tmp:/\n' >"$base/etc/passwd"
printf 'root:x:0:\namesh:x:1000:\n' >"$base/etc/group"
printf '127.0.0.1 localhost enclave\n::1 localhost enclave\n' >"$base/etc/hosts"
printf 'passwd: files\ngroup: files\nhosts: files\n' >"$base/etc/nsswitch.conf"
install -m 644 "$jar" "$app/app/amesh.jar"
install -m 644 "$config" "$app/etc/amesh/enclave.toml"
chmod -R u=rwX,go=rX "$base" "$app"

say 'writing the image'
amesh() {
    "$jdk/bin/java" -jar "$jar" "$@"
}
amesh image build --kernel "$kernel" --cmdline "$(tr -d '\n' <"$here/image/cmdline")" --init-ramdisk "$base" --app "$app" \
    --name "$name" --version "$version" --out "$out/node.eif" --force >/dev/null
(cd "$out" && amesh image measure node.eif --json >node.json)
[ "$jar" -ef "$out/amesh.jar" ] || install -m 644 "$jar" "$out/amesh.jar"

{
    printf 'image     %s  %s bytes\n' "$(sha384sum <"$out/node.eif" | cut -d' ' -f1)" "$(stat -c %s "$out/node.eif")"
    printf 'kernel    %s  %s\n' "$(sha384sum <"$kernel" | cut -d' ' -f1)" "$(sed -n 's/.*\(linux_.*\)\.dsc$/\1/p' "$here/kernel/source.lock")"
    printf 'jar       %s\n' "$(sha384sum <"$jar" | cut -d' ' -f1)"
    printf 'run time  %s\n' "$("$jdk/bin/java" -version 2>&1 | sed -n '2s/.*(build \(.*\))/\1/p')"
    printf 'modules   %s\n' "$(paste -s -d ' ' "$here/image/modules")"
    printf 'measured  %s\n' "$(cat "$out/node.json")"
} | tee "$out/node.txt"
