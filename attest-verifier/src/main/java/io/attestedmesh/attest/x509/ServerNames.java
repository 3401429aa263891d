package io.attestedmesh.attest.x509;

import static io.attestedmesh.attest.x509.CertificateReason.NAME_MISMATCH;

import io.attestedmesh.attest.evidence.Bytes;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The names that a certificate vouches for (RFC 9525): dNSName and iPAddress of its subjectAltName. The common name is
 * never read.
 */
public final class ServerNames {
    private ServerNames() {}

    /**
     * Checks that the certificate names this host.
     *
     * @param dnsNameOrIp a DNS name in any script, without wildcard, or an IP address, IPv6 also in brackets; an address
     *     is compared with iPAddress names only, octet by octet
     * @throws RejectedCertificateException NAME_MISMATCH, or why the certificate cannot be read
     */
    public static void match(X509Certificate leaf, String dnsNameOrIp) throws RejectedCertificateException {
        SubjectNames names = CertificateFields.of(leaf).names();
        Optional<Bytes> address = IpAddress.parse(dnsNameOrIp);
        boolean matches = address.isPresent()
                ? names.addresses().contains(address.get())
                : DnsName.expected(dnsNameOrIp)
                        .filter(expected -> names.dns().stream().anyMatch(name -> name.covers(expected)))
                        .isPresent();
        if (!matches) {
            throw new RejectedCertificateException(
                    NAME_MISMATCH,
                    dnsNameOrIp + " among the subject alternative names",
                    texts(names).toString());
        }
    }

    /**
     * Lists the DNS names in lower case, wildcards as {@code *.example.org}, and after them the IP addresses, IPv6 as
     * RFC 5952 writes it.
     */
    public static List<String> names(X509Certificate leaf) throws RejectedCertificateException {
        return texts(CertificateFields.of(leaf).names());
    }

    /** Lists the DNS names in lower case that are no wildcards, in their order. */
    public static List<String> dnsNames(X509Certificate leaf) throws RejectedCertificateException {
        return CertificateFields.of(leaf).names().dns().stream()
                .filter(name -> !name.wildcard())
                .map(DnsName::toString)
                .toList();
    }

    /** Lists the IP addresses, IPv6 as RFC 5952 writes it, in their order. */
    public static List<String> addresses(X509Certificate leaf) throws RejectedCertificateException {
        return CertificateFields.of(leaf).names().addresses().stream()
                .map(IpAddress::text)
                .toList();
    }

    /**
     * The canonical text of an IP address, as {@link #addresses} lists it; empty if {@code text} is none. Nothing is looked
     * up.
     *
     * @param text dotted decimal, or IPv6, also in brackets
     */
    public static Optional<String> address(String text) {
        return IpAddress.parse(text).map(IpAddress::text);
    }

    private static List<String> texts(SubjectNames names) {
        List<String> texts = new ArrayList<>();
        names.dns().forEach(name -> texts.add(name.toString()));
        names.addresses().forEach(address -> texts.add(IpAddress.text(address)));
        return List.copyOf(texts);
    }
}
