package io.attestedmesh.attest.x509;

import static io.attestedmesh.attest.x509.CertificateReason.BAD_KEY_IDENTIFIER;

import io.attestedmesh.attest.der.DerException;
import io.attestedmesh.attest.der.DerReader;
import io.attestedmesh.attest.evidence.Bytes;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Subject and authority key identifier (RFC 5280, sections 4.2.1.1 and 4.2.1.2). A difference between a certificate's
 * authority and its issuer's subject key identifier only ranks candidates: the signature decides.
 *
 * @param subject of this certificate's key
 * @param authority of the issuer's key
 * @param authorityNames the issuer's issuer, where given
 * @param authoritySerial the issuer's serial number, where given
 */
record KeyIdentifiers(
        Optional<Bytes> subject,
        Optional<Bytes> authority,
        List<GeneralName> authorityNames,
        Optional<BigInteger> authoritySerial) {

    static KeyIdentifiers read(Extensions extensions) throws DerException, RejectedCertificateException {
        Optional<Bytes> subject = Optional.empty();
        Optional<Extension> subjectExtension = extensions.find(Extensions.SUBJECT_KEY_IDENTIFIER);
        if (subjectExtension.isPresent()) {
            DerReader reader = subjectExtension.get().requireCritical(false).value();
            subject = Optional.of(Bytes.of(reader.enter(DerReader.OCTET_STRING).rest()));
            reader.finish();
        }
        Optional<Extension> authorityExtension = extensions.find(Extensions.AUTHORITY_KEY_IDENTIFIER);
        return authorityExtension.isPresent()
                ? readAuthority(
                        subject, authorityExtension.get().requireCritical(false).sequence())
                : new KeyIdentifiers(subject, Optional.empty(), List.of(), Optional.empty());
    }

    private static KeyIdentifiers readAuthority(Optional<Bytes> subject, DerReader fields)
            throws DerException, RejectedCertificateException {
        if (!fields.nextIs(0x80)) {
            throw new RejectedCertificateException(
                    BAD_KEY_IDENTIFIER, "an authority key identifier with a key identifier", "none");
        }
        Bytes authority = Bytes.of(fields.enter(0x80).rest());
        List<GeneralName> names = new ArrayList<>();
        Optional<BigInteger> serial = Optional.empty();
        if (fields.nextIs(0xa1)) {
            DerReader list = fields.enter(0xa1);
            do {
                names.add(GeneralName.read(list));
            } while (!list.isEmpty());
        }
        if (fields.nextIs(0x82)) {
            serial = Optional.of(fields.integer(0x82));
        }
        fields.finish();
        if (names.isEmpty() != serial.isEmpty()) {
            throw new RejectedCertificateException(
                    BAD_KEY_IDENTIFIER,
                    "issuer and serial number of the authority both or neither",
                    names.isEmpty() ? "the serial number alone" : "the issuer alone");
        }
        return new KeyIdentifiers(subject, Optional.of(authority), List.copyOf(names), serial);
    }

    /** False if both sides are known and differ. */
    boolean mayBeIssuedBy(KeyIdentifiers issuer) {
        return authority.isEmpty() || issuer.subject.isEmpty() || authority.equals(issuer.subject);
    }

    /** Checks that a self-signed certificate names no authority but itself. */
    void requireOwnAuthority(DistinguishedName issuer, BigInteger serial) throws RejectedCertificateException {
        boolean own = authority.isEmpty() || authority.equals(subject);
        boolean ownIssuer = authoritySerial.isEmpty()
                || (authoritySerial.get().equals(serial)
                        && authorityNames.stream()
                                .anyMatch(name ->
                                        name.directory().filter(issuer::equals).isPresent()));
        if (!own || !ownIssuer) {
            throw new RejectedCertificateException(
                    BAD_KEY_IDENTIFIER, "a self-signed certificate that names itself as authority", "another one");
        }
    }
}
