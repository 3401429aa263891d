package io.attestedmesh.attest.x509;

import static io.attestedmesh.attest.x509.CertificateReason.UNSUPPORTED_SIGNATURE_ALGORITHM;

import io.attestedmesh.attest.der.DerException;
import io.attestedmesh.attest.der.DerReader;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Map;
import java.util.Optional;

/**
 * An accepted AlgorithmIdentifier of a signature (RFC 5758, RFC 4055, RFC 8410).
 *
 * @param keyAlgorithm the JCA name of keys that can make it
 * @param name the JCA name of the signature
 * @param parameters of RSASSA-PSS
 */
record SignatureAlgorithm(String keyAlgorithm, String name, Optional<AlgorithmParameterSpec> parameters) {
    private static final String RSA_PSS = "1.2.840.113549.1.1.10";
    private static final String MGF1 = "1.2.840.113549.1.1.8";

    private static final Map<String, SignatureAlgorithm> SIMPLE = Map.of(
            "1.2.840.10045.4.3.2", new SignatureAlgorithm("EC", "SHA256withECDSA", Optional.empty()),
            "1.2.840.10045.4.3.3", new SignatureAlgorithm("EC", "SHA384withECDSA", Optional.empty()),
            "1.2.840.10045.4.3.4", new SignatureAlgorithm("EC", "SHA512withECDSA", Optional.empty()),
            "1.2.840.113549.1.1.11", new SignatureAlgorithm("RSA", "SHA256withRSA", Optional.empty()),
            "1.2.840.113549.1.1.12", new SignatureAlgorithm("RSA", "SHA384withRSA", Optional.empty()),
            "1.2.840.113549.1.1.13", new SignatureAlgorithm("RSA", "SHA512withRSA", Optional.empty()),
            "1.3.101.112", new SignatureAlgorithm("Ed25519", "Ed25519", Optional.empty()));

    private static final Map<String, MGF1ParameterSpec> HASHES = Map.of(
            "2.16.840.1.101.3.4.2.1", MGF1ParameterSpec.SHA256,
            "2.16.840.1.101.3.4.2.2", MGF1ParameterSpec.SHA384,
            "2.16.840.1.101.3.4.2.3", MGF1ParameterSpec.SHA512);

    /** Reads a whole AlgorithmIdentifier with its tag and length. */
    static SignatureAlgorithm read(byte[] der) throws RejectedCertificateException {
        try {
            return read(DerReader.of(der).enter(DerReader.SEQUENCE));
        } catch (DerException malformed) {
            throw RejectedCertificateException.malformed(malformed);
        }
    }

    private static SignatureAlgorithm read(DerReader fields) throws DerException, RejectedCertificateException {
        String oid = fields.oid();
        if (oid.equals(RSA_PSS)) {
            return readPss(fields);
        }
        SignatureAlgorithm algorithm = SIMPLE.get(oid);
        if (algorithm == null) {
            throw unsupported(oid);
        }
        if (algorithm.keyAlgorithm.equals("RSA") && !fields.isEmpty()) {
            fields.enter(DerReader.NULL).finish();
        }
        fields.finish();
        return algorithm;
    }

    /** RSASSA-PSS with one SHA-2 hash for both uses and a salt of its length. */
    private static SignatureAlgorithm readPss(DerReader fields) throws DerException, RejectedCertificateException {
        DerReader parameters = fields.enter(DerReader.SEQUENCE);
        fields.finish();
        if (!parameters.nextIs(0xa0)) {
            throw unsupported("RSASSA-PSS with SHA-1");
        }
        MGF1ParameterSpec hash = hash(parameters.enter(0xa0));
        DerReader mask = parameters.enter(0xa1).enter(DerReader.SEQUENCE);
        String maskFunction = mask.oid();
        MGF1ParameterSpec maskHash = hash(mask);
        DerReader saltField = parameters.enter(0xa2);
        int salt = saltField.count();
        saltField.finish();
        parameters.finish();
        String name = hash.getDigestAlgorithm();
        int length = Integer.parseInt(name.substring(name.indexOf('-') + 1)) / 8;
        if (!maskFunction.equals(MGF1) || maskHash != hash || salt != length) {
            throw unsupported("RSASSA-PSS with other parameters");
        }
        return new SignatureAlgorithm(
                "RSA", "RSASSA-PSS", Optional.of(new PSSParameterSpec(name, "MGF1", hash, length, 1)));
    }

    private static MGF1ParameterSpec hash(DerReader field) throws DerException, RejectedCertificateException {
        DerReader identifier = field.enter(DerReader.SEQUENCE);
        field.finish();
        String oid = identifier.oid();
        if (!identifier.isEmpty()) {
            identifier.enter(DerReader.NULL).finish();
        }
        identifier.finish();
        MGF1ParameterSpec hash = HASHES.get(oid);
        if (hash == null) {
            throw unsupported("RSASSA-PSS with hash " + oid);
        }
        return hash;
    }

    private static RejectedCertificateException unsupported(String actual) {
        return new RejectedCertificateException(
                UNSUPPORTED_SIGNATURE_ALGORITHM, "ECDSA, RSA or RSA-PSS with SHA-2 from 256 bits, or Ed25519", actual);
    }
}
