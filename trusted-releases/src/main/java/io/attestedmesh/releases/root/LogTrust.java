package io.attestedmesh.releases.root;

import io.attestedmesh.releases.log.NoteKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * The log that lists are published in, and who else must have seen its checkpoints. A value outside of these bounds is
 * an {@link IllegalArgumentException}.
 *
 * @param origin the log's name, which is that of its keys
 * @param keys 1 to 16, for notes; one of them signs each checkpoint
 * @param witnesses at most 64, for cosignatures, each a key of its own
 * @param witnessThreshold how many of them must have signed, 0 to all
 */
public record LogTrust(String origin, List<NoteKey> keys, List<NoteKey> witnesses, int witnessThreshold) {
    public static final int MAX_KEYS = 16;
    public static final int MAX_WITNESSES = 64;

    public LogTrust {
        keys = List.copyOf(keys);
        witnesses = List.copyOf(witnesses);
        if (keys.isEmpty() || keys.size() > MAX_KEYS || witnesses.size() > MAX_WITNESSES) {
            throw new IllegalArgumentException(
                    "not 1 to " + MAX_KEYS + " log keys and at most " + MAX_WITNESSES + " witnesses");
        }
        for (NoteKey key : keys) {
            if (key.type() != NoteKey.Type.NOTE || !key.name().equals(origin)) {
                throw new IllegalArgumentException("a log key that is not of type 1 and named as the origin");
            }
        }
        for (NoteKey witness : witnesses) {
            if (witness.type() != NoteKey.Type.COSIGNATURE) {
                throw new IllegalArgumentException("a witness key that is not of type 4");
            }
        }
        // One key under two names would count for two witnesses, and the log must not be its own witness.
        List<NoteKey> all = new ArrayList<>(keys);
        all.addAll(witnesses);
        if (all.stream().map(NoteKey::publicKey).distinct().count() != all.size()) {
            throw new IllegalArgumentException("one key twice among the log's and the witnesses'");
        }
        if (new HashSet<>(witnesses.stream().map(NoteKey::name).toList()).size() != witnesses.size()) {
            throw new IllegalArgumentException("two witnesses of one name");
        }
        if (witnessThreshold < 0 || witnessThreshold > witnesses.size()) {
            throw new IllegalArgumentException(
                    "a threshold of " + witnessThreshold + " of " + witnesses.size() + " witnesses");
        }
    }

    /** All keys whose lines on a checkpoint say something: those of the log, for both types of signature, and the witnesses'. */
    public List<NoteKey> known() {
        List<NoteKey> known = new ArrayList<>(keys);
        keys.forEach(key -> known.add(key.forCosignatures()));
        known.addAll(witnesses);
        return List.copyOf(known);
    }
}
