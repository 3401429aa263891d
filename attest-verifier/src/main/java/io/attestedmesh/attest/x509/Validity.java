package io.attestedmesh.attest.x509;

import static io.attestedmesh.attest.x509.CertificateReason.EXPIRED;
import static io.attestedmesh.attest.x509.CertificateReason.NOT_YET_VALID;

import io.attestedmesh.attest.der.DerException;
import io.attestedmesh.attest.der.DerReader;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The period of RFC 5280, section 4.1.2.5; both ends belong to it, compared to the second.
 *
 * @param notBefore first second
 * @param notAfter last second
 */
record Validity(Instant notBefore, Instant notAfter) {
    static Validity read(DerReader reader) throws DerException {
        DerReader fields = reader.enter(DerReader.SEQUENCE);
        Instant notBefore = fields.time();
        Instant notAfter = fields.time();
        fields.finish();
        if (notAfter.isBefore(notBefore)) {
            throw new DerException("an end not before the start", notBefore + " to " + notAfter);
        }
        return new Validity(notBefore, notAfter);
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
