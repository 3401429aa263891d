package io.attestedmesh.cli.pki;

import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.transport.pki.Pem;
import io.attestedmesh.transport.pki.PemBlock;
import io.attestedmesh.transport.pki.PemException;
import io.attestedmesh.transport.pki.PkiException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh pki inspect}. */
@Command(
        name = "inspect",
        description = {
            "Show what is in PEM files: certificates, requests, revocation lists, kinds of keys.",
            "Nothing is verified, but that a request is signed by its own key. Keys themselves are never shown."
        },
        sortOptions = false,
        footer = {"", "Examples:", "  amesh pki inspect ca/ca.crt", "  amesh pki inspect --json server-a/*"})
final class Inspect extends PkiVerb {
    @Parameters(paramLabel = "FILE", arity = "1..*", description = "PEM files; - is standard input.")
    private List<String> files;

    @Option(names = "--json", description = JSON)
    private boolean json;

    Inspect(Terminal terminal, SecureRandom random) {
        super(terminal, random);
    }

    @Override
    ExitStatus perform() throws IOException, PkiException {
        for (String file : files) {
            List<PemBlock> blocks = Pem.blocks(file, read(file));
            for (int i = 0; i < blocks.size(); i++) {
                Map<String, Object> view = PemView.of(file, blocks.get(i));
                if (json) {
                    Map<String, Object> line = new LinkedHashMap<>();
                    line.put("file", file);
                    line.putAll(view);
                    terminal.json(line);
                } else {
                    show(blocks.size() == 1 ? file : file + " (" + (i + 1) + " of " + blocks.size() + ")", view);
                }
            }
        }
        return ExitStatus.DONE;
    }

    private byte[] read(String file) throws IOException, PemException {
        return file.equals("-") ? Pem.read("standard input", terminal.in()) : Pem.read(Path.of(file));
    }

    private void show(String title, Map<String, Object> view) {
        terminal.print(title);
        view.forEach((name, value) -> {
            if (value instanceof List<?> list && !list.isEmpty() && list.get(0) instanceof Map<?, ?>) {
                terminal.print(String.format("  %-19s%d", name, list.size()));
                list.forEach(item -> terminal.print("    " + text(item)));
            } else if (!text(value).isEmpty()) {
                terminal.print(String.format("  %-19s%s", name, text(value)));
            }
        });
    }

    /** Empty for what is absent. */
    private static String text(Object value) {
        if (value instanceof Optional<?> optional) {
            return optional.map(Inspect::text).orElse("");
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Inspect::text).collect(Collectors.joining(", "));
        }
        if (value instanceof Map<?, ?> map) {
            return map.values().stream()
                    .map(Inspect::text)
                    .filter(item -> !item.isEmpty())
                    .collect(Collectors.joining(" "));
        }
        return value == null ? "" : value.toString();
    }
}
