#!/bin/sh
# sign-envelope.sh KEY.pem TYP <payload >envelope: signs by ES256, with openssl and a POSIX shell alone.
set -eu
key=$1 typ=$2
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT

base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }

# openssl's DER, SEQUENCE { INTEGER r, INTEGER s }, to what JWS has: r and s, 32 bytes each.
der_to_rs() {
    digits=$(openssl asn1parse -inform DER | sed -n 's/.*INTEGER *://p' |
        while read -r integer; do printf '%64s' "$integer" | tr ' ' 0; done)
    openssl asn1parse -genstr "FORMAT:HEX,OCTETSTRING:$digits" -noout -out "$work/octets"
    tail -c 64 "$work/octets"
}

# The key id: SHA-256 of the public key as a JWK, members sorted, no spaces (RFC 7638).
openssl pkey -in "$key" -pubout -outform DER | tail -c 64 >"$work/point"
x=$(head -c 32 "$work/point" | base64url)
y=$(tail -c 32 "$work/point" | base64url)
kid=$(printf '{"crv":"P-256","kty":"EC","x":"%s","y":"%s"}' "$x" "$y" | openssl dgst -sha256 -binary | base64url)

# What is signed: BASE64URL(header) . BASE64URL(payload) (RFC 7515, section 5.1).
protected=$(printf '{"alg":"ES256","kid":"%s","typ":"%s"}' "$kid" "$typ" | base64url)
payload=$(base64url)
signature=$(printf '%s.%s' "$protected" "$payload" | openssl dgst -sha256 -sign "$key" | der_to_rs | base64url)

printf '{"payload":"%s","signatures":[{"protected":"%s","signature":"%s"}]}\n' "$payload" "$protected" "$signature"
