package io.attestedmesh.releases.log;

import io.attestedmesh.attest.ed25519.Ed25519PrivateKey;
import io.attestedmesh.attest.ed25519.Ed25519PublicKey;
import io.attestedmesh.attest.evidence.Bytes;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.time.Instant;

/** Signs checkpoints: as the log itself ({@link #sign}), or with a time, as witnesses do ({@link #cosign}). */
public final class NoteSigner {
    private final NoteKey key;
    private final Ed25519PrivateKey privateKey;

    private NoteSigner(NoteKey key, Ed25519PrivateKey privateKey) {
        this.key = key;
        this.privateKey = privateKey;
    }

    /**
     * A signer under a name.
     *
     * @param name the log's origin, or the witness's name
     * @param keys an Ed25519 key pair whose private key gives its seed
     * @throws InvalidKeyException if it is another pair, or two halves of two pairs
     */
    public static NoteSigner of(String name, KeyPair keys) throws InvalidKeyException {
        NoteKey key = new NoteKey(name, NoteKey.Type.NOTE, Ed25519PublicKey.of(keys.getPublic()));
        Ed25519PrivateKey privateKey = Ed25519PrivateKey.of(keys.getPrivate());
        if (!privateKey.publicKey().equals(key.publicKey())) {
            throw new InvalidKeyException("the private key does not belong to the public key");
        }
        return new NoteSigner(key, privateKey);
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
        return line(key, privateKey.sign(StrictText.utf8(checkpoint.text())));
    }

    /** That no larger state of the log had been seen at {@code time}, which is cut to seconds. */
    public NoteSignature cosign(Checkpoint checkpoint, Instant time) {
        Bytes signature = privateKey.sign(CosignedText.toBeSigned(time, checkpoint.text()));
        return line(cosigningKey(), CosignedText.encode(time, signature));
    }

    private static NoteSignature line(NoteKey key, Bytes signature) {
        return new NoteSignature(key.name(), key.id(), signature);
    }
}
