package io.attestedmesh.attest.tls;

/**
 * The name under which a peer stands in the roster: a DNS name in lower case, an IP address in its canonical text, or a
 * party name.
 *
 * @param name 1 to 253 printable ASCII characters without spaces
 */
public record PeerIdentity(String name) {
    public PeerIdentity {
        if (name.isEmpty() || name.length() > 253 || !name.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException("an identity is 1 to 253 printable ASCII characters without spaces");
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
