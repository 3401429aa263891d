package io.attestedmesh.cli.document;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.Passwords;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.releases.log.NoteSigner;
import java.io.IOException;
import java.nio.file.Path;
import java.security.InvalidKeyException;

/** Private keys of logs and witnesses. */
public final class NoteSigners {
    private NoteSigners() {}

    /** Opens an Ed25519 key that signs under a name: the log's origin, or the witness's. */
    public static NoteSigner open(String name, Path key, Passwords passwords, Terminal terminal)
            throws CommandException, IOException {
        try {
            return NoteSigner.of(name, PrivateKeyFile.open(key, passwords, terminal));
        } catch (InvalidKeyException e) {
            throw CommandException.usage(
                    key + " is no key for a log: " + e.getMessage(),
                    "make one: amesh release log key NAME --out DIR",
                    e);
        } catch (IllegalArgumentException e) {
            throw CommandException.usage(e.getMessage(), "", e);
        }
    }
}
