package io.attestedmesh.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The commands and files of a guide in Markdown: fenced blocks {@code console} and {@code toml}, in their order. What
 * stands before {@code $} is the host; a command goes on behind a backslash at the end of its line.
 */
public record Guide(List<Step> steps) {
    private static final Pattern PROMPT = Pattern.compile("([a-z0-9-]*)\\$ (.+)");
    private static final Pattern PLACE = Pattern.compile("# (?:([a-z0-9-]+):)?(\\S+)");

    /** Something that happens on one host. */
    public sealed interface Step permits Command, Text {
        String host();
    }

    /** A command line, and what the guide shows of its output. */
    public record Command(String host, String line, List<String> output) implements Step {}

    /** A file to write. */
    public record Text(String host, String path, List<String> lines) implements Step {}

    public static Guide read(Path markdown) throws IOException {
        return of(Files.readAllLines(markdown));
    }

    /** What stands below a heading, to the next one of its level. */
    public static Guide read(Path markdown, String heading) throws IOException {
        List<String> lines = Files.readAllLines(markdown);
        int from = lines.indexOf(heading);
        if (from < 0) {
            throw new AssertionError(markdown + " has no line " + heading);
        }
        String level = heading.substring(0, heading.indexOf(' ') + 1);
        int to = from + 1;
        while (to < lines.size() && !lines.get(to).startsWith(level)) {
            to++;
        }
        return of(lines.subList(from, to));
    }

    private static Guide of(List<String> lines) {
        List<Step> steps = new ArrayList<>();
        String language = null;
        List<String> block = new ArrayList<>();
        for (String line : lines) {
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
                yield List.of(new Text(place.group(1) == null ? "" : place.group(1), place.group(2), block));
            }
            default -> throw new AssertionError("a block of unknown kind: " + language);
        };
    }

    private static List<Step> commands(List<String> block) {
        List<Step> commands = new ArrayList<>();
        List<String> output = new ArrayList<>();
        for (String line : joined(block)) {
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

    private static List<String> joined(List<String> block) {
        List<String> lines = new ArrayList<>();
        String begun = "";
        for (String line : block) {
            if (line.endsWith(" \\")) {
                begun += line.strip().substring(0, line.strip().length() - 1);
            } else {
                lines.add(begun.isEmpty() ? line : begun + line.strip());
                begun = "";
            }
        }
        return lines;
    }
}
