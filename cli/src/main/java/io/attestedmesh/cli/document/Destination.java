package io.attestedmesh.cli.document;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.file.AtomicFile.Access;
import io.attestedmesh.attest.file.LockFile;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.NewFiles;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.envelope.EnvelopeSignature;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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

    /**
     * Writes {@code signed}, which grew out of {@code source}, and over that one without being told to. Signatures that
     * others added to it meanwhile stay; it takes as long as a person reads.
     *
     * @return what is in the file
     */
    public SignedEnvelope update(Path source, Path file, SignedEnvelope signed) throws IOException, CommandException {
        Path target = real(file);
        try (LockFile lock = lock(target)) {
            boolean same = Files.exists(target) && Files.isSameFile(source, target);
            SignedEnvelope all = same ? merged(InputFile.read(target), signed) : signed;
            lock.requireHeld();
            new NewFiles(force || same)
                    .add(target, all.encode().toByteArray(), Access.PUBLIC)
                    .write();
            return all;
        }
    }

    private static SignedEnvelope merged(InputFile now, SignedEnvelope signed) throws CommandException {
        try {
            Set<String> signers =
                    signed.signatures().stream().map(EnvelopeSignature::keyId).collect(Collectors.toSet());
            SignedEnvelope there = now.envelope();
            List<EnvelopeSignature> others = there.signatures().stream()
                    .filter(each -> !signers.contains(each.keyId()))
                    .toList();
            return new SignedEnvelope(there.payload(), others).merge(signed);
        } catch (MalformedReleasesException e) {
            throw CommandException.failed(
                    now.path() + " was changed while it was being signed", "nothing was written; sign it again", e);
        }
    }

    /** What is read and written again is what a link leads to. */
    public static Path real(Path file) throws IOException {
        return Files.isSymbolicLink(file) && Files.exists(file) ? file.toRealPath() : file;
    }

    /** That one command at a time changes a file: of two that read it both, one would undo what the other did. */
    public static LockFile lock(Path file) throws IOException, CommandException {
        return LockFile.tryTake(file.resolveSibling("." + file.getFileName() + ".lock"))
                .orElseThrow(() -> CommandException.failed(
                        "another command is writing " + file, "when it has ended, say it again"));
    }
}
