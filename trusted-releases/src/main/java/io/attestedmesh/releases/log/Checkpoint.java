package io.attestedmesh.releases.log;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.ReleasesReason;
import io.attestedmesh.releases.json.Encodings;
import java.util.List;

/**
 * The state of a log at one size (C2SP tlog-checkpoint). Extension lines are refused: nobody here would check them, and a
 * witness says nothing about them.
 *
 * @param origin the name of the log
 * @param size number of entries, 0 to 2^40
 * @param rootHash 32 bytes
 */
public record Checkpoint(String origin, long size, Bytes rootHash) {
    public static final long MAX_SIZE = 1L << 40;

    private static final String WHAT = "checkpoint";

    public Checkpoint {
        if (!NoteName.isValid(origin)) {
            throw new IllegalArgumentException("no origin: " + OneLine.of(origin));
        }
        if (size < 0 || size > MAX_SIZE || rootHash.size() != Sha256.SIZE) {
            throw new IllegalArgumentException("no size and root hash of a tree: " + size + ", " + rootHash);
        }
        if (size == 0 && !rootHash.equals(MerkleTree.EMPTY_ROOT)) {
            throw new IllegalArgumentException("the root hash of the empty tree is another: " + rootHash);
        }
    }

    /** Reads the text of a note. */
    public static Checkpoint parse(String text) throws MalformedReleasesException {
        String[] lines = text.split("\n", -1);
        if (lines.length != 4 || !lines[3].isEmpty()) {
            throw new MalformedReleasesException(WHAT, "not the three lines origin, size and root hash");
        }
        long size = StrictText.decimal(WHAT + ", size", lines[1], MAX_SIZE);
        Bytes rootHash = StrictText.decodeBase64(WHAT + ", root hash", lines[2]);
        try {
            return new Checkpoint(lines[0], size, rootHash);
        } catch (IllegalArgumentException e) {
            throw new MalformedReleasesException(WHAT, e.getMessage(), e);
        }
    }

    /** Three lines, each with its line feed: what the log and its witnesses sign. */
    public String text() {
        return origin + "\n" + size + "\n" + Encodings.base64(rootHash) + "\n";
    }

    /**
     * That the log only grew since {@code seen}, as a proof from its size to this one shows.
     *
     * @throws RejectedReleasesException for WRONG_LOG, LOG_ROLLBACK or LOG_FORK
     */
    void requireExtends(Checkpoint seen, List<Bytes> proof) throws RejectedReleasesException {
        if (!origin.equals(seen.origin)) {
            throw new RejectedReleasesException(ReleasesReason.WRONG_LOG, OneLine.of(seen.origin), OneLine.of(origin));
        }
        if (size < seen.size) {
            throw new RejectedReleasesException(
                    ReleasesReason.LOG_ROLLBACK, "at least " + seen.size + " entries", size + " entries");
        }
        MerkleTree.verifyConsistency(seen.size, seen.rootHash, size, rootHash, proof);
    }

    /** Size and root hash, for messages. */
    @Override
    public String toString() {
        return "size " + size + ", root hash " + Encodings.base64(rootHash);
    }
}
