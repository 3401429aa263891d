package io.attestedmesh.releases.audit;

import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.list.ReleaseStatus;
import java.util.List;

/** The image files at hand against what the list says of them. */
final class ImageChecks implements Check {
    @Override
    public void look(Examined examined, Findings findings) {
        List<Release> releases = examined.list().releases();
        for (AuditedImage image : examined.subject().images()) {
            List<Release> matching = releases.stream().filter(image::isFileOf).toList();
            if (matching.isEmpty()) {
                unmatched(image, releases, findings);
            } else if (matching.stream().allMatch(release -> release.status() == ReleaseStatus.REVOKED)) {
                findings.add(
                        FindingId.IMAGE_REVOKED,
                        OneLine.of(image.file()),
                        "the image of " + matching.get(0).title() + ", which is revoked");
            }
        }
    }

    private static void unmatched(AuditedImage image, List<Release> releases, Findings findings) {
        List<Release> claimed = releases.stream()
                .filter(release -> image.claims(release) || sameDigest(image, release))
                .toList();
        if (claimed.isEmpty()) {
            claimed = releases.stream().filter(image::claimsProgramOf).toList();
        }
        String found = "SHA-384 " + image.sha384().hex() + ", " + Words.count(image.size(), "byte");
        if (claimed.isEmpty()) {
            findings.add(FindingId.IMAGE_UNKNOWN, OneLine.of(image.file()), found);
        } else {
            findings.add(
                    FindingId.IMAGE_DIFFERS,
                    OneLine.of(image.file()),
                    found + "; the list says of "
                            + Words.list(
                                    claimed.stream().map(ImageChecks::listed).toList()));
        }
    }

    /** Then it is the size that differs. */
    private static boolean sameDigest(AuditedImage image, Release release) {
        return release.image()
                .filter(listed -> listed.sha384().equals(image.sha384()))
                .isPresent();
    }

    private static String listed(Release release) {
        return release.title() + ": "
                + release.image()
                        .map(image -> "SHA-384 " + image.sha384().hex() + ", " + Words.count(image.size(), "byte"))
                        .orElse("no image file");
    }
}
