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
                "Secrets for enclaves, and what runs in them.",
                new KeyPolicyVerb(terminal),
                new Seal(terminal, new SecureRandom()));
    }
}
