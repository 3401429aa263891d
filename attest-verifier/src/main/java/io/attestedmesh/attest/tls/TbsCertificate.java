package io.attestedmesh.attest.tls;

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
    private static final List<String> FIELDS =
            List.of("serial number", "signature algorithm", "issuer", "validity", "subject");

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
        Der whole = Der.of(der);
        Der certificate = whole.read(Der.SEQUENCE, "Certificate").inside();
        whole.requireEnd("Certificate");
        return read(certificate.read(Der.SEQUENCE, "TBSCertificate"));
    }

    static TbsCertificate of(byte[] tbsDer) throws RejectedCertificateException {
        Der whole = Der.of(tbsDer);
        Der.Element tbs = whole.read(Der.SEQUENCE, "TBSCertificate");
        whole.requireEnd("TBSCertificate");
        return read(tbs);
    }

    private static TbsCertificate read(Der.Element tbs) throws RejectedCertificateException {
        Der fields = tbs.inside();
        List<Bytes> head = new ArrayList<>();
        readIfNext(fields, VERSION, head);
        for (String field : FIELDS) {
            head.add(fields.read(field).encoded());
        }
        Bytes publicKey = fields.read(Der.SEQUENCE, "public key").encoded();
        head.add(publicKey);
        readIfNext(fields, ISSUER_ID, head);
        readIfNext(fields, SUBJECT_ID, head);
        List<Extension> extensions = fields.nextIs(EXTENSIONS) ? readExtensions(fields) : List.of();
        fields.requireEnd("extensions");
        return new TbsCertificate(Bytes.concat(head.toArray(Bytes[]::new)), publicKey, extensions);
    }

    private static void readIfNext(Der fields, int tag, List<Bytes> head) throws RejectedCertificateException {
        if (fields.nextIs(tag)) {
            head.add(fields.read("optional field").encoded());
        }
    }

    private static List<Extension> readExtensions(Der fields) throws RejectedCertificateException {
        Der tagged = fields.read(EXTENSIONS, "extensions").inside();
        Der list = tagged.read(Der.SEQUENCE, "list of extensions").inside();
        tagged.requireEnd("list of extensions");
        List<Extension> extensions = new ArrayList<>();
        Set<Bytes> seen = new HashSet<>();
        do {
            Extension extension = readExtension(list.read(Der.SEQUENCE, "extension"));
            if (!seen.add(extension.oid())) {
                throw new RejectedCertificateException(
                        PeerReason.EXTENSION_DUPLICATE, "each extension once", "two with OID " + extension.oid());
            }
            extensions.add(extension);
        } while (!list.atEnd());
        return List.copyOf(extensions);
    }

    private static Extension readExtension(Der.Element element) throws RejectedCertificateException {
        Der fields = element.inside();
        Bytes oid = fields.read(Der.OBJECT_IDENTIFIER, "extension id").content();
        boolean critical = false;
        if (fields.nextIs(Der.BOOLEAN)) {
            Bytes value = fields.read(Der.BOOLEAN, "critical").content();
            // DER: the default FALSE is never written, TRUE is ff
            if (value.size() != 1 || value.at(0) != 0xff) {
                throw new RejectedCertificateException(
                        CertificateReason.MALFORMED_CERTIFICATE, "critical as ff or left out", value.toString());
            }
            critical = true;
        }
        Bytes value = fields.read(Der.OCTET_STRING, "extension value").content();
        fields.requireEnd("extension");
        return new Extension(oid, critical, value, element.encoded());
    }

    /** The same bytes without the extensions that {@code unwanted} says, enclosing lengths rewritten. */
    Bytes without(Predicate<Extension> unwanted) {
        Bytes[] kept = extensions.stream()
                .filter(unwanted.negate())
                .map(Extension::encoded)
                .toArray(Bytes[]::new);
        // RFC 5280: a list of extensions has one at least, so an empty one is left out as a whole
        return kept.length == 0
                ? Der.element(Der.SEQUENCE, head)
                : Der.element(Der.SEQUENCE, head, Der.element(EXTENSIONS, Der.element(Der.SEQUENCE, kept)));
    }
}
