package io.attestedmesh.cli.enclave;

import io.attestedmesh.cli.command.Noun;
import io.attestedmesh.cli.command.Terminal;
import java.security.SecureRandom;
import picocli.CommandLine;

/** {@code amesh enclave}. */
public final class EnclaveCommands {
    private EnclaveCommands() {}

    /** The noun with its verbs. */
    public static CommandLine of(Terminal terminal) {
        return Noun.of(
                "enclave",
                "Live inside an enclave, and beside one; secrets for enclaves.",
                new Parent(terminal),
                new Init(terminal),
                new Seal(terminal, new SecureRandom()),
                new KeyPolicyVerb(terminal));
    }
}
