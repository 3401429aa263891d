package io.attestedmesh.examples.frost;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.examples.ed25519.Scalar;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The hashes of FROST(Ed25519, SHA-512), RFC 9591 section 6.1. */
final class Ciphersuite {
    private static final Bytes CONTEXT = ascii("FROST-ED25519-SHA512-v1");

    private Ciphersuite() {}

    /** H1. */
    static Scalar bindingFactor(Bytes input) {
        return Scalar.reduce(sha512(CONTEXT, ascii("rho"), input));
    }

    /** H2, which has no context: it is the challenge of RFC 8032 section 5.1.6. */
    static Scalar challenge(Bytes commitment, Bytes publicKey, Bytes message) {
        return Scalar.reduce(sha512(commitment, publicKey, message));
    }

    /** H3. */
    static Scalar nonce(Bytes randomness, Bytes secret) {
        return Scalar.reduce(sha512(CONTEXT, ascii("nonce"), randomness, secret));
    }

    /** H4. */
    static Bytes messageHash(Bytes message) {
        return sha512(CONTEXT, ascii("msg"), message);
    }

    /** H5. */
    static Bytes commitmentsHash(Bytes commitments) {
        return sha512(CONTEXT, ascii("com"), commitments);
    }

    /** The hash of the proofs of key generation, which RFC 9591 does not define; the label keeps it apart from H1 to H5. */
    static Scalar proofChallenge(Bytes input) {
        return Scalar.reduce(sha512(CONTEXT, ascii("dkg"), input));
    }

    /** What a dealer signs of a share. */
    static Bytes shareStatement(Bytes input) {
        return Bytes.concat(CONTEXT, ascii("share"), input);
    }

    private static Bytes sha512(Bytes... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-512");
            for (Bytes part : parts) {
                part.update(digest);
            }
            return Bytes.of(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform since 9 has SHA-512", e);
        }
    }

    private static Bytes ascii(String text) {
        return Bytes.of(text.getBytes(StandardCharsets.US_ASCII));
    }
}
