package io.attestedmesh.releases.audit;

import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.list.ReleaseStatus;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Releases that share names, registers or files. One image listed for several signers or roles is normal, so is one
 * kernel in many images; one image under two names that nothing tells apart is not.
 */
final class SharingChecks implements Check {
    /** Pairs within a group are compared; a group of thousands with one PCR0 needs no more examples. */
    private static final int COMPARED = 100;

    @Override
    public void look(Examined examined, Findings findings) {
        duplicates(examined.list().releases(), findings);
        images(examined.notRevoked(), findings);
        applicationsAndKernels(examined.notRevoked(), findings);
        revokedCode(examined, findings);
        files(examined.notRevoked(), findings);
    }

    private static void duplicates(List<Release> releases, Findings findings) {
        Set<String> titles = new HashSet<>();
        for (Release release : releases) {
            if (!titles.add(release.title())) {
                findings.add(FindingId.DUPLICATE_RELEASE, release.title(), "listed twice");
            }
        }
    }

    private static void images(List<Release> releases, Findings findings) {
        for (List<Release> group : groups(releases, release -> register(release, Registers.IMAGE))) {
            boolean toldApart = areToldApart(group.subList(0, Math.min(COMPARED, group.size())));
            findings.add(
                    toldApart ? FindingId.PCR0_SHARED_BY_VARIANTS : FindingId.PCR0_SHARED,
                    titles(group),
                    "the same PCR0" + (toldApart ? "; PCR3, PCR4 or PCR8 tells them apart" : ""));
        }
    }

    private static boolean areToldApart(List<Release> releases) {
        for (int i = 0; i < releases.size(); i++) {
            Release one = releases.get(i);
            if (!releases.subList(i + 1, releases.size()).stream()
                    .allMatch(other -> Registers.areToldApart(one, other))) {
                return false;
            }
        }
        return true;
    }

    /** What shares PCR0 shares these too, which is no news. */
    private static void applicationsAndKernels(List<Release> releases, Findings findings) {
        Map<String, Release> byImage = new LinkedHashMap<>();
        releases.forEach(release ->
                byImage.putIfAbsent(register(release, Registers.IMAGE).orElse(release.title()), release));
        Collection<Release> images = byImage.values();
        for (List<Release> group : groups(images, release -> register(release, Registers.KERNEL))) {
            findings.add(FindingId.PCR1_SHARED, titles(group), "the same PCR1 in different images");
        }
        for (List<Release> group : groups(images, release -> register(release, Registers.APPLICATION))) {
            findings.add(FindingId.PCR2_SHARED, titles(group), "the same PCR2 in different images");
        }
    }

    private static void revokedCode(Examined examined, Findings findings) {
        AcceptedCode accepted = AcceptedCode.of(examined.list());
        for (Release revoked : examined.list().releases()) {
            if (revoked.status() != ReleaseStatus.REVOKED) {
                continue;
            }
            List<Release> overlapping = accepted.overlapping(revoked);
            if (!overlapping.isEmpty()) {
                findings.add(
                        FindingId.REVOKED_CODE_LISTED,
                        revoked.title(),
                        "revoked, and the same code is listed as " + titles(overlapping));
            }
        }
    }

    private static void files(List<Release> releases, Findings findings) {
        Function<Release, Optional<String>> digest =
                release -> release.image().map(image -> image.sha384().hex());
        for (List<Release> group : groups(releases, digest)) {
            if (group.stream()
                            .map(release -> register(release, Registers.IMAGE))
                            .distinct()
                            .count()
                    > 1) {
                findings.add(FindingId.IMAGE_SHARED, titles(group), "one image file with different values of PCR0");
            }
        }
    }

    private static Optional<String> register(Release release, int index) {
        return release.pcrs().get(index).map(value -> value.hex());
    }

    private static List<List<Release>> groups(
            Collection<Release> releases, Function<Release, Optional<String>> property) {
        Map<String, List<Release>> groups = releases.stream()
                .filter(release -> property.apply(release).isPresent())
                .collect(Collectors.groupingBy(
                        release -> property.apply(release).orElseThrow(), LinkedHashMap::new, Collectors.toList()));
        return groups.values().stream().filter(group -> group.size() > 1).toList();
    }

    private static String titles(List<Release> releases) {
        return Words.list(releases.stream().map(Release::title).toList());
    }
}
