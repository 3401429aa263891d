package io.attestedmesh.transport.pki;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.util.Locale;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** The kinds of keys that certificates may hold; everything else is refused. */
public enum KeyKind {
    P256("P-256", "SHA256withECDSA"),
    P384("P-384", "SHA384withECDSA"),
    ED25519("Ed25519", "Ed25519"),
    /** Generated with 2048 bits; 2048 to 8192 are accepted. */
    RSA("RSA", "SHA256withRSA");

    /** RFC 8410, section 3: key and signature have one identifier. */
    static final ASN1ObjectIdentifier ID_ED25519 = new ASN1ObjectIdentifier("1.3.101.112");

    static final int MIN_RSA_BITS = 2048;
    /** An upper bound too: verification time grows with the square of the length. */
    static final int MAX_RSA_BITS = 8192;

    private final String title;
    private final String signatureAlgorithm;

    KeyKind(String title, String signatureAlgorithm) {
        this.title = title;
        this.signatureAlgorithm = signatureAlgorithm;
    }

    /** Finds a kind by what people write: {@code p256}, {@code P-384}, {@code ed25519}, {@code rsa}. */
    public static KeyKind named(String name) throws PkiException {
        String wanted = name.replace("-", "").toUpperCase(Locale.ROOT);
        for (KeyKind kind : values()) {
            if (kind.name().equals(wanted)) {
                return kind;
            }
        }
        throw new PkiException("unknown kind of key: " + Shown.of(name), "use one of p256, p384, ed25519, rsa");
    }

    /** The kind of {@code key}, after its size and curve were checked. */
    public static KeyKind of(PublicKey key) throws PkiException {
        if (key.getEncoded() == null) {
            throw new PkiException("a public key without an encoding cannot be certified");
        }
        // A certificate's parser lets keys of algorithms pass that it does not know.
        KeyKind kind = Asn1.read(
                "public key",
                "its encoding is malformed",
                () -> of(SubjectPublicKeyInfo.getInstance(key.getEncoded()).getAlgorithm()));
        if (kind == RSA) {
            rsa(key);
        } else if (kind == ED25519 ? !(key instanceof EdECPublicKey) : !(key instanceof ECPublicKey)) {
            // Providers may hold keys in types of their own, but then nobody else can use them.
            throw new PkiException("the " + kind.title + " key is of a foreign type");
        }
        return kind;
    }

    static KeyKind of(AlgorithmIdentifier algorithm) throws PkiException {
        ASN1ObjectIdentifier oid = algorithm.getAlgorithm();
        if (oid.equals(PKCSObjectIdentifiers.rsaEncryption)) {
            return RSA;
        }
        if (oid.equals(ID_ED25519)) {
            return ED25519;
        }
        if (SECObjectIdentifiers.secp256r1.equals(algorithm.getParameters())) {
            return P256;
        }
        if (SECObjectIdentifiers.secp384r1.equals(algorithm.getParameters())) {
            return P384;
        }
        String what =
                algorithm.getParameters() instanceof ASN1ObjectIdentifier curve ? oid + " on curve " + curve : "" + oid;
        throw new PkiException(
                "keys of algorithm " + what + " are not accepted",
                "use P-256, P-384, Ed25519 or RSA of 2048 bits or more");
    }

    private static void rsa(PublicKey key) throws PkiException {
        if (!(key instanceof RSAPublicKey rsa)) {
            throw new PkiException("the RSA key is of a foreign type");
        }
        int bits = rsa.getModulus().bitLength();
        if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
            throw new PkiException(
                    "an RSA key of " + bits + " bits is not accepted", "use " + MIN_RSA_BITS + " to " + MAX_RSA_BITS);
        }
        BigInteger exponent = rsa.getPublicExponent();
        if (!exponent.testBit(0) || exponent.compareTo(BigInteger.TWO) < 0 || exponent.bitLength() > 64) {
            throw new PkiException("the RSA key's public exponent is not accepted", "use 65537");
        }
    }

    /** The JCA name of the key factory. */
    String family() {
        return switch (this) {
            case RSA -> "RSA";
            case ED25519 -> "Ed25519";
            case P256, P384 -> "EC";
        };
    }

    KeyPair generate(SecureRandom random) {
        try {
            KeyPairGenerator generator;
            switch (this) {
                case RSA -> {
                    generator = KeyPairGenerator.getInstance("RSA");
                    generator.initialize(MIN_RSA_BITS, random);
                }
                case ED25519 -> {
                    generator = KeyPairGenerator.getInstance("Ed25519");
                    generator.initialize(NamedParameterSpec.ED25519, random);
                }
                default -> {
                    generator = KeyPairGenerator.getInstance("EC");
                    generator.initialize(new ECGenParameterSpec(this == P256 ? "secp256r1" : "secp384r1"), random);
                }
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM cannot make " + title + " keys", e);
        }
    }

    /** The JCA signature algorithm that keys of this kind sign certificates with. */
    public String signatureAlgorithm() {
        return signatureAlgorithm;
    }

    /** As people write it: {@code P-256}. */
    public String title() {
        return title;
    }
}
