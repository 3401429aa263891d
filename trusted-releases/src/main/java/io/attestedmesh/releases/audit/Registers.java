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
}
