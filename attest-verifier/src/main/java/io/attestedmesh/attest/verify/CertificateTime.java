package io.attestedmesh.attest.verify;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** {@code Time} of RFC 5280, section 4.1.2.5: to the second, in UTC, a date that exists, UTCTime until 2049. */
final class CertificateTime {
    private static final int FIRST_GENERALIZED_YEAR = 2050;

    private CertificateTime() {}

    static Instant read(DerReader in) throws IllegalDerException {
        if (in.peek() == DerReader.UTC_TIME) {
            String text = text(in.enter(DerReader.UTC_TIME), 12);
            int year = number(text, 0, 2);
            return instant(year < 50 ? 2000 + year : 1900 + year, text.substring(2));
        }
        String text = text(in.enter(DerReader.GENERALIZED_TIME), 14);
        int year = number(text, 0, 4);
        if (year < FIRST_GENERALIZED_YEAR) {
            throw new IllegalDerException("a GeneralizedTime before 2050");
        }
        return instant(year, text.substring(4));
    }

    private static String text(DerReader content, int digits) throws IllegalDerException {
        String text = new String(content.rest(), StandardCharsets.US_ASCII);
        boolean onlyDigits = text.chars().limit(digits).allMatch(c -> c >= '0' && c <= '9');
        if (text.length() != digits + 1 || text.charAt(digits) != 'Z' || !onlyDigits) {
            throw new IllegalDerException("a time that is not " + digits + " digits and Z");
        }
        return text;
    }

    private static Instant instant(int year, String rest) throws IllegalDerException {
        try {
            return LocalDateTime.of(
                            year,
                            number(rest, 0, 2),
                            number(rest, 2, 4),
                            number(rest, 4, 6),
                            number(rest, 6, 8),
                            number(rest, 8, 10))
                    .toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw new IllegalDerException("a date or time that does not exist");
        }
    }

    private static int number(String digits, int from, int to) {
        return Integer.parseInt(digits, from, to, 10);
    }
}
