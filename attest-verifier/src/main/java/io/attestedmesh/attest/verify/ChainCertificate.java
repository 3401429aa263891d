package io.attestedmesh.attest.verify;

import static io.attestedmesh.attest.verify.EvidenceReason.*;

import io.attestedmesh.attest.der.DerException;
import io.attestedmesh.attest.der.DerReader;
import io.attestedmesh.attest.evidence.Bytes;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;

/**
 * A certificate of the Nitro PKI, read strictly: DER only, X.509 v3, P-384 key, ECDSA with SHA-384. Nothing is verified.
 *
 * <p>The platform's parser lets BER, duplicate extensions and impossible dates pass, hence this one (RFC 5280, section
 * 4.1). It must accept the certificate too, for it makes what callers see.
 *
 * @param place where the certificate stood, for messages
 * @param tbs the signed part
 * @param issuer DER of the name
 * @param subject DER of the name
 * @param publicKeyInfo DER of the SubjectPublicKeyInfo, 120 bytes
 * @param signature the content of the signature's bit string, which may still be anything
 */
record ChainCertificate(
        String place,
        X509Certificate certificate,
        Bytes tbs,
        Bytes issuer,
        Bytes subject,
        Instant notBefore,
        Instant notAfter,
        Bytes publicKeyInfo,
        CertificateExtensions extensions,
        Bytes signature) {
    private static final Bytes ECDSA_WITH_SHA384 = Bytes.fromHex("300a06082a8648ce3d040303");
    private static final Bytes P384_KEY = Bytes.fromHex("3076301006072a8648ce3d020106052b8104002203620004");
    private static final int P384_KEY_SIZE = P384_KEY.size() + 2 * P384.SIZE;
    /** The 20 bytes of RFC 5280 without their sign: real intermediates have 160 random bits. */
    private static final int MAX_SERIAL_BITS = 160;

    private static final int VERSION_3 = 2;
    private static final int EXPLICIT_0 = 0xa0;
    private static final int EXPLICIT_3 = 0xa3;

    /** Reads {@code Certificate}, to the last byte. */
    static ChainCertificate parse(Bytes encoded, String place) throws RejectedEvidenceException {
        byte[] der = encoded.toByteArray();
        try {
            DerReader.of(der).requireStrict();
            return read(der, place);
        } catch (DerException | CertificateException e) {
            throw badEncoding(place, e);
        }
    }

    private static ChainCertificate read(byte[] der, String place)
            throws DerException, CertificateException, RejectedEvidenceException {
        DerReader outer = DerReader.of(der);
        DerReader fields = outer.enter(DerReader.SEQUENCE);
        outer.finish();
        Bytes tbs = Bytes.of(fields.element(DerReader.SEQUENCE));
        requireAlgorithm(fields, place);
        Bytes signature = Bytes.of(fields.octetsOfBitString());
        fields.finish();

        DerReader signed = DerReader.of(tbs.toByteArray()).enter(DerReader.SEQUENCE);
        requireVersion(signed);
        requireSerial(signed, place);
        requireAlgorithm(signed, place);
        Bytes issuer = Bytes.of(signed.element(DerReader.SEQUENCE));
        DerReader validity = signed.enter(DerReader.SEQUENCE);
        Instant notBefore = validity.time();
        Instant notAfter = validity.time();
        validity.finish();
        Bytes subject = Bytes.of(signed.element(DerReader.SEQUENCE));
        Bytes key = requireP384(Bytes.of(signed.element(DerReader.SEQUENCE)), place);
        CertificateExtensions extensions = CertificateExtensions.read(signed.enter(EXPLICIT_3), place);
        signed.finish();
        return new ChainCertificate(
                place, platformView(der), tbs, issuer, subject, notBefore, notAfter, key, extensions, signature);
    }

    private static void requireVersion(DerReader tbs) throws DerException {
        DerReader version = tbs.enter(EXPLICIT_0);
        int number = version.count();
        version.finish();
        if (number != VERSION_3) {
            throw new DerException("X.509 v3", "another version");
        }
    }

    private static void requireSerial(DerReader tbs, String place) throws DerException, RejectedEvidenceException {
        BigInteger serial = tbs.integer();
        if (serial.signum() <= 0 || serial.bitLength() > MAX_SERIAL_BITS) {
            throw new RejectedEvidenceException(
                    CERTIFICATE_SERIAL,
                    "a positive serial number of at most " + MAX_SERIAL_BITS + " bits",
                    place + " has one of sign " + serial.signum() + " and " + serial.bitLength() + " bits");
        }
    }

    private static void requireAlgorithm(DerReader in, String place) throws DerException, RejectedEvidenceException {
        Bytes algorithm = Bytes.of(in.element(DerReader.SEQUENCE));
        if (!algorithm.equals(ECDSA_WITH_SHA384)) {
            throw new RejectedEvidenceException(
                    CERTIFICATE_SIGNATURE_ALGORITHM, "ecdsa-with-SHA384", place + " has " + algorithm);
        }
    }

    private static Bytes requireP384(Bytes key, String place) throws RejectedEvidenceException {
        if (key.size() != P384_KEY_SIZE
                || !key.startsWith(P384_KEY)
                || !P384.isPoint(key.toByteArray(), P384_KEY.size())) {
            throw new RejectedEvidenceException(
                    CERTIFICATE_KEY, "an uncompressed point of P-384", place + " has " + key);
        }
        return key;
    }

    private static X509Certificate platformView(byte[] der) throws CertificateException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }

    private static RejectedEvidenceException badEncoding(String place, Exception cause) {
        return new RejectedEvidenceException(
                CERTIFICATE_ENCODING,
                "a DER certificate",
                place + ": " + cause.getClass().getSimpleName(),
                cause);
    }
}
