package io.attestedmesh.cli.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.releases.source.SourceLocation;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One table of the file and what overrides it, read key by key. Every key that is asked for becomes a known one, so that
 * {@link #refuseUnknownKeys} needs no list of its own.
 */
final class Section {
    private static final Pattern DURATION = Pattern.compile("([1-9][0-9]{0,8})(s|m|h|d)");

    private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,17}");

    private final String label;
    private final String name;
    private final JsonNode table;
    private final Overrides overrides;
    private final Path folder;
    private final Set<String> known = new TreeSet<>();

    /**
     * @param label as errors show it, {@code [node]} or {@code [[peers]] 2}
     * @param name as overrides name it, {@code node}
     */
    Section(String label, String name, JsonNode table, Overrides overrides, Path folder) {
        this.label = label;
        this.name = name;
        this.table = table;
        this.overrides = overrides;
        this.folder = folder;
    }

    /** True if nothing is said about it, neither in the file nor above it. */
    boolean isAbsent() {
        return table.isMissingNode() && !overrides.speakOf(name);
    }

    Optional<String> text(String key) throws CommandException {
        known.add(key);
        Optional<String> override = overrides.value(name, key);
        if (override.isPresent()) {
            return override;
        }
        JsonNode value = table.get(key);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw wrong(key, "is not a string", "write " + key + " = \"…\"");
        }
        return Optional.of(value.textValue());
    }

    String requiredText(String key) throws CommandException {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            throw wrong(key, "is missing", "docs/configuration.md says what belongs there");
        }
        return text.get();
    }

    boolean flag(String key) throws CommandException {
        known.add(key);
        Optional<String> override = overrides.value(name, key);
        JsonNode value = table.get(key);
        if (override.isEmpty() && value == null) {
            return false;
        }
        String text = override.orElseGet(() -> value.isBoolean() ? value.asText() : "");
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw wrong(key, "is not a boolean", "write true or false");
        };
    }

    Optional<Path> path(String key) throws CommandException {
        Optional<String> text = text(key);
        return text.isEmpty() ? Optional.empty() : Optional.of(resolve(key, text.get()));
    }

    Path requiredPath(String key) throws CommandException {
        return resolve(key, requiredText(key));
    }

    /** Where a list of releases is published, with a file name in it made absolute. */
    String location(String key) throws CommandException {
        String text = requiredText(key);
        try {
            boolean file = SourceLocation.parse(text).kind().equals("file");
            return file ? resolve(key, text) + (text.endsWith("/") ? "/" : "") : text;
        } catch (IllegalArgumentException e) {
            throw wrong(key, "is not a place: " + e.getMessage(), "docs/configuration.md shows what can stand there");
        }
    }

    Optional<Long> number(String key, long least, long most) throws CommandException {
        known.add(key);
        Optional<String> override = overrides.value(name, key);
        JsonNode value = table.get(key);
        if (override.isEmpty() && value == null) {
            return Optional.empty();
        }
        String text = override.orElseGet(() -> value.isIntegralNumber() ? value.asText() : "");
        if (NUMBER.matcher(text).matches()) {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return Optional.of(number);
            }
        }
        throw wrong(key, "is not a whole number from " + least + " to " + most, "write " + key + " = " + least);
    }

    Optional<Integer> integer(String key, int least, int most) throws CommandException {
        return number(key, least, most).map(Long::intValue);
    }

    /** A list of different whole numbers, in their order. */
    List<Integer> numbers(String key, int least, int most) throws CommandException {
        known.add(key);
        Set<Integer> numbers = new TreeSet<>();
        JsonNode values = table.path(key);
        for (JsonNode value : values) {
            boolean fits = value.isInt() && value.intValue() >= least && value.intValue() <= most;
            if (!fits || !numbers.add(value.intValue())) {
                throw wrong(
                        key,
                        "has something that is no whole number from " + least + " to " + most + ", or is there twice",
                        "write " + key + " = [1, 2, 3]");
            }
        }
        if (!values.isArray() || numbers.isEmpty()) {
            throw wrong(key, "is not a list of numbers", "write " + key + " = [1, 2, 3]");
        }
        return List.copyOf(numbers);
    }

    /** A list of file names; an override separates them by commas. */
    List<Path> paths(String key) throws CommandException {
        List<Path> paths = new ArrayList<>();
        for (String text : texts(key)) {
            paths.add(resolve(key, text));
        }
        return paths;
    }

    /** A list of strings; an override separates them by commas. */
    List<String> texts(String key) throws CommandException {
        known.add(key);
        Optional<String> override = overrides.value(name, key);
        if (override.isPresent()) {
            return List.of(override.get().split(",", -1));
        }
        List<String> texts = new ArrayList<>();
        JsonNode values = table.get(key);
        if (values == null) {
            return texts;
        }
        if (!values.isArray()) {
            throw wrong(key, "is not a list", "write " + key + " = [\"…\", \"…\"]");
        }
        for (JsonNode value : values) {
            texts.add(value.isTextual() ? value.textValue() : "");
        }
        return texts;
    }

    private Path resolve(String key, String text) throws CommandException {
        try {
            if (!text.isEmpty()) {
                return folder.resolve(text);
            }
        } catch (InvalidPathException e) {
            throw wrong(key, "is not a file name", "file names are relative to " + folder);
        }
        throw wrong(key, "is not a file name", "file names are relative to " + folder);
    }

    Optional<Duration> duration(String key) throws CommandException {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Matcher parts = DURATION.matcher(text.get());
        if (!parts.matches()) {
            throw wrong(key, "is not a duration", "write a number and s, m, h or d: \"3h\"");
        }
        long count = Long.parseLong(parts.group(1));
        return Optional.of(
                switch (parts.group(2)) {
                    case "s" -> Duration.ofSeconds(count);
                    case "m" -> Duration.ofMinutes(count);
                    case "h" -> Duration.ofHours(count);
                    default -> Duration.ofDays(count);
                });
    }

    Optional<Address> address(String key) throws CommandException {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Optional<Address> address = Address.parse(text.get());
        if (address.isEmpty()) {
            throw wrong(key, "is not HOST:PORT", "say \"127.0.0.1:7443\" or \"[::1]:7443\"");
        }
        return address;
    }

    /** A constant by its name in lower case, with hyphens. */
    <E extends Enum<E>> Optional<E> choice(String key, Class<E> type) throws CommandException {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Map<String, E> choices = new java.util.LinkedHashMap<>();
        for (E constant : type.getEnumConstants()) {
            choices.put(constant.name().toLowerCase(Locale.ROOT).replace('_', '-'), constant);
        }
        if (!choices.containsKey(text.get())) {
            throw wrong(
                    key,
                    "is none of " + String.join(", ", choices.keySet()),
                    NearestName.hint(text.get(), choices.keySet()));
        }
        return Optional.of(choices.get(text.get()));
    }

    /** Refuses a key that an earlier version had. */
    void refuse(String key, String hint) throws CommandException {
        if (table.has(key) || overrides.value(name, key).isPresent()) {
            throw CommandException.usage(label + ": unknown key " + key, hint);
        }
    }

    void refuseUnknownKeys() throws CommandException {
        for (Map.Entry<String, JsonNode> entry : table.properties()) {
            if (!known.contains(entry.getKey())) {
                throw CommandException.usage(
                        label + ": unknown key " + entry.getKey(), NearestName.hint(entry.getKey(), known));
            }
        }
        overrides.refuseUnknown(name, known);
    }

    CommandException wrong(String key, String problem, String hint) {
        return CommandException.usage(label + " " + key + " " + problem, hint);
    }
}
