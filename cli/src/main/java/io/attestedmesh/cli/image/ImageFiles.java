package io.attestedmesh.cli.image;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.document.InputFile;
import io.attestedmesh.enclave.image.EnclaveImage;
import io.attestedmesh.enclave.image.ImageReader;
import io.attestedmesh.enclave.image.MalformedImageException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads several image files one after the other; one that is none does not stop the others. */
final class ImageFiles {
    private final Terminal terminal;
    private final boolean json;

    ImageFiles(Terminal terminal, boolean json) {
        this.terminal = terminal;
        this.json = json;
    }

    /** What is done with an image that could be read. */
    interface Use {
        ExitStatus of(Path file, EnclaveImage image) throws CommandException, IOException;
    }

    /** The worst status of all: a malformed file (2) before a rejected one (1). */
    ExitStatus each(List<Path> files, Use use) throws CommandException, IOException {
        ExitStatus worst = ExitStatus.DONE;
        for (Path file : files) {
            ExitStatus status = one(file, use);
            worst = status.code() > worst.code() ? status : worst;
        }
        return worst;
    }

    private ExitStatus one(Path file, Use use) throws CommandException, IOException {
        EnclaveImage image;
        try {
            InputFile.requireNoFolder(file);
            image = ImageReader.read(file);
        } catch (MalformedImageException e) {
            refused(file, "malformed image", e.reason().name(), e.expected(), e.actual());
            return ExitStatus.USAGE;
        } catch (CommandException e) {
            refused(file, "malformed image", "NOT_A_FILE", "a file", "a folder");
            return e.status();
        } catch (IOException e) {
            refused(file, "unreadable", "UNREADABLE", "a file that can be read", described(e));
            return ExitStatus.FAILED;
        }
        return use.of(file, image);
    }

    private static String described(IOException e) {
        return e instanceof NoSuchFileException ? "no such file" : String.valueOf(e.getMessage());
    }

    /** One line, or five, about a file that is not what it should be. */
    void refused(Path file, String error, String reason, String expected, String actual) {
        if (json) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("file", file);
            line.put("error", error + ": expected " + expected + ", actual " + actual);
            line.put("reason", reason);
            line.put("expected", expected);
            line.put("actual", actual);
            terminal.json(line);
        } else {
            terminal.print(file + ": " + error);
            terminal.print("  reason:   " + reason);
            terminal.print("  expected: " + expected);
            terminal.print("  actual:   " + actual);
        }
    }

    /** The registers by index, as JSON has them; PCR8 of an unsigned image is zero. */
    static Map<String, String> registers(EnclaveImage image) {
        Map<String, String> registers = new LinkedHashMap<>();
        image.registers().values().forEach((index, value) -> registers.put(String.valueOf(index), value.hex()));
        return registers;
    }
}
