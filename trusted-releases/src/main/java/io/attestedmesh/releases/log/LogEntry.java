package io.attestedmesh.releases.log;

import static io.attestedmesh.releases.ReleasesReason.LIST_FORK;
import static io.attestedmesh.releases.ReleasesReason.LIST_ROLLBACK;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;

/**
 * What the log holds of a published list: four lines, {@code amesh-release-list-v1}, name, version and digest.
 *
 * @param list the list's name, 1 to 1024 bytes, no control characters
 * @param version 1 to 2^53 - 1
 * @param payloadSha384 SHA-384 of the list's payload, 48 bytes
 */
public record LogEntry(String list, long version, Bytes payloadSha384) {
    private static final String WHAT = "log entry";
    private static final String TYPE = "amesh-release-list-v1";
    private static final long MAX_VERSION = (1L << 53) - 1;
    private static final int MAX_NAME = 1024;
    private static final int DIGEST_SIZE = 48;

    public LogEntry {
        if (list.isEmpty()
                || !StrictText.isUnicode(list)
                || StrictText.utf8(list).size() > MAX_NAME
                || list.codePoints().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("no name of a list: " + OneLine.of(list));
        }
        if (version < 1 || version > MAX_VERSION || payloadSha384.size() != DIGEST_SIZE) {
            throw new IllegalArgumentException("no version and SHA-384 of a list: " + version + ", " + payloadSha384);
        }
    }

    /** Reads leaf data. */
    public static LogEntry parse(Bytes leaf) throws MalformedReleasesException {
        String[] lines = StrictText.decodeUtf8(WHAT, leaf).split("\n", -1);
        if (lines.length != 5 || !lines[0].equals(TYPE) || !lines[4].isEmpty()) {
            throw new MalformedReleasesException(WHAT, "not the lines " + TYPE + ", name, version and digest");
        }
        long version = StrictText.decimal(WHAT + ", version", lines[2], MAX_VERSION);
        if (!lines[3].matches("[0-9a-f]{96}")) {
            throw new MalformedReleasesException(WHAT, "no SHA-384 in hexadecimal: " + OneLine.of(lines[3]));
        }
        try {
            return new LogEntry(lines[1], version, Bytes.fromHex(lines[3]));
        } catch (IllegalArgumentException e) {
            throw new MalformedReleasesException(WHAT, e.getMessage(), e);
        }
    }

    /** Leaf data, at most 1200 bytes. */
    public Bytes encode() {
        return StrictText.utf8(TYPE + "\n" + list + "\n" + version + "\n" + payloadSha384.hex() + "\n");
    }

    public Bytes leafHash() {
        return MerkleTree.hashLeaf(encode());
    }

    /** That this entry may come after an earlier one: versions of one list only go up. */
    void requireLater(LogEntry earlier) throws RejectedReleasesException {
        if (!earlier.list.equals(list) || earlier.version < version) {
            return;
        }
        throw new RejectedReleasesException(
                earlier.version == version ? LIST_FORK : LIST_ROLLBACK,
                "a version after " + earlier.version + ", which is in the log",
                "version " + version + " with SHA-384 " + payloadSha384.hex());
    }
}
