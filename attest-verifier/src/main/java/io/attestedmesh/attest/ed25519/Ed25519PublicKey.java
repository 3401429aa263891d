package io.attestedmesh.attest.ed25519;

import io.attestedmesh.attest.evidence.Bytes;
import java.security.InvalidKeyException;
import java.security.PublicKey;

/** A key that verifies signatures (RFC 8032, section 5.1.7), parsed once; equal to keys of the same 32 bytes. */
public final class Ed25519PublicKey {
    /** Bytes of an encoded key. */
    public static final int SIZE = 32;

    /** Bytes of a signature. */
    public static final int SIGNATURE_SIZE = 64;

    /** The encoding of (0, 1), the one point of small order that is in the prime-order group, too. */
    private static final Bytes NEUTRAL =
            Bytes.fromHex("0100000000000000000000000000000000000000000000000000000000000000");

    private final Bytes raw;
    private final Engine.Verifier verifier;

    private Ed25519PublicKey(Bytes raw, Engine.Verifier verifier) {
        this.raw = raw;
        this.verifier = verifier;
    }

    /**
     * Parses the encoding of RFC 8032, section 5.1.2.
     *
     * @param raw 32 bytes: the canonical encoding of a point of the prime-order group that is not the neutral one
     * @throws InvalidKeyException if they are anything else, also a valid key with a part of small order added
     */
    public static Ed25519PublicKey of(Bytes raw) throws InvalidKeyException {
        return of(raw, Engines.fastest());
    }

    static Ed25519PublicKey of(Bytes raw, Engine engine) throws InvalidKeyException {
        return new Ed25519PublicKey(raw, engine.verifier(raw));
    }

    /**
     * Takes a key of any provider by its SubjectPublicKeyInfo (RFC 8410, section 4).
     *
     * @throws InvalidKeyException if it is of another algorithm, or one that {@link #of(Bytes)} refuses
     */
    public static Ed25519PublicKey of(PublicKey key) throws InvalidKeyException {
        byte[] encoded = key.getEncoded();
        Bytes spki = encoded == null ? Bytes.EMPTY : Bytes.of(encoded);
        if (!spki.startsWith(EncodedKey.PUBLIC_HEAD)) {
            throw new InvalidKeyException("not an Ed25519 key: " + key.getAlgorithm());
        }
        return of(spki.slice(EncodedKey.PUBLIC_HEAD.size(), spki.size()));
    }

    /** The 32 bytes that RFC 8032, section 5.1.2, encodes it in. */
    public Bytes raw() {
        return raw;
    }

    /**
     * Whether this key signed {@code message}: false of everything that is not the one form of a signature, too.
     *
     * @param signature R and S; anything but 64 bytes is none
     */
    public boolean verify(Bytes message, Bytes signature) {
        return signature.size() == SIGNATURE_SIZE
                // Who signs so gives the private key away; Bouncy Castle's check of R refuses it, Corretto does not.
                && !signature.startsWith(NEUTRAL)
                && verifier.verifies(message.toByteArray(), signature.toByteArray());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Ed25519PublicKey that && raw.equals(that.raw);
    }

    @Override
    public int hashCode() {
        return raw.hashCode();
    }

    /** All 32 bytes as hexadecimal digits. */
    @Override
    public String toString() {
        return raw.hex();
    }
}
