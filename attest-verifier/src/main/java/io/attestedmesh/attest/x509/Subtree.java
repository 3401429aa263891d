package io.attestedmesh.attest.x509;

import static io.attestedmesh.attest.x509.CertificateReason.MALFORMED_NAME_CONSTRAINTS;
import static io.attestedmesh.attest.x509.CertificateReason.NAME_CONSTRAINT;

import io.attestedmesh.attest.evidence.Bytes;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/** The base of one GeneralSubtree (RFC 5280, section 4.2.1.10), in the syntax of its kind. */
sealed interface Subtree {
    GeneralName.Kind kind();

    /** True if every name that {@code name} stands for lies within. */
    boolean contains(GeneralName name) throws RejectedCertificateException;

    /** True if a name that {@code name} stands for may lie within. */
    default boolean mayContain(GeneralName name) throws RejectedCertificateException {
        return contains(name);
    }

    static Subtree of(GeneralName base) throws RejectedCertificateException {
        return switch (base.kind()) {
            case DNS -> Dns.read(base.text());
            case IP -> Ip.read(base.octets());
            case EMAIL -> Email.read(base.text());
            case URI -> Uri.read(base.text());
            case DIRECTORY -> new Directory(base.directory().orElseThrow());
            default -> new Incomparable(base.kind());
        };
    }

    /** A host and every name below it; "" is the whole DNS. */
    record Dns(String base) implements Subtree {
        static Dns read(String text) throws RejectedCertificateException {
            if (!text.isEmpty() && !DnsName.isValid(text)) {
                throw malformed("a DNS name without dot before it or wildcard", "\"" + text + "\"");
            }
            return new Dns(text.toLowerCase(Locale.ROOT));
        }

        @Override
        public GeneralName.Kind kind() {
            return GeneralName.Kind.DNS;
        }

        @Override
        public boolean contains(GeneralName name) throws RejectedCertificateException {
            return DnsName.presented(name.text()).isWithin(base);
        }

        @Override
        public boolean mayContain(GeneralName name) throws RejectedCertificateException {
            return DnsName.presented(name.text()).mayBeWithin(base);
        }
    }

    /** Address and mask, 4 or 16 octets each, the ones of the mask all before its zeros. */
    record Ip(Bytes address, Bytes mask) implements Subtree {
        static Ip read(Bytes octets) throws RejectedCertificateException {
            int half = octets.size() / 2;
            if ((octets.size() != 8 && octets.size() != 32) || !isPrefix(octets.slice(half, 2 * half))) {
                throw malformed("an address and a prefix mask", octets.toString());
            }
            return new Ip(octets.slice(0, half), octets.slice(half, 2 * half));
        }

        private static boolean isPrefix(Bytes mask) {
            boolean zero = false;
            for (int i = 0; i < 8 * mask.size(); i++) {
                boolean bit = (mask.at(i / 8) & 0x80 >> i % 8) != 0;
                if (bit && zero) {
                    return false;
                }
                zero |= !bit;
            }
            return true;
        }

        @Override
        public GeneralName.Kind kind() {
            return GeneralName.Kind.IP;
        }

        @Override
        public boolean contains(GeneralName name) {
            Bytes octets = name.octets();
            boolean same = octets.size() == address.size();
            for (int i = 0; same && i < address.size(); i++) {
                same = ((octets.at(i) ^ address.at(i)) & mask.at(i)) == 0;
            }
            return same;
        }
    }

    /** One mailbox, all of one host, or with a dot before it all of the hosts below a domain. */
    record Email(Optional<Mailbox> mailbox, String host) implements Subtree {
        static Email read(String text) throws RejectedCertificateException {
            Optional<Mailbox> mailbox = Mailbox.parse(text);
            String host = text.startsWith(".") ? text.substring(1) : text;
            if (mailbox.isEmpty() && !text.isEmpty() && !DnsName.isValid(host)) {
                throw malformed("a mailbox, a host or a domain", "\"" + text + "\"");
            }
            return new Email(mailbox, text.toLowerCase(Locale.ROOT));
        }

        @Override
        public GeneralName.Kind kind() {
            return GeneralName.Kind.EMAIL;
        }

        @Override
        public boolean contains(GeneralName name) throws RejectedCertificateException {
            Mailbox other = Mailbox.parse(name.text()).orElseThrow(() -> incomparable(name));
            return mailbox.map(other::equals).orElseGet(() -> hostWithin(other.host(), host));
        }
    }

    /** A host, or with a dot before it the hosts below a domain. */
    record Uri(String host) implements Subtree {
        static Uri read(String text) throws RejectedCertificateException {
            if (!text.isEmpty() && !DnsName.isValid(text.startsWith(".") ? text.substring(1) : text)) {
                throw malformed("a host or a domain", "\"" + text + "\"");
            }
            return new Uri(text.toLowerCase(Locale.ROOT));
        }

        @Override
        public GeneralName.Kind kind() {
            return GeneralName.Kind.URI;
        }

        @Override
        public boolean contains(GeneralName name) throws RejectedCertificateException {
            try {
                String other = new URI(name.text()).getHost();
                if (other != null
                        && DnsName.isValid(other)
                        && IpAddress.parse(other).isEmpty()) {
                    return hostWithin(other.toLowerCase(Locale.ROOT), host);
                }
            } catch (URISyntaxException malformed) {
                throw incomparable(name);
            }
            throw incomparable(name); // no host, or an address: section 4.2.1.10 says reject
        }
    }

    /** An entry of the directory and all below it. */
    record Directory(DistinguishedName base) implements Subtree {
        @Override
        public GeneralName.Kind kind() {
            return GeneralName.Kind.DIRECTORY;
        }

        @Override
        public boolean contains(GeneralName name) {
            return name.directory().orElseThrow().isWithin(base);
        }
    }

    /** A kind that has no rule here: any name of it is refused. */
    record Incomparable(GeneralName.Kind kind) implements Subtree {
        @Override
        public boolean contains(GeneralName name) throws RejectedCertificateException {
            throw incomparable(name);
        }
    }

    private static boolean hostWithin(String host, String base) {
        return base.isEmpty() || (base.startsWith(".") ? host.endsWith(base) : host.equals(base));
    }

    private static RejectedCertificateException malformed(String expected, String actual) {
        return new RejectedCertificateException(MALFORMED_NAME_CONSTRAINTS, expected, actual);
    }

    private static RejectedCertificateException incomparable(GeneralName name) {
        return new RejectedCertificateException(
                NAME_CONSTRAINT, "names that can be compared with the issuer's constraints", name.toString());
    }
}
