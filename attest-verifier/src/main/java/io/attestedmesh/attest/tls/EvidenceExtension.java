package io.attestedmesh.attest.tls;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.CoseSign1;
import io.attestedmesh.attest.x509.CertificateReason;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Evidence as it stands in a certificate, in one of the two profiles (docs/binding.md, "Profiles"). Nothing here is
 * verified: the evidence is bytes that were found.
 *
 * @param evidence an encoded COSE_Sign1, 1 to 16512 bytes
 * @param signingCertificate DER of the party certificate that signed the enclave image, 1 to 8192 bytes
 */
public record EvidenceExtension(EvidenceProfile profile, Bytes evidence, Optional<Bytes> signingCertificate) {
    public static final int MAX_EVIDENCE = CoseSign1.MAX_ENCODED_SIZE;

    public static final int MAX_SIGNING_CERTIFICATE = 8 * 1024;

    /** 1.3.6.1.5.5.7.1.35, id-pe-cmw. */
    static final Bytes CMW_OID = Bytes.fromHex("2b06010505070123");

    /** 1.2.840.113549.1.7.2, which elsewhere is PKCS #7 signedData. */
    static final Bytes KMS_OID = Bytes.fromHex("2a864886f70d010702");

    /** 2.5.4, an arc that elsewhere holds attribute types. */
    static final Bytes KMS_PARTY_OID = Bytes.fromHex("5504");

    /** What the wrapper adds around evidence and certificate. */
    private static final int MAX_FRAME = 256;

    public EvidenceExtension {
        requireSize("evidence", evidence, MAX_EVIDENCE);
        if (signingCertificate.isPresent()) {
            requireSize("signing certificate", signingCertificate.get(), MAX_SIGNING_CERTIFICATE);
        }
    }

    private static void requireSize(String what, Bytes value, int max) {
        if (value.isEmpty() || value.size() > max) {
            throw new IllegalArgumentException(what + " of " + value.size() + " bytes, not 1 to " + max);
        }
    }

    /**
     * One X.509 extension to put into a certificate, not critical.
     *
     * @param oid dotted decimal
     * @param value what the extension's OCTET STRING holds
     */
    public record Encoded(String oid, Bytes value) {}

    public static EvidenceExtension cmw(Bytes evidence) {
        return new EvidenceExtension(EvidenceProfile.CMW, evidence, Optional.empty());
    }

    public static EvidenceExtension cmw(Bytes evidence, Bytes signingCertificate) {
        return new EvidenceExtension(EvidenceProfile.CMW, evidence, Optional.of(signingCertificate));
    }

    public static EvidenceExtension kms(Bytes evidence) {
        return new EvidenceExtension(EvidenceProfile.KMS, evidence, Optional.empty());
    }

    public static EvidenceExtension kms(Bytes evidence, Bytes signingCertificate) {
        return new EvidenceExtension(EvidenceProfile.KMS, evidence, Optional.of(signingCertificate));
    }

    /**
     * Finds the evidence in a certificate, empty if it has none.
     *
     * @throws RejectedCertificateException with a {@link PeerReason} if the certificate is not strict DER, or its
     *     evidence extension is broken, critical, too large or not the only one
     */
    public static Optional<EvidenceExtension> find(X509Certificate certificate) throws RejectedCertificateException {
        try {
            return find(TbsCertificate.ofCertificate(certificate.getEncoded()));
        } catch (CertificateEncodingException e) {
            throw new RejectedCertificateException(
                    CertificateReason.MALFORMED_CERTIFICATE, "a certificate with an encoding", "none", e);
        }
    }

    static Optional<EvidenceExtension> find(TbsCertificate certificate) throws RejectedCertificateException {
        Optional<Bytes> cmw = value(certificate, CMW_OID, MAX_EVIDENCE + MAX_SIGNING_CERTIFICATE + MAX_FRAME);
        Optional<Bytes> kms = value(certificate, KMS_OID, MAX_EVIDENCE);
        if (cmw.isPresent() && kms.isPresent()) {
            throw new RejectedCertificateException(
                    PeerReason.EXTENSION_DUPLICATE, "one evidence extension", "one of each profile");
        }
        if (cmw.isPresent()) {
            MessageWrapper wrapper = MessageWrapper.read(cmw.get());
            requireBounds(wrapper.evidence(), MAX_EVIDENCE);
            if (wrapper.partyCertificate().isPresent()) {
                requireBounds(wrapper.partyCertificate().get(), MAX_SIGNING_CERTIFICATE);
            }
            return Optional.of(
                    new EvidenceExtension(EvidenceProfile.CMW, wrapper.evidence(), wrapper.partyCertificate()));
        }
        if (kms.isPresent()) {
            Optional<Bytes> party = value(certificate, KMS_PARTY_OID, MAX_SIGNING_CERTIFICATE);
            return Optional.of(new EvidenceExtension(EvidenceProfile.KMS, kms.get(), party));
        }
        return Optional.empty();
    }

    private static Optional<Bytes> value(TbsCertificate certificate, Bytes oid, int max)
            throws RejectedCertificateException {
        for (TbsCertificate.Extension extension : certificate.extensions()) {
            if (extension.oid().equals(oid)) {
                if (extension.critical()) {
                    throw new RejectedCertificateException(
                            PeerReason.EXTENSION_CRITICAL,
                            "an evidence extension that is not critical",
                            "a critical one");
                }
                requireBounds(extension.value(), max);
                return Optional.of(extension.value());
            }
        }
        return Optional.empty();
    }

    private static void requireBounds(Bytes value, int max) throws RejectedCertificateException {
        if (value.isEmpty()) {
            throw new RejectedCertificateException(PeerReason.EXTENSION_MALFORMED, "a value", "no bytes");
        }
        if (value.size() > max) {
            throw new RejectedCertificateException(
                    PeerReason.EXTENSION_TOO_LARGE, "at most " + max + " bytes", value.size() + " bytes");
        }
    }

    /** Dotted decimal OID of the extension that holds the evidence. */
    public String oid() {
        return profile == EvidenceProfile.CMW ? "1.3.6.1.5.5.7.1.35" : "1.2.840.113549.1.7.2";
    }

    /** What the OCTET STRING of that extension holds. */
    public byte[] derValue() {
        Bytes value =
                profile == EvidenceProfile.CMW ? new MessageWrapper(evidence, signingCertificate).encode() : evidence;
        return value.toByteArray();
    }

    /** Every extension to put into the certificate: one, or in profile KMS with a signing certificate two. */
    public List<Encoded> extensions() {
        List<Encoded> extensions = new ArrayList<>();
        extensions.add(new Encoded(oid(), Bytes.of(derValue())));
        if (profile == EvidenceProfile.KMS) {
            signingCertificate.ifPresent(party -> extensions.add(new Encoded("2.5.4", party)));
        }
        return List.copyOf(extensions);
    }
}
