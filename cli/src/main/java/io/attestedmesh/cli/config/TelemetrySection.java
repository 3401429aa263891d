package io.attestedmesh.cli.config;

import io.attestedmesh.cli.command.CommandException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code [telemetry]}: what this node tells about itself.
 *
 * @param peerLog file that every accepted peer and its release is appended to
 * @param listen where metrics, health and status are served in plain HTTP; without it nothing listens
 * @param insecureListenAnywhere that address may be one that other machines reach
 */
public record TelemetrySection(Optional<Path> peerLog, Optional<Address> listen, boolean insecureListenAnywhere) {
    static TelemetrySection read(Section section) throws CommandException {
        TelemetrySection telemetry = new TelemetrySection(
                section.path("peer-log"), section.address("listen"), section.flag("insecure-listen-anywhere"));
        if (telemetry.isExposed() && !telemetry.insecureListenAnywhere) {
            throw section.wrong(
                    "listen",
                    "is no loopback address",
                    "it is plain HTTP and tells names, releases and rejections to all who reach it: say \"127.0.0.1:9464\"");
        }
        section.refuseUnknownKeys();
        return telemetry;
    }

    /** Whether others than processes of this machine may reach it. */
    public boolean isExposed() {
        return listen.filter(address -> !address.isLoopback()).isPresent();
    }
}
