package io.attestedmesh.cli.config;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** Which configuration a command is about: a mixin of the verbs that cannot do without one. */
public final class ConfigOptions {
    @Option(names = "--config", paramLabel = "FILE", required = true, description = "The configuration, amesh.toml.")
    private Path file;

    @Option(names = "--set", paramLabel = "SECTION.KEY=VALUE", description = "Override a key of the configuration.")
    private List<String> settings = List.of();

    /** For a command that runs another one with a file of its own. */
    public static ConfigOptions of(Path file) {
        ConfigOptions options = new ConfigOptions();
        options.file = file;
        return options;
    }

    /** Reads it, with what stands above the file; throws as {@link MeshConfig#load}. */
    public MeshConfig load(Terminal terminal) throws IOException, CommandException {
        return source(terminal).load();
    }

    public ConfigSource source(Terminal terminal) throws CommandException {
        return new ConfigSource(file, Overrides.of(terminal.environment(), settings));
    }

    public Path file() {
        return file;
    }
}
