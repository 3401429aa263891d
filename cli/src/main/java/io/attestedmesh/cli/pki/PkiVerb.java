package io.attestedmesh.cli.pki;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.transport.pki.PkiException;
import java.nio.file.FileAlreadyExistsException;
import java.security.SecureRandom;

/** A verb whose keys and certificates may turn out unusable: that is a malformed input, with its hint. */
abstract class PkiVerb implements Verb {
    final Terminal terminal;
    final SecureRandom random;

    PkiVerb(Terminal terminal, SecureRandom random) {
        this.terminal = terminal;
        this.random = random;
    }

    @Override
    public final ExitStatus run() throws Exception {
        try {
            return perform();
        } catch (PkiException unusable) {
            throw CommandException.usage(unusable.getMessage(), unusable.hint().orElse(""), unusable);
        } catch (FileAlreadyExistsException taken) {
            throw CommandException.failed(
                    "already exists: " + taken.getMessage(), "nothing was overwritten; name another place", taken);
        }
    }

    abstract ExitStatus perform() throws Exception;
}
