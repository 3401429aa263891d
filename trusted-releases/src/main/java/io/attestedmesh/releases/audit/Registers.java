package io.attestedmesh.releases.audit;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.list.Release;
import java.util.List;
import java.util.Optional;

/** What the registers of releases say about each other (AWS Nitro Enclaves, "Verifying the root of trust"). */
final class Registers {
    static final int IMAGE = 0;
    static final int KERNEL = 1;
    static final int APPLICATION = 2;
    static final int SIGNER = 8;

    /** Measured over what surrounds the code: the role, the instance, the signer. */
    private static final List<Integer> SURROUNDINGS = List.of(3, 4, SIGNER);

    private static final List<Integer> CODE = List.of(IMAGE, KERNEL, APPLICATION);

    private Registers() {}

    static boolean isSameCode(Release a, Release b) {
        return CODE.stream()
                .allMatch(index -> a.pcrs().get(index).equals(b.pcrs().get(index)));
    }

    /** Whether a register that both name keeps every peer from being both of them. */
    static boolean areToldApart(Release a, Release b) {
        return SURROUNDINGS.stream()
                .anyMatch(index -> differ(a.pcrs().get(index), b.pcrs().get(index)));
    }

    private static boolean differ(Optional<Bytes> a, Optional<Bytes> b) {
        return a.isPresent() && b.isPresent() && !a.get().equals(b.get());
    }

    /** Whether some peer may match both. */
    static boolean overlap(Release a, Release b) {
        return isSameCode(a, b) && !areToldApart(a, b);
    }
}
