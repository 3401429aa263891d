package io.attestedmesh.cli.image;

import com.fasterxml.jackson.databind.JsonNode;
import io.attestedmesh.attest.evidence.Excerpt;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.enclave.image.EnclaveImage;
import io.attestedmesh.enclave.image.ImageMetadata;
import io.attestedmesh.enclave.image.ImageSignature;
import io.attestedmesh.enclave.image.Section;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code amesh image inspect}. */
@Command(
        name = "inspect",
        description = {
            "Show what is in image files: sections, command line, registers, signing certificate, metadata.",
            "Metadata is in no register: its author can write anything. A signature is shown, not verified."
        },
        sortOptions = false,
        footer = {"", "Exit status: 0 all shown, 2 one malformed, 3 one unreadable."})
final class Inspect implements Verb {
    private final Terminal terminal;

    @Mixin
    private DescribedFiles files;

    Inspect(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException {
        return files.print(terminal, Inspect::json, this::text);
    }

    private static Map<String, Object> json(Path file, EnclaveImage image) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("file", file);
        line.put("version", EnclaveImage.VERSION);
        line.put("architecture", image.architecture());
        line.put("defaultMemory", Long.toUnsignedString(image.defaultMemory()));
        line.put("defaultCpus", Long.toUnsignedString(image.defaultCpus()));
        line.put("crc", crc(image));
        line.put("sections", image.sections().stream().map(Inspect::json).toList());
        line.put("commandLine", image.commandLine());
        line.put("pcrs", ImageFiles.registers(image));
        line.put("signature", image.signature().map(Inspect::json));
        line.put("untrustedMetadata", image.metadata().map(each -> plain(each.json())));
        return line;
    }

    private static Map<String, Object> json(Section section) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("type", section.type());
        shown.put("offset", section.offset());
        shown.put("size", section.size());
        return shown;
    }

    private static Map<String, Object> json(ImageSignature signature) {
        X509Certificate certificate = signature.certificate();
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("algorithm", signature.algorithm());
        shown.put("subject", certificate.getSubjectX500Principal().getName());
        shown.put("issuer", certificate.getIssuerX500Principal().getName());
        shown.put("notBefore", certificate.getNotBefore().toInstant());
        shown.put("notAfter", certificate.getNotAfter().toInstant());
        return shown;
    }

    private static Object plain(JsonNode value) {
        if (value.isObject()) {
            Map<String, Object> members = new LinkedHashMap<>();
            value.properties().forEach(each -> members.put(each.getKey(), plain(each.getValue())));
            return members;
        }
        if (value.isArray()) {
            List<Object> items = new ArrayList<>();
            value.forEach(each -> items.add(plain(each)));
            return items;
        }
        if (value.isNull()) {
            return null;
        }
        return value.isBoolean() ? (Object) value.booleanValue() : value.asText();
    }

    private void text(Path file, EnclaveImage image) {
        terminal.print(file + ": enclave image, version " + EnclaveImage.VERSION + ", " + image.architecture());
        terminal.print("  default     " + Long.toUnsignedString(image.defaultMemory()) + " bytes of memory, "
                + Long.toUnsignedString(image.defaultCpus()) + " CPUs");
        terminal.print("  CRC-32      " + crc(image) + ", right");
        image.sections()
                .forEach(each -> terminal.print(String.format(
                        "  %-12s%d bytes at %d",
                        each.type().name().toLowerCase(Locale.ROOT), each.size(), each.offset())));
        terminal.print("  kernel gets " + image.commandLine());
        image.registers()
                .values()
                .forEach((index, value) -> terminal.print("  PCR" + index + "        " + value.hex()));
        image.signature()
                .ifPresentOrElse(
                        each -> terminal.print("  signed by   "
                                + Excerpt.of(each.certificate()
                                        .getSubjectX500Principal()
                                        .getName())
                                + ", " + each.algorithm() + ", certificate valid "
                                + each.certificate().getNotBefore().toInstant() + " to "
                                + each.certificate().getNotAfter().toInstant() + "; not verified here"),
                        () -> terminal.print("  not signed"));
        image.metadata().map(ImageMetadata::json).ifPresent(each -> {
            terminal.print("  metadata, written by whoever made the file; nothing vouches for it:");
            each.properties().forEach(member -> terminal.print("    " + member.getKey() + " = " + member.getValue()));
        });
    }

    private static String crc(EnclaveImage image) {
        return String.format("0x%08x", image.crc());
    }
}
