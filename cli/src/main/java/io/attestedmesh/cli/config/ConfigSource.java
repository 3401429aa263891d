package io.attestedmesh.cli.config;

import io.attestedmesh.cli.command.CommandException;
import java.io.IOException;
import java.nio.file.Path;

/** Where a configuration comes from, so that it can be read again. */
public record ConfigSource(Path file, Overrides overrides) {
    /** Reads it as it is now; throws as {@link MeshConfig#load}. */
    public MeshConfig load() throws IOException, CommandException {
        return MeshConfig.load(file, overrides);
    }
}
