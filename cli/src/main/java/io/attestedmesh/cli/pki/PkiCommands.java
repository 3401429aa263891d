package io.attestedmesh.cli.pki;

import io.attestedmesh.cli.command.Noun;
import io.attestedmesh.cli.command.Terminal;
import java.security.SecureRandom;
import picocli.CommandLine;

/** {@code amesh pki}: what a hand-made set-up would do with openssl. */
public final class PkiCommands {
    private PkiCommands() {}

    /** The noun with its verbs. */
    public static CommandLine of(Terminal terminal) {
        SecureRandom random = new SecureRandom();
        return Noun.of(
                "pki",
                "Keys and certificates of a private CA.",
                new Ca(terminal, random),
                new Issue(terminal, random),
                new Bundle(terminal, random),
                new SelfSigned(terminal, random),
                new Csr(terminal, random),
                new Sign(terminal, random),
                new Revoke(terminal, random),
                new Crl(terminal, random),
                new Inspect(terminal, random),
                new Verify(terminal, random));
    }
}
