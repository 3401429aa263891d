package io.attestedmesh.cli.pki;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.Passwords;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.transport.pki.CaFolder;
import io.attestedmesh.transport.pki.CertificateAuthority;
import io.attestedmesh.transport.pki.PkiException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which CA, and the password of its key. */
final class CaOptions {
    @Option(names = "--ca", required = true, paramLabel = "DIR", description = "Folder of the CA.")
    private Path folder;

    @Mixin
    private Passwords passwords;

    CaFolder open() throws IOException, PkiException {
        return CaFolder.open(folder);
    }

    CertificateAuthority unlock(CaFolder ca, Terminal terminal, SecureRandom random)
            throws CommandException, IOException, PkiException {
        char[] password = ca.isEncrypted() ? passwords.existing(terminal, "the CA's key") : null;
        try {
            return ca.unlock(password, random);
        } finally {
            if (password != null) {
                Arrays.fill(password, '\0');
            }
        }
    }

    /** Where the CA keeps what it issued to a node. */
    Path nodeFolder(NodeName node) {
        return folder.resolve("nodes").resolve(node.value());
    }
}
