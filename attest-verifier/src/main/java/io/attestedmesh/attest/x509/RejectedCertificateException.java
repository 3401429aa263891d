package io.attestedmesh.attest.x509;

import io.attestedmesh.attest.evidence.Reason;
import java.security.cert.CertificateException;

/** A peer's certificate was refused; a {@link CertificateException} so that JSSE passes it through a handshake. */
public final class RejectedCertificateException extends CertificateException {
    private static final long serialVersionUID = 1L;

    private final transient Reason reason;
    private final String expected;
    private final String actual;

    public RejectedCertificateException(Reason reason, String expected, String actual) {
        this(reason, expected, actual, null);
    }

    public RejectedCertificateException(Reason reason, String expected, String actual, Throwable cause) {
        super(reason + ": expected " + expected + ", actual " + actual, cause);
        this.reason = reason;
        this.expected = expected;
        this.actual = actual;
    }

    public Reason reason() {
        return reason;
    }

    public String expected() {
        return expected;
    }

    /** What was found; never longer than a line, with anything a peer chose escaped. */
    public String actual() {
        return actual;
    }
}
