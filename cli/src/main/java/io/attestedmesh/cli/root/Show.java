package io.attestedmesh.cli.root;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.document.FileKind;
import io.attestedmesh.cli.document.InputFile;
import io.attestedmesh.cli.document.RootWords;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.root.TrustRoot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh root show}. */
@Command(
        name = "show",
        description = "Show what is in trust roots: drafts, signed ones, all those of a bundle. Nothing is verified.",
        sortOptions = false,
        footer = {"", "Example:", "  amesh root show root.1.json"})
final class Show implements Verb {
    private final Terminal terminal;

    @Parameters(paramLabel = "ROOT", arity = "1..*", description = "Drafts, signed roots or bundles.")
    private List<Path> files;

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    Show(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException {
        for (Path file : files) {
            InputFile input = InputFile.read(file);
            List<SignedEnvelope> envelopes = input.kind() == FileKind.BUNDLE ? input.roots() : List.of(input.root());
            for (SignedEnvelope envelope : envelopes) {
                show(file, Roots.parse(input, envelope), envelope);
            }
        }
        return ExitStatus.DONE;
    }

    private void show(Path file, TrustRoot root, SignedEnvelope envelope) {
        if (json) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("file", file);
            line.putAll(RootWords.view(root, envelope));
            terminal.json(line);
        } else {
            RootWords.of(root, envelope, terminal.clock().instant()).forEach(terminal::print);
        }
    }
}
