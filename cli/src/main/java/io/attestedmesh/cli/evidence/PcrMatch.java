package io.attestedmesh.cli.evidence;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Pcr;
import io.attestedmesh.attest.evidence.PcrBank;
import io.attestedmesh.attest.policy.KnownRelease;
import io.attestedmesh.attest.policy.ReferenceValues;
import io.attestedmesh.attest.verify.RejectedEvidenceException;
import io.attestedmesh.cli.command.CommandException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Registers given on the command line, {@code --pcr N=HEX}: all of them must be equal, and nothing else counts. PCR0 or PCR8
 * is one of them, for no other says which code it is.
 */
final class PcrMatch implements ReferenceValues {
    private static final String NAME = "command line";
    private static final int IMAGE = 0;
    private static final int SIGNER = 8;

    private final SortedMap<Integer, Bytes> registers;

    private PcrMatch(SortedMap<Integer, Bytes> registers) {
        this.registers = registers;
    }

    static PcrMatch of(List<String> options) throws CommandException {
        SortedMap<Integer, Bytes> registers = new TreeMap<>();
        for (String option : options) {
            Pcr pcr = parse(option);
            if (registers.put(pcr.index(), pcr.value()) != null) {
                throw CommandException.usage("--pcr " + pcr.index() + " was given twice", "give each register once");
            }
        }
        if (!registers.containsKey(IMAGE) && !registers.containsKey(SIGNER)) {
            throw CommandException.usage(
                    "--pcr " + registers.keySet() + " says nothing of the code, so any code would be accepted",
                    "give --pcr 0=HEX (the image), with 1 and 2, or --pcr 8=HEX (who signed it)");
        }
        return new PcrMatch(registers);
    }

    /** What is not compared though it says which code runs, empty if nothing is left out. */
    Optional<String> warning() {
        if (!registers.containsKey(IMAGE)) {
            return Optional.of("--pcr 8 without 0: every image of that signer is accepted, old ones too");
        }
        return registers.keySet().containsAll(List.of(1, 2))
                ? Optional.empty()
                : Optional.of("--pcr 0 without 1 and 2: kernel and application are not compared by themselves");
    }

    private static Pcr parse(String option) throws CommandException {
        int sign = option.indexOf('=');
        if (sign < 1 || sign == option.length() - 1) {
            throw CommandException.usage(
                    "--pcr " + option + " has no value, and an empty expectation would match anything",
                    "write --pcr 0=HEX with 96 hexadecimal digits, as 'amesh evidence inspect' prints them");
        }
        Pcr pcr;
        try {
            pcr = new Pcr(Integer.parseInt(option.substring(0, sign)), Bytes.fromHex(option.substring(sign + 1)));
        } catch (IllegalArgumentException e) {
            throw CommandException.usage(
                    "--pcr " + option + " is not a register: " + e.getMessage(),
                    "write --pcr N=HEX with N from 0 to 31 and 96 hexadecimal digits",
                    e);
        }
        if (pcr.value().isZero()) {
            throw CommandException.usage(
                    "--pcr " + pcr.index() + " is all zero, which is the value of every enclave that measured nothing",
                    "a debug enclave has zeros in PCR0, 1 and 2; --insecure-any-release with --insecure-allow-debug"
                            + " looks at one");
        }
        return pcr;
    }

    @Override
    public KnownRelease releaseOf(PcrBank pcrs, Instant at) throws RejectedEvidenceException {
        boolean equal = registers.entrySet().stream()
                .allMatch(expected -> pcrs.get(expected.getKey()).equals(Optional.of(expected.getValue())));
        if (!equal || registers.isEmpty()) {
            throw ReferenceValues.unknownRelease(pcrs);
        }
        return KnownRelease.withoutEnd(NAME);
    }
}
