package io.attestedmesh.voting.statement;

import io.attestedmesh.attest.ed25519.Ed25519PrivateKey;
import io.attestedmesh.attest.ed25519.Ed25519PublicKey;
import io.attestedmesh.attest.evidence.Bytes;
import java.security.InvalidKeyException;

/**
 * A node says which voting key is its own in an epoch, signed by that key. It counts where it comes over a connection whose
 * other end has proved to be that node, and for those who trust somebody who saw that.
 *
 * @param key 32 bytes
 * @param signature by {@code key}
 */
public record Announcement(String network, long epoch, String node, Bytes key, Bytes signature) {
    private static final String LABEL = "amesh-voting-key-v1";
    private static final int KEY_SIZE = 32;
    private static final int LONGEST_NAME = 256;
    public static final int LARGEST = 1024;

    /** Signs that {@code node} votes by {@code key}. */
    public static Announcement of(Committee committee, String node, Ed25519PrivateKey key) {
        Bytes raw = key.publicKey().raw();
        Bytes signature = key.sign(signed(committee.network(), committee.epoch(), node, raw));
        return new Announcement(committee.network(), committee.epoch(), node, raw, signature);
    }

    private static Bytes signed(String network, long epoch, String node, Bytes key) {
        return new CanonicalWriter()
                .text(LABEL)
                .text(network)
                .number(epoch)
                .text(node)
                .bytes(key)
                .written();
    }

    /**
     * The key, if it signed this and {@code committee} has the node. Whether the node said so is up to the caller.
     *
     * @throws RejectedStatementException NETWORK, EPOCH, NOT_A_MEMBER, BAD_KEY or SIGNATURE
     */
    public Ed25519PublicKey verify(Committee committee) throws RejectedStatementException {
        StatementVerifier.requireOf(committee, network, epoch, node);
        Ed25519PublicKey verified;
        try {
            verified = Ed25519PublicKey.of(key);
        } catch (InvalidKeyException e) {
            throw new RejectedStatementException(StatementReason.BAD_KEY, "a voting key of " + node, e.getMessage(), e);
        }
        if (!verified.verify(signed(network, epoch, node, key), signature)) {
            throw new RejectedStatementException(
                    StatementReason.SIGNATURE, "a signature by the announced key " + key.hex(), signature.hex());
        }
        return verified;
    }

    /** Network, epoch, node, key and signature. */
    public Bytes encoded() {
        return new CanonicalWriter()
                .bytes(signed(network, epoch, node, key))
                .bytes(signature)
                .written();
    }

    /** Reads {@link #encoded}. */
    public static Announcement parse(Bytes encoded) throws MalformedStatementException {
        CanonicalReader both = new CanonicalReader(encoded);
        CanonicalReader in = new CanonicalReader(both.bytes(LARGEST));
        Bytes signature = both.bytes(SignedStatement.SIGNATURE_SIZE);
        both.end();
        in.label(LABEL);
        Announcement read = new Announcement(
                in.text(LONGEST_NAME), in.number(1), in.text(LONGEST_NAME), in.bytes(KEY_SIZE), signature);
        in.end();
        return read;
    }
}
