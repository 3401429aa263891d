package io.attestedmesh.enclave.secrets;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.PcrBank;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A release that a key policy lets use the key, by some of its registers.
 *
 * @param title for the statement's id, as {@code kms-core 1.4.2}
 * @param registers what the attestation document must show, 48 bytes each
 */
public record PolicyRelease(String title, PcrBank registers) {
    private static final int IMAGE = 0;
    private static final int BOOT = 1;
    private static final int APPLICATION = 2;
    private static final int SIGNER = 8;
    private static final int REGISTER_SIZE = 48;

    /**
     * @throws IllegalArgumentException if the registers do not name the code (PCR0, or PCR1 and PCR2, or PCR8, its signer),
     *     or if one is all zero: so is PCR0 of every debug enclave, PCR8 of every unsigned image
     */
    public PolicyRelease {
        for (Map.Entry<Integer, Bytes> register : registers.values().entrySet()) {
            if (register.getValue().size() != REGISTER_SIZE) {
                throw new IllegalArgumentException(title + ": PCR" + register.getKey() + " is not 48 bytes");
            }
            if (register.getValue().isZero()) {
                throw new IllegalArgumentException(
                        title + ": PCR" + register.getKey() + " is all zero, as in enclaves that nobody measured");
            }
        }
        Set<Integer> named = registers.values().keySet();
        if (!named.contains(IMAGE) && !named.contains(SIGNER) && !named.containsAll(Set.of(BOOT, APPLICATION))) {
            throw new IllegalArgumentException(
                    title + ": PCR0, PCR8, or PCR1 and PCR2 must be among the registers, else any code would do");
        }
    }

    /**
     * Takes these registers of a release.
     *
     * @throws IllegalArgumentException also if the release does not name one of them
     */
    public static PolicyRelease of(String title, PcrBank all, Set<Integer> wanted) {
        SortedMap<Integer, Bytes> taken = new TreeMap<>();
        SortedSet<Integer> sorted = new TreeSet<>(wanted);
        for (int index : sorted) {
            taken.put(
                    index,
                    all.get(index)
                            .orElseThrow(() ->
                                    new IllegalArgumentException(title + ": the release does not name PCR" + index)));
        }
        return new PolicyRelease(title, PcrBank.of(taken));
    }
}
