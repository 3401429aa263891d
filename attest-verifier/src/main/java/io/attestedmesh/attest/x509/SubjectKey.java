package io.attestedmesh.attest.x509;

import static io.attestedmesh.attest.x509.CertificateReason.UNSUPPORTED_KEY;

import io.attestedmesh.attest.der.DerException;
import io.attestedmesh.attest.der.DerReader;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Map;

/** A SubjectPublicKeyInfo (RFC 5280, section 4.1.2.7), its algorithm and size known, its key not decoded yet. */
final class SubjectKey {
    /** What the rules tell apart. */
    enum Kind {
        P256("EC"),
        P384("EC"),
        SECP256K1("EC"),
        ED25519("Ed25519"),
        RSA("RSA"),
        UNSUPPORTED("none");

        private final String algorithm;

        Kind(String algorithm) {
            this.algorithm = algorithm;
        }

        /** The JCA name of the key's algorithm. */
        String algorithm() {
            return algorithm;
        }
    }

    private static final String EC = "1.2.840.10045.2.1";
    private static final Map<String, Kind> CURVES = Map.of(
            "1.2.840.10045.3.1.7", Kind.P256,
            "1.3.132.0.34", Kind.P384,
            "1.3.132.0.10", Kind.SECP256K1);

    private final byte[] der;
    private final Kind kind;
    private final String description;

    private SubjectKey(byte[] der, Kind kind, String description) {
        this.der = der;
        this.kind = kind;
        this.description = description;
    }

    static SubjectKey read(DerReader reader) throws DerException {
        byte[] der = reader.element();
        DerReader fields = DerReader.of(der).enter(DerReader.SEQUENCE);
        DerReader algorithm = fields.enter(DerReader.SEQUENCE);
        String oid = algorithm.oid();
        byte[] key = fields.octetsOfBitString();
        fields.finish();
        return switch (oid) {
            case EC -> readEc(der, algorithm, key);
            case "1.2.840.113549.1.1.1" -> readRsa(der, algorithm, key);
            case "1.3.101.112" ->
                new SubjectKey(
                        der, algorithm.isEmpty() && key.length == 32 ? Kind.ED25519 : Kind.UNSUPPORTED, "Ed25519");
            default -> new SubjectKey(der, Kind.UNSUPPORTED, "algorithm " + oid);
        };
    }

    private static SubjectKey readEc(byte[] der, DerReader algorithm, byte[] point) throws DerException {
        if (!algorithm.nextIs(DerReader.OID)) {
            return new SubjectKey(der, Kind.UNSUPPORTED, "EC with explicit parameters");
        }
        String curve = algorithm.oid();
        algorithm.finish();
        Kind kind = CURVES.getOrDefault(curve, Kind.UNSUPPORTED);
        int coordinate = kind == Kind.P384 ? 48 : 32;
        if (kind != Kind.UNSUPPORTED && (point.length != 1 + 2 * coordinate || point[0] != 4)) {
            return new SubjectKey(der, Kind.UNSUPPORTED, "EC point of " + point.length + " octets");
        }
        return new SubjectKey(der, kind, "EC on curve " + curve);
    }

    private static SubjectKey readRsa(byte[] der, DerReader algorithm, byte[] key) throws DerException {
        algorithm.enter(DerReader.NULL).finish();
        algorithm.finish();
        DerReader reader = DerReader.of(key);
        DerReader numbers = reader.enter(DerReader.SEQUENCE);
        reader.finish();
        BigInteger modulus = numbers.integer();
        BigInteger exponent = numbers.integer();
        numbers.finish();
        int bits = modulus.bitLength();
        boolean sound = modulus.signum() > 0
                && modulus.testBit(0)
                && bits >= 2048
                && bits <= 8192
                && bits % 8 == 0
                && exponent.testBit(0)
                && exponent.compareTo(BigInteger.TWO) > 0
                && exponent.bitLength() <= 64;
        return new SubjectKey(der, sound ? Kind.RSA : Kind.UNSUPPORTED, "RSA of " + bits + " bits");
    }

    byte[] der() {
        return der;
    }

    Kind kind() {
        return kind;
    }

    boolean sameAs(SubjectKey other) {
        return Arrays.equals(der, other.der);
    }

    void requireEndEntityKey() throws RejectedCertificateException {
        if (kind == Kind.UNSUPPORTED || kind == Kind.SECP256K1) {
            throw unsupported();
        }
    }

    void requireIssuerKey(SignatureAlgorithms profile) throws RejectedCertificateException {
        if (kind == Kind.UNSUPPORTED || (kind == Kind.SECP256K1 && profile != SignatureAlgorithms.KMS)) {
            throw unsupported();
        }
    }

    RejectedCertificateException unsupported() {
        return new RejectedCertificateException(
                UNSUPPORTED_KEY, "P-256, P-384, Ed25519 or RSA of 2048 to 8192 bits", description);
    }
}
