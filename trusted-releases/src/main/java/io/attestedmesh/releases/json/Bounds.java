package io.attestedmesh.releases.json;

import io.attestedmesh.attest.evidence.Bytes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;

/** Bounds that values of all formats share; what is outside is an {@link IllegalArgumentException}. */
public final class Bounds {
    /** In UTF-16 units, of every text that has no bound of its own. */
    public static final int MAX_TEXT = 1024;

    /** SHA-384 and registers. */
    public static final int DIGEST_SIZE = 48;

    private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private Bounds() {}

    /** A list's name is a line of a log entry, and every name is printed: no character of it needs care. */
    public static void requireName(String what, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(what + " is not 1 to 64 letters, digits, '.', '_', '-'");
        }
    }

    /** From 1 to 2⁵³-1. */
    public static void requireVersion(String what, long version) {
        if (version < 1 || version > JsonReader.MAX_INTEGER) {
            throw new IllegalArgumentException(what + " is not 1 to 2^53-1");
        }
    }

    public static void requireDigest(String what, Bytes digest) {
        if (digest.size() != DIGEST_SIZE) {
            throw new IllegalArgumentException("a " + what + " of " + digest.size() + " bytes, not " + DIGEST_SIZE);
        }
    }

    /** Whole seconds of a year that four digits can write. */
    public static void requireTime(String what, Instant time) {
        if (!time.equals(time.truncatedTo(ChronoUnit.SECONDS)) || time.isBefore(FIRST) || time.isAfter(LAST)) {
            throw new IllegalArgumentException("a " + what + " that is not whole seconds of the years 0 to 9999");
        }
    }

    /** Both such times, and a document that expires after it was issued. */
    public static void requireOrder(Instant issuedAt, Instant expiresAt) {
        requireTime("issuedAt", issuedAt);
        requireTime("expiresAt", expiresAt);
        if (!expiresAt.isAfter(issuedAt)) {
            throw new IllegalArgumentException("expiresAt is not after issuedAt");
        }
    }

    /** Text for people, on one line: not blank, at most 1024 UTF-16 units, no control characters. */
    public static void requireLine(String what, String text) {
        if (text.isBlank() || text.length() > MAX_TEXT || text.codePoints().anyMatch(Bounds::breaksLines)) {
            throw new IllegalArgumentException(
                    "a " + what + " that is not 1 to " + MAX_TEXT + " characters on one line");
        }
    }

    private static boolean breaksLines(int codePoint) {
        return Character.isISOControl(codePoint)
                || Character.getType(codePoint) == Character.LINE_SEPARATOR
                || Character.getType(codePoint) == Character.PARAGRAPH_SEPARATOR
                || Character.getType(codePoint) == Character.SURROGATE;
    }
}
