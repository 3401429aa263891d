package io.attestedmesh.cli.release;

import io.attestedmesh.attest.file.AtomicFile;
import io.attestedmesh.attest.file.AtomicFile.Access;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.document.FileKind;
import io.attestedmesh.cli.document.InputFile;
import io.attestedmesh.cli.document.Times;
import io.attestedmesh.releases.audit.AuditReport;
import io.attestedmesh.releases.audit.AuditSubject;
import io.attestedmesh.releases.audit.AuditedImage;
import io.attestedmesh.releases.audit.AuditedList;
import io.attestedmesh.releases.audit.AuditedLog;
import io.attestedmesh.releases.audit.HtmlReport;
import io.attestedmesh.releases.audit.Severity;
import io.attestedmesh.releases.audit.TextReport;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.log.DamagedLogException;
import io.attestedmesh.releases.log.TileLog;
import io.attestedmesh.releases.root.TrustRoot;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh release audit}. */
@Command(
        name = "audit",
        description = {
            "The auditor's page about a signed list: who signed, what ends soon, what was measured, what the log says.",
            "Only the roots given are trusted. docs/releases-audit.md has all findings."
        },
        sortOptions = false,
        footer = {
            "",
            "Example:",
            "  amesh release audit bundle.json --root root.1.json --log log --image build/*.eif",
            "",
            "Exit status: 0 nothing found at or above --fail-on, 1 something, 2 an input is malformed, 3 unreadable."
        })
final class Audit implements Verb {
    private final Terminal terminal;

    // Optional only to the parser: behind --image or --other, the list is taken for one of their files.
    @Parameters(
            paramLabel = "LIST",
            arity = "0..1",
            hideParamSyntax = true,
            description = "A bundle, or a signed list; stands before --image and --other.")
    private Optional<Path> file = Optional.empty();

    @Option(
            names = "--root",
            paramLabel = "ROOT",
            description = "A trust root that you have from elsewhere; repeated. The oldest is where trust begins.")
    private List<Path> roots = List.of();

    @Option(names = "--log", paramLabel = "DIR", description = "The log's folder: all of it is hashed again.")
    private Optional<Path> log = Optional.empty();

    @Option(
            names = "--image",
            paramLabel = "FILE",
            arity = "1..*",
            description = "Image files, to be compared with what the list says of them.")
    private List<Path> images = List.of();

    @Option(
            names = "--other",
            paramLabel = "LIST",
            arity = "1..*",
            description = "Earlier versions of the list, and lists that should not disagree with it.")
    private List<Path> others = List.of();

    @Option(
            names = "--since",
            paramLabel = "VERSION",
            description = "Say what changed since that version; it should be among --other.")
    private Optional<Long> since = Optional.empty();

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "As of that instant, as 2026-01-31T12:00:00Z; default now.")
    private Optional<String> at = Optional.empty();

    @Option(
            names = "--horizon",
            paramLabel = "SPAN",
            description = "Announce what ends within it, as 12h; default 30d, for what lives shorter its last third.")
    private Optional<String> horizon = Optional.empty();

    @Option(
            names = "--fail-on",
            paramLabel = "SEVERITY",
            defaultValue = "low",
            description = "info, low (default), medium or high: the least severity that gives exit status 1.")
    private String failOn;

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Write the report as one HTML file too, over an earlier one.")
    private Optional<Path> html = Optional.empty();

    Audit(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException {
        Severity least = Severity.named(failOn)
                .orElseThrow(() ->
                        CommandException.usage("--fail-on " + failOn + " is no severity", "info, low, medium or high"));
        Optional<Duration> span =
                horizon.isPresent() ? Optional.of(Times.span("--horizon", horizon.get())) : Optional.empty();
        Instant time = at.isPresent()
                ? Times.instant("--at", at.get())
                : Times.seconds(terminal.clock().instant());
        if (html.isPresent()) {
            requireNothingElse(html.get());
        }
        AuditReport report = new io.attestedmesh.releases.audit.Audit(span).of(subject(), time);
        if (html.isPresent()) {
            byte[] page = HtmlReport.of(report).getBytes(StandardCharsets.UTF_8);
            AtomicFile.write(html.get(), page, Access.PUBLIC);
        }
        if (json) {
            terminal.json(AuditJson.of(report));
        } else {
            TextReport.of(report).forEach(terminal::print);
        }
        return report.hasAtLeast(least) ? ExitStatus.REJECTED : ExitStatus.DONE;
    }

    /** A file that somebody may still need is not replaced by a report. */
    private static void requireNothingElse(Path file) throws CommandException, IOException {
        InputFile.requireNoFolder(file);
        if (Files.isRegularFile(file) && Files.size(file) > 0) {
            try (InputStream in = Files.newInputStream(file)) {
                if (!HtmlReport.isPage(in)) {
                    throw CommandException.usage(
                            file + " is there, and is no report of an audit", "give another name, or delete it");
                }
            }
        }
    }

    private AuditSubject subject() throws CommandException, IOException {
        Path audited = file.orElseThrow(() -> CommandException.usage(
                "LIST is missing", "put LIST before --image and --other: they take all files that follow them"));
        if (since.isPresent() && since.get() < 1) {
            throw CommandException.usage("--since " + since.get() + " is no version of a list", "1 or more");
        }
        AuditedList list = list(audited);
        List<SignedEnvelope> given = new ArrayList<>();
        for (Path root : roots) {
            given.addAll(roots(root));
        }
        List<AuditedImage> files = new ArrayList<>();
        for (Path image : images) {
            FileDigest digest = FileDigest.of(image);
            files.add(new AuditedImage(image.toString(), digest.sha384(), digest.size()));
        }
        List<AuditedList> lists = new ArrayList<>();
        for (Path other : others) {
            lists.add(list(other));
        }
        Optional<AuditedLog> entries = log.isPresent() ? Optional.of(log(log.get())) : Optional.empty();
        return new AuditSubject(
                list, given, entries, files, lists, since.map(OptionalLong::of).orElse(OptionalLong.empty()));
    }

    private static List<SignedEnvelope> roots(Path path) throws CommandException, IOException {
        List<SignedEnvelope> roots = InputFile.read(path).roots();
        for (SignedEnvelope root : roots) {
            InputFile.parsed(path, () -> TrustRoot.parse(root.payload()));
        }
        return roots;
    }

    private static AuditedList list(Path path) throws CommandException, IOException {
        InputFile input = InputFile.read(path);
        if (input.kind() != FileKind.BUNDLE && input.kind() != FileKind.SIGNED_LIST) {
            throw input.unexpected("a bundle or a signed list");
        }
        return InputFile.parsed(path, () -> AuditedList.parse(path.toString(), input.content()));
    }

    /** Damage is a finding, but a folder without a checkpoint that can be read is no log at all. */
    private static AuditedLog log(Path folder) throws CommandException, IOException {
        if (!Files.exists(folder)) {
            throw new NoSuchFileException(folder.toString());
        }
        if (!Files.isDirectory(folder)) {
            throw CommandException.usage(folder + " is a file, not the folder of a log", "");
        }
        TileLog tiles;
        try {
            tiles = TileLog.open(folder);
        } catch (DamagedLogException e) {
            throw CommandException.usage(folder + " is no folder of a log: " + e.getMessage(), "", e);
        }
        return AuditedLog.read(folder.toString(), tiles);
    }
}
