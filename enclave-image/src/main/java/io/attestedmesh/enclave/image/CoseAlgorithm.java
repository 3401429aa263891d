package io.attestedmesh.enclave.image;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.verify.CryptoProvider;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;

/** How an image can be signed (RFC 9053, section 2.1), each with the one curve that nitro-cli pairs it with. */
public enum CoseAlgorithm {
    ES256(
            -7,
            "SHA256withECDSA",
            32,
            "1.2.840.10045.3.1.7",
            "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
    ES384(
            -35,
            "SHA384withECDSA",
            48,
            "1.3.132.0.34",
            "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973"),
    ES512(
            -36,
            "SHA512withECDSA",
            66,
            "1.3.132.0.35",
            "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa"
                    + "51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409");

    private final int code;
    private final String jca;
    private final int size;
    private final String curve;
    private final BigInteger order;

    CoseAlgorithm(int code, String jca, int size, String curve, String order) {
        this.code = code;
        this.jca = jca;
        this.size = size;
        this.curve = curve;
        this.order = new BigInteger(order, 16);
    }

    /** The name that a JCA {@link Signature} has for it. */
    public String jcaName() {
        return jca;
    }

    /** Bytes of r‖s. */
    int signatureSize() {
        return 2 * size;
    }

    /** The protected header {@code {1: algorithm}}, serialised. */
    Bytes header() {
        return CborWriter.encode(cbor -> {
            cbor.map(1);
            cbor.number(1);
            cbor.number(code);
        });
    }

    static CoseAlgorithm ofHeader(Bytes header) throws MalformedImageException {
        return Arrays.stream(values())
                .filter(each -> each.header().equals(header))
                .findFirst()
                .orElseThrow(() -> new MalformedImageException(
                        ImageReason.SIGNATURE_ALGORITHM,
                        "a protected header with -7, -35 or -36 alone",
                        header.toString()));
    }

    /** The one for keys on the curve of {@code key}; empty for any other key. */
    static Optional<CoseAlgorithm> of(SubjectPublicKeyInfo key) {
        if (!key.getAlgorithm().getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)) {
            return Optional.empty();
        }
        ASN1Encodable curve = key.getAlgorithm().getParameters();
        return Arrays.stream(values())
                .filter(each -> curve instanceof ASN1ObjectIdentifier named
                        && named.getId().equals(each.curve))
                .findFirst();
    }

    boolean isSignedBy(PublicKey key, Bytes message, Bytes signature) {
        try {
            Provider provider = CryptoProvider.fastest().provider();
            Signature check = Signature.getInstance(jca, provider);
            check.initVerify(
                    KeyFactory.getInstance("EC", provider).generatePublic(new X509EncodedKeySpec(key.getEncoded())));
            check.update(message.toByteArray());
            return check.verify(der(signature));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every provider of ours has " + jca, e);
        } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
            return false;
        }
    }

    private byte[] der(Bytes signature) throws IOException {
        return StandardDSAEncoding.INSTANCE.encode(
                order,
                new BigInteger(1, signature.slice(0, size).toByteArray()),
                new BigInteger(1, signature.slice(size, 2 * size).toByteArray()));
    }

    /** r‖s of a signature in DER, which is what JCA and AWS KMS give. */
    Bytes concatenation(Bytes der) throws IOException {
        BigInteger[] parts = StandardDSAEncoding.INSTANCE.decode(order, der.toByteArray());
        return Bytes.concat(fixed(parts[0]), fixed(parts[1]));
    }

    private Bytes fixed(BigInteger value) {
        byte[] shortest = value.toByteArray();
        byte[] fixed = new byte[size];
        int skipped = Math.max(0, shortest.length - size);
        System.arraycopy(shortest, skipped, fixed, size - (shortest.length - skipped), shortest.length - skipped);
        return Bytes.of(fixed);
    }
}
