package io.attestedmesh.attest.ed25519;

import io.attestedmesh.attest.evidence.Bytes;
import java.security.Key;
import java.security.PrivateKey;
import java.security.PublicKey;

/**
 * A key as RFC 8410 encodes it. Corretto has no key factory for Ed25519 unless a system property says so; it takes keys of
 * others by their encoding, and knows the algorithm by the name EdDSA only, which not every provider's keys give.
 */
abstract sealed class EncodedKey implements Key {
    private static final long serialVersionUID = 1L;

    /** RFC 8410, section 4: what stands before the 32 bytes of a public key. */
    static final Bytes PUBLIC_HEAD = Bytes.fromHex("302a300506032b6570032100");

    /** RFC 8410, section 7: what stands before the 32 bytes of a seed. */
    private static final Bytes PRIVATE_HEAD = Bytes.fromHex("302e020100300506032b657004220420");

    private final String format;
    private final transient Bytes encoded;

    private EncodedKey(String format, Bytes encoded) {
        this.format = format;
        this.encoded = encoded;
    }

    @Override
    public final String getAlgorithm() {
        return "EdDSA";
    }

    @Override
    public final String getFormat() {
        return format;
    }

    @Override
    public final byte[] getEncoded() {
        return encoded.toByteArray();
    }

    static final class Public extends EncodedKey implements PublicKey {
        private static final long serialVersionUID = 1L;

        Public(Bytes raw) {
            super("X.509", Bytes.concat(PUBLIC_HEAD, raw));
        }
    }

    static final class Private extends EncodedKey implements PrivateKey {
        private static final long serialVersionUID = 1L;

        Private(Bytes seed) {
            super("PKCS#8", Bytes.concat(PRIVATE_HEAD, seed));
        }
    }
}
