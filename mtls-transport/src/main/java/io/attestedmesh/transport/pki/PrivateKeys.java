package io.attestedmesh.transport.pki;

import io.attestedmesh.attest.file.AtomicFile;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/** Private keys made, kept in files of mode 0600, and matched with their public half. */
public final class PrivateKeys {
    private static final byte[] CHALLENGE = "attested mesh: do these keys match?".getBytes(StandardCharsets.US_ASCII);

    private PrivateKeys() {}

    /** A new pair of keys of the given kind. */
    public static KeyPair generate(KeyKind kind, SecureRandom random) {
        return kind.generate(random);
    }

    /** Reads an unencrypted key file; refuses one that others can read. */
    public static PrivateKey load(Path file) throws IOException, PemException {
        return load(file, null);
    }

    /**
     * Reads a key file: PKCS#8, plain or encrypted, PKCS#1 or SEC 1. As {@code ssh} does, refuses a file that others
     * than its owner can read.
     *
     * @param password null where none is known; the caller wipes it
     */
    public static PrivateKey load(Path file, char[] password) throws IOException, PemException {
        byte[] text = SecretFile.read(file, PemText.MAX_SIZE);
        try {
            return Pem.privateKey(file.toString(), text, password);
        } finally {
            Arrays.fill(text, (byte) 0);
        }
    }

    /** True if the file's first key block says that it is encrypted, without opening it. */
    public static boolean isEncrypted(Path file) throws IOException, PemException {
        return Pem.blocks(file.toString(), Pem.read(file)).stream()
                .anyMatch(block -> block.label().equals(KeyEncoding.ENCRYPTED));
    }

    /** Writes the key as PKCS#8, unencrypted, mode 0600; replaces what is there. */
    public static void store(Path file, PrivateKey key) throws IOException {
        AtomicFile.write(file, encode(key), AtomicFile.Access.OWNER);
    }

    /** Writes the key as PKCS#8 under a password, mode 0600; replaces what is there. */
    public static void store(Path file, PrivateKey key, char[] password, SecureRandom random) throws IOException {
        AtomicFile.write(file, encode(key, password, random), AtomicFile.Access.OWNER);
    }

    /** PKCS#8 PEM, unencrypted. */
    public static byte[] encode(PrivateKey key) {
        return Pem.block(KeyEncoding.PKCS8, pkcs8(key)).getBytes(StandardCharsets.US_ASCII);
    }

    /** PKCS#8 PEM under a password (PBES2, PBKDF2 with HMAC-SHA-256, AES-256-CBC). */
    public static byte[] encode(PrivateKey key, char[] password, SecureRandom random) throws IOException {
        if (password.length == 0) {
            throw new IllegalArgumentException("an empty password");
        }
        byte[] pkcs8 = pkcs8(key);
        try {
            return Pem.block(KeyEncoding.ENCRYPTED, EncryptedKey.encrypt(pkcs8, password, random))
                    .getBytes(StandardCharsets.US_ASCII);
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
        }
    }

    /** True if the two are one pair: what the private key signs, the public key verifies. */
    public static boolean matches(PrivateKey privateKey, PublicKey publicKey) {
        try {
            String algorithm = KeyKind.of(publicKey).signatureAlgorithm();
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(privateKey);
            signer.update(CHALLENGE);
            byte[] signature = signer.sign();
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(publicKey);
            verifier.update(CHALLENGE);
            return verifier.verify(signature);
        } catch (PkiException | GeneralSecurityException notOfOneKind) {
            return false;
        }
    }

    /** Computes the public half, for a key that came without one. */
    public static PublicKey publicKey(PrivateKey key) throws PkiException {
        return Asn1.read("private key", "it has no public half that can be computed", () -> {
            PrivateKeyInfo info = PrivateKeyInfo.getInstance(pkcs8(key));
            AlgorithmIdentifier algorithm = info.getPrivateKeyAlgorithm();
            return switch (KeyKind.of(algorithm)) {
                case RSA -> rsa(key);
                case ED25519 -> {
                    byte[] seed =
                            ASN1OctetString.getInstance(info.parsePrivateKey()).getOctets();
                    byte[] point = new Ed25519PrivateKeyParameters(seed)
                            .generatePublicKey()
                            .getEncoded();
                    yield decoded("Ed25519", algorithm, point);
                }
                case P256 -> decoded("EC", algorithm, point("P-256", info));
                case P384 -> decoded("EC", algorithm, point("P-384", info));
            };
        });
    }

    private static byte[] point(String curve, PrivateKeyInfo info) throws IOException {
        BigInteger secret = ECPrivateKey.getInstance(info.parsePrivateKey()).getKey();
        return new FixedPointCombMultiplier()
                .multiply(CustomNamedCurves.getByName(curve).getG(), secret)
                .getEncoded(false);
    }

    private static PublicKey rsa(PrivateKey key) throws GeneralSecurityException {
        if (!(key instanceof RSAPrivateCrtKey crt)) {
            throw new IllegalArgumentException("an RSA key without its public exponent");
        }
        return KeyFactory.getInstance("RSA")
                .generatePublic(new RSAPublicKeySpec(crt.getModulus(), crt.getPublicExponent()));
    }

    private static PublicKey decoded(String family, AlgorithmIdentifier algorithm, byte[] bits)
            throws GeneralSecurityException, IOException {
        byte[] spki = new SubjectPublicKeyInfo(algorithm, bits).getEncoded();
        return KeyFactory.getInstance(family).generatePublic(new X509EncodedKeySpec(spki));
    }

    private static byte[] pkcs8(PrivateKey key) {
        byte[] encoded = key.getEncoded();
        if (encoded == null || !"PKCS#8".equals(key.getFormat())) {
            throw new IllegalArgumentException("a private key that cannot be encoded");
        }
        return encoded;
    }
}
