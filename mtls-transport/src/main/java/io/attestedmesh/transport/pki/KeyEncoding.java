package io.attestedmesh.transport.pki;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.interfaces.RSAKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** The encodings of a private key: PKCS#8 (RFC 5958), PKCS#1 (RFC 8017) and SEC 1 (RFC 5915). */
final class KeyEncoding {
    static final String PKCS8 = "PRIVATE KEY";
    static final String ENCRYPTED = "ENCRYPTED PRIVATE KEY";
    static final String PKCS1 = "RSA PRIVATE KEY";
    static final String SEC1 = "EC PRIVATE KEY";

    private KeyEncoding() {}

    static boolean isPrivateKey(String label) {
        return label.endsWith("PRIVATE KEY");
    }

    /** Reads a key in any of the four encodings; {@code password} may be null where none is needed. */
    static PrivateKey decode(String source, PemBlock block, char[] password) throws PemException {
        byte[] content = block.content().toByteArray();
        try {
            return Asn1.read(source, "the content of " + block.label() + " is malformed", () -> switch (block.label()) {
                case PKCS8 -> key(source, PrivateKeyInfo.getInstance(ASN1Primitive.fromByteArray(content)));
                case PKCS1 -> key(source, pkcs1(RSAPrivateKey.getInstance(ASN1Primitive.fromByteArray(content))));
                case SEC1 -> key(source, sec1(source, ECPrivateKey.getInstance(ASN1Primitive.fromByteArray(content))));
                case ENCRYPTED -> encrypted(source, content, password);
                default ->
                    throw new PemException(
                            source,
                            "keys of type " + block.label() + " are not supported",
                            "convert the key: openssl pkcs8 -topk8 -in OLD -out NEW");
            });
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }

    private static PrivateKey encrypted(String source, byte[] content, char[] password)
            throws PemException, IOException {
        EncryptedPrivateKeyInfo info = EncryptedPrivateKeyInfo.getInstance(ASN1Primitive.fromByteArray(content));
        byte[] opened = EncryptedKey.decrypt(source, info, password);
        try {
            // One wrong password in 256 leaves a padding that happens to be right, and garbage.
            return Asn1.read(
                    source,
                    EncryptedKey.WRONG_PASSWORD,
                    () -> key(source, PrivateKeyInfo.getInstance(ASN1Primitive.fromByteArray(opened))));
        } finally {
            Arrays.fill(opened, (byte) 0);
        }
    }

    private static PrivateKeyInfo pkcs1(RSAPrivateKey key) throws IOException {
        return new PrivateKeyInfo(new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE), key);
    }

    private static PrivateKeyInfo sec1(String source, ECPrivateKey key) throws PemException, IOException {
        ASN1Encodable curve = key.getParametersObject();
        if (curve == null) {
            throw new PemException(source, "the EC key does not name its curve");
        }
        return new PrivateKeyInfo(new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, curve), key);
    }

    private static PrivateKey key(String source, PrivateKeyInfo info)
            throws PkiException, IOException, GeneralSecurityException {
        KeyKind kind = KeyKind.of(info.getPrivateKeyAlgorithm());
        byte[] encoded = info.getEncoded(ASN1Encoding.DER);
        try {
            PrivateKey key = KeyFactory.getInstance(kind.family()).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            if (key instanceof RSAKey rsa) {
                checkSize(source, rsa.getModulus().bitLength());
            }
            return key;
        } finally {
            Arrays.fill(encoded, (byte) 0);
        }
    }

    private static void checkSize(String source, int bits) throws PemException {
        if (bits < KeyKind.MIN_RSA_BITS || bits > KeyKind.MAX_RSA_BITS) {
            throw new PemException(
                    source,
                    "an RSA key of " + bits + " bits is not accepted",
                    "use " + KeyKind.MIN_RSA_BITS + " to " + KeyKind.MAX_RSA_BITS + " bits");
        }
    }
}
