package io.attestedmesh.cli.release;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.document.Destination;
import io.attestedmesh.cli.document.FileKind;
import io.attestedmesh.cli.document.InputFile;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.root.TrustRoot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh release assemble}. */
@Command(
        name = "assemble",
        description = {
            "Put the signatures of several files together, which people made of the same draft at the same time.",
            "All files must have the same payload, byte for byte."
        },
        sortOptions = false,
        footer = {
            "",
            "Example:",
            "  amesh release assemble from-alice.json from-bob.json --root root.json --out list.json"
        })
final class Assemble implements Verb {
    private final Terminal terminal;

    @Parameters(paramLabel = "LIST", arity = "1..*", description = "Signed lists.")
    private List<Path> files;

    @Option(names = "--root", paramLabel = "ROOT", description = "Trust root of the list: signatures are counted.")
    private Optional<Path> root = Optional.empty();

    @Mixin
    private Destination destination;

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    Assemble(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException, RejectedReleasesException {
        Path target = destination.required();
        destination.refuseTaken(target);
        SignedEnvelope all = merged();
        Optional<ListProgress> progress = Optional.empty();
        if (root.isPresent()) {
            TrustRoot trusted = InputFile.read(root.get()).trustRoot();
            progress = Optional.of(ListProgress.of(all, trusted));
        }
        destination.write(target, all.encode());
        new ListSignatures(target, all, progress).print(terminal, json);
        return ExitStatus.DONE;
    }

    private SignedEnvelope merged() throws CommandException, IOException {
        SignedEnvelope all = null;
        for (Path file : files) {
            InputFile input = InputFile.read(file);
            if (input.kind() != FileKind.SIGNED_LIST) {
                throw input.unexpected("a signed release list");
            }
            all = all == null ? input.list() : merge(all, input);
        }
        return all;
    }

    private SignedEnvelope merge(SignedEnvelope all, InputFile input) throws CommandException {
        try {
            return all.merge(input.list());
        } catch (MalformedReleasesException e) {
            throw CommandException.usage(
                    input.path() + " cannot be put together with " + files.get(0) + ": " + e.getMessage(),
                    "amesh release diff " + files.get(0) + " " + input.path(),
                    e);
        }
    }
}
