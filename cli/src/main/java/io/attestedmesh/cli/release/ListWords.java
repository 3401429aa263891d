package io.attestedmesh.cli.release;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.cli.document.Times;
import io.attestedmesh.releases.audit.AuditReport;
import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.list.ReleaseStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A list of releases in words. */
final class ListWords {
    private ListWords() {}

    /** {@code version 7 of acme-kms}. */
    static String title(ReleaseList list) {
        return "version " + list.version() + " of " + list.name();
    }

    /** {@code 5 releases (3 active, 1 deprecated, 1 revoked)}. */
    static String releases(ReleaseList list) {
        String counts = Arrays.stream(ReleaseStatus.values())
                .filter(status -> count(list, status) > 0)
                .map(status -> count(list, status) + " " + status.text())
                .collect(Collectors.joining(", "));
        return Times.counted(list.releases().size(), "release") + (counts.isEmpty() ? "" : " (" + counts + ")");
    }

    private static long count(ReleaseList list, ReleaseStatus status) {
        return list.releases().stream()
                .filter(release -> release.status() == status)
                .count();
    }

    /** What all of it is about; the digest is what signers compare by telephone. */
    static List<String> head(ReleaseList list, Bytes payloadDigest, Instant now) {
        return List.of(
                "release list " + list.name() + ", version " + list.version(),
                "  issued      " + list.issuedAt() + " (" + Times.relative(list.issuedAt(), now) + ")",
                "  expires     " + list.expiresAt() + " (" + Times.relative(list.expiresAt(), now) + ")",
                "  payload     SHA-384 " + payloadDigest.hex(),
                "  releases    " + releases(list));
    }

    private static String signer(Release release) {
        return AuditReport.signerOf(release).orElse("that cannot be read");
    }

    /** One release, everything that is known of it. */
    static List<String> of(Release release) {
        List<String> lines = new ArrayList<>();
        lines.add(release.title() + ", " + release.status().text());
        release.revocation().ifPresent(why -> lines.add("  revoked     " + why.at() + ": " + why.reason()));
        release.pcrs().values().forEach((index, value) -> lines.add("  PCR" + index + "        " + value.hex()));
        release.image()
                .ifPresent(image -> lines.add(
                        "  image       SHA-384 " + image.sha384().hex() + ", " + Times.counted(image.size(), "byte")));
        release.source().ifPresent(source -> {
            lines.add("  source      " + source.repository() + " at " + source.commit());
            lines.add("  recipe      SHA-384 " + source.recipe().hex());
        });
        release.notBefore().ifPresent(time -> lines.add("  not before  " + time));
        release.notAfter().ifPresent(time -> lines.add("  not after   " + time));
        release.signingCertificate()
                .ifPresent(der -> lines.add("  certificate " + signer(release) + ", SHA-384 "
                        + der.sha384().hex()));
        return lines;
    }
}
