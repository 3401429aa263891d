package io.attestedmesh.releases.envelope;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.json.Bounds;
import java.security.PublicKey;

/**
 * Somebody's public key, for one algorithm.
 *
 * @param name who holds it, for people: 1 to 64 letters, digits, {@code . _ -}
 * @param key of the algorithm's type and curve, else an {@link IllegalArgumentException}
 */
public record NamedKey(String name, SigningAlgorithm algorithm, PublicKey key) {
    public NamedKey {
        Bounds.requireName("key name", name);
        // The platform's own class of key, whichever provider made this one: equal keys are then equal.
        key = algorithm.publicKey(Bytes.of(key.getEncoded()));
    }

    /** What signatures name the key by: its RFC 7638 thumbprint by SHA-256, base64url, 43 characters. */
    public String keyId() {
        return algorithm.thumbprint(key);
    }

    /** DER SubjectPublicKeyInfo. */
    public Bytes encoded() {
        return Bytes.of(key.getEncoded());
    }
}
