package io.attestedmesh.attest.simulator;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Pcr;
import io.attestedmesh.attest.evidence.PcrBank;
import io.attestedmesh.attest.nsm.NsmError;
import io.attestedmesh.attest.nsm.NsmException;
import io.attestedmesh.attest.nsm.PcrState;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The registers of one enclave: 32 of 48 bytes, of which the hypervisor locks 0 to 15 before the enclave starts.
 *
 * <p>Source: the run-time test of aws-nitro-enclaves-nsm-api. Not thread-safe; {@link SimulatedNsm} guards it.
 */
final class NsmRegisters {
    static final int SIZE = 48;
    static final int COUNT = Pcr.MAX_INDEX + 1;
    private static final int LOCKED_AT_BOOT = 16;

    private final Bytes[] values = new Bytes[COUNT];
    private final BitSet locked = new BitSet(COUNT);

    private NsmRegisters() {
        Arrays.fill(values, Bytes.of(new byte[SIZE]));
        locked.set(0, LOCKED_AT_BOOT);
    }

    static NsmRegisters atBoot(EnclaveSpec spec, String instanceId) {
        NsmRegisters registers = new NsmRegisters();
        if (!spec.debug()) {
            registers.values[0] = spec.image().pcr0();
            registers.values[1] = spec.image().pcr1();
            registers.values[2] = spec.image().pcr2();
        }
        spec.roleArn().ifPresent(arn -> registers.values[3] = extendOfText(arn));
        registers.values[4] = extendOfText(instanceId);
        registers.values[8] = spec.image().pcr8();
        return registers;
    }

    PcrState describe(int index) throws NsmException {
        requireIndex(index);
        return new PcrState(locked.get(index), values[index]);
    }

    Bytes extend(int index, Bytes data) throws NsmException {
        requireUnlocked(index);
        values[index] = Pcr.extend(values[index], data);
        return values[index];
    }

    void lock(int index) throws NsmException {
        requireUnlocked(index);
        locked.set(index);
    }

    /** Locks all registers below {@code range}; those that are locked already stay so. */
    void lockBelow(int range) throws NsmException {
        if (range < 0 || range > COUNT) {
            throw new NsmException(NsmError.INVALID_INDEX, "range " + range + " is not in 0.." + COUNT);
        }
        locked.set(0, range);
    }

    NavigableSet<Integer> lockedIndices() {
        NavigableSet<Integer> indices = new TreeSet<>();
        locked.stream().forEach(indices::add);
        return Collections.unmodifiableNavigableSet(indices);
    }

    /** What a document shows: the locked registers, since the others may still change. */
    PcrBank lockedBank() {
        Map<Integer, Bytes> bank = new TreeMap<>();
        locked.stream().forEach(index -> bank.put(index, values[index]));
        return PcrBank.of(bank);
    }

    private void requireUnlocked(int index) throws NsmException {
        requireIndex(index);
        if (locked.get(index)) {
            throw new NsmException(NsmError.READ_ONLY_INDEX, "PCR" + index + " is locked");
        }
    }

    private static void requireIndex(int index) throws NsmException {
        if (index < 0 || index >= COUNT) {
            throw new NsmException(NsmError.INVALID_INDEX, "PCR index " + index + " is not in 0.." + (COUNT - 1));
        }
    }

    private static Bytes extendOfText(String text) {
        return Pcr.extendOfZero(Bytes.of(text.getBytes(StandardCharsets.UTF_8)));
    }
}
