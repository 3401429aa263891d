package io.attestedmesh.releases.envelope;

import io.attestedmesh.attest.evidence.Bytes;
import java.security.PublicKey;
import java.util.regex.Pattern;

/**
 * Somebody's public key, for one algorithm.
 *
 * @param name who holds it, for people: 1 to 64 letters, digits, {@code . _ -}
 * @param key of the algorithm's type and curve, else an {@link IllegalArgumentException}
 */
public record NamedKey(String name, SigningAlgorithm algorithm, PublicKey key) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    public NamedKey {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("a key's name is 1 to 64 letters, digits, '.', '_', '-'");
        }
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
