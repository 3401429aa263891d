package io.attestedmesh.attest.x509;

import static io.attestedmesh.attest.x509.CertificateReason.EXPIRED;
import static io.attestedmesh.attest.x509.CertificateReason.NOT_YET_VALID;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/**
 * The period of RFC 5280, section 4.1.2.5; both ends belong to it, compared to the second.
 *
 * @param notBefore first second
 * @param notAfter last second
 */
record Validity(Instant notBefore, Instant notAfter) {
    private static final int FIRST_GENERALIZED_YEAR = 2050;

    static Validity read(DerReader reader) throws RejectedCertificateException {
        DerReader fields = reader.enter(DerReader.SEQUENCE);
        Instant notBefore = readTime(fields);
        Instant notAfter = readTime(fields);
        fields.finish();
        if (notAfter.isBefore(notBefore)) {
            throw DerReader.malformed("an end not before the start", notBefore + " to " + notAfter);
        }
        return new Validity(notBefore, notAfter);
    }

    /** Reads {@code YYMMDDHHMMSSZ} for 1950 to 2049, {@code YYYYMMDDHHMMSSZ} from 2050 on; a date that exists. */
    static Instant readTime(DerReader reader) throws RejectedCertificateException {
        boolean utc = reader.nextIs(DerReader.UTC_TIME);
        byte[] octets = reader.enter(utc ? DerReader.UTC_TIME : DerReader.GENERALIZED_TIME)
                .rest();
        String text = new String(octets, StandardCharsets.ISO_8859_1);
        if (text.length() != (utc ? 13 : 15) || !text.endsWith("Z")) {
            throw DerReader.malformed("a time to the second in UTC", "\"" + text + "\"");
        }
        int year = utc ? twoDigits(text, 0) : 100 * twoDigits(text, 0) + twoDigits(text, 2);
        if (utc) {
            year += year < 50 ? 2000 : 1900;
        } else if (year < FIRST_GENERALIZED_YEAR) {
            throw DerReader.malformed("UTCTime until 2049", "GeneralizedTime " + text);
        }
        int month = utc ? 2 : 4;
        try {
            return LocalDateTime.of(
                            year,
                            twoDigits(text, month),
                            twoDigits(text, month + 2),
                            twoDigits(text, month + 4),
                            twoDigits(text, month + 6),
                            twoDigits(text, month + 8))
                    .toInstant(ZoneOffset.UTC);
        } catch (DateTimeException impossible) {
            throw DerReader.malformed("a date that exists", "\"" + text + "\"");
        }
    }

    private static int twoDigits(String text, int start) throws RejectedCertificateException {
        int tens = text.charAt(start) - '0';
        int ones = text.charAt(start + 1) - '0';
        if (tens < 0 || tens > 9 || ones < 0 || ones > 9) {
            throw DerReader.malformed("digits", "\"" + text + "\"");
        }
        return 10 * tens + ones;
    }

    void requireAt(Instant at, String what) throws RejectedCertificateException {
        Instant second = at.truncatedTo(ChronoUnit.SECONDS);
        if (second.isBefore(notBefore)) {
            throw new RejectedCertificateException(NOT_YET_VALID, second + " or earlier", what + " from " + notBefore);
        }
        if (second.isAfter(notAfter)) {
            throw new RejectedCertificateException(EXPIRED, second + " or later", what + " until " + notAfter);
        }
    }
}
