package io.attestedmesh.cli.root;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.document.Destination;
import io.attestedmesh.cli.document.FileKind;
import io.attestedmesh.cli.document.InputFile;
import io.attestedmesh.cli.document.RootWords;
import io.attestedmesh.cli.document.Signer;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.envelope.DocumentType;
import io.attestedmesh.releases.envelope.KeySet;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.root.TrustRoot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh root sign}. */
@Command(
        name = "sign",
        description = {
            "Sign a trust root: one person, one key, no network. ROOT is a draft, or what others signed before.",
            "The key must be one of the root's own, or, with --previous, one of the root before."
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  amesh root sign root.json --key keys/alice.key --out root.1.json",
            "  amesh root sign root.2.json --key keys/bob.key --previous root.1.json"
        })
final class Sign implements Verb {
    private final Terminal terminal;

    @Parameters(paramLabel = "ROOT", description = "A draft, or a signed root, to which the signature is added.")
    private Path file;

    @Mixin
    private Signer signer;

    @Option(
            names = "--previous",
            paramLabel = "ROOT",
            description = "The trust root before: its keys may sign too, and their signatures are counted.")
    private Optional<Path> previous = Optional.empty();

    @Mixin
    private Destination destination;

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    Sign(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException, RejectedReleasesException {
        InputFile input = InputFile.read(file);
        SignedEnvelope envelope = input.root();
        TrustRoot root = input.trustRoot();
        Path target = destination.or(input.kind() == FileKind.ROOT_DRAFT ? signedName(root) : file);
        if (!target.equals(file)) {
            destination.refuseTaken(target);
        }
        Optional<TrustRoot> before = previous(root);
        RootWords.of(root, envelope, terminal.clock().instant()).forEach(terminal::say);
        if (before.isPresent()) {
            terminal.say("changes since " + RootWords.title(before.get()) + ":");
            RootWords.changes(before.get(), root).forEach(change -> terminal.say("  " + change));
        }
        if (!terminal.clock().instant().isBefore(root.expiresAt())) {
            terminal.warn("the root expired at " + root.expiresAt() + ": no list counts under it");
        }
        List<KeySet> known = new ArrayList<>(List.of(root.keys()));
        before.ifPresent(one -> known.add(one.keys()));
        Signer.Signed signed = signer.sign(envelope, DocumentType.TRUST_ROOT, RootWords.title(root), known, terminal);
        SignedEnvelope written = destination.update(file, target, signed.envelope());
        RootProgress.of(written, root, before).print(target, written, terminal, json);
        return ExitStatus.DONE;
    }

    /** {@code root.json} becomes {@code root.2.json}: each version is kept, for clients walk all of them. */
    private Path signedName(TrustRoot root) {
        String name = file.getFileName().toString().replaceFirst("\\.json$", "");
        return file.resolveSibling(name + "." + root.version() + ".json");
    }

    private Optional<TrustRoot> previous(TrustRoot root) throws CommandException, IOException {
        if (previous.isEmpty()) {
            return Optional.empty();
        }
        TrustRoot before = Roots.newest(InputFile.read(previous.get()));
        if (!before.list().equals(root.list()) || before.version() != root.version() - 1) {
            throw CommandException.usage(
                    previous.get() + " is " + RootWords.title(before) + ", not the one before " + RootWords.title(root),
                    "");
        }
        return Optional.of(before);
    }
}
