package io.attestedmesh.releases.log;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import java.util.ArrayList;
import java.util.List;

/** Entries side by side, each behind its length in two bytes (C2SP tlog-tiles, "Log entries"). */
final class EntryBundle {
    static final int MAX_ENTRY = 65_535;
    static final int MAX_BYTES = Tile.FULL * (2 + MAX_ENTRY);

    private EntryBundle() {}

    static Bytes encode(List<Bytes> entries) {
        List<Bytes> parts = new ArrayList<>();
        for (Bytes entry : entries) {
            if (entry.size() > MAX_ENTRY) {
                throw new IllegalArgumentException("an entry of " + entry.size() + " bytes");
            }
            parts.add(Bytes.of((byte) (entry.size() >> 8), (byte) entry.size()));
            parts.add(entry);
        }
        return Bytes.concat(parts.toArray(Bytes[]::new));
    }

    /** Exactly {@code count} entries, to the last byte. */
    static List<Bytes> decode(Bytes bundle, int count) throws MalformedReleasesException {
        List<Bytes> entries = new ArrayList<>();
        int at = 0;
        while (at < bundle.size()) {
            int start = at + 2;
            int end = start > bundle.size() ? start : start + (bundle.at(at) << 8 | bundle.at(at + 1));
            if (end > bundle.size() || entries.size() == count) {
                throw new MalformedReleasesException("entries", "not " + count + " entries to the last byte");
            }
            entries.add(bundle.slice(start, end));
            at = end;
        }
        if (entries.size() != count) {
            throw new MalformedReleasesException("entries", entries.size() + " entries, not " + count);
        }
        return entries;
    }
}
