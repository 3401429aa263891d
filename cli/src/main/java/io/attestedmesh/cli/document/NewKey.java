package io.attestedmesh.cli.document;

import io.attestedmesh.attest.file.AtomicFile.Access;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.NewFiles;
import io.attestedmesh.cli.command.Passwords;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.transport.pki.KeyKind;
import io.attestedmesh.transport.pki.PemException;
import io.attestedmesh.transport.pki.PrivateKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.function.Function;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A private key about to be made, encrypted unless told otherwise, beside the file with its public half. */
public final class NewKey {
    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder for the two files.")
    private Path folder;

    @Mixin
    private Passwords passwords;

    @Option(
            names = "--insecure-no-passphrase",
            description = "Leave the private key unencrypted: whoever reads the file signs in your name.")
    private boolean insecureNoPassphrase;

    /**
     * Writes {@code name.key}, mode 0600, and the public file; neither may be there.
     *
     * @param name of the files, without their extension
     * @param extension of the public file
     * @param publicFile what is in it
     */
    public KeyPair make(
            KeyKind kind,
            String name,
            String extension,
            Function<KeyPair, byte[]> publicFile,
            Terminal terminal,
            SecureRandom random)
            throws CommandException, IOException {
        if (insecureNoPassphrase && passwords.areGiven()) {
            throw CommandException.usage("--insecure-no-passphrase excludes a passphrase", "");
        }
        NewFiles files = new NewFiles(false);
        NewFiles.requireFree(privateFile(name), folder.resolve(name + extension));
        KeyPair pair = PrivateKeys.generate(kind, random);
        files.add(privateFile(name), encode(pair.getPrivate(), name, terminal, random), Access.OWNER)
                .add(folder.resolve(name + extension), publicFile.apply(pair), Access.PUBLIC)
                .write();
        if (insecureNoPassphrase) {
            terminal.warn(privateFile(name) + " is not encrypted");
        }
        return pair;
    }

    public Path privateFile(String name) {
        return folder.resolve(name + ".key");
    }

    public Path publicFile(String name, String extension) {
        return folder.resolve(name + extension);
    }

    private byte[] encode(PrivateKey key, String name, Terminal terminal, SecureRandom random)
            throws CommandException, IOException {
        if (insecureNoPassphrase) {
            return PrivateKeys.encode(key);
        }
        char[] password = null;
        try {
            password = passwords.chosen(terminal, name + "'s key");
            return PrivateKeys.encode(key, password, random);
        } catch (PemException e) {
            throw CommandException.usage(e.getMessage(), e.hint().orElse(""), e);
        } finally {
            if (password != null) {
                Arrays.fill(password, '\0');
            }
        }
    }
}
