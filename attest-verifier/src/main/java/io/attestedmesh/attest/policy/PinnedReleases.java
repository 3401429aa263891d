package io.attestedmesh.attest.policy;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.PcrBank;
import io.attestedmesh.attest.verify.RejectedEvidenceException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Releases written down by hand: a name and the registers that make it out, PCR0, 1 and 2 at least. Several may be
 * allowed at once, as during an upgrade.
 */
public final class PinnedReleases implements ReferenceValues {
    private static final int MAX_NAME = 128;

    private final Map<String, SortedMap<Integer, Bytes>> releases;

    private PinnedReleases(Map<String, SortedMap<Integer, Bytes>> releases) {
        this.releases = releases;
    }

    /**
     * Evidence is of the first release, in the order of {@code releases}, all of whose registers it has.
     *
     * @throws IllegalArgumentException if there is no release, one lacks PCR0, 1 or 2 or has zeros there (which is what
     *     debug enclaves show), or two have the same registers
     */
    public static PinnedReleases of(Map<String, ? extends Map<Integer, Bytes>> releases) {
        if (releases.isEmpty()) {
            throw new IllegalArgumentException("an empty list of releases");
        }
        Map<String, SortedMap<Integer, Bytes>> checked = new LinkedHashMap<>();
        releases.forEach((name, registers) -> {
            SortedMap<Integer, Bytes> pins = checked(name, registers);
            if (checked.containsValue(pins)) {
                throw new IllegalArgumentException("release " + name + " has the registers of another release");
            }
            checked.put(name, pins);
        });
        return new PinnedReleases(checked);
    }

    private static SortedMap<Integer, Bytes> checked(String name, Map<Integer, Bytes> registers) {
        if (name.isBlank() || name.length() > MAX_NAME || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("a release is named by 1 to " + MAX_NAME + " printable characters");
        }
        for (int index : AttestationPolicy.CODE_PCRS) {
            Bytes value = registers.get(index);
            if (value == null) {
                throw new IllegalArgumentException(
                        "release " + name + " lacks PCR" + index + ": 0, 1 and 2 are needed, all three");
            }
            if (value.isZero()) {
                throw new IllegalArgumentException(
                        "release " + name + " has zeros in PCR" + index + ", as every debug enclave has");
            }
        }
        return PcrBank.of(registers).values();
    }

    @Override
    public KnownRelease releaseOf(PcrBank pcrs, Instant at) throws RejectedEvidenceException {
        return releases.entrySet().stream()
                .filter(release -> matches(release.getValue(), pcrs))
                .findFirst()
                .map(release -> KnownRelease.withoutEnd(release.getKey()))
                .orElseThrow(() -> ReferenceValues.unknownRelease(pcrs));
    }

    private static boolean matches(SortedMap<Integer, Bytes> pins, PcrBank pcrs) {
        return pins.entrySet().stream().allMatch(pin -> pcrs.get(pin.getKey()).equals(Optional.of(pin.getValue())));
    }
}
