package io.attestedmesh.cli.release;

import io.attestedmesh.attest.file.LockFile;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.document.Destination;
import io.attestedmesh.cli.document.FileKind;
import io.attestedmesh.cli.document.InputFile;
import io.attestedmesh.cli.document.RootFiles;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.root.TrustRoot;
import io.attestedmesh.releases.trust.Bundle;
import io.attestedmesh.releases.trust.Publication;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh release publish}. */
@Command(
        name = "publish",
        description = {
            "Publish a signed list: into the log, then as a bundle that clients fetch, written last and at once.",
            "What clients would refuse is refused here, before it is in the log. The same command again does no harm:",
            "after a crash it goes on where it stopped, and a list that is in the log is not entered again."
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  amesh release publish list.json --root root.1.json --log log --log-key keys/log.key --out bundle.json",
            "  amesh release publish bundle.json --refresh --log log --log-key keys/log.key --out bundle.json",
            "",
            "With witnesses in the trust root, the first run enters the list and ends with WITNESSES_MISSING; each",
            "witness runs 'amesh release log cosign', and a second run with --cosignature FILE publishes."
        })
final class Publish implements Verb {
    private final Terminal terminal;

    @Parameters(paramLabel = "LIST", description = "The signed list, or the bundle that is published already.")
    private Path file;

    @Option(
            names = "--root",
            paramLabel = "ROOT",
            description = "Trust root that clients have, and those after it; repeated. Those published stay.")
    private List<Path> roots = List.of();

    @Mixin
    private LogUse log;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "The bundle, or a folder/ for it.")
    private String out;

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    Publish(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run()
            throws CommandException, IOException, RejectedReleasesException, MalformedReleasesException {
        Path path = PublishedFile.path(out);
        PublishedFile.makeFolder(path);
        try (LockFile lock = Destination.lock(path)) {
            publish(lock, path);
        }
        return ExitStatus.DONE;
    }

    private void publish(LockFile held, Path path)
            throws CommandException, IOException, RejectedReleasesException, MalformedReleasesException {
        InputFile input = InputFile.read(file);
        if (input.kind() == FileKind.LIST_DRAFT) {
            throw input.unexpected("a signed list");
        }
        SignedEnvelope list = input.list();
        PublishedFile published = PublishedFile.at(path);
        RootFiles known = RootFiles.read(roots).add(published.roots());
        if (input.kind() == FileKind.BUNDLE) {
            known.add(input.roots());
        }
        if (known.envelopes().isEmpty()) {
            throw CommandException.usage("no trust root is known", "give --root ROOT, the one that clients have");
        }
        TrustRoot newest = known.newest();
        published.requireFollows(list, newest);
        Publication publication = new Publication(known.envelopes(), terminal.clock());
        Bundle bundle = log.publish(publication, list, newest, published, terminal);
        if (bundle.log().isPresent()) {
            published.requireFollows(bundle.log().get());
        }
        held.requireHeld();
        published.replace(bundle);
        print(path, bundle, newest, input.releases());
    }

    private void print(Path path, Bundle bundle, TrustRoot newest, ReleaseList list) throws RejectedReleasesException {
        if (json) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("file", path);
            line.put("list", list.name());
            line.put("version", list.version());
            line.put("sha384", bundle.list().payloadDigest().hex());
            line.put("expiresAt", list.expiresAt());
            line.put("rootVersion", newest.version());
            line.putAll(LogView.of(bundle.log(), newest));
            terminal.json(line);
        } else {
            terminal.print(path.toString());
        }
        terminal.say("Published " + ListWords.title(list) + " with " + ListWords.releases(list) + ", expires "
                + list.expiresAt() + LogView.words(bundle.log(), newest)
                + "; next: amesh release verify " + path + " --root ROOT");
    }
}
