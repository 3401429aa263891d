package io.attestedmesh.examples.frost;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.examples.ed25519.Point;
import io.attestedmesh.examples.ed25519.Scalar;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A pair of nonces that can be taken once. Two shares made with one pair give the signer's share of the key away, so the
 * pair is gone from here before anything is computed with it.
 */
final class SigningNonces {
    private static final int RANDOMNESS = 32;

    private final AtomicReference<Pair> pair;
    private final NonceCommitment commitment;

    private SigningNonces(Pair pair) {
        this.pair = new AtomicReference<>(pair);
        this.commitment = new NonceCommitment(Point.ofSecret(pair.hiding()), Point.ofSecret(pair.binding()));
    }

    /** The two nonces; their text is that of scalars, which show nothing. */
    record Pair(Scalar hiding, Scalar binding) {}

    static SigningNonces generate(Scalar secretShare, SecureRandom random) {
        return of(nonce(fresh(random), secretShare), nonce(fresh(random), secretShare));
    }

    static SigningNonces of(Scalar hiding, Scalar binding) {
        return new SigningNonces(new Pair(hiding, binding));
    }

    /** RFC 9591 section 4.1: the secret goes in too, so that a weak random source alone does not give the nonce away. */
    static Scalar nonce(Bytes randomness, Scalar secretShare) {
        return Ciphersuite.nonce(randomness, secretShare.encode());
    }

    private static Bytes fresh(SecureRandom random) {
        byte[] randomness = new byte[RANDOMNESS];
        random.nextBytes(randomness);
        return Bytes.of(randomness);
    }

    NonceCommitment commitment() {
        return commitment;
    }

    /** An {@link IllegalStateException} from the second call on. */
    Pair take() {
        Pair taken = pair.getAndSet(null);
        if (taken == null) {
            throw new IllegalStateException("these nonces have been used");
        }
        return taken;
    }
}
