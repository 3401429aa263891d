package io.attestedmesh.releases.log;

import io.attestedmesh.attest.evidence.Bytes;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.time.Instant;

/** Signs checkpoints: as the log itself ({@link #sign}), or with a time, as witnesses do ({@link #cosign}). */
public final class NoteSigner {
    private final NoteKey key;
    private final PrivateKey privateKey;

    private NoteSigner(NoteKey key, PrivateKey privateKey) {
        this.key = key;
        this.privateKey = privateKey;
    }

    /**
     * A signer under a name.
     *
     * @param name the log's origin, or the witness's name
     * @param keys an Ed25519 key pair
     * @throws InvalidKeyException if it is another pair, or two halves of two pairs
     */
    public static NoteSigner of(String name, KeyPair keys) throws InvalidKeyException {
        NoteKey key = new NoteKey(name, NoteKey.Type.NOTE, Ed25519.encode(keys.getPublic()));
        Bytes probe = StrictText.utf8("amesh: do these halves belong together?");
        if (!Ed25519.verify(key.publicKey(), probe, Ed25519.sign(keys.getPrivate(), probe))) {
            throw new InvalidKeyException("the private key does not belong to the public key");
        }
        return new NoteSigner(key, keys.getPrivate());
    }

    /** Verifies what {@link #sign} makes. */
    public NoteKey key() {
        return key;
    }

    /** Verifies what {@link #cosign} makes. */
    public NoteKey cosigningKey() {
        return key.forCosignatures();
    }

    /** That this is a state of the log: for the log's own key only. */
    public NoteSignature sign(Checkpoint checkpoint) {
        return line(key, signature(StrictText.utf8(checkpoint.text())));
    }

    /** That no larger state of the log had been seen at {@code time}, which is cut to seconds. */
    public NoteSignature cosign(Checkpoint checkpoint, Instant time) {
        Bytes signature = signature(CosignedText.toBeSigned(time, checkpoint.text()));
        return line(cosigningKey(), CosignedText.encode(time, signature));
    }

    private Bytes signature(Bytes message) {
        try {
            return Ed25519.sign(privateKey, message);
        } catch (InvalidKeyException e) {
            throw new IllegalStateException("the key signed when the signer was made", e);
        }
    }

    private static NoteSignature line(NoteKey key, Bytes signature) {
        return new NoteSignature(key.name(), key.id(), signature);
    }
}
