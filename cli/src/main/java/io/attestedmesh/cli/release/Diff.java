package io.attestedmesh.cli.release;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.document.FileKind;
import io.attestedmesh.cli.document.InputFile;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.audit.ListChange;
import io.attestedmesh.releases.envelope.EnvelopeSignature;
import io.attestedmesh.releases.envelope.NamedKey;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.root.TrustRoot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh release diff}. */
@Command(
        name = "diff",
        description = {
            "Say in words how two lists differ: releases added, removed, revoked, deprecated or changed, expiry, signers.",
            "Nothing is verified. Keys are named where a bundle or --root tells their names."
        },
        sortOptions = false,
        footer = {
            "",
            "Example:",
            "  amesh release diff bundle.json draft.json",
            "",
            "Exit status: 0, also if they differ."
        })
final class Diff implements Verb {
    private final Terminal terminal;

    @Parameters(index = "0", paramLabel = "BEFORE", description = "A draft, signed list or bundle.")
    private Path before;

    @Parameters(index = "1", paramLabel = "AFTER", description = "A draft, signed list or bundle.")
    private Path after;

    @Option(names = "--root", paramLabel = "ROOT", description = "Trust root that names keys; repeated.")
    private List<Path> roots = List.of();

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    Diff(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException, MalformedReleasesException {
        InputFile old = InputFile.read(before);
        InputFile now = InputFile.read(after);
        List<ListChange> changes = new ArrayList<>(ListChange.between(old.releases(), now.releases()));
        changes.addAll(signers(old, now));
        for (ListChange change : changes) {
            if (json) {
                terminal.json(ChangeView.of(change));
            } else {
                terminal.print(change.toString());
            }
        }
        if (changes.isEmpty()) {
            terminal.say(
                    old.list().payload().equals(now.list().payload())
                            ? "The two lists are the same."
                            : "The two lists say the same, in different bytes: they are two payloads to sign.");
        }
        return ExitStatus.DONE;
    }

    /** A draft has no signers to lose. */
    private List<ListChange> signers(InputFile old, InputFile now)
            throws CommandException, IOException, MalformedReleasesException {
        if (old.kind() == FileKind.LIST_DRAFT || now.kind() == FileKind.LIST_DRAFT) {
            return List.of();
        }
        Map<String, String> names = names(old, now);
        Set<String> first = keyIds(old.list());
        Set<String> second = keyIds(now.list());
        List<ListChange> changes = new ArrayList<>();
        for (String key : second) {
            if (!first.contains(key)) {
                changes.add(ListChange.ofList("signer-added", "signed by " + name(names, key) + ", who had not"));
            }
        }
        for (String key : first) {
            if (!second.contains(key)) {
                changes.add(ListChange.ofList("signer-removed", "not signed by " + name(names, key) + " any more"));
            }
        }
        return changes;
    }

    private static String name(Map<String, String> names, String keyId) {
        return Optional.ofNullable(names.get(keyId))
                .map(name -> name + " (" + keyId + ")")
                .orElse("key " + keyId);
    }

    private static Set<String> keyIds(SignedEnvelope list) {
        return new LinkedHashSet<>(
                list.signatures().stream().map(EnvelopeSignature::keyId).toList());
    }

    private Map<String, String> names(InputFile old, InputFile now)
            throws CommandException, IOException, MalformedReleasesException {
        List<SignedEnvelope> known = new ArrayList<>();
        for (InputFile file : List.of(old, now)) {
            if (file.kind() == FileKind.BUNDLE) {
                known.addAll(file.roots());
            }
        }
        for (Path file : roots) {
            known.addAll(InputFile.read(file).roots());
        }
        Map<String, String> names = new HashMap<>();
        for (SignedEnvelope root : known) {
            for (NamedKey key : TrustRoot.parse(root.payload()).keys().keys()) {
                names.put(key.keyId(), key.name());
            }
        }
        return names;
    }
}
