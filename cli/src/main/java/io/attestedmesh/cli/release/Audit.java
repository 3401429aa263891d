package io.attestedmesh.cli.release;

import io.attestedmesh.attest.file.AtomicFile;
import io.attestedmesh.attest.file.AtomicFile.Access;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.document.InputFile;
import io.attestedmesh.cli.document.Times;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.audit.AuditReport;
import io.attestedmesh.releases.audit.AuditSubject;
import io.attestedmesh.releases.audit.AuditedImage;
import io.attestedmesh.releases.audit.AuditedList;
import io.attestedmesh.releases.audit.AuditedLog;
import io.attestedmesh.releases.audit.HtmlReport;
import io.attestedmesh.releases.audit.Severity;
import io.attestedmesh.releases.audit.TextReport;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.log.TileLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
            "  amesh release audit bundle.json --root root.1.json --log log",
            "",
            "Exit status: 0 nothing found at or above --fail-on, 1 something, 2 an input is unreadable."
        })
final class Audit implements Verb {
    private final Terminal terminal;

    @Parameters(paramLabel = "LIST", description = "A bundle, or a signed list.")
    private Path file;

    @Option(
            names = "--root",
            paramLabel = "ROOT",
            arity = "1..*",
            description = "Trust roots that you have from elsewhere; the oldest is where trust begins.")
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
            description = "Write the report as one HTML file too, over what is there.")
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

    private AuditSubject subject() throws CommandException {
        AuditedList list = list(file);
        List<SignedEnvelope> given = new ArrayList<>();
        for (Path root : roots) {
            given.addAll(readable(root, () -> InputFile.read(root).roots()));
        }
        List<AuditedImage> files = new ArrayList<>();
        for (Path image : images) {
            FileDigest digest = readable(image, () -> FileDigest.of(image));
            files.add(new AuditedImage(image.toString(), digest.sha384(), digest.size()));
        }
        List<AuditedList> others = new ArrayList<>();
        for (Path other : this.others) {
            others.add(list(other));
        }
        Optional<AuditedLog> entries = Optional.empty();
        if (log.isPresent()) {
            Path folder = log.get();
            entries = Optional.of(readable(folder, () -> AuditedLog.read(folder.toString(), TileLog.open(folder))));
        }
        return new AuditSubject(
                list, given, entries, files, others, since.map(OptionalLong::of).orElse(OptionalLong.empty()));
    }

    private static AuditedList list(Path path) throws CommandException {
        return readable(path, () -> {
            InputFile input = InputFile.read(path);
            return switch (input.kind()) {
                case BUNDLE, SIGNED_LIST -> AuditedList.parse(path.toString(), input.content());
                default -> throw input.unexpected("a bundle or a signed list");
            };
        });
    }

    private interface Reading<T> {
        T read() throws IOException, MalformedReleasesException, CommandException;
    }

    /** An auditor's input that is not there is as unreadable as one that is malformed: both are exit status 2. */
    private static <T> T readable(Path path, Reading<T> reading) throws CommandException {
        try {
            return reading.read();
        } catch (NoSuchFileException e) {
            throw CommandException.usage("no such file: " + e.getMessage(), "", e);
        } catch (IOException | MalformedReleasesException e) {
            throw CommandException.usage(path + " cannot be read: " + e.getMessage(), "", e);
        }
    }
}
