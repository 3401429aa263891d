package io.attestedmesh.attest.x509;

import static io.attestedmesh.attest.x509.CertificateReason.BAD_SERIAL_NUMBER;
import static io.attestedmesh.attest.x509.CertificateReason.CERTIFICATE_TOO_LARGE;
import static io.attestedmesh.attest.x509.CertificateReason.EMPTY_NAME;
import static io.attestedmesh.attest.x509.CertificateReason.KEY_USAGE;
import static io.attestedmesh.attest.x509.CertificateReason.MISPLACED_EXTENSION;
import static io.attestedmesh.attest.x509.CertificateReason.SIGNATURE_ALGORITHM_MISMATCH;
import static io.attestedmesh.attest.x509.CertificateReason.UNSUPPORTED_VERSION;

import io.attestedmesh.attest.der.DerException;
import io.attestedmesh.attest.der.DerReader;
import java.math.BigInteger;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * A certificate read strictly from its DER (RFC 5280, section 4.1), whatever provider parsed it before; every rule that
 * needs no other certificate and no time holds of an instance.
 */
final class CertificateFields {
    static final int LARGEST = 65_536;

    private static final int LONGEST_SERIAL = 20;

    private static final Set<String> PROCESSED = Set.of(
            Extensions.KEY_USAGE,
            Extensions.SUBJECT_ALTERNATIVE_NAME,
            Extensions.BASIC_CONSTRAINTS,
            Extensions.NAME_CONSTRAINTS,
            Extensions.CERTIFICATE_POLICIES,
            Extensions.POLICY_MAPPINGS,
            Extensions.POLICY_CONSTRAINTS,
            Extensions.EXTENDED_KEY_USAGE,
            Extensions.INHIBIT_ANY_POLICY,
            // never critical, which the reader of each says better
            Extensions.SUBJECT_KEY_IDENTIFIER,
            Extensions.AUTHORITY_KEY_IDENTIFIER,
            Extensions.AUTHORITY_INFORMATION_ACCESS);

    private final X509Certificate certificate;
    private final byte[] der;
    private final byte[] signed;
    private final byte[] signatureAlgorithm;
    private final byte[] signature;
    private final BigInteger serial;
    private final DistinguishedName issuer;
    private final DistinguishedName subject;
    private final Validity validity;
    private final SubjectKey key;
    private final Extensions extensions;
    private final BasicConstraints basicConstraints;
    private final Optional<KeyUsage> keyUsage;
    private final Optional<ExtendedKeyUsage> extendedKeyUsage;
    private final SubjectNames names;
    private final Optional<NameConstraints> nameConstraints;
    private final KeyIdentifiers keyIdentifiers;
    private final CertificatePolicies policies;

    private CertificateFields(X509Certificate certificate, byte[] der)
            throws DerException, RejectedCertificateException {
        this.certificate = certificate;
        this.der = der;
        DerReader file = DerReader.of(der);
        DerReader whole = file.enter(DerReader.SEQUENCE);
        file.finish();
        this.signed = whole.element();
        this.signatureAlgorithm = whole.element();
        this.signature = whole.octetsOfBitString();
        whole.finish();

        DerReader fields = DerReader.of(signed).enter(DerReader.SEQUENCE);
        requireVersion3(fields);
        this.serial = readSerial(fields);
        if (!Arrays.equals(fields.element(), signatureAlgorithm)) {
            throw new RejectedCertificateException(
                    SIGNATURE_ALGORITHM_MISMATCH, "one signature algorithm inside and outside", "two");
        }
        this.issuer = DistinguishedName.read(fields);
        this.validity = Validity.read(fields);
        this.subject = DistinguishedName.read(fields);
        this.key = SubjectKey.read(fields);
        this.extensions = fields.isEmpty() ? Extensions.NONE : Extensions.read(fields.enter(0xa3));
        fields.finish();

        Optional<Extension> constraints = extensions.find(Extensions.BASIC_CONSTRAINTS);
        this.basicConstraints =
                constraints.isPresent() ? BasicConstraints.read(constraints.get()) : BasicConstraints.END_ENTITY;
        Optional<Extension> usage = extensions.find(Extensions.KEY_USAGE);
        this.keyUsage = usage.isPresent() ? Optional.of(KeyUsage.read(usage.get())) : Optional.empty();
        Optional<Extension> purposes = extensions.find(Extensions.EXTENDED_KEY_USAGE);
        this.extendedKeyUsage =
                purposes.isPresent() ? Optional.of(ExtendedKeyUsage.read(purposes.get())) : Optional.empty();
        this.names = readNames();
        Optional<Extension> subtrees = extensions.find(Extensions.NAME_CONSTRAINTS);
        this.nameConstraints = subtrees.isPresent() ? Optional.of(readConstraints(subtrees.get())) : Optional.empty();
        this.keyIdentifiers = KeyIdentifiers.read(extensions);
        this.policies = CertificatePolicies.read(extensions);
        requireConsistent();
    }

    static CertificateFields of(X509Certificate certificate) throws RejectedCertificateException {
        byte[] der;
        try {
            der = certificate.getEncoded();
        } catch (CertificateEncodingException noEncoding) {
            throw new RejectedCertificateException(
                    CertificateReason.MALFORMED_CERTIFICATE, "a certificate with an encoding", "none", noEncoding);
        }
        return read(certificate, der);
    }

