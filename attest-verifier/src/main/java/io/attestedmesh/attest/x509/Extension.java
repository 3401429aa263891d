package io.attestedmesh.attest.x509;

import static io.attestedmesh.attest.x509.CertificateReason.WRONG_CRITICALITY;

import io.attestedmesh.attest.der.DerException;
import io.attestedmesh.attest.der.DerReader;

/** One extension of a certificate, a list or an entry of a list (RFC 5280, section 4.2), its value still unread. */
final class Extension {
    private final String oid;
    private final boolean critical;
    private final byte[] value;

    private Extension(String oid, boolean critical, byte[] value) {
        this.oid = oid;
        this.critical = critical;
        this.value = value;
    }

    static Extension read(DerReader extensions) throws DerException {
        DerReader fields = extensions.enter(DerReader.SEQUENCE);
        String oid = fields.oid();
        boolean critical = fields.nextIs(DerReader.BOOLEAN) && fields.bool();
        byte[] value = fields.enter(DerReader.OCTET_STRING).rest();
        fields.finish();
        return new Extension(oid, critical, value);
    }

    String oid() {
        return oid;
    }

    boolean critical() {
        return critical;
    }

    /** A reader that stands before the value. */
    DerReader value() {
        return DerReader.of(value);
    }

    /** The contents of a value that is one SEQUENCE and nothing after it. */
    DerReader sequence() throws DerException {
        DerReader reader = value();
        DerReader contents = reader.enter(DerReader.SEQUENCE);
        reader.finish();
        return contents;
    }

    Extension requireCritical(boolean expected) throws RejectedCertificateException {
        if (critical != expected) {
            throw new RejectedCertificateException(
                    WRONG_CRITICALITY,
                    "extension " + oid + (expected ? " critical" : " not critical"),
                    critical ? "critical" : "not critical");
        }
        return this;
    }
}
