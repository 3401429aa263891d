package io.attestedmesh.releases.audit;

import io.attestedmesh.attest.evidence.Printable;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.list.Release;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;

/** Who signed the images: PCR8 and its certificate, where it is given. */
final class CertificateChecks implements Check {
    @Override
    public void look(Examined examined, Findings findings) {
        for (Release release : examined.notRevoked()) {
            if (release.signingCertificate().isPresent()) {
                certificate(examined, release, findings);
            } else if (release.pcrs().get(Registers.SIGNER).isPresent()) {
                findings.add(FindingId.CERTIFICATE_MISSING, release.title(), "PCR8 without its certificate");
            }
        }
    }

    private static void certificate(Examined examined, Release release, Findings findings) {
        try {
            release.certificate().ifPresent(certificate -> validity(examined, release, certificate, findings));
        } catch (MalformedReleasesException e) {
            findings.add(FindingId.CERTIFICATE_MALFORMED, release.title(), e.getMessage());
        }
    }

    /** Whom PCR8 names, for people; empty if there is no certificate that can be read. */
    static Optional<String> signer(Release release) {
        try {
            return release.certificate()
                    .map(certificate ->
                            Printable.of(certificate.getSubjectX500Principal().getName())
                                    + ", valid " + certificate.getNotBefore().toInstant() + " to "
                                    + certificate.getNotAfter().toInstant());
        } catch (MalformedReleasesException e) {
            return Optional.empty();
        }
    }

    private static void validity(Examined examined, Release release, X509Certificate certificate, Findings findings) {
        Instant from = certificate.getNotBefore().toInstant();
        Instant until = certificate.getNotAfter().toInstant();
        String who = Printable.of(certificate.getSubjectX500Principal().getName()) + ", valid ";
        if (examined.at().isBefore(from)) {
            findings.add(FindingId.CERTIFICATE_NOT_YET_VALID, release.title(), who + "from " + examined.moment(from));
        } else if (until.isBefore(examined.at())) {
            findings.add(FindingId.CERTIFICATE_EXPIRED, release.title(), who + "until " + examined.moment(until));
        } else if (until.equals(examined.at()) || examined.isSoon(from, until)) {
            findings.add(FindingId.CERTIFICATE_EXPIRES_SOON, release.title(), who + "until " + examined.moment(until));
        }
    }
}
