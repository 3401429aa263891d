package io.attestedmesh.enclave.image;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Excerpt;
import io.attestedmesh.attest.evidence.Pcr;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;

/**
 * The signature section of an image: CBOR {@code [{"signing_certificate": PEM, "signature": COSE_Sign1}]}, both values
 * arrays of integers, whose payload names PCR0 (aws-nitro-enclaves-image-format).
 *
 * <p>Read, encoded anew and compared: two encodings of one signature cannot both be right. That it fits the image is
 * {@link #requireFits}.
 */
public final class ImageSignature {
    static final int MAX_SIZE = 1 << 16;

    private static final CBORMapper CBOR = CBORMapper.builder(CBORFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(8).build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final SigningCertificate certificate;
    private final CoseAlgorithm algorithm;
    private final int registerIndex;
    private final Bytes registerValue;
    private final Bytes signature;

    private ImageSignature(
            SigningCertificate certificate,
            CoseAlgorithm algorithm,
            int registerIndex,
            Bytes registerValue,
            Bytes signature) {
        this.certificate = certificate;
        this.algorithm = algorithm;
        this.registerIndex = registerIndex;
        this.registerValue = registerValue;
        this.signature = signature;
    }

    /** Signs {@code pcr0}; the key behind {@code signer} must be the certificate's, which is checked here. */
    static ImageSignature of(SigningCertificate certificate, ImageSigner signer, Bytes pcr0)
            throws GeneralSecurityException, IOException {
        CoseAlgorithm algorithm = certificate.algorithm();
        ImageSignature unsigned = new ImageSignature(certificate, algorithm, 0, pcr0, Bytes.EMPTY);
        Bytes signature = algorithm.concatenation(signer.sign(unsigned.toBeSigned(), algorithm));
        ImageSignature signed = new ImageSignature(certificate, algorithm, 0, pcr0, signature);
        if (!signed.isByCertificate()) {
            throw new GeneralSecurityException("the key is not that of the certificate " + certificate.subject());
        }
        return signed;
    }

    static ImageSignature parse(Bytes encoded) throws MalformedImageException {
        JsonNode list = item(encoded, "the section");
        if (!list.isArray() || list.size() != 1) {
            throw new MalformedImageException(ImageReason.SIGNATURE_COUNT, "a list of one signature", describe(list));
        }
        JsonNode entry = list.get(0);
        ImageSignature parsed = read(
                SigningCertificate.ofPem(numbers(entry, "signing_certificate")),
                item(numbers(entry, "signature"), "COSE"));
        if (!parsed.encode().equals(encoded)) {
            throw new MalformedImageException(
                    ImageReason.SIGNATURE_NOT_CANONICAL,
                    "the bytes that its values encode to",
                    "others for the same values");
        }
        return parsed;
    }

    private static ImageSignature read(SigningCertificate certificate, JsonNode cose) throws MalformedImageException {
        if (!cose.isArray() || cose.size() != 4) {
            throw malformed("a COSE_Sign1 of four members", describe(cose));
        }
        CoseAlgorithm algorithm = CoseAlgorithm.ofHeader(bytes(cose.get(0), "the protected header"));
        JsonNode payload = item(bytes(cose.get(2), "the payload"), "the payload");
        JsonNode index = payload.path("register_index");
        if (!index.isIntegralNumber() || !index.canConvertToInt()) {
            throw malformed("register_index, a number", describe(index));
        }
        Bytes value = numbers(payload, "register_value");
        Bytes signature = bytes(cose.get(3), "the signature");
        if (signature.size() != algorithm.signatureSize()) {
            throw malformed(
                    "a signature of " + algorithm.signatureSize() + " bytes for " + algorithm,
                    signature.size() + " bytes");
        }
        return new ImageSignature(certificate, algorithm, index.intValue(), value, signature);
    }

    public X509Certificate certificate() {
        return certificate.x509();
    }

    public CoseAlgorithm algorithm() {
        return algorithm;
    }

    /** What the signature is worth to PCR8: the extend of the certificate's SHA-384. */
    public Bytes pcr8() {
        return Pcr.extendOfZero(certificate.der().sha384());
    }

    /**
     * That the holder of the certificate's key signed this image, and that the certificate is valid at {@code time}.
     * Whose certificate it is, is for the caller to know: it is signed by nobody we trust.
     *
     * @param pcr0 of the image that this was found in
     */
    public void requireFits(Bytes pcr0, Instant time) throws RejectedSignatureException {
        if (registerIndex != 0) {
            throw new RejectedSignatureException(SignatureReason.OTHER_REGISTER, "PCR0", "PCR" + registerIndex);
        }
        if (!registerValue.equals(pcr0)) {
            throw new RejectedSignatureException(
                    SignatureReason.REGISTER_MISMATCH, "PCR0 " + pcr0.hex(), registerValue.hex());
        }
        if (!certificate.algorithmOfKey().equals(Optional.of(algorithm))) {
            throw new RejectedSignatureException(
                    SignatureReason.KEY_TYPE, "a key for " + algorithm, certificate.keyType());
        }
        if (!isByCertificate()) {
            throw new RejectedSignatureException(
                    SignatureReason.BAD_SIGNATURE, "a signature by " + certificate.subject(), "another");
        }
        Instant from = certificate.x509().getNotBefore().toInstant();
        Instant until = certificate.x509().getNotAfter().toInstant();
        if (time.isBefore(from)) {
            throw new RejectedSignatureException(
                    SignatureReason.CERTIFICATE_NOT_YET_VALID, "from " + from, time.toString());
        }
        if (time.isAfter(until)) {
            throw new RejectedSignatureException(
                    SignatureReason.CERTIFICATE_EXPIRED, "until " + until, time.toString());
        }
    }

    /** That the certificate is {@code expected}, byte for byte. */
    public void requireBy(X509Certificate expected) throws RejectedSignatureException {
        if (!certificate.x509().equals(expected)) {
            throw new RejectedSignatureException(
                    SignatureReason.OTHER_SIGNER,
                    Excerpt.of(expected.getSubjectX500Principal().getName()) + ", serial "
                            + expected.getSerialNumber().toString(16),
                    certificate.subject() + ", serial "
                            + certificate.x509().getSerialNumber().toString(16));
        }
    }

    private boolean isByCertificate() {
        return algorithm.isSignedBy(certificate.x509().getPublicKey(), toBeSigned(), signature);
    }

    /** The Sig_structure {@code ["Signature1", protected, h'', payload]} (RFC 9052, section 4.4). */
    private Bytes toBeSigned() {
        return CborWriter.encode(cbor -> {
            cbor.array(4);
            cbor.text("Signature1");
            cbor.bytes(algorithm.header());
            cbor.bytes(Bytes.EMPTY);
            cbor.bytes(payload());
        });
    }

    private Bytes payload() {
        return CborWriter.encode(cbor -> {
            cbor.map(2);
            cbor.text("register_index");
            cbor.number(registerIndex);
            cbor.text("register_value");
            cbor.numbers(registerValue);
        });
    }

    Bytes encode() {
        Bytes cose = CborWriter.encode(cbor -> {
            cbor.array(4);
            cbor.bytes(algorithm.header());
            cbor.map(0);
            cbor.bytes(payload());
            cbor.bytes(signature);
        });
        return CborWriter.encode(cbor -> {
            cbor.array(1);
            cbor.map(2);
            cbor.text("signing_certificate");
            cbor.numbers(certificate.pem());
            cbor.text("signature");
            cbor.numbers(cose);
        });
    }

    private static JsonNode item(Bytes encoded, String what) throws MalformedImageException {
        try {
            return CBOR.readTree(encoded.toByteArray());
        } catch (IOException e) {
            throw new MalformedImageException(
                    ImageReason.SIGNATURE_MALFORMED, what + " to be one CBOR item", "other bytes", e);
        }
    }

    private static Bytes bytes(JsonNode value, String what) throws MalformedImageException {
        try {
            if (value.isBinary()) {
                return Bytes.of(value.binaryValue());
            }
        } catch (IOException e) {
            throw new MalformedImageException(ImageReason.SIGNATURE_MALFORMED, what + ", bytes", "an error", e);
        }
        throw malformed(what + ", a byte string", describe(value));
    }

    private static Bytes numbers(JsonNode map, String member) throws MalformedImageException {
        JsonNode list = map.path(member);
        if (!list.isArray()) {
            throw malformed(member + ", a list of bytes", describe(list));
        }
        byte[] bytes = new byte[list.size()];
        for (int i = 0; i < bytes.length; i++) {
            JsonNode each = list.get(i);
            if (!each.isIntegralNumber() || !each.canConvertToInt() || each.intValue() < 0 || each.intValue() > 0xff) {
                throw malformed(member + ", a list of bytes", "element " + i + " is none");
            }
            bytes[i] = (byte) each.intValue();
        }
        return Bytes.of(bytes);
    }

    private static String describe(JsonNode value) {
        return value.getNodeType() + (value.isContainerNode() ? " of " + value.size() : "");
    }

    private static MalformedImageException malformed(String expected, String actual) {
        return new MalformedImageException(ImageReason.SIGNATURE_MALFORMED, expected, actual);
    }
}
