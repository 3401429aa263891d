package io.attestedmesh.cli.image;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.enclave.image.EnclaveImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The image files that a command describes, and in which form. */
final class DescribedFiles {
    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Image files.")
    private List<Path> files;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "amesh",
            description = "amesh (default), or nitro-cli: the JSON of 'nitro-cli describe-eif', for one file.")
    private String format;

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    /**
     * Prints each file.
     *
     * @param line what {@code --json} prints of it
     * @param text what is printed else
     */
    ExitStatus print(
            Terminal terminal,
            BiFunction<Path, EnclaveImage, Map<String, Object>> line,
            BiConsumer<Path, EnclaveImage> text)
            throws CommandException, IOException {
        boolean nitro = NitroDescription.isWanted(format, files.size());
        return new ImageFiles(terminal, json || nitro).each(files, (file, image) -> {
            if (nitro) {
                NitroDescription.of(image, terminal.clock().instant()).lines().forEach(terminal::print);
            } else if (json) {
                terminal.json(line.apply(file, image));
            } else {
                text.accept(file, image);
            }
            return ExitStatus.DONE;
        });
    }
}
