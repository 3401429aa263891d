package io.attestedmesh.attest.der;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** The contents of a UTCTime or GeneralizedTime as certificates have them: to the second, in UTC. */
final class Time {
    private static final int FIRST_GENERALIZED_YEAR = 2050;

    private Time() {}

    static Instant utc(byte[] contents) throws DerException {
        String text = text(contents, 12);
        int year = number(text, 0, 2);
        return instant(year < 50 ? 2000 + year : 1900 + year, text.substring(2));
    }

    static Instant generalized(byte[] contents) throws DerException {
        String text = text(contents, 14);
        int year = number(text, 0, 4);
        if (year < FIRST_GENERALIZED_YEAR) {
            throw new DerException("UTCTime until 2049", "GeneralizedTime " + text);
        }
        return instant(year, text.substring(4));
    }

    private static String text(byte[] contents, int digits) throws DerException {
        String text = new String(contents, StandardCharsets.US_ASCII);
        boolean onlyDigits = text.chars().limit(digits).allMatch(c -> c >= '0' && c <= '9');
        if (text.length() != digits + 1 || text.charAt(digits) != 'Z' || !onlyDigits) {
            throw new DerException("a time of " + digits + " digits and Z", contents.length + " other bytes");
        }
        return text;
    }

    private static Instant instant(int year, String rest) throws DerException {
        try {
            return LocalDateTime.of(
                            year,
                            number(rest, 0, 2),
                            number(rest, 2, 4),
                            number(rest, 4, 6),
                            number(rest, 6, 8),
                            number(rest, 8, 10))
                    .toInstant(ZoneOffset.UTC);
        } catch (DateTimeException impossible) {
            throw new DerException("a date that exists", year + rest);
        }
    }

    private static int number(String digits, int from, int to) {
        return Integer.parseInt(digits, from, to, 10);
    }
}
