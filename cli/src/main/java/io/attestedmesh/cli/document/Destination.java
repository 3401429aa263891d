package io.attestedmesh.cli.document;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.file.AtomicFile.Access;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.NewFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where a document goes that a command makes: never over another file by accident. */
public final class Destination {
    @Option(names = "--out", paramLabel = "FILE", description = "The file to write.")
    private Optional<Path> out = Optional.empty();

    @Option(names = "--force", description = "Overwrite the file if it is there.")
    private boolean force;

    /** The file asked for, or {@code otherwise}. */
    public Path or(Path otherwise) {
        return out.orElse(otherwise);
    }

    /** The file asked for, or else an error. */
    public Path required() throws CommandException {
        return out.orElseThrow(() -> CommandException.usage("--out is missing", "it names the file to write"));
    }

    /** Called before anything is signed for {@code file}. */
    public void refuseTaken(Path file) throws CommandException {
        new NewFiles(force).refuseTaken(file);
    }

    public void write(Path file, Bytes content) throws IOException, CommandException {
        new NewFiles(force).add(file, content.toByteArray(), Access.PUBLIC).write();
    }

    /** Writes what grew out of {@code source}, and over that one without being told to. */
    public void update(Path source, Path file, Bytes content) throws IOException, CommandException {
        boolean same = Files.exists(file) && Files.isSameFile(source, file);
        new NewFiles(force || same)
                .add(file, content.toByteArray(), Access.PUBLIC)
                .write();
    }
}
