package io.attestedmesh.enclave.secrets;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.util.List;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cms.CMSEnvelopedDataStreamGenerator;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.cms.jcajce.JceKeyTransRecipientInfoGenerator;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.jcajce.JcaAlgorithmParametersConverter;

/** CMS EnvelopedData as KMS sends it, in BER with indefinite lengths, and as it never would. */
final class Cms {
    static final AlgorithmIdentifier OAEP_SHA256 =
            oaep("SHA-256", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT);
    static final AlgorithmIdentifier PKCS1 =
            new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE);

    private static final BouncyCastleProvider PROVIDER = new BouncyCastleProvider();
    private static final byte[] KEY_ID = new byte[20];

    private Cms() {}

    static byte[] enveloped(PublicKey recipient, byte[] plaintext) {
        return enveloped(List.of(recipient), OAEP_SHA256, NISTObjectIdentifiers.id_aes256_CBC, plaintext);
    }

    static byte[] enveloped(
            List<PublicKey> recipients, AlgorithmIdentifier keys, ASN1ObjectIdentifier content, byte[] plaintext) {
        CMSEnvelopedDataStreamGenerator generator = new CMSEnvelopedDataStreamGenerator();
        for (PublicKey recipient : recipients) {
            generator.addRecipientInfoGenerator(
                    new JceKeyTransRecipientInfoGenerator(KEY_ID, keys, recipient).setProvider(PROVIDER));
        }
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        try (OutputStream out = generator.open(
                encoded,
                new JceCMSContentEncryptorBuilder(content).setProvider(PROVIDER).build())) {
            out.write(plaintext);
        } catch (CMSException | IOException e) {
            throw new IllegalStateException("a test cannot make its CMS", e);
        }
        return encoded.toByteArray();
    }

    static AlgorithmIdentifier oaep(String hash, MGF1ParameterSpec mask, PSource label) {
        try {
            return new JcaAlgorithmParametersConverter()
                    .getAlgorithmIdentifier(
                            PKCSObjectIdentifiers.id_RSAES_OAEP, new OAEPParameterSpec(hash, "MGF1", mask, label));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a test cannot name its algorithm", e);
        }
    }

    static KeyPair rsa() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has RSA", e);
        }
    }

    /** The DER encoding of the same values. */
    static byte[] der(byte[] encoded) {
        try {
            return ASN1Primitive.fromByteArray(encoded).getEncoded("DER");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
