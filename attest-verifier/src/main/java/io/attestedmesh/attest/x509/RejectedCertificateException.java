package io.attestedmesh.attest.x509;

import io.attestedmesh.attest.der.DerException;
import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.attest.evidence.Reason;
import java.security.cert.CertificateException;

/**
 * A peer's certificate was refused; a {@link CertificateException} so that JSSE passes it through a handshake.
 *
 * <p>Both texts are made safe here: at most one line of 200 printable ASCII characters, whatever the caller passed.
 */
public final class RejectedCertificateException extends CertificateException {
    private static final long serialVersionUID = 1L;

    private final transient Reason reason;
    private final String expected;
    private final String actual;

    public RejectedCertificateException(Reason reason, String expected, String actual) {
        this(reason, expected, actual, null);
    }

    public RejectedCertificateException(Reason reason, String expected, String actual, Throwable cause) {
        super(reason + ": expected " + OneLine.of(expected) + ", actual " + OneLine.of(actual), cause);
        this.reason = reason;
        this.expected = OneLine.of(expected);
        this.actual = OneLine.of(actual);
    }

    static RejectedCertificateException malformed(DerException fault) {
        return new RejectedCertificateException(
                CertificateReason.MALFORMED_CERTIFICATE, fault.expected(), fault.actual(), fault);
    }

    public Reason reason() {
        return reason;
    }

    /** The rule, in words. */
    public String expected() {
        return expected;
    }

    /** What was found; never longer than a line, with anything a peer chose escaped. */
    public String actual() {
        return actual;
    }
}
