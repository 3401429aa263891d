package io.attestedmesh.cli.document;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.Passwords;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.transport.pki.PkiException;
import io.attestedmesh.transport.pki.PrivateKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.util.Arrays;

/** A private key in a file, opened when it is used. */
public final class PrivateKeyFile {
    private PrivateKeyFile() {}

    /** Both halves of a key; asks for the password only if the file is encrypted. */
    public static KeyPair open(Path file, Passwords passwords, Terminal terminal) throws CommandException, IOException {
        char[] password = null;
        try {
            password = PrivateKeys.isEncrypted(file) ? passwords.existing(terminal, file.toString()) : null;
            PrivateKey key = PrivateKeys.load(file, password);
            return new KeyPair(PrivateKeys.publicKey(key), key);
        } catch (PkiException e) {
            throw CommandException.usage(e.getMessage(), e.hint().orElse(""), e);
        } finally {
            if (password != null) {
                Arrays.fill(password, '\0');
            }
        }
    }
}
