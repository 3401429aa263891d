package io.attestedmesh.releases.log;

import io.attestedmesh.attest.ed25519.Ed25519PublicKey;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.ReleasesReason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A checkpoint with its signature lines; who signed is known only after one of the methods here was asked. Lines by keys
 * that the caller does not name are ignored; one that claims to be by a named key and is not refuses the whole note.
 */
public final class SignedCheckpoint {
    private final SignedNote note;
    private final Checkpoint checkpoint;

    private SignedCheckpoint(SignedNote note, Checkpoint checkpoint) {
        this.note = note;
        this.checkpoint = checkpoint;
    }

    public static SignedCheckpoint parse(Bytes encoded) throws MalformedReleasesException {
        return of(SignedNote.parse(encoded));
    }

    public static SignedCheckpoint parse(String note) throws MalformedReleasesException {
        return of(SignedNote.parse(note));
    }

    private static SignedCheckpoint of(SignedNote note) throws MalformedReleasesException {
        return new SignedCheckpoint(note, Checkpoint.parse(note.text()));
    }

    /** What a log publishes of its state: its signature, and its cosignature for the time. */
    public static SignedCheckpoint sign(Checkpoint checkpoint, NoteSigner log, Instant time) {
        SignedNote note = new SignedNote(checkpoint.text(), List.of(log.sign(checkpoint)));
        return new SignedCheckpoint(note.with(log.cosign(checkpoint, time)), checkpoint);
    }

    /** Nothing about it is verified by having been parsed. */
    public Checkpoint checkpoint() {
        return checkpoint;
    }

    public SignedNote note() {
        return note;
    }

    /** The note's text. */
    public String encode() {
        return note.encode();
    }

    /** With one signature more, in the place of those by the same key; it is not verified here. */
    public SignedCheckpoint with(NoteSignature signature) {
        return new SignedCheckpoint(note.with(signature), checkpoint);
    }

    /** With the lines by these keys alone, of which there must be one. */
    public SignedCheckpoint by(List<NoteKey> keys) {
        List<NoteSignature> lines = note.signatures().stream()
                .filter(line -> keys.stream().anyMatch(key -> key.isNamedBy(line)))
                .toList();
        return new SignedCheckpoint(new SignedNote(note.text(), lines), checkpoint);
    }

    /** That it is of the log {@code origin}, signed by at least one of the log's keys. */
    public void requireSignedBy(String origin, List<NoteKey> keys) throws RejectedReleasesException {
        if (!checkpoint.origin().equals(origin)) {
            throw new RejectedReleasesException(
                    ReleasesReason.WRONG_LOG, OneLine.of(origin), OneLine.of(checkpoint.origin()));
        }
        boolean signed = false;
        for (NoteKey key : keys) {
            if (key.type() != NoteKey.Type.NOTE) {
                throw new IllegalArgumentException("a key for cosignatures does not stand for a log: " + key);
            }
            for (NoteSignature line : note.signatures()) {
                if (key.isNamedBy(line)) {
                    requireValid(key, StrictText.utf8(note.text()), line.signature());
                    signed = true;
                }
            }
        }
        if (!signed) {
            throw new RejectedReleasesException(
                    ReleasesReason.CHECKPOINT_UNSIGNED,
                    "a signature by a key of the log",
                    note.signatures().size() + " by other keys");
        }
    }

    /** Who of {@code cosigners} signed and when; the newest signature of each, none twice. */
    public List<Cosignature> cosignatures(List<NoteKey> cosigners) throws RejectedReleasesException {
        // By the key itself: one key under two names is one cosigner.
        Map<Ed25519PublicKey, Cosignature> newest = new HashMap<>();
        for (NoteKey key : cosigners) {
            if (key.type() != NoteKey.Type.COSIGNATURE) {
                throw new IllegalArgumentException("not a key for cosignatures: " + key);
            }
            for (NoteSignature line : note.signatures()) {
                if (key.isNamedBy(line)) {
                    Cosignature found = new Cosignature(key, requireValidCosignature(key, line.signature()));
                    newest.merge(key.publicKey(), found, (a, b) -> b.time().isAfter(a.time()) ? b : a);
                }
            }
        }
        return newest.values().stream()
                .sorted(Comparator.comparing(Cosignature::time).reversed())
                .toList();
    }

    /** The latest time at or after which {@code threshold} (at least 1) of the witnesses signed. */
    public Instant witnessedAt(List<NoteKey> witnesses, int threshold) throws RejectedReleasesException {
        List<Cosignature> found = cosignatures(witnesses);
        if (found.size() < threshold) {
            throw new RejectedReleasesException(
                    ReleasesReason.WITNESSES_MISSING,
                    "at least " + threshold,
                    found.size() + " of " + witnesses.size());
        }
        return found.get(threshold - 1).time();
    }

    /** When the log itself says that it signed, by the newest cosignature of one of its keys. */
    public Optional<Instant> signedAt(List<NoteKey> logKeys) throws RejectedReleasesException {
        List<NoteKey> cosigning = new ArrayList<>();
        logKeys.forEach(key -> cosigning.add(key.forCosignatures()));
        return cosignatures(cosigning).stream().findFirst().map(Cosignature::time);
    }

    private Instant requireValidCosignature(NoteKey key, Bytes signature) throws RejectedReleasesException {
        Optional<Instant> time = CosignedText.time(signature);
        if (time.isEmpty()) {
            throw invalid(key);
        }
        requireValid(key, CosignedText.toBeSigned(time.get(), note.text()), CosignedText.signature(signature));
        return time.get();
    }

    private static void requireValid(NoteKey key, Bytes message, Bytes signature) throws RejectedReleasesException {
        if (!key.publicKey().verify(message, signature)) {
            throw invalid(key);
        }
    }

    private static RejectedReleasesException invalid(NoteKey key) {
        return new RejectedReleasesException(
                ReleasesReason.SIGNATURE_INVALID,
                "a signature of this checkpoint by " + OneLine.of(key.name()),
                "one that does not verify");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SignedCheckpoint that && note.equals(that.note);
    }

    @Override
    public int hashCode() {
        return note.hashCode();
    }

    @Override
    public String toString() {
        return checkpoint.toString();
    }
}
