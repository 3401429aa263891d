package io.attestedmesh.cli.release.log;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.document.NewKey;
import io.attestedmesh.releases.log.NoteKey;
import io.attestedmesh.releases.log.NoteSigner;
import io.attestedmesh.transport.pki.KeyKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh release log key}. */
@Command(
        name = "key",
        description = {
            "Make the Ed25519 key of a log, or with --witness of a witness, and print its vkey for the trust root.",
            "Files are NAME.key, encrypted and mode 0600, and NAME.vkey, with '_' for what a file's name cannot have."
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  amesh release log key acme.example/releases --out keys",
            "  amesh release log key witness.example/w1 --witness --out keys"
        })
final class Key implements Verb {
    private static final String PUBLIC = ".vkey";
    private static final int MAX_NAME = 128;

    private final Terminal terminal;
    private final SecureRandom random;

    @Parameters(paramLabel = "NAME", description = "The log's origin, or the witness's name: a URL without its scheme.")
    private String name;

    @Option(names = "--witness", description = "A key of a witness, which signs with the time (cosignature/v1).")
    private boolean witness;

    @Mixin
    private NewKey files;

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    Key(Terminal terminal, SecureRandom random) {
        this.terminal = terminal;
        this.random = random;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException {
        if (name.isEmpty() || name.length() > MAX_NAME) {
            throw CommandException.usage("not a name for a log: " + name, "1 to " + MAX_NAME + " characters");
        }
        String fileName = name.replaceAll("[^A-Za-z0-9._-]", "_").replaceFirst("^\\.", "_");
        NoteKey key = key(make(fileName));
        if (json) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("name", name);
            line.put("vkey", key.vkey());
            line.put("privateKey", files.privateFile(fileName));
            line.put("publicKey", files.publicFile(fileName, PUBLIC));
            terminal.json(line);
        } else {
            terminal.print(key.vkey());
        }
        terminal.say("Key of " + (witness ? "witness " : "log ") + name + ": " + files.privateFile(fileName) + "; "
                + files.publicFile(fileName, PUBLIC) + " is for the trust root (amesh root init "
                + (witness ? "--witness" : "--log") + ").");
        return ExitStatus.DONE;
    }

    private KeyPair make(String fileName) throws CommandException, IOException {
        try {
            return files.make(
                    KeyKind.ED25519,
                    fileName,
                    PUBLIC,
                    made -> (key(made).vkey() + "\n").getBytes(StandardCharsets.UTF_8),
                    terminal,
                    random);
        } catch (IllegalArgumentException e) {
            throw CommandException.usage(e.getMessage(), "no spaces and no plus signs", e);
        }
    }

    private NoteKey key(KeyPair pair) {
        try {
            NoteSigner signer = NoteSigner.of(name, pair);
            return witness ? signer.cosigningKey() : signer.key();
        } catch (InvalidKeyException e) {
            throw new IllegalStateException("a pair that was made as one", e);
        }
    }
}
