package io.attestedmesh.releases.log;

import io.attestedmesh.attest.ed25519.Ed25519PublicKey;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.json.Encodings;
import java.security.InvalidKeyException;

/**
 * A key that verifies signatures of notes, in text {@code name+hash+base64}: the <i>vkey</i> of C2SP signed-note.
 *
 * @param name without spaces and plus signs, at most 256 bytes; a log's key bears the log's origin
 * @param type what its signatures say
 * @param publicKey what verifies them
 */
public record NoteKey(String name, Type type, Ed25519PublicKey publicKey) {
    /** What a signature covers; the byte is the signature type of C2SP signed-note. */
    public enum Type {
        /** The note alone: how a log signs its checkpoints. */
        NOTE(0x01),
        /** The time and the note (cosignature/v1): how a witness signs, and a log that says when it signed. */
        COSIGNATURE(0x04);

        private final byte code;

        Type(int code) {
            this.code = (byte) code;
        }
    }

    private static final int MAX_VKEY = 512;

    public NoteKey {
        if (!NoteName.isValid(name)) {
            throw new IllegalArgumentException("no name of a note's key: " + OneLine.of(name));
        }
    }

    /** Reads a vkey of one of the two types. */
    public static NoteKey parse(String vkey) throws MalformedReleasesException {
        String what = "key " + OneLine.of(vkey);
        // Base 64 has plus signs of its own: the first two separate.
        String[] parts = vkey.split("\\+", 3);
        if (vkey.length() > MAX_VKEY || parts.length != 3) {
            throw new MalformedReleasesException(what, "not of the form name+hash+base64");
        }
        Bytes encoded = StrictText.decodeBase64(what, parts[2]);
        if (encoded.size() != 1 + Ed25519PublicKey.SIZE) {
            throw new MalformedReleasesException(what, "not a type and 32 bytes, but " + encoded.size() + " bytes");
        }
        NoteKey key = of(what, parts[0], encoded);
        if (!key.id().hex().equals(parts[1])) {
            throw new MalformedReleasesException(what, "its hash is " + key.id().hex());
        }
        return key;
    }

    private static NoteKey of(String what, String name, Bytes encoded) throws MalformedReleasesException {
        for (Type type : Type.values()) {
            if (type.code == (byte) encoded.at(0)) {
                try {
                    return new NoteKey(name, type, Ed25519PublicKey.of(encoded.slice(1, encoded.size())));
                } catch (IllegalArgumentException | InvalidKeyException e) {
                    throw new MalformedReleasesException(what, e.getMessage(), e);
                }
            }
        }
        throw new MalformedReleasesException(what, "signature type " + encoded.at(0) + " is neither 1 nor 4");
    }

    /** The text that {@link #parse} reads. */
    public String vkey() {
        return name + "+" + id().hex() + "+" + Encodings.base64(encoded());
    }

    /** 4 bytes that together with the name say which key signed; no protection against a key made to collide. */
    public Bytes id() {
        return Sha256.of(StrictText.utf8(name + "\n"), encoded()).slice(0, 4);
    }

    /** The same name and key for signatures with a time. */
    public NoteKey forCosignatures() {
        return new NoteKey(name, Type.COSIGNATURE, publicKey);
    }

    /** Whether a signature line claims to be by this key; it may still be forged. */
    boolean isNamedBy(NoteSignature signature) {
        return signature.name().equals(name) && signature.keyId().equals(id());
    }

    private Bytes encoded() {
        return Bytes.concat(Bytes.of(type.code), publicKey.raw());
    }

    @Override
    public String toString() {
        return vkey();
    }
}
