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
            List<Release> claimed = claimed(image, releases);
            if (claimed.isEmpty() ? matching.isEmpty() : claimed.stream().noneMatch(image::isFileOf)) {
                notAsNamed(image, claimed, matching, releases, findings);
            }
            if (!matching.isEmpty()
                    && matching.stream().allMatch(release -> release.status() == ReleaseStatus.REVOKED)) {
                findings.add(
                        FindingId.IMAGE_REVOKED,
                        OneLine.of(image.file()),
                        "the image of " + matching.get(0).title() + ", which is revoked");
            }
        }
    }

    /** A version that the name claims, or else all of a program. */
    private static List<Release> claimed(AuditedImage image, List<Release> releases) {
        List<Release> version = releases.stream().filter(image::claims).toList();
        return version.isEmpty()
                ? releases.stream().filter(image::claimsProgramOf).toList()
                : version;
    }

    private static void notAsNamed(
            AuditedImage image,
            List<Release> claimed,
            List<Release> matching,
            List<Release> releases,
            Findings findings) {
        String file = OneLine.of(image.file());
        String found = "SHA-384 " + image.sha384().hex() + ", " + Words.count(image.size(), "byte");
        // With the right digest, it is the size that differs.
        List<Release> compared = (claimed.isEmpty()
                        ? releases.stream().filter(image::hasDigestOf)
                        : claimed.stream().filter(release -> release.image().isPresent()))
                .toList();
        if (!matching.isEmpty()) {
            findings.add(
                    FindingId.IMAGE_DIFFERS,
                    file,
                    "the file of " + titles(matching) + "; the list says of " + listed(claimed));
        } else if (!compared.isEmpty()) {
            findings.add(FindingId.IMAGE_DIFFERS, file, found + "; the list says of " + listed(compared));
        } else if (!claimed.isEmpty()) {
            findings.add(
                    FindingId.IMAGE_UNKNOWN,
                    file,
                    found + "; " + titles(claimed) + (claimed.size() == 1 ? " names" : " name") + " no image");
        } else {
            findings.add(FindingId.IMAGE_UNKNOWN, file, found);
        }
    }

    private static String titles(List<Release> releases) {
        return Words.list(releases.stream().map(Release::title).toList());
    }

    private static String listed(List<Release> releases) {
        return Words.list(releases.stream().map(ImageChecks::listed).toList());
    }

    private static String listed(Release release) {
        return release.title() + ": "
                + release.image()
                        .map(image -> "SHA-384 " + image.sha384().hex() + ", " + Words.count(image.size(), "byte"))
                        .orElse("no image file");
    }
}
