package io.attestedmesh.attest.x509;

import static io.attestedmesh.attest.x509.CertificateReason.MALFORMED_NAME;

import io.attestedmesh.attest.der.DerException;
import io.attestedmesh.attest.der.DerReader;
import io.attestedmesh.attest.evidence.Bytes;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;

/**
 * The subjectAltName of a certificate (RFC 5280, section 4.2.1.6), each name in the syntax of its kind.
 *
 * @param all every name in its order
 * @param dns the dNSNames
 * @param addresses the iPAddresses, 4 or 16 octets each
 */
record SubjectNames(List<GeneralName> all, List<DnsName> dns, List<Bytes> addresses) {
    static final SubjectNames NONE = new SubjectNames(List.of(), List.of(), List.of());

    private static final int MOST = 4096;

    static SubjectNames read(DerReader names) throws DerException, RejectedCertificateException {
        List<GeneralName> all = new ArrayList<>();
        List<DnsName> dns = new ArrayList<>();
        List<Bytes> addresses = new ArrayList<>();
        do {
            GeneralName name = GeneralName.read(names);
            all.add(name);
            switch (name.kind()) {
                case DNS -> dns.add(DnsName.presented(name.text()));
                case IP -> addresses.add(address(name));
                case EMAIL -> requireMailbox(name);
                case URI -> requireUri(name);
                default -> {}
            }
        } while (!names.isEmpty() && all.size() < MOST);
        names.finish();
        return new SubjectNames(List.copyOf(all), List.copyOf(dns), List.copyOf(addresses));
    }

    private static Bytes address(GeneralName name) throws RejectedCertificateException {
        if (name.octets().size() != 4 && name.octets().size() != 16) {
            throw new RejectedCertificateException(
                    MALFORMED_NAME,
                    "an IP address of 4 or 16 octets",
                    name.octets().size() + " octets");
        }
        return name.octets();
    }

    private static void requireMailbox(GeneralName name) throws RejectedCertificateException {
        if (Mailbox.parse(name.text()).isEmpty()) {
            throw new RejectedCertificateException(MALFORMED_NAME, "a mailbox local@host", name.toString());
        }
    }

    private static void requireUri(GeneralName name) throws RejectedCertificateException {
        try {
            if (new URI(name.text()).isAbsolute()) {
                return;
            }
        } catch (URISyntaxException notAUri) {
            throw new RejectedCertificateException(MALFORMED_NAME, "an absolute URI", name.toString(), notAUri);
        }
        throw new RejectedCertificateException(MALFORMED_NAME, "an absolute URI", name.toString());
    }
}
