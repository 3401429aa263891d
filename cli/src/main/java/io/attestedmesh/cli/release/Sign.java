package io.attestedmesh.cli.release;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.document.Destination;
import io.attestedmesh.cli.document.FileKind;
import io.attestedmesh.cli.document.InputFile;
import io.attestedmesh.cli.document.Signer;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.ReleasesReason;
import io.attestedmesh.releases.audit.ListChange;
import io.attestedmesh.releases.envelope.DocumentType;
import io.attestedmesh.releases.envelope.KeySet;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.list.ContentRules;
import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.root.TrustRoot;
import io.attestedmesh.releases.trust.Requirements;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh release sign}. */
@Command(
        name = "sign",
        description = {
            "Sign a list: one person, one key, no network. LIST is a draft, or what others signed before; the order is free.",
            "Shows what is signed, and asks on a terminal. A list that clients refuse for its content is not signed."
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  amesh release sign draft.json --key keys/alice.key --root root.json --out list.json",
            "  amesh release sign list.json --key keys/bob.key --root root.json --previous bundle.json"
        })
final class Sign implements Verb {
    private final Terminal terminal;

    @Parameters(paramLabel = "LIST", description = "A draft, or a signed list, to which the signature is added.")
    private Path file;

    @Mixin
    private Signer signer;

    @Option(
            names = "--root",
            paramLabel = "ROOT",
            description = "Trust root of the list: the key must be one of it, and signatures are counted.")
    private Optional<Path> root = Optional.empty();

    @Option(
            names = "--previous",
            paramLabel = "LIST",
            description = "Show only the changes since this list or bundle, which must be signed as --root asks.")
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
        if (input.kind() == FileKind.BUNDLE) {
            throw input.unexpected("a draft or a signed list");
        }
        SignedEnvelope envelope = input.list();
        ReleaseList list = input.releases();
        Optional<InputFile> rootFile = root.isPresent() ? Optional.of(InputFile.read(root.get())) : Optional.empty();
        Optional<TrustRoot> trusted =
                rootFile.isPresent() ? Optional.of(rootFile.get().trustRoot()) : Optional.empty();
        Path target = destination.or(input.kind() == FileKind.LIST_DRAFT ? signedName() : file);
        if (!target.equals(file)) {
            destination.refuseTaken(target);
        }
        check(list, trusted);
        Optional<ReleaseList> before = previous(list, rootFile);
        show(list, envelope, before);
        List<KeySet> known = trusted.map(TrustRoot::keys).stream().toList();
        Signer.Signed signed = signer.sign(envelope, DocumentType.RELEASE_LIST, ListWords.title(list), known, terminal);
        SignedEnvelope written = destination.update(file, target, signed.envelope());
        Optional<ListProgress> progress =
                trusted.isPresent() ? Optional.of(ListProgress.of(written, trusted.get())) : Optional.empty();
        new ListSignatures(target, written, progress).print(terminal, json);
        return ExitStatus.DONE;
    }

    /** {@code draft.json} becomes {@code draft.signed.json}. */
    private Path signedName() {
        String name = file.getFileName().toString().replaceFirst("\\.json$", "");
        return file.resolveSibling(name + ".signed.json");
    }

    private void check(ReleaseList list, Optional<TrustRoot> trusted) throws RejectedReleasesException {
        ContentRules.check(list);
        if (trusted.isPresent() && !list.name().equals(trusted.get().list())) {
            throw new RejectedReleasesException(
                    ReleasesReason.WRONG_LIST, trusted.get().list(), list.name());
        }
        Instant now = terminal.clock().instant();
        if (!now.isBefore(list.expiresAt())) {
            terminal.warn("the list expired at " + list.expiresAt() + ": clients refuse it");
        }
        if (list.issuedAt().isAfter(now.plus(Requirements.DEFAULT_CLOCK_SKEW))) {
            terminal.warn("the list is issued at " + list.issuedAt() + ": clients refuse it until then");
        }
        if (trusted.isPresent() && !now.isBefore(trusted.get().expiresAt())) {
            terminal.warn("the trust root expired at " + trusted.get().expiresAt() + ": clients refuse lists under it");
        }
    }

    private Optional<ReleaseList> previous(ReleaseList list, Optional<InputFile> rootFile)
            throws CommandException, IOException {
        if (previous.isEmpty()) {
            return Optional.empty();
        }
        if (rootFile.isEmpty()) {
            throw CommandException.usage(
                    "--previous needs --root: who made the list before cannot be told without",
                    "leave out --previous, and all of the list is shown");
        }
        return Optional.of(EarlierList.read(previous.get(), rootFile.get(), list));
    }

    private void show(ReleaseList list, SignedEnvelope envelope, Optional<ReleaseList> before) {
        ListWords.head(list, envelope.payloadDigest(), terminal.clock().instant())
                .forEach(terminal::say);
        if (before.isEmpty()) {
            list.releases().forEach(release -> ListWords.of(release).forEach(line -> terminal.say("  " + line)));
        } else {
            terminal.say("changes since " + ListWords.title(before.get()) + ":");
            ListChange.between(before.get(), list).forEach(change -> terminal.say("  " + change));
        }
    }
}
