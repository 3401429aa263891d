package io.attestedmesh.cli.enclave;

import io.attestedmesh.cli.command.Noun;
import io.attestedmesh.cli.command.Terminal;
import picocli.CommandLine;

/** {@code amesh enclave}. */
public final class EnclaveCommands {
    private EnclaveCommands() {}

    /** The noun with its verbs. */
    public static CommandLine of(Terminal terminal) {
        return Noun.of("enclave", "Live inside an enclave, and beside one.", new Parent(terminal), new Init(terminal));
    }
}
