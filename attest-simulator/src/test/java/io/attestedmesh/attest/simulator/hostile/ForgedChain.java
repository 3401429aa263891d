package io.attestedmesh.attest.simulator.hostile;

import io.attestedmesh.attest.evidence.Bytes;
import java.security.PrivateKey;
import java.util.List;

/**
 * A chain of certificates in DER, well-formed or not.
 *
 * @param bundle the certificates above the leaf, as the document lists them; root first, unless a test turned it round
 * @param leaf the certificate whose key signs
 * @param leafKey its key
 */
public record ForgedChain(List<Bytes> bundle, Bytes leaf, PrivateKey leafKey) {
    public ForgedChain withBundle(List<Bytes> other) {
        return new ForgedChain(List.copyOf(other), leaf, leafKey);
    }

    /** Keeps the key out of messages. */
    @Override
    public String toString() {
        return "ForgedChain[" + bundle.size() + " above the leaf]";
    }
}
