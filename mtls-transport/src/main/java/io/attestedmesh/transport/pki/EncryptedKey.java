package io.attestedmesh.transport.pki;

import io.attestedmesh.attest.evidence.Bytes;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.EncryptionScheme;
import org.bouncycastle.asn1.pkcs.KeyDerivationFunc;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

/** PKCS#8 under a password: PBES2 with PBKDF2 and AES-CBC (RFC 8018), the form that OpenSSL 1.1 and later writes. */
final class EncryptedKey {
    /** OWASP's figure for PBKDF2 with HMAC-SHA-256. */
    static final int WRITTEN_ITERATIONS = 600_000;
    /** What a file may make us compute: a few seconds. */
    static final int MAX_ITERATIONS = 10_000_000;

    static final String WRONG_PASSWORD = "the password does not open this key";

    private static final int MAX_SALT = 1024;
    private static final int BLOCK = 16;
    private static final String CONVERT = "convert the key: openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD -out NEW";

    private static final Map<ASN1ObjectIdentifier, String> PRFS = Map.of(
            PKCSObjectIdentifiers.id_hmacWithSHA1, "PBKDF2WithHmacSHA1",
            PKCSObjectIdentifiers.id_hmacWithSHA256, "PBKDF2WithHmacSHA256",
            PKCSObjectIdentifiers.id_hmacWithSHA384, "PBKDF2WithHmacSHA384",
            PKCSObjectIdentifiers.id_hmacWithSHA512, "PBKDF2WithHmacSHA512");
    private static final Map<ASN1ObjectIdentifier, Integer> AES_BITS = Map.of(
            NISTObjectIdentifiers.id_aes128_CBC, 128,
            NISTObjectIdentifiers.id_aes192_CBC, 192,
            NISTObjectIdentifiers.id_aes256_CBC, 256);

    private record Scheme(String prf, Bytes salt, int iterations, int keyBits, Bytes iv) {}

    private EncryptedKey() {}

    /** The caller wipes what is returned; {@code password} may be null, which is refused. */
    static byte[] decrypt(String source, EncryptedPrivateKeyInfo info, char[] password) throws PemException {
        Scheme scheme = scheme(source, info.getEncryptionAlgorithm());
        if (password == null || password.length == 0) {
            throw new PemException(source, "this key is encrypted and no password was given");
        }
        try {
            return cipher(Cipher.DECRYPT_MODE, scheme, password).doFinal(info.getEncryptedData());
        } catch (GeneralSecurityException wrongKey) {
            throw new PemException(source, WRONG_PASSWORD);
        }
    }

    static byte[] encrypt(byte[] pkcs8, char[] password, SecureRandom random) throws IOException {
        byte[] salt = new byte[BLOCK];
        byte[] iv = new byte[BLOCK];
        random.nextBytes(salt);
        random.nextBytes(iv);
        AlgorithmIdentifier prf = new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA256, DERNull.INSTANCE);
        PBES2Parameters parameters = new PBES2Parameters(
                new KeyDerivationFunc(PKCSObjectIdentifiers.id_PBKDF2, new PBKDF2Params(salt, WRITTEN_ITERATIONS, prf)),
                new EncryptionScheme(NISTObjectIdentifiers.id_aes256_CBC, new DEROctetString(iv)));
        Scheme scheme = new Scheme(PRFS.get(prf.getAlgorithm()), Bytes.of(salt), WRITTEN_ITERATIONS, 256, Bytes.of(iv));
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, scheme, password).doFinal(pkcs8);
            return new EncryptedPrivateKeyInfo(
                            new AlgorithmIdentifier(PKCSObjectIdentifiers.id_PBES2, parameters), sealed)
                    .getEncoded(ASN1Encoding.DER);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM lacks AES or PBKDF2", e);
        }
    }

    private static Cipher cipher(int mode, Scheme scheme, char[] password) throws GeneralSecurityException {
        PBEKeySpec spec = new PBEKeySpec(password, scheme.salt.toByteArray(), scheme.iterations, scheme.keyBits);
        byte[] key = null;
        try {
            key = SecretKeyFactory.getInstance(scheme.prf).generateSecret(spec).getEncoded();
            Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
            cipher.init(mode, new SecretKeySpec(key, "AES"), new IvParameterSpec(scheme.iv.toByteArray()));
            return cipher;
        } finally {
            spec.clearPassword();
            if (key != null) {
                Arrays.fill(key, (byte) 0);
            }
        }
    }

    private static Scheme scheme(String source, AlgorithmIdentifier algorithm) throws PemException {
        if (!algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBES2)) {
            throw unsupported(source, "encryption " + algorithm.getAlgorithm());
        }
        PBES2Parameters parameters = PBES2Parameters.getInstance(algorithm.getParameters());
        KeyDerivationFunc derivation = parameters.getKeyDerivationFunc();
        EncryptionScheme encryption = parameters.getEncryptionScheme();
        if (!derivation.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBKDF2)) {
            throw unsupported(source, "key derivation " + derivation.getAlgorithm());
        }
        PBKDF2Params pbkdf2 = PBKDF2Params.getInstance(derivation.getParameters());
        String prf = PRFS.get(pbkdf2.getPrf().getAlgorithm());
        Integer bits = AES_BITS.get(encryption.getAlgorithm());
        if (prf == null || bits == null) {
            throw unsupported(
                    source,
                    "encryption " + encryption.getAlgorithm() + " with "
                            + pbkdf2.getPrf().getAlgorithm());
        }
        byte[] iv = ASN1OctetString.getInstance(encryption.getParameters()).getOctets();
        return checked(source, pbkdf2, prf, bits, iv);
    }

    private static Scheme checked(String source, PBKDF2Params pbkdf2, String prf, int bits, byte[] iv)
            throws PemException {
        BigInteger iterations = pbkdf2.getIterationCount();
        if (iterations.signum() <= 0 || iterations.compareTo(BigInteger.valueOf(MAX_ITERATIONS)) > 0) {
            throw new PemException(source, "an iteration count of more than " + MAX_ITERATIONS + " or less than 1");
        }
        byte[] salt = pbkdf2.getSalt();
        BigInteger length = pbkdf2.getKeyLength();
        boolean lengthFits = length == null || length.equals(BigInteger.valueOf(bits / 8L));
        if (salt.length == 0 || salt.length > MAX_SALT || iv.length != BLOCK || !lengthFits) {
            throw new PemException(source, "the encryption parameters are malformed");
        }
        return new Scheme(prf, Bytes.of(salt), iterations.intValueExact(), bits, Bytes.of(iv));
    }

    private static PemException unsupported(String source, String what) {
        return new PemException(source, what + " is not supported", CONVERT);
    }
}
