package io.attestedmesh.cli.config;

import io.attestedmesh.cli.command.CommandException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code [telemetry]}: what this node tells about itself.
 *
 * @param peerLog file that every accepted peer and its release is appended to
 */
public record TelemetrySection(Optional<Path> peerLog) {
    static TelemetrySection read(Section section) throws CommandException {
        TelemetrySection telemetry = new TelemetrySection(section.path("peer-log"));
        section.refuseUnknownKeys();
        return telemetry;
    }
}
