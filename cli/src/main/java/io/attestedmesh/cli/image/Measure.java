package io.attestedmesh.cli.image;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.enclave.image.EnclaveImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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

    @Mixin
    private DescribedFiles files;

    Measure(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException {
        return files.print(terminal, Measure::json, this::text);
    }

    private static Map<String, Object> json(Path file, EnclaveImage image) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("file", file);
        line.put("pcrs", ImageFiles.registers(image));
        return line;
    }

    private void text(Path file, EnclaveImage image) {
        terminal.print(file.toString());
        image.registers().values().forEach((index, value) -> terminal.print("  PCR" + index + "  " + value.hex()));
    }
}
