package io.attestedmesh.attest.tls;

import io.attestedmesh.attest.x509.CertificateReason;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import io.attestedmesh.attest.x509.ServerNames;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/**
 * The names that a certificate claims, and the three ways to take one of them for an identity.
 *
 * @param commonName of the subject, empty unless there is exactly one
 * @param issuerCommonName of the issuer, empty unless there is exactly one
 * @param sans DNS names in lower case and IP addresses in canonical text, wildcards among them
 * @param dnsNames those of them that are DNS names and no wildcards
 * @param addresses those of them that are IP addresses; no DNS name ever stands for one
 */
record ClaimedNames(
        Optional<String> commonName,
        Optional<String> issuerCommonName,
        List<String> sans,
        List<String> dnsNames,
        List<String> addresses) {

    static ClaimedNames of(X509Certificate certificate) throws RejectedCertificateException {
        return new ClaimedNames(
                commonName(certificate.getSubjectX500Principal()),
                commonName(certificate.getIssuerX500Principal()),
                ServerNames.names(certificate),
                ServerNames.dnsNames(certificate),
                ServerNames.addresses(certificate));
    }

    private static Optional<String> commonName(X500Principal name) throws RejectedCertificateException {
        try {
            List<Rdn> rdns = new LdapName(name.getName(X500Principal.RFC2253)).getRdns();
            List<Object> values = rdns.stream()
                    .filter(rdn -> rdn.getType().equalsIgnoreCase("CN"))
                    .map(Rdn::getValue)
                    .toList();
            // in a set of several attributes readers differ in which one they see
            boolean plain = rdns.stream().allMatch(rdn -> rdn.size() == 1);
            return plain && values.size() == 1 && values.get(0) instanceof String text
                    ? Optional.of(text)
                    : Optional.empty();
        } catch (InvalidNameException e) {
            throw new RejectedCertificateException(
                    CertificateReason.MALFORMED_CERTIFICATE, "a distinguished name", "one that cannot be read", e);
        }
    }

    /** The first SAN that can be an identity: a wildcard is none. */
    Optional<PeerIdentity> firstSan() {
        return Stream.concat(dnsNames.stream(), addresses.stream()).findFirst().flatMap(PeerIdentity::ofHost);
    }

    boolean isCommonName(PeerIdentity identity) {
        return commonName.map(identity.name()::equals).orElse(false);
    }

    boolean isSan(PeerIdentity identity) {
        // by kind: name constraints on addresses say nothing of a DNS name that looks like one
        return (identity.isAddress() ? addresses : dnsNames).contains(identity.key());
    }

    /** Name policy SAN: the identity itself stands among the SANs; a wildcard that covers it does not count. */
    void requireSan(PeerIdentity identity) throws RejectedCertificateException {
        if (!isSan(identity)) {
            throw mismatch("the SAN " + identity, "SANs " + sans);
        }
    }

    /** Name policy KMS: the CN is the identity and a DNS SAN, issued under its own name or its domain's. */
    void requireKms(PeerIdentity identity) throws RejectedCertificateException {
        String subject = commonName.orElseThrow(() -> mismatch("the CN " + identity, "no single CN"));
        if (!subject.equals(identity.name())) {
            throw mismatch("the CN " + identity, "CN " + subject);
        }
        if (!dnsNames.contains(subject.toLowerCase(Locale.ROOT))) {
            throw mismatch("the DNS name " + subject + " among the SANs", "DNS names " + dnsNames);
        }
        String issuer = issuerCommonName.orElseThrow(() -> mismatch("an issuer with a CN", "no single CN"));
        String suffix = subject.substring(subject.indexOf('.') + 1);
        if (!issuer.equals(subject) && !issuer.equals(suffix)) {
            throw mismatch("an issuer with the CN " + subject + " or " + suffix, "CN " + issuer);
        }
    }

    private static RejectedCertificateException mismatch(String expected, String actual) {
        return new RejectedCertificateException(CertificateReason.NAME_MISMATCH, expected, actual);
    }

    /** For the message of a refusal. */
    @Override
    public String toString() {
        return "SANs " + sans + commonName.map(name -> ", CN " + name).orElse("");
    }
}