    /** Checks a file before anything else parses it. */
    static void requireStrict(byte[] der) throws RejectedCertificateException {
        read(null, der);
    }

    private static CertificateFields read(X509Certificate certificate, byte[] der) throws RejectedCertificateException {
        requireSize(der);
        try {
            return new CertificateFields(certificate, der);
        } catch (DerException malformed) {
            throw RejectedCertificateException.malformed(malformed);
        }
    }

    private static void requireSize(byte[] der) throws RejectedCertificateException {
        if (der.length > LARGEST) {
            throw new RejectedCertificateException(
                    CERTIFICATE_TOO_LARGE, "at most " + LARGEST + " bytes", der.length + " bytes");
        }
    }

    private static void requireVersion3(DerReader fields) throws DerException, RejectedCertificateException {
        int version = 1;
        if (fields.nextIs(0xa0)) {
            DerReader explicit = fields.enter(0xa0);
            version = explicit.count() + 1;
            explicit.finish();
        }
        if (version != 3) {
            throw new RejectedCertificateException(UNSUPPORTED_VERSION, "X.509 v3", "version " + version);
        }
    }

    /** Zero is left to the rules of the path: a trust anchor may have it. */
    private static BigInteger readSerial(DerReader fields) throws DerException, RejectedCertificateException {
        byte[] octets = fields.integerOctets();
        BigInteger serial = new BigInteger(octets);
        if (octets.length > LONGEST_SERIAL || serial.signum() < 0) {
            throw new RejectedCertificateException(
                    BAD_SERIAL_NUMBER,
                    "a positive serial number of at most 20 octets",
                    (serial.signum() < 0 ? "a negative one of " : "") + octets.length + " octets");
        }
        return serial;
    }

    private SubjectNames readNames() throws DerException, RejectedCertificateException {
        Optional<Extension> extension = extensions.find(Extensions.SUBJECT_ALTERNATIVE_NAME);
        if (issuer.isEmpty()) {
            throw new RejectedCertificateException(EMPTY_NAME, "an issuer name", "an empty one");
        }
        if (subject.isEmpty()) {
            if (basicConstraints.ca() || extension.isEmpty()) {
                throw new RejectedCertificateException(EMPTY_NAME, "a subject name", "an empty one");
            }
            extension.get().requireCritical(true);
        }
        return extension.isPresent() ? SubjectNames.read(extension.get().sequence()) : SubjectNames.NONE;
    }

    private NameConstraints readConstraints(Extension extension) throws RejectedCertificateException {
        if (!basicConstraints.ca()) {
            throw new RejectedCertificateException(
                    MISPLACED_EXTENSION, "name constraints in CA certificates only", "them with CA:FALSE");
        }
        return NameConstraints.read(extension);
    }

    private void requireConsistent() throws DerException, RejectedCertificateException {
        extensions.requireCriticalOnesAmong(PROCESSED);
        if (keyUsage.isPresent() && keyUsage.get().keyCertSign() && !basicConstraints.ca()) {
            throw new RejectedCertificateException(KEY_USAGE, "keyCertSign with CA:TRUE only", "CA:FALSE");
        }
        Optional<Extension> access = extensions.find(Extensions.AUTHORITY_INFORMATION_ACCESS);
        if (access.isPresent()) {
            DerReader descriptions = access.get().requireCritical(false).sequence();
            do {
                DerReader description = descriptions.enter(DerReader.SEQUENCE);
                description.oid();
                GeneralName.read(description);
                description.finish();
            } while (!descriptions.isEmpty());
        }
    }

    X509Certificate certificate() {
        return certificate;
    }

    byte[] der() {
        return der;
    }

    /** The bytes under the signature. */
    byte[] signed() {
        return signed;
    }

    SignatureAlgorithm signatureAlgorithm() throws RejectedCertificateException {
        return SignatureAlgorithm.read(signatureAlgorithm);
    }

    byte[] signature() {
        return signature;
    }

    BigInteger serial() {
        return serial;
    }

    DistinguishedName issuer() {
        return issuer;
    }

    DistinguishedName subject() {
        return subject;
    }

    Validity validity() {
        return validity;
    }

    SubjectKey key() {
        return key;
    }

    Extensions extensions() {
        return extensions;
    }

    BasicConstraints basicConstraints() {
        return basicConstraints;
    }

    Optional<KeyUsage> keyUsage() {
        return keyUsage;
    }

    Optional<ExtendedKeyUsage> extendedKeyUsage() {
        return extendedKeyUsage;
    }

    SubjectNames names() {
        return names;
    }

    Optional<NameConstraints> nameConstraints() {
        return nameConstraints;
    }

    KeyIdentifiers keyIdentifiers() {
        return keyIdentifiers;
    }

    CertificatePolicies policies() {
        return policies;
    }

    /** True if subject and issuer are one name (RFC 5280, section 6.1), whoever signed. */
    boolean selfIssued() {
        return subject.equals(issuer);
    }

    boolean sameAs(CertificateFields other) {
        return this == other || Arrays.equals(der, other.der);
    }
}
