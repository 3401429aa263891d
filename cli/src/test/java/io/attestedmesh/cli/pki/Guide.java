package io.attestedmesh.cli.pki;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The commands and files of a guide in Markdown: fenced blocks {@code console} and {@code toml}, in their order. */
record Guide(List<Step> steps) {
    private static final Pattern PROMPT = Pattern.compile("([a-z0-9-]+)\\$ (.+)");
    private static final Pattern PLACE = Pattern.compile("# ([a-z0-9-]+):(/\\S+)");

    /** Something that happens on one host. */
    sealed interface Step permits Command, Text {
        String host();
    }

    /** A command line, and what the guide shows of its output. */
    record Command(String host, String line, List<String> output) implements Step {}

    /** A file to write. */
    record Text(String host, String path, List<String> lines) implements Step {}

    static Guide read(Path markdown) throws IOException {
        List<Step> steps = new ArrayList<>();
        String language = null;
        List<String> block = new ArrayList<>();
        for (String line : Files.readAllLines(markdown)) {
            if (!line.startsWith("```")) {
                block.add(line);
            } else if (language == null) {
                language = line.substring(3);
                block.clear();
            } else {
                steps.addAll(steps(language, List.copyOf(block)));
                language = null;
            }
        }
        return new Guide(List.copyOf(steps));
    }

    private static List<Step> steps(String language, List<String> block) {
        return switch (language) {
            case "console" -> commands(block);
            case "toml" -> {
                Matcher place = PLACE.matcher(block.get(0));
                if (!place.matches()) {
                    throw new AssertionError("a file without a place: " + block.get(0));
                }
                yield List.of(new Text(place.group(1), place.group(2), block));
            }
            default -> throw new AssertionError("a block of unknown kind: " + language);
        };
    }

    private static List<Step> commands(List<String> block) {
        List<Step> commands = new ArrayList<>();
        List<String> output = new ArrayList<>();
        for (String line : block) {
            Matcher prompt = PROMPT.matcher(line);
            if (prompt.matches()) {
                output = new ArrayList<>();
                commands.add(new Command(prompt.group(1), prompt.group(2), output));
            } else {
                output.add(line);
            }
        }
        return commands;
    }
}
