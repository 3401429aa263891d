package io.attestedmesh.attest.verify;

import io.attestedmesh.attest.der.DerException;
import io.attestedmesh.attest.der.DerReader;
import io.attestedmesh.attest.evidence.Bytes;
import java.util.HashSet;
import java.util.Set;

/**
 * What the extensions of a certificate say about its use (RFC 5280, section 4.2.1).
 *
 * @param ca the CA flag of basicConstraints
 * @param pathLength how many CA certificates may follow, {@link #UNLIMITED} if the certificate does not say
 * @param keyUsage the first byte of the keyUsage bits, 0 if the extension is absent
 */
record CertificateExtensions(boolean ca, int pathLength, int keyUsage) {
    static final int UNLIMITED = Integer.MAX_VALUE;
    static final int DIGITAL_SIGNATURE = 0x80;
    static final int KEY_CERT_SIGN = 0x04;

    private static final int LONGEST_PATH = 127;

    private static final Bytes BASIC_CONSTRAINTS = Bytes.fromHex("551d13");
    private static final Bytes KEY_USAGE = Bytes.fromHex("551d0f");

    boolean allows(int usage) {
        return (keyUsage & usage) != 0;
    }

    /** Reads {@code Extensions}, without the explicit tag around them. */
    static CertificateExtensions read(DerReader in, String place) throws DerException, RejectedEvidenceException {
        CertificateExtensions found = new CertificateExtensions(false, UNLIMITED, 0);
        Set<Bytes> seen = new HashSet<>();
        DerReader list = in.enter(DerReader.SEQUENCE);
        in.finish();
        do {
            DerReader extension = list.enter(DerReader.SEQUENCE);
            Bytes oid = Bytes.of(extension.oidOctets());
            boolean critical = extension.trueOrAbsent();
            byte[] value = extension.enter(DerReader.OCTET_STRING).rest();
            extension.finish();
            DerReader.of(value).requireStrict();
            if (!seen.add(oid)) {
                throw new RejectedEvidenceException(
                        EvidenceReason.DUPLICATE_EXTENSION, "every extension once", place + " has " + oid + " twice");
            }
            if (oid.equals(BASIC_CONSTRAINTS)) {
                found = found.withBasicConstraints(DerReader.of(value));
            } else if (oid.equals(KEY_USAGE)) {
                found = found.withKeyUsage(DerReader.of(value));
            } else if (critical) {
                throw new RejectedEvidenceException(
                        EvidenceReason.UNKNOWN_CRITICAL_EXTENSION,
                        "basicConstraints and keyUsage at most",
                        place + " has critical " + oid);
            }
        } while (!list.isEmpty());
        return found;
    }

    private CertificateExtensions withBasicConstraints(DerReader value) throws DerException {
        DerReader fields = value.enter(DerReader.SEQUENCE);
        value.finish();
        if (!fields.trueOrAbsent()) {
            fields.finish();
            return new CertificateExtensions(false, UNLIMITED, keyUsage);
        }
        int limit = UNLIMITED;
        if (!fields.isEmpty()) {
            limit = fields.count();
            if (limit > LONGEST_PATH) {
                throw new DerException("a path length of at most " + LONGEST_PATH, "a longer one");
            }
        }
        fields.finish();
        return new CertificateExtensions(true, limit, keyUsage);
    }

    /** A named bit list: its last bit is set (X.690, section 11.2.2), and one bit at least (RFC 5280). */
    private CertificateExtensions withKeyUsage(DerReader value) throws DerException {
        byte[] bits = value.bitString();
        value.finish();
        if (bits.length < 2 || ((bits[bits.length - 1] >> bits[0]) & 1) == 0) {
            throw new DerException("a key usage that ends with a bit that is set", "another one");
        }
        return new CertificateExtensions(ca, pathLength, bits[1] & 0xff);
    }
}
