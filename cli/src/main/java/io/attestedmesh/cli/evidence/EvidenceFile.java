package io.attestedmesh.cli.evidence;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.policy.ExpectedClaims;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Evidence as a user has it: a document by itself, or in a certificate.
 *
 * @param name the file's name as the user wrote it, {@code -} for standard input
 * @param evidence the encoded COSE_Sign1, or whatever stands in its place: the parser says what is wrong with it
 * @param binding what the document must say to belong to the certificate it was found in
 */
record EvidenceFile(String name, Bytes evidence, Optional<ExpectedClaims> binding) {
    /** More than any document in hexadecimal digits, or any chain of certificates in PEM, has. */
    static final int MAX_SIZE = 256 * 1024;

    static final String STANDARD_INPUT = "-";

    /** Reads a file of at most {@link #MAX_SIZE} bytes. */
    static EvidenceFile read(String name, InputStream standardInput) throws IOException, UnreadableInputException {
        if (name.equals(STANDARD_INPUT)) {
            return recognise(name, standardInput.readNBytes(MAX_SIZE + 1));
        }
        try (InputStream file = Files.newInputStream(Path.of(name))) {
            return recognise(name, file.readNBytes(MAX_SIZE + 1));
        }
    }

    private static EvidenceFile recognise(String name, byte[] content) throws UnreadableInputException {
        if (content.length > MAX_SIZE) {
            throw new UnreadableInputException(
                    InputReason.INPUT_TOO_LARGE, "at most " + MAX_SIZE + " bytes", "more than that");
        }
        byte[] decoded = CertificateInput.looksLike(content)
                ? content
                : TextEncoding.decode(content).orElse(content);
        if (!CertificateInput.looksLike(decoded)) {
            return new EvidenceFile(name, Bytes.of(decoded), Optional.empty());
        }
        CertificateInput found = only(CertificateInput.read(decoded));
        return new EvidenceFile(name, found.evidence(), Optional.of(found.binding()));
    }

    /** One file has one verdict, so there must be no choice of what it is about. */
    private static CertificateInput only(List<X509Certificate> certificates) throws UnreadableInputException {
        List<CertificateInput> found = new ArrayList<>();
        try {
            for (X509Certificate certificate : certificates) {
                CertificateInput.find(certificate).ifPresent(found::add);
            }
        } catch (RejectedCertificateException e) {
            throw new UnreadableInputException(e.reason(), e.expected(), e.actual());
        }
        if (found.isEmpty()) {
            throw new UnreadableInputException(
                    InputReason.NO_EVIDENCE_EXTENSION, "a certificate with evidence", certificates.size() + " without");
        }
        if (found.size() > 1) {
            throw new UnreadableInputException(
                    InputReason.SEVERAL_WITH_EVIDENCE,
                    "one certificate with evidence in a file",
                    found.size() + " of " + certificates.size() + " certificates with evidence");
        }
        return found.get(0);
    }
}
