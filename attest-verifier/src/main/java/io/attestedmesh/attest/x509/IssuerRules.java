package io.attestedmesh.attest.x509;

import static io.attestedmesh.attest.x509.CertificateReason.BAD_KEY_IDENTIFIER;
import static io.attestedmesh.attest.x509.CertificateReason.BAD_SERIAL_NUMBER;
import static io.attestedmesh.attest.x509.CertificateReason.EXTENDED_KEY_USAGE;
import static io.attestedmesh.attest.x509.CertificateReason.KEY_USAGE;
import static io.attestedmesh.attest.x509.CertificateReason.NOT_A_CA;
import static io.attestedmesh.attest.x509.CertificateReason.PATH_TOO_LONG;

import java.util.List;

/** What a certificate must fulfil to stand above others in a path; the signature below it is checked elsewhere. */
final class IssuerRules {
    private IssuerRules() {}

    /** The rules that need neither the rest of the path nor a time, for a trust anchor. */
    static void requireAnchor(CertificateFields anchor) throws RejectedCertificateException {
        requireAuthority(anchor);
        if (!anchor.selfIssued()) {
            requireAuthorityIdentifier(anchor);
        } else {
            anchor.keyIdentifiers().requireOwnAuthority(anchor.issuer(), anchor.serial());
        }
    }

    /** The same for an intermediate. */
    static void requireIntermediate(CertificateFields intermediate) throws RejectedCertificateException {
        requireAuthority(intermediate);
        requireAuthorityIdentifier(intermediate);
        requireSerial(intermediate);
    }

    static void requireSerial(CertificateFields certificate) throws RejectedCertificateException {
        if (certificate.serial().signum() == 0) {
            throw new RejectedCertificateException(BAD_SERIAL_NUMBER, "a positive serial number", "zero");
        }
    }

    private static void requireAuthority(CertificateFields issuer) throws RejectedCertificateException {
        if (!issuer.basicConstraints().ca()) {
            throw new RejectedCertificateException(NOT_A_CA, "CA:TRUE in an issuer", "CA:FALSE in " + issuer.subject());
        }
        requireCertSign(issuer);
        if (issuer.keyIdentifiers().subject().isEmpty()) {
            throw new RejectedCertificateException(
                    BAD_KEY_IDENTIFIER, "a subject key identifier in a CA", "none in " + issuer.subject());
        }
    }

    /** CA:TRUE and a key usage without keyCertSign contradict each other (sections 4.2.1.3 and 4.2.1.9). */
    static void requireCertSign(CertificateFields authority) throws RejectedCertificateException {
        if (authority.keyUsage().isPresent() && !authority.keyUsage().get().keyCertSign()) {
            throw new RejectedCertificateException(
                    KEY_USAGE, "keyCertSign with CA:TRUE", "a key usage without it in " + authority.subject());
        }
    }

    private static void requireAuthorityIdentifier(CertificateFields issuer) throws RejectedCertificateException {
        if (issuer.keyIdentifiers().authority().isEmpty()) {
            throw new RejectedCertificateException(
                    BAD_KEY_IDENTIFIER,
                    "an authority key identifier in a CA that is not self-signed",
                    "none in " + issuer.subject());
        }
    }

    /**
     * The rules that join an issuer to the path below it, end entity first: path length and purpose (RFC 5280, sections
     * 4.2.1.9 and 4.2.1.12).
     */
    static void requireAbove(CertificateFields issuer, List<CertificateFields> below, PathValidator.Usage usage)
            throws RejectedCertificateException {
        int intermediates = 0;
        for (CertificateFields lower : below.subList(1, below.size())) {
            intermediates += lower.selfIssued() ? 0 : 1;
        }
        int longest = issuer.basicConstraints().pathLength().orElse(Integer.MAX_VALUE);
        if (intermediates > longest) {
            throw new RejectedCertificateException(
                    PATH_TOO_LONG,
                    "at most " + longest + " intermediates below " + issuer.subject(),
                    "" + intermediates);
        }
        if (issuer.extendedKeyUsage().isPresent()
                && !issuer.extendedKeyUsage().get().allows(usage)) {
            throw new RejectedCertificateException(
                    EXTENDED_KEY_USAGE, usage + " among the purposes of " + issuer.subject(), "others");
        }
    }

    /**
     * Compares the names of the path below with the issuer's constraints (RFC 5280, section 6.1.3 (b) and (c)); those of
     * self-issued certificates are not constrained, except the end entity's.
     */
    static void requireNames(CertificateFields issuer, List<CertificateFields> below, ComparisonBudget budget)
            throws RejectedCertificateException {
        if (issuer.nameConstraints().isEmpty()) {
            return;
        }
        NameConstraints constraints = issuer.nameConstraints().get();
        for (CertificateFields lower : below) {
            if (lower == below.get(0) || !lower.selfIssued()) {
                budget.spend((long) (lower.names().all().size() + 1) * constraints.size());
                requireNames(constraints, lower);
            }
        }
    }

    private static void requireNames(NameConstraints constraints, CertificateFields certificate)
            throws RejectedCertificateException {
        if (!certificate.subject().isEmpty()) {
            constraints.requireAllowed(GeneralName.of(certificate.subject()));
        }
        for (String address : certificate.subject().emailAddresses()) {
            constraints.requireAllowed(GeneralName.email(address));
        }
        for (GeneralName name : certificate.names().all()) {
            constraints.requireAllowed(name);
        }
    }
}
