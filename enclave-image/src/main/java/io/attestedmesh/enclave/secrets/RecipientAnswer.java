package io.attestedmesh.enclave.secrets;

import static io.attestedmesh.enclave.secrets.SecretsReason.CONTENT_ALGORITHM;
import static io.attestedmesh.enclave.secrets.SecretsReason.KEY_ENCRYPTION_ALGORITHM;
import static io.attestedmesh.enclave.secrets.SecretsReason.MALFORMED_CMS;
import static io.attestedmesh.enclave.secrets.SecretsReason.RECIPIENTS;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.OneLine;
import java.io.IOException;
import java.math.BigInteger;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.EncryptedContentInfo;
import org.bouncycastle.asn1.cms.EnvelopedData;
import org.bouncycastle.asn1.cms.KeyTransRecipientInfo;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAESOAEPparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

/**
 * The CMS EnvelopedData in {@code CiphertextForRecipient}, parsed and not opened: RFC 5652, section 6, in the one form
 * that AWS KMS sends. BER is read, indefinite lengths and split octet strings too.
 *
 * @param encryptedKey the content key under RSAES-OAEP with SHA-256 and MGF1 with SHA-256
 * @param iv 16 bytes
 * @param encryptedContent under AES-256-CBC, whole blocks, at least one
 */
record RecipientAnswer(Bytes encryptedKey, Bytes iv, Bytes encryptedContent) {
    /** What AWS documents as the most bytes of {@code CiphertextForRecipient}. */
    static final int MAX_SIZE = 6144;

    static final int BLOCK = 16;

    /** With a subject key identifier for the recipient, all of RFC 5652's version numbers here are 2 or 0. */
    private static final BigInteger VERSION_2 = BigInteger.TWO;

    static RecipientAnswer parse(Bytes encoded) throws SecretsException {
        if (encoded.isEmpty() || encoded.size() > MAX_SIZE) {
            throw malformed("1 to " + MAX_SIZE + " bytes", encoded.size() + " bytes", null);
        }
        EnvelopedData enveloped;
        KeyTransRecipientInfo recipient;
        EncryptedContentInfo content;
        try {
            ContentInfo outer = ContentInfo.getInstance(ASN1Primitive.fromByteArray(encoded.toByteArray()));
            requireType("enveloped data", PKCSObjectIdentifiers.envelopedData, outer.getContentType());
            enveloped = EnvelopedData.getInstance(outer.getContent());
            recipient = onlyRecipient(enveloped);
            content = enveloped.getEncryptedContentInfo();
        } catch (IOException | RuntimeException e) {
            throw malformed("a CMS EnvelopedData", "bytes that do not parse as one", e);
        }
        requireNothingMore(enveloped);
        requireOaepSha256(recipient.getKeyEncryptionAlgorithm());
        requireType("data", PKCSObjectIdentifiers.data, content.getContentType());
        return new RecipientAnswer(
                Bytes.of(recipient.getEncryptedKey().getOctets()),
                requireAes256Cbc(content.getContentEncryptionAlgorithm()),
                requireBlocks(content.getEncryptedContent()));
    }

    private static KeyTransRecipientInfo onlyRecipient(EnvelopedData enveloped) throws SecretsException {
        int count = enveloped.getRecipientInfos().size();
        if (count != 1) {
            throw new SecretsException(RECIPIENTS, "one recipient", count + " recipients");
        }
        ASN1Encodable info = RecipientInfo.getInstance(
                        enveloped.getRecipientInfos().getObjectAt(0))
                .getInfo();
        if (!(info instanceof KeyTransRecipientInfo recipient)) {
            throw new SecretsException(RECIPIENTS, "a recipient by key transport", "one of another kind");
        }
        if (recipient.getEncryptedKey().getOctets().length == 0) {
            throw malformed("an encrypted key", "none", null);
        }
        return recipient;
    }

