package io.attestedmesh.releases.audit;

import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.list.ReleaseStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The releases of a list that are not revoked, by PCR0: lists of thousands are compared with each other. */
final class AcceptedCode {
    private final Map<String, List<Release>> byImage = new HashMap<>();

    private AcceptedCode() {}

    static AcceptedCode of(ReleaseList list) {
        AcceptedCode accepted = new AcceptedCode();
        for (Release release : list.releases()) {
            if (release.status() != ReleaseStatus.REVOKED) {
                accepted.byImage
                        .computeIfAbsent(image(release), unused -> new ArrayList<>())
                        .add(release);
            }
        }
        return accepted;
    }

    /** Those that a peer of {@code revoked} may match. */
    List<Release> overlapping(Release revoked) {
        return byImage.getOrDefault(image(revoked), List.of()).stream()
                .filter(release -> Registers.overlap(revoked, release))
                .toList();
    }

    private static String image(Release release) {
        return release.pcrs().get(Registers.IMAGE).map(value -> value.hex()).orElse("");
    }
}
