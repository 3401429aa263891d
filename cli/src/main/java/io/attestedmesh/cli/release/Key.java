package io.attestedmesh.cli.release;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.document.NewKey;
import io.attestedmesh.cli.document.PublicKeys;
import io.attestedmesh.releases.envelope.NamedKey;
import io.attestedmesh.transport.pki.KeyKind;
import io.attestedmesh.transport.pki.Pem;
import java.io.IOException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh release key}. */
@Command(
        name = "key",
        description = {
            "Make the key of somebody who signs lists: NAME.key, encrypted and mode 0600, and NAME.pub.",
            "The public file goes into the trust root ('amesh root init'), the private one stays with its owner."
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  amesh release key alice --out keys",
            "  amesh release key ci --out keys --kind ed25519 --passphrase-file ci.passphrase"
        })
final class Key implements Verb {
    private static final String PUBLIC = ".pub";

    private final Terminal terminal;
    private final SecureRandom random;

    @Parameters(paramLabel = "NAME", description = "Who signs: letters, digits, '.', '_', '-'.")
    private String name;

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            defaultValue = "p384",
            description = "p384 (default; signs ES384), p256 (ES256) or ed25519 (Ed25519).")
    private String kind;

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
        PublicKeys.requireName(name);
        KeyPair pair = files.make(kind(), name, PUBLIC, made -> Pem.encode(made.getPublic()), terminal, random);
        NamedKey key = PublicKeys.named(name, pair.getPublic());
        if (json) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("name", name);
            line.put("algorithm", key.algorithm().joseName());
            line.put("keyId", key.keyId());
            line.put("privateKey", files.privateFile(name));
            line.put("publicKey", files.publicFile(name, PUBLIC));
            terminal.json(line);
        } else {
            terminal.print(key.keyId());
        }
        terminal.say(key.algorithm().joseName() + " key of " + name + ": " + files.privateFile(name) + ", and "
                + files.publicFile(name, PUBLIC) + " for the trust root.");
        return ExitStatus.DONE;
    }

    private KeyKind kind() throws CommandException {
        return switch (kind.toLowerCase(Locale.ROOT)) {
            case "p384" -> KeyKind.P384;
            case "p256" -> KeyKind.P256;
            case "ed25519" -> KeyKind.ED25519;
            default -> throw CommandException.usage("--kind " + kind + " is no kind of key", "p384, p256 or ed25519");
        };
    }
}
