package io.attestedmesh.releases.list;

import static io.attestedmesh.releases.ReleasesReason.DUPLICATE_RELEASE;
import static io.attestedmesh.releases.ReleasesReason.EMPTY_LIST;
import static io.attestedmesh.releases.ReleasesReason.REGISTER_MISSING;
import static io.attestedmesh.releases.ReleasesReason.REGISTER_ZERO;
import static io.attestedmesh.releases.ReleasesReason.SIGNER_MISMATCH;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Pcr;
import io.attestedmesh.releases.RejectedReleasesException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What no list may say, whoever signed it. */
public final class ContentRules {
    private static final int SIGNER_REGISTER = 8;

    private ContentRules() {}

    public static void check(ReleaseList list) throws RejectedReleasesException {
        if (list.releases().isEmpty()) {
            throw new RejectedReleasesException(EMPTY_LIST, "at least one release", "none");
        }
        Set<String> titles = new HashSet<>();
        for (Release release : list.releases()) {
            if (!titles.add(release.title())) {
                throw new RejectedReleasesException(
                        DUPLICATE_RELEASE, "each name and version once", release.title() + " twice");
            }
            check(release);
        }
    }

    private static void check(Release release) throws RejectedReleasesException {
        // Without one of the three that measure the code, other code would match too.
        for (int index = 0; index <= 2; index++) {
            if (release.pcrs().get(index).isEmpty()) {
                throw new RejectedReleasesException(
                        REGISTER_MISSING, "PCR0, PCR1 and PCR2", release.title() + " without PCR" + index);
            }
        }
        for (Map.Entry<Integer, Bytes> pcr : release.pcrs().values().entrySet()) {
            if (pcr.getValue().isZero()) {
                throw new RejectedReleasesException(
                        REGISTER_ZERO,
                        "registers that are not zero",
                        release.title() + " with a zero PCR" + pcr.getKey());
            }
        }
        if (release.signingCertificate().isPresent()) {
            checkSigner(release, release.signingCertificate().get());
        }
    }

    private static void checkSigner(Release release, Bytes certificate) throws RejectedReleasesException {
        Bytes expected = Pcr.extendOfZero(certificate.sha384());
        Bytes named = release.pcrs()
                .get(SIGNER_REGISTER)
                .orElseThrow(() -> new RejectedReleasesException(
                        SIGNER_MISMATCH, "PCR8 beside a signing certificate", release.title() + " without PCR8"));
        if (!named.equals(expected)) {
            throw new RejectedReleasesException(
                    SIGNER_MISMATCH,
                    "PCR8 " + expected + " of the signing certificate",
                    release.title() + " with " + named);
        }
    }
}
