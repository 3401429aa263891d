package io.attestedmesh.cli.document;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.Passwords;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.releases.envelope.DocumentType;
import io.attestedmesh.releases.envelope.KeySet;
import io.attestedmesh.releases.envelope.NamedKey;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Who signs: the options that say so, and the act. Which key it is follows from the key itself, not from names. */
public final class Signer {
    @Option(names = "--key", required = true, paramLabel = "FILE", description = "Private key to sign with.")
    private Path key;

    @Mixin
    private Passwords passwords;

    @Option(names = "--yes", description = "Do not ask on the terminal whether to sign.")
    private boolean yes;

    /** An envelope with one signature more, and by whom. */
    public record Signed(SignedEnvelope envelope, NamedKey by) {}

    /**
     * Asks on a terminal, then signs.
     *
     * @param what for the question, as in {@code "version 7 of acme-kms"}
     * @param known whose keys may sign; none are known where no trust root was given
     */
    public Signed sign(SignedEnvelope envelope, DocumentType type, String what, List<KeySet> known, Terminal terminal)
            throws CommandException, IOException {
        if (!yes) {
            confirm(what, terminal);
        }
        KeyPair pair = PrivateKeyFile.open(key, passwords, terminal);
        NamedKey own = PublicKeys.named("key", pair.getPublic());
        NamedKey named = known.isEmpty() ? own : named(own, known);
        if (envelope.signatures().stream().anyMatch(each -> each.keyId().equals(own.keyId()))) {
            terminal.say("This key had signed before; its signature is made anew.");
        }
        try {
            return new Signed(envelope.signedBy(type, named, pair.getPrivate()), named);
        } catch (GeneralSecurityException e) {
            throw CommandException.failed("signing with " + key + " failed: " + e.getMessage(), "", e);
        }
    }

    private NamedKey named(NamedKey own, List<KeySet> known) throws CommandException {
        Optional<NamedKey> found =
                known.stream().flatMap(keys -> keys.byId(own.keyId()).stream()).findFirst();
        return found.orElseThrow(() -> CommandException.rejected(
                key + " is no key of the trust root",
                "KEY_NOT_NAMED",
                known.stream()
                        .flatMap(keys -> keys.keys().stream())
                        .map(each -> each.name() + " " + each.keyId())
                        .distinct()
                        .collect(Collectors.joining(", ")),
                own.algorithm().joseName() + " key " + own.keyId(),
                "its signature would not count; is it the key of another list?"));
    }

    /** Without a terminal nobody is there to ask, and whoever wrote the script has decided. */
    private static void confirm(String what, Terminal terminal) throws CommandException {
        Optional<String> answer = terminal.person().answer("Sign " + Terminal.printable(what) + "? [yes/no] ");
        if (answer.isPresent() && !answer.get().strip().equalsIgnoreCase("yes")) {
            throw CommandException.failed("nothing was signed", "answer yes to sign, or give --yes");
        }
    }
}