    private static void requireNothingMore(EnvelopedData enveloped) throws SecretsException {
        if (!enveloped.getVersion().hasValue(VERSION_2)
                && !enveloped.getVersion().hasValue(BigInteger.ZERO)) {
            throw malformed("version 0 or 2", "another", null);
        }
        if (enveloped.getOriginatorInfo() != null || enveloped.getUnprotectedAttrs() != null) {
            throw malformed("no originator and no attributes", "such", null);
        }
    }

    private static void requireOaepSha256(AlgorithmIdentifier algorithm) throws SecretsException {
        String expected = "RSAES-OAEP with SHA-256, MGF1 with SHA-256 and no label";
        if (!PKCSObjectIdentifiers.id_RSAES_OAEP.equals(algorithm.getAlgorithm())) {
            throw new SecretsException(KEY_ENCRYPTION_ALGORITHM, expected, shown(algorithm.getAlgorithm()));
        }
        RSAESOAEPparams parameters;
        AlgorithmIdentifier mask;
        ASN1OctetString label;
        try {
            parameters = RSAESOAEPparams.getInstance(algorithm.getParameters());
            if (parameters == null) {
                throw new SecretsException(KEY_ENCRYPTION_ALGORITHM, expected, "RSAES-OAEP with its defaults, SHA-1");
            }
            mask = AlgorithmIdentifier.getInstance(
                    parameters.getMaskGenAlgorithm().getParameters());
            label = ASN1OctetString.getInstance(parameters.getPSourceAlgorithm().getParameters());
        } catch (RuntimeException e) {
            throw new SecretsException(KEY_ENCRYPTION_ALGORITHM, expected, "parameters that do not parse", e);
        }
        if (mask == null || label == null) {
            throw new SecretsException(KEY_ENCRYPTION_ALGORITHM, expected, "RSAES-OAEP with parameters left out");
        }
        if (!isSha256(parameters.getHashAlgorithm())
                || !PKCSObjectIdentifiers.id_mgf1.equals(
                        parameters.getMaskGenAlgorithm().getAlgorithm())
                || !isSha256(mask)
                || !PKCSObjectIdentifiers.id_pSpecified.equals(
                        parameters.getPSourceAlgorithm().getAlgorithm())
                || label.getOctets().length != 0) {
            throw new SecretsException(KEY_ENCRYPTION_ALGORITHM, expected, "RSAES-OAEP with other parameters");
        }
    }

    private static boolean isSha256(AlgorithmIdentifier algorithm) {
        ASN1Encodable parameters = algorithm.getParameters();
        return NISTObjectIdentifiers.id_sha256.equals(algorithm.getAlgorithm())
                && (parameters == null || DERNull.INSTANCE.equals(parameters.toASN1Primitive()));
    }

    private static Bytes requireAes256Cbc(AlgorithmIdentifier algorithm) throws SecretsException {
        if (!NISTObjectIdentifiers.id_aes256_CBC.equals(algorithm.getAlgorithm())) {
            throw new SecretsException(CONTENT_ALGORITHM, "AES-256-CBC", shown(algorithm.getAlgorithm()));
        }
        if (!(algorithm.getParameters() instanceof ASN1OctetString iv) || iv.getOctets().length != BLOCK) {
            throw new SecretsException(CONTENT_ALGORITHM, "AES-256-CBC with an IV of 16 bytes", "another IV, or none");
        }
        return Bytes.of(iv.getOctets());
    }

    private static Bytes requireBlocks(ASN1OctetString content) throws SecretsException {
        int size = content == null ? 0 : content.getOctets().length;
        if (size == 0 || size % BLOCK != 0) {
            throw malformed("content of whole blocks", size + " bytes", null);
        }
        return Bytes.of(content.getOctets());
    }

    private static void requireType(String name, ASN1ObjectIdentifier expected, ASN1ObjectIdentifier actual)
            throws SecretsException {
        if (!expected.equals(actual)) {
            throw malformed(name + ", type " + expected, "type " + shown(actual), null);
        }
    }

    private static String shown(ASN1ObjectIdentifier identifier) {
        return OneLine.of(identifier.getId());
    }

    private static SecretsException malformed(String expected, String actual, Throwable cause) {
        return new SecretsException(MALFORMED_CMS, expected, actual, cause);
    }
}
