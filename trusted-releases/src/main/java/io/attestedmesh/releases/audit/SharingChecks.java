package io.attestedmesh.releases.audit;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.PcrBank;
import io.attestedmesh.releases.list.Release;
import java.util.ArrayList;
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
    @Override
    public void look(Examined examined, Findings findings) {
        duplicates(examined.list().releases(), findings);
        Set<Bytes> contradictory = contradictions(examined.list().releases(), findings);
        images(examined.notRevoked(), contradictory, findings);
        applicationsAndKernels(examined.notRevoked(), findings);
        revokedCode(examined, findings);
        files(examined.list().releases(), findings);
    }

    private static void duplicates(List<Release> releases, Findings findings) {
        Set<String> titles = new HashSet<>();
        for (Release release : releases) {
            if (!titles.add(release.title())) {
                findings.add(FindingId.DUPLICATE_RELEASE, release.title(), "listed twice");
            }
        }
    }

    /** PCR0 is over all that the two others are over parts of, so one value of it goes with one of each. */
    private static Set<Bytes> contradictions(List<Release> releases, Findings findings) {
        Set<Bytes> contradictory = new HashSet<>();
        groups(releases, measured(Registers.IMAGE)).forEach((image, group) -> {
            List<String> differing = List.of(Registers.KERNEL, Registers.APPLICATION).stream()
                    .filter(index -> differ(group, index))
                    .map(index -> "PCR" + index)
                    .toList();
            if (!differing.isEmpty()) {
                contradictory.add(image);
                findings.add(
                        FindingId.REGISTERS_CONTRADICT,
                        titles(group),
                        "the same PCR0, and different values of " + String.join(" and ", differing));
            }
        });
        return contradictory;
    }

    private static boolean differ(List<Release> releases, int index) {
        return releases.stream()
                        .flatMap(release -> Registers.measured(release, index).stream())
                        .distinct()
                        .limit(2)
                        .count()
                > 1;
    }

    private static void images(List<Release> releases, Set<Bytes> contradictory, Findings findings) {
        PeerIndex byImage = PeerIndex.of(List.of(Registers.IMAGE), releases);
        groups(releases, measured(Registers.IMAGE)).forEach((image, group) -> {
            if (contradictory.contains(image)) {
                return;
            }
            boolean toldApart =
                    group.stream().allMatch(release -> byImage.sharing(release).count() == 1);
            findings.add(
                    toldApart ? FindingId.PCR0_SHARED_BY_VARIANTS : FindingId.PCR0_SHARED,
                    titles(group),
                    "the same PCR0" + (toldApart ? "; PCR3, PCR4 or PCR8 tells them apart" : ""));
        });
    }

    /** What shares PCR0 shares these too, which is no news; nor is it that two images have no application. */
    private static void applicationsAndKernels(List<Release> releases, Findings findings) {
        Set<Bytes> seen = new HashSet<>();
        List<Release> images = releases.stream()
                .filter(release -> Registers.measured(release, Registers.IMAGE)
                        .map(seen::add)
                        .orElse(true))
                .toList();
        groups(images, measured(Registers.KERNEL))
                .values()
                .forEach(group ->
                        findings.add(FindingId.PCR1_SHARED, titles(group), "the same PCR1 in different images"));
        List<Release> applications = images.stream()
                .filter(release -> !Registers.hasNoApplication(release))
                .toList();
        groups(applications, measured(Registers.APPLICATION))
                .values()
                .forEach(group ->
                        findings.add(FindingId.PCR2_SHARED, titles(group), "the same PCR2 in different images"));
    }

    /**
     * Accepted releases of which every peer is refused. A revocation that names a register more refuses those instances
     * alone, and leaves the rest of the accepted release's peers to it: that is how an instance is revoked.
     */
    private static void revokedCode(Examined examined, Findings findings) {
        PeerIndex accepted = examined.now().accepted();
        Map<PcrBank, List<Release>> revoked = examined.now().revoked().stream()
                .collect(Collectors.groupingBy(Release::pcrs, LinkedHashMap::new, Collectors.toList()));
        revoked.values().forEach(group -> {
            Titles refused = accepted.within(group.get(0));
            if (!refused.isEmpty()) {
                findings.add(
                        FindingId.REVOKED_CODE_LISTED,
                        titles(group),
                        "revoked, and the same code is listed as " + refused);
            }
        });
    }

    private static void files(List<Release> releases, Findings findings) {
        Function<Release, Optional<Bytes>> digest = release -> release.image().map(image -> image.sha384());
        groups(releases, digest).values().forEach(group -> {
            if (differ(group, Registers.IMAGE)) {
                findings.add(FindingId.IMAGE_SHARED, titles(group), "one image file with different values of PCR0");
            }
        });
    }

    /** Zeros and placeholders are values that releases share without sharing anything. */
    private static Function<Release, Optional<Bytes>> measured(int index) {
        return release -> Registers.measured(release, index);
    }

    /** Those with more than one release, by what they have in common. */
    private static Map<Bytes, List<Release>> groups(
            Collection<Release> releases, Function<Release, Optional<Bytes>> property) {
        Map<Bytes, List<Release>> groups = new LinkedHashMap<>();
        for (Release release : releases) {
            property.apply(release)
                    .ifPresent(value -> groups.computeIfAbsent(value, unused -> new ArrayList<>())
                            .add(release));
        }
        groups.values().removeIf(group -> group.size() == 1);
        return groups;
    }

    private static String titles(List<Release> releases) {
        Titles titles = new Titles();
        releases.forEach(titles::add);
        return titles.toString();
    }
}
