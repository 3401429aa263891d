package io.attestedmesh.cli.image;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.enclave.image.EnclaveImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh image measure}. */
@Command(
        name = "measure",
        description = {
            "Print PCR0, PCR1, PCR2 and PCR8 of image files, computed from their bytes.",
            "PCR8 is of the signing certificate, and zero where there is none. PCR3 and PCR4 are set at run time."
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  amesh image measure node.eif",
            "  amesh image measure *.eif --json",
            "  amesh image measure node.eif --format nitro-cli    # as 'nitro-cli describe-eif' prints it",
            "",
            "Exit status: 0 all measured, 2 one malformed, 3 one unreadable."
        })
final class Measure implements Verb {
    private final Terminal terminal;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Image files.")
    private List<Path> files;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "amesh",
            description = "amesh (default), or nitro-cli: the JSON of 'nitro-cli describe-eif', for one file.")
    private String format;

    @Option(names = "--json", description = JSON)
    private boolean json;

    Measure(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException {
        boolean nitro = NitroDescription.isWanted(format, files.size());
        return new ImageFiles(terminal, json || nitro).each(files, (file, image) -> {
            if (nitro) {
                NitroDescription.of(image, terminal.clock().instant()).lines().forEach(terminal::print);
            } else {
                print(file, image);
            }
            return ExitStatus.DONE;
        });
    }

    private void print(Path file, EnclaveImage image) {
        if (json) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("file", file);
            line.put("pcrs", ImageFiles.registers(image));
            terminal.json(line);
        } else {
            terminal.print(file.toString());
            image.registers().values().forEach((index, value) -> terminal.print("  PCR" + index + "  " + value.hex()));
        }
    }
}
