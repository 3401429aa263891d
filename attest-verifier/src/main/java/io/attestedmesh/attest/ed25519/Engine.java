package io.attestedmesh.attest.ed25519;

import io.attestedmesh.attest.evidence.Bytes;
import java.security.InvalidKeyException;

/**
 * A library's arithmetic. Behind the checks of {@link Ed25519PublicKey} each engine gives the same verdict on every
 * signature; keys made by it are used from many threads.
 */
sealed interface Engine permits BouncyCastleEngine, CorrettoEngine {
    /** A key parsed for {@code verifies} of a signature of 64 bytes. */
    interface Verifier {
        boolean verifies(byte[] message, byte[] signature);
    }

    /** A key parsed for signatures of 64 bytes. */
    interface Signer {
        byte[] sign(byte[] message);
    }

    /** What it is called in logs. */
    String name();

    /** Parses 32 bytes; everything but a canonical point of the prime-order group is an exception. */
    Verifier verifier(Bytes publicKey) throws InvalidKeyException;

    /** Parses a pair of 32 bytes each that belong together. */
    Signer signer(Bytes seed, Bytes publicKey);
}
