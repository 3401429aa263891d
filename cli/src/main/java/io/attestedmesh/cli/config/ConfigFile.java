package io.attestedmesh.cli.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import io.attestedmesh.cli.command.CommandException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A TOML file that has known sections alone; file names in it are relative to its folder. */
final class ConfigFile {
    private static final int MAX_SIZE = 1024 * 1024;

    private final JsonNode root;
    private final Overrides overrides;
    private final Path folder;

    private ConfigFile(JsonNode root, Overrides overrides, Path folder) {
        this.root = root;
        this.overrides = overrides;
        this.folder = folder;
    }

    /**
     * Reads at most 1 MiB.
     *
     * @param sections all that may be there
     */
    static ConfigFile read(Path file, Set<String> sections, Overrides overrides) throws IOException, CommandException {
        JsonNode root = parse(file);
        for (Map.Entry<String, JsonNode> entry : root.properties()) {
            if (!sections.contains(entry.getKey())) {
                throw CommandException.usage(
                        file + ": unknown section " + entry.getKey(), NearestName.hint(entry.getKey(), sections));
            }
        }
        overrides.refuseUnknownSections(sections);
        return new ConfigFile(root, overrides, file.toAbsolutePath().getParent());
    }

    private static JsonNode parse(Path file) throws IOException, CommandException {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(MAX_SIZE + 1);
        }
        if (content.length > MAX_SIZE) {
            throw CommandException.usage(file + " is larger than " + MAX_SIZE + " bytes", "is it the right file?");
        }
        try {
            return new TomlMapper().readTree(content);
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            throw CommandException.usage(
                    file + " line " + line + ": not TOML: "
                            + e.getOriginalMessage().lines().findFirst().orElse(""),
                    "docs/configuration.md has an example",
                    e);
        } catch (IOException e) {
            throw CommandException.usage(file + ": not TOML: not UTF-8", "docs/configuration.md has an example", e);
        }
    }

    /** One table; an absent one has no keys. */
    Section section(String name) throws CommandException {
        JsonNode table = root.path(name);
        if (!table.isMissingNode() && !table.isObject()) {
            throw CommandException.usage(name + " is not a section", "write [" + name + "] and its keys below");
        }
        return new Section("[" + name + "]", name, table, overrides, folder);
    }

    /** Makes a value of one section. */
    interface Reader<T> {
        T read(Section section) throws CommandException;
    }

    /** An array of tables, in its order. */
    <T> List<T> list(String name, Reader<T> reader) throws CommandException {
        JsonNode tables = root.path(name);
        if (!tables.isMissingNode() && !tables.isArray()) {
            throw CommandException.usage(
                    name + " is not a list of sections", "write [[" + name + "]] before each of them");
        }
        List<T> all = new ArrayList<>();
        for (JsonNode table : tables) {
            String label = "[[" + name + "]] " + (all.size() + 1);
            all.add(reader.read(new Section(label, name, table, Overrides.NONE, folder)));
        }
        return List.copyOf(all);
    }
}
