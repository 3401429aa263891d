package io.attestedmesh.releases.list;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.json.JsonReader;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;

/** Bounds that several values of a list share. */
final class Fields {
    static final long MAX_INTEGER = JsonReader.MAX_INTEGER;
    static final int MAX_TEXT = 1024;
    static final int DIGEST_SIZE = 48;

    private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private Fields() {}

    /** A list's name is a line of a log entry, and every name is printed: no character of it needs care. */
    static void requireName(String what, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(what + " is not 1 to 64 letters, digits, '.', '_', '-'");
        }
    }

    static void requireDigest(String what, Bytes digest) {
        if (digest.size() != DIGEST_SIZE) {
            throw new IllegalArgumentException("a " + what + " of " + digest.size() + " bytes, not " + DIGEST_SIZE);
        }
    }

    /** Whole seconds that four digits can write the year of. */
    static void requireTime(String what, Instant time) {
        if (!time.equals(time.truncatedTo(ChronoUnit.SECONDS)) || time.isBefore(FIRST) || time.isAfter(LAST)) {
            throw new IllegalArgumentException("a " + what + " that is not whole seconds of the years 0 to 9999");
        }
    }

    static boolean breaksLines(int codePoint) {
        return Character.isISOControl(codePoint) || codePoint == 0x2028 || codePoint == 0x2029;
    }
}
