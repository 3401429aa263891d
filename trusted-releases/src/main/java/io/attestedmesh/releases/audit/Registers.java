package io.attestedmesh.releases.audit;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Pcr;
import io.attestedmesh.releases.list.Release;
import java.util.List;
import java.util.Optional;

/** What the registers of a release are over (AWS Nitro Enclaves, "Verifying the root of trust"). */
final class Registers {
    static final int IMAGE = 0;
    static final int KERNEL = 1;
    static final int APPLICATION = 2;
    static final int SIGNER = 8;

    static final List<Integer> CODE = List.of(IMAGE, KERNEL, APPLICATION);

    /** Measured over what surrounds the code: the role, the instance, the signer. */
    static final List<Integer> SURROUNDINGS = List.of(3, 4, SIGNER);

    /** SHA-384 of nothing, by which PCR2 is extended where no ramdisk but the first has any content. */
    private static final Bytes DIGEST_OF_NOTHING = Bytes.fromHex(
            "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da" + "274edebfe76f65fbd51ad2f14898b95b");

    private static final Bytes EMPTY_APPLICATION = Pcr.extendOfZero(DIGEST_OF_NOTHING);

    private Registers() {}

    /** Whether PCR2 is the measurement of nothing. */
    static boolean hasNoApplication(Release release) {
        return release.pcrs().get(APPLICATION).filter(EMPTY_APPLICATION::equals).isPresent();
    }

    /** The value of a register, if it can be one that was measured. */
    static Optional<Bytes> measured(Release release, int index) {
        return release.pcrs().get(index).filter(value -> !isOneByteRepeated(value));
    }

    /** Zero included. */
    static boolean isOneByteRepeated(Bytes value) {
        for (int i = 1; i < value.size(); i++) {
            if (value.at(i) != value.at(0)) {
                return false;
            }
        }
        return true;
    }

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
