package io.attestedmesh.attest.x509;

import static io.attestedmesh.attest.x509.CertificateReason.EXTENDED_KEY_USAGE;
import static io.attestedmesh.attest.x509.CertificateReason.KEY_USAGE;

import java.time.Instant;

/** What the certificate of a TLS peer must fulfil by itself. */
final class EndEntityRules {
    private EndEntityRules() {}

    static void require(CertificateFields leaf, PathValidator.Usage usage, Instant at)
            throws RejectedCertificateException {
        IssuerRules.requireSerial(leaf);
        leaf.key().requireEndEntityKey();
        leaf.validity().requireAt(at, "the peer's certificate");
        if (leaf.keyUsage().isPresent() && !leaf.keyUsage().get().digitalSignature()) {
            // RFC 8446, section 4.4.2.2
            throw new RejectedCertificateException(KEY_USAGE, "digitalSignature", "a key usage without it");
        }
        if (leaf.extendedKeyUsage().isPresent()
                && !leaf.extendedKeyUsage().get().suits(usage)) {
            throw new RejectedCertificateException(
                    EXTENDED_KEY_USAGE,
                    usage + " and no purpose foreign to TLS",
                    leaf.extendedKeyUsage().get().purposes().toString());
        }
    }
}
