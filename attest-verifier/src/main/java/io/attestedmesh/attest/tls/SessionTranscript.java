package io.attestedmesh.attest.tls;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.policy.ExpectedClaims;
import io.attestedmesh.attest.x509.CertificateReason;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.util.Optional;

/**
 * What evidence in a session must say (docs/protocol.md, "Transcript"): {@code user_data} = {@code "amesh-session-v1"} ‖
 * role ‖ SHA-384(exporter ‖ client key ‖ server key ‖ client nonce ‖ server nonce). The exporter is that of RFC 9266, so
 * a document counts in one TLS connection; the role keeps one's own document from being sent back.
 *
 * @param exporter keying material of the connection, 32 bytes
 * @param clientKey DER SubjectPublicKeyInfo of the client's certificate
 * @param serverKey DER SubjectPublicKeyInfo of the server's certificate
 * @param clientNonce chosen by the client for this connection, 32 bytes
 * @param serverNonce chosen by the server for this connection, 32 bytes
 */
public record SessionTranscript(
        Bytes exporter, Bytes clientKey, Bytes serverKey, Bytes clientNonce, Bytes serverNonce) {
    /** First bytes of the user data, which no other purpose shares. */
    public static final Bytes LABEL = Bytes.of("amesh-session-v1".getBytes(StandardCharsets.US_ASCII));

    /** Of the exporter and of each nonce, in bytes. */
    public static final int PART = 32;

    private static final byte CLIENT = 1;
    private static final byte SERVER = 2;

    public SessionTranscript {
        requirePart("exporter", exporter);
        requirePart("client nonce", clientNonce);
        requirePart("server nonce", serverNonce);
        if (clientKey.isEmpty() || serverKey.isEmpty()) {
            throw new IllegalArgumentException("a transcript without the key of a side");
        }
    }

    private static void requirePart(String what, Bytes value) {
        if (value.size() != PART) {
            throw new IllegalArgumentException(what + " of " + value.size() + " bytes, not " + PART);
        }
    }

    /** The whole user data of the document of {@code role}, 65 bytes. */
    public Bytes userData(Usage role) {
        Bytes label = Bytes.of(role == Usage.CLIENT ? CLIENT : SERVER);
        return Bytes.concat(
                LABEL,
                label,
                Bytes.concat(exporter, clientKey, serverKey, clientNonce, serverNonce)
                        .sha384());
    }

    /** What the other side demands of the document of {@code role}: its key, the nonce of that other side, the user data. */
    public ExpectedClaims claims(Usage role) {
        return new ExpectedClaims(Optional.of(key(role)), Optional.of(nonceFor(role)), Optional.of(userData(role)));
    }

    /**
     * The key of a certificate as a transcript has it: the bytes that stand there.
     *
     * @throws RejectedCertificateException if it cannot be read
     */
    public static Bytes keyOf(Certificate certificate) throws RejectedCertificateException {
        try {
            return TbsCertificate.publicKeyOf(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new RejectedCertificateException(
                    CertificateReason.MALFORMED_CERTIFICATE, "a certificate with an encoding", "none", e);
        }
    }

    /** The key of {@code role}. */
    public Bytes key(Usage role) {
        return role == Usage.CLIENT ? clientKey : serverKey;
    }

    /** The nonce that the document of {@code role} must carry, which is the other side's. */
    public Bytes nonceFor(Usage role) {
        return role == Usage.CLIENT ? serverNonce : clientNonce;
    }
}
