package io.attestedmesh.releases.list;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.PcrBank;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.json.Bounds;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One build of a program, known by its registers. A value outside of these bounds is an
 * {@link IllegalArgumentException}.
 *
 * @param name the program: 1 to 64 letters, digits, {@code . _ -}
 * @param version a semantic version (2.0.0), at most 128 characters
 * @param pcrs registers 0, 1, 2, 3, 4, 8, those that are named, 48 bytes each
 * @param notBefore first instant at which it is accepted
 * @param notAfter last instant at which it is accepted, not before {@code notBefore}
 * @param revocation there exactly if the status is {@code REVOKED}
 * @param signingCertificate DER of the certificate that PCR8 is of, at most 6 KiB; see {@link #certificate}
 */
public record Release(
        String name,
        String version,
        ReleaseStatus status,
        PcrBank pcrs,
        Optional<ImageFile> image,
        Optional<SourceCode> source,
        Optional<Instant> notBefore,
        Optional<Instant> notAfter,
        Optional<Revocation> revocation,
        Optional<Bytes> signingCertificate) {
    public static final int MAX_CERTIFICATE_BYTES = 6 << 10;

    /** Registers that a list may name: code (0, 1, 2), role (3), instance (4), signer (8). */
    public static final Set<Integer> REGISTERS = Set.of(0, 1, 2, 3, 4, 8);

    public Release {
        Bounds.requireName("release name", name);
        SemanticVersion.require(version);
        for (Map.Entry<Integer, Bytes> pcr : pcrs.values().entrySet()) {
            requireRegister(pcr.getKey(), pcr.getValue());
        }
        notBefore.ifPresent(time -> Bounds.requireTime("notBefore", time));
        notAfter.ifPresent(time -> Bounds.requireTime("notAfter", time));
        if (notBefore.isPresent() && notAfter.isPresent() && notAfter.get().isBefore(notBefore.get())) {
            throw new IllegalArgumentException("notAfter is before notBefore");
        }
        if (revocation.isPresent() != (status == ReleaseStatus.REVOKED)) {
            throw new IllegalArgumentException("\"revoked\" goes with the status revoked, and only with it");
        }
        if (signingCertificate.isPresent() && signingCertificate.get().size() > MAX_CERTIFICATE_BYTES) {
            throw new IllegalArgumentException("a certificate of more than " + MAX_CERTIFICATE_BYTES + " bytes");
        }
    }

    /** An active release of which no more is known than its registers. */
    public static Release of(String name, String version, PcrBank pcrs) {
        return new Release(
                name,
                version,
                ReleaseStatus.ACTIVE,
                pcrs,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static void requireRegister(int index, Bytes value) {
        if (!REGISTERS.contains(index)) {
            throw new IllegalArgumentException("PCR" + index + " is none of 0, 1, 2, 3, 4, 8");
        }
        if (value.size() != Bounds.DIGEST_SIZE) {
            throw new IllegalArgumentException("PCR" + index + " is not " + Bounds.DIGEST_SIZE + " bytes");
        }
    }

    /** Name and version, as {@code kms-core 1.4.2}: no two releases of a list share it. */
    public String title() {
        return name + " " + version;
    }

    /** Whether {@code at} is in its time; of one that was revoked too, which is never accepted. */
    public boolean isInForce(Instant at) {
        return notBefore.filter(at::isBefore).isEmpty()
                && notAfter.filter(at::isAfter).isEmpty();
    }

    public Release deprecated() {
        return with(ReleaseStatus.DEPRECATED, Optional.empty());
    }

    public Release revoked(Revocation why) {
        return with(ReleaseStatus.REVOKED, Optional.of(why));
    }

    private Release with(ReleaseStatus newStatus, Optional<Revocation> newRevocation) {
        return new Release(
                name, version, newStatus, pcrs, image, source, notBefore, notAfter, newRevocation, signingCertificate);
    }

    /** The signing certificate, read only now: a list of thousands does not wait for them. */
    public Optional<X509Certificate> certificate() throws MalformedReleasesException {
        if (signingCertificate.isEmpty()) {
            return Optional.empty();
        }
        Bytes der = signingCertificate.get();
        try {
            X509Certificate read = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(der.toByteArray()));
            if (Bytes.of(read.getEncoded()).equals(der)) {
                return Optional.of(read);
            }
        } catch (CertificateException e) {
            throw new MalformedReleasesException(title() + ", signingCertificate", "no X.509 certificate in DER", e);
        }
        throw new MalformedReleasesException(title() + ", signingCertificate", "no X.509 certificate in DER");
    }
}
