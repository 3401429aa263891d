package io.attestedmesh.attest.tls;

import io.attestedmesh.attest.der.DerException;
import io.attestedmesh.attest.der.DerReader;
import io.attestedmesh.attest.der.DerWriter;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.x509.CertificateReason;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The bytes of a TBSCertificate (RFC 5280, section 4.1) cut at its extensions and nowhere else.
 *
 * @param head the fields before the extensions, as they are
 * @param publicKey the SubjectPublicKeyInfo, which is in the head
 * @param extensions in their order
 */
record TbsCertificate(Bytes head, Bytes publicKey, List<Extension> extensions) {
    private static final int VERSION = 0xa0;
    private static final int ISSUER_ID = 0x81;
    private static final int SUBJECT_ID = 0x82;
    private static final int EXTENSIONS = 0xa3;
    /** Serial number, signature algorithm, issuer, validity and subject. */
    private static final int FIELDS_BEFORE_KEY = 5;

    /**
     * One extension.
     *
     * @param oid content octets of its object identifier
     * @param value what its OCTET STRING holds
     * @param encoded all of its bytes as they are
     */
    record Extension(Bytes oid, boolean critical, Bytes value, Bytes encoded) {}

    /** Takes the TBSCertificate out of a whole certificate. */
    static TbsCertificate ofCertificate(byte[] der) throws RejectedCertificateException {
        try {
            return read(enter(der).enter(DerReader.SEQUENCE));
        } catch (DerException e) {
            throw malformed(e);
        }
    }

    static TbsCertificate of(byte[] tbsDer) throws RejectedCertificateException {
        try {
            return read(enter(tbsDer));
        } catch (DerException e) {
            throw malformed(e);
        }
    }

    /** The key of a whole certificate; what stands behind it is not looked at. */
    static Bytes publicKeyOf(byte[] der) throws RejectedCertificateException {
        try {
            return readToKey(enter(der).enter(DerReader.SEQUENCE), new ArrayList<>());
        } catch (DerException e) {
            throw malformed(e);
        }
    }

    private static RejectedCertificateException malformed(DerException e) {
        return new RejectedCertificateException(
                CertificateReason.MALFORMED_CERTIFICATE, "a certificate in DER: " + e.expected(), e.actual(), e);
    }

    /** The contents of one SEQUENCE and nothing after it. */
    private static DerReader enter(byte[] der) throws DerException {
        DerReader whole = DerReader.of(der);
        DerReader contents = whole.enter(DerReader.SEQUENCE);
        whole.finish();
        return contents;
    }

    private static TbsCertificate read(DerReader fields) throws DerException, RejectedCertificateException {
        List<Bytes> head = new ArrayList<>();
        Bytes publicKey = readToKey(fields, head);
        readIfNext(fields, ISSUER_ID, head);
        readIfNext(fields, SUBJECT_ID, head);
        List<Extension> extensions = fields.nextIs(EXTENSIONS) ? readExtensions(fields.enter(EXTENSIONS)) : List.of();
        fields.finish();
        return new TbsCertificate(Bytes.concat(head.toArray(Bytes[]::new)), publicKey, extensions);
    }

    private static Bytes readToKey(DerReader fields, List<Bytes> head) throws DerException {
        readIfNext(fields, VERSION, head);
        for (int i = 0; i < FIELDS_BEFORE_KEY; i++) {
            head.add(Bytes.of(fields.element()));
        }
        Bytes publicKey = Bytes.of(fields.element(DerReader.SEQUENCE));
        head.add(publicKey);
        return publicKey;
    }

    private static void readIfNext(DerReader fields, int tag, List<Bytes> head) throws DerException {
        if (fields.nextIs(tag)) {
            head.add(Bytes.of(fields.element()));
        }
    }

    private static List<Extension> readExtensions(DerReader tagged) throws DerException, RejectedCertificateException {
        DerReader list = tagged.enter(DerReader.SEQUENCE);
        tagged.finish();
        List<Extension> extensions = new ArrayList<>();
        Set<Bytes> seen = new HashSet<>();
        do {
            Extension extension = readExtension(list.element(DerReader.SEQUENCE));
            if (!seen.add(extension.oid())) {
                throw new RejectedCertificateException(
                        PeerReason.EXTENSION_DUPLICATE, "each extension once", "two with OID " + extension.oid());
            }
            extensions.add(extension);
        } while (!list.isEmpty());
        return List.copyOf(extensions);
    }

    private static Extension readExtension(byte[] encoded) throws DerException {
        DerReader fields = enter(encoded);
        Bytes oid = Bytes.of(fields.oidOctets());
        boolean critical = fields.trueOrAbsent();
        Bytes value = Bytes.of(fields.enter(DerReader.OCTET_STRING).rest());
        fields.finish();
        return new Extension(oid, critical, value, Bytes.of(encoded));
    }

    /** The same bytes without the extensions that {@code unwanted} says, enclosing lengths rewritten. */
    Bytes without(Predicate<Extension> unwanted) {
        Bytes[] kept = extensions.stream()
                .filter(unwanted.negate())
                .map(Extension::encoded)
                .toArray(Bytes[]::new);
        // RFC 5280: a list of extensions has one at least, so an empty one is left out as a whole
        return kept.length == 0
                ? DerWriter.element(DerReader.SEQUENCE, head)
                : DerWriter.element(
                        DerReader.SEQUENCE,
                        head,
                        DerWriter.element(EXTENSIONS, DerWriter.element(DerReader.SEQUENCE, kept)));
    }
}
