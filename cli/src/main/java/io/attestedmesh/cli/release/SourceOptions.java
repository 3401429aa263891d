package io.attestedmesh.cli.release;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.releases.list.SourceCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What an image was built from: all of it or nothing. */
final class SourceOptions {
    @Option(names = "--repository", paramLabel = "URL", description = "Source repository, https.")
    private Optional<String> repository = Optional.empty();

    @Option(names = "--commit", paramLabel = "HEX", description = "Commit that was built.")
    private Optional<String> commit = Optional.empty();

    @Option(names = "--recipe", paramLabel = "FILE", description = "Build recipe: its SHA-384 is noted.")
    private Optional<Path> recipe = Optional.empty();

    Optional<SourceCode> read() throws CommandException, IOException {
        if (repository.isEmpty() && commit.isEmpty() && recipe.isEmpty()) {
            return Optional.empty();
        }
        if (repository.isEmpty() || commit.isEmpty() || recipe.isEmpty()) {
            throw CommandException.usage(
                    "--repository, --commit and --recipe go together",
                    "only all three let somebody build the image again");
        }
        return Optional.of(new SourceCode(
                repository.get(), commit.get(), FileDigest.of(recipe.get()).sha384()));
    }
}
