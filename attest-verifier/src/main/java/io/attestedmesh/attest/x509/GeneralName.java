package io.attestedmesh.attest.x509;

import static io.attestedmesh.attest.x509.CertificateReason.MALFORMED_NAME;

import io.attestedmesh.attest.der.DerException;
import io.attestedmesh.attest.der.DerReader;
import io.attestedmesh.attest.evidence.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A GeneralName (RFC 5280, section 4.2.1.6) whose contents were not compared with its kind's syntax yet.
 *
 * @param octets the contents without tag and length
 * @param directory the name, of kind DIRECTORY only
 */
record GeneralName(Kind kind, Bytes octets, Optional<DistinguishedName> directory) {
    enum Kind {
        OTHER_NAME(0xa0),
        EMAIL(0x81),
        DNS(0x82),
        X400(0xa3),
        DIRECTORY(0xa4),
        EDI_PARTY(0xa5),
        URI(0x86),
        IP(0x87),
        REGISTERED_ID(0x88);

        private final int tag;

        Kind(int tag) {
            this.tag = tag;
        }
    }

    static GeneralName read(DerReader reader) throws DerException {
        int tag = reader.nextTag();
        for (Kind kind : Kind.values()) {
            if (kind.tag == tag) {
                DerReader contents = reader.enter(tag);
                Bytes octets = Bytes.of(contents.rest());
                if (kind != Kind.DIRECTORY) {
                    return new GeneralName(kind, octets, Optional.empty());
                }
                DistinguishedName name = DistinguishedName.read(contents);
                contents.finish();
                return new GeneralName(kind, octets, Optional.of(name));
            }
        }
        throw new DerException("a general name", "tag " + Integer.toHexString(tag));
    }

    static GeneralName of(DistinguishedName name) {
        return new GeneralName(Kind.DIRECTORY, Bytes.EMPTY, Optional.of(name));
    }

    static GeneralName email(String address) {
        return new GeneralName(Kind.EMAIL, Bytes.of(address.getBytes(StandardCharsets.ISO_8859_1)), Optional.empty());
    }

    /** The contents of an IA5String kind: ASCII, and no control characters. */
    String text() throws RejectedCertificateException {
        for (int i = 0; i < octets.size(); i++) {
            if (octets.at(i) < 0x20 || octets.at(i) >= 0x7f) {
                throw new RejectedCertificateException(MALFORMED_NAME, "a name in printable ASCII", octets.toString());
            }
        }
        return new String(octets.toByteArray(), StandardCharsets.US_ASCII);
    }

    /** For messages; may hold anything a peer chose. */
    @Override
    public String toString() {
        return switch (kind) {
            case EMAIL, DNS, URI -> kind + " " + new String(octets.toByteArray(), StandardCharsets.ISO_8859_1);
            case IP -> kind + " " + IpAddress.text(octets);
            case DIRECTORY -> kind + " " + directory.map(Object::toString).orElse("");
            default -> kind.name();
        };
    }
}
