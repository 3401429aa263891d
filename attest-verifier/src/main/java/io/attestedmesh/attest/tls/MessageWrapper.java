package io.attestedmesh.attest.tls;

import io.attestedmesh.attest.der.DerException;
import io.attestedmesh.attest.der.DerReader;
import io.attestedmesh.attest.der.DerWriter;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.CborHead;
import io.attestedmesh.attest.x509.CertificateReason;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The conceptual message wrapper of RFC 9999 as it stands in a certificate: {@code CHOICE { json UTF8String, cbor OCTET
 * STRING }}, always the latter, around one record of evidence or a collection of evidence and party certificate.
 *
 * @param evidence an encoded COSE_Sign1
 * @param partyCertificate DER of the certificate that signed the enclave image
 */
record MessageWrapper(Bytes evidence, Optional<Bytes> partyCertificate) {
    private static final String COSE_SIGN1 = "application/cose; cose-type=\"cose-sign1\"";
    private static final int COSE_SIGN1_CONTENT_FORMAT = 18;
    private static final String PKIX_CERT = "application/pkix-cert";
    private static final int ENDORSEMENT = 2;
    private static final int EVIDENCE = 4;
    private static final String EVIDENCE_LABEL = "evidence";
    private static final String PARTY_CERTIFICATE_LABEL = "eif-signing-certificate";

    static MessageWrapper read(Bytes extensionValue) throws RejectedCertificateException {
        CborCursor cbor = new CborCursor(readContents(extensionValue));
        MessageWrapper wrapper = cbor.next() == CborCursor.MAP
                ? readCollection(cbor)
                : new MessageWrapper(readEvidence(cbor), Optional.empty());
        cbor.requireEnd();
        return wrapper;
    }

    private static Bytes readContents(Bytes extensionValue) throws RejectedCertificateException {
        DerReader der = DerReader.of(extensionValue.toByteArray());
        if (der.nextIs(DerReader.UTF8_STRING)) {
            throw new RejectedCertificateException(
                    PeerReason.EXTENSION_JSON, "the cbor choice of the message wrapper", "the json choice");
        }
        try {
            Bytes cbor = Bytes.of(der.enter(DerReader.OCTET_STRING).rest());
            der.finish();
            return cbor;
        } catch (DerException e) {
            throw new RejectedCertificateException(
                    CertificateReason.MALFORMED_CERTIFICATE,
                    "a message wrapper in DER: " + e.expected(),
                    e.actual(),
                    e);
        }
    }

    private static MessageWrapper readCollection(CborCursor cbor) throws RejectedCertificateException {
        Map<String, Bytes> messages = new HashMap<>();
        for (int left = cbor.map(); left > 0; left--) {
            String label = cbor.text();
            Bytes message = switch (label) {
                case EVIDENCE_LABEL -> readEvidence(cbor);
                case PARTY_CERTIFICATE_LABEL -> readPartyCertificate(cbor);
                default ->
                    throw new RejectedCertificateException(
                            PeerReason.EXTENSION_MALFORMED,
                            EVIDENCE_LABEL + " and " + PARTY_CERTIFICATE_LABEL,
                            "another label of " + label.length() + " characters");
            };
            if (messages.put(label, message) != null) {
                throw new RejectedCertificateException(
                        PeerReason.EXTENSION_DUPLICATE, "one message labelled " + label, "two");
            }
        }
        if (!messages.containsKey(EVIDENCE_LABEL)) {
            throw new RejectedCertificateException(
                    PeerReason.EXTENSION_MALFORMED,
                    "a message labelled " + EVIDENCE_LABEL,
                    "labels " + messages.keySet());
        }
        return new MessageWrapper(
                messages.get(EVIDENCE_LABEL), Optional.ofNullable(messages.get(PARTY_CERTIFICATE_LABEL)));
    }

    private static Bytes readEvidence(CborCursor cbor) throws RejectedCertificateException {
        cbor.array(3);
        if (cbor.next() == CborCursor.UNSIGNED) {
            int format = cbor.unsigned();
            if (format != COSE_SIGN1_CONTENT_FORMAT) {
                throw wrongType(COSE_SIGN1, "content format " + format);
            }
        } else {
            requireType(COSE_SIGN1, cbor.text());
        }
        Bytes value = cbor.byteString();
        requireIndicator(EVIDENCE, cbor.unsigned());
        return value;
    }

    private static Bytes readPartyCertificate(CborCursor cbor) throws RejectedCertificateException {
        cbor.array(3);
        requireType(PKIX_CERT, cbor.text());
        Bytes value = cbor.byteString();
        requireIndicator(ENDORSEMENT, cbor.unsigned());
        return value;
    }

    private static void requireType(String expected, String actual) throws RejectedCertificateException {
        if (!actual.equals(expected)) {
            throw wrongType(expected, "another media type of " + actual.length() + " characters");
        }
    }

    private static RejectedCertificateException wrongType(String expected, String actual) {
        return new RejectedCertificateException(PeerReason.EXTENSION_TYPE, expected, actual);
    }

    private static void requireIndicator(int expected, int actual) throws RejectedCertificateException {
        if (actual != expected) {
            throw new RejectedCertificateException(
                    PeerReason.EXTENSION_INDICATOR, "indicator " + expected, "indicator " + actual);
        }
    }

    /** The extension's value. */
    Bytes encode() {
        Bytes evidenceRecord = encode(COSE_SIGN1, evidence, EVIDENCE);
        Bytes cbor = partyCertificate
                .map(certificate -> Bytes.concat(
                        CborHead.of(CborCursor.MAP, 2),
                        CborCursor.item(EVIDENCE_LABEL),
                        evidenceRecord,
                        CborCursor.item(PARTY_CERTIFICATE_LABEL),
                        encode(PKIX_CERT, certificate, ENDORSEMENT)))
                .orElse(evidenceRecord);
        return DerWriter.element(DerReader.OCTET_STRING, cbor);
    }

    private static Bytes encode(String type, Bytes value, int indicator) {
        return Bytes.concat(
                CborHead.of(CborCursor.ARRAY, 3),
                CborCursor.item(type),
                CborCursor.item(value),
                CborHead.of(CborCursor.UNSIGNED, indicator));
    }
}
