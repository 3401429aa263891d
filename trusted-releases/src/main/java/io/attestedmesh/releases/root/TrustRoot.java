package io.attestedmesh.releases.root;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.envelope.KeySet;
import io.attestedmesh.releases.json.Bounds;
import io.attestedmesh.releases.json.JsonReader;
import io.attestedmesh.releases.json.JsonWriter;
import java.time.Instant;
import java.util.Optional;

/**
 * One version of the trust root of a list. A value outside of these bounds is an {@link IllegalArgumentException}.
 *
 * @param list the name of the one list that it is about: 1 to 64 letters, digits, {@code . _ -}
 * @param version 1 to 2⁵³-1, one more with each change
 * @param expiresAt first second in which no list is accepted under it, after {@code issuedAt}
 * @param keys who signs lists, and the next root
 * @param minimumListVersion lists of lower versions are refused, 1 to 2⁵³-1
 * @param log the log of the list, where there is one
 */
public record TrustRoot(
        String list,
        long version,
        Instant issuedAt,
        Instant expiresAt,
        KeySet keys,
        long minimumListVersion,
        Optional<LogTrust> log) {
    public static final int MAX_BYTES = 64 << 10;

    public TrustRoot {
        Bounds.requireName("list name", list);
        Bounds.requireVersion("version", version);
        Bounds.requireVersion("minimumListVersion", minimumListVersion);
        Bounds.requireOrder(issuedAt, expiresAt);
    }

    public static TrustRoot parse(Bytes payload) throws MalformedReleasesException {
        return JsonReader.read("trust root", payload, MAX_BYTES, RootFormat::read);
    }

    /** The version alone, of what may be no root at all: whoever offers a thousand has not yet shown a signature. */
    public static long versionOf(Bytes payload) throws MalformedReleasesException {
        return JsonReader.read("trust root", payload, MAX_BYTES, RootFormat::readVersion);
    }

    /** The same root gives the same bytes, made for review in diffs: see {@link JsonWriter}. */
    public Bytes encode() {
        return JsonWriter.document(out -> RootFormat.write(this, out));
    }
}
