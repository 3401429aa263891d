package io.attestedmesh.cli.config;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.enclave.vsock.BridgeLimits;
import io.attestedmesh.enclave.vsock.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What {@code amesh enclave parent} does, from its TOML file; environment variables change nothing in it. */
public record ParentConfig(
        EnclaveLink enclave,
        boolean heartbeat,
        BridgeLimits limits,
        List<Inbound> inbound,
        Optional<Outbound> outbound,
        Optional<Served> config,
        Optional<Log> log) {
    private static final Set<String> SECTIONS = Set.of("enclave", "inbound", "outbound", "config", "log");

    /**
     * Connections from outside.
     *
     * @param listen a TCP address
     * @param port of the enclave's vsock
     */
    public record Inbound(Address listen, long port) {}

    /** Where the enclave asks for connections to the outside, and what it may reach. */
    public record Outbound(long port, Set<Target> allow) {}

    /** Where the enclave fetches its configuration, and the folder it lies in. */
    public record Served(long port, Path folder) {}

    /**
     * Where the enclave sends its log.
     *
     * @param file where it is written; standard error if absent
     * @param maxBytes of the file, before it becomes {@code FILE.1}
     */
    public record Log(long port, Optional<Path> file, long maxBytes, int linesPerSecond) {
        private static final long MEBIBYTE = 1024 * 1024;

        static Log read(Section section) throws CommandException {
            Log log = new Log(
                    EnclaveLink.requiredPort(section, "port"),
                    section.path("file"),
                    section.number("max-bytes", MEBIBYTE, 1024 * MEBIBYTE).orElse(16 * MEBIBYTE),
                    section.integer("lines-per-second", 1, 100_000).orElse(200));
            section.refuseUnknownKeys();
            return log;
        }
    }

    /** Throws as {@link MeshConfig#load}. */
    public static ParentConfig load(Path file) throws IOException, CommandException {
        ConfigFile read = ConfigFile.read(file, SECTIONS, Overrides.NONE);
        Section enclave = read.section("enclave");
        ParentConfig config = new ParentConfig(
                EnclaveLink.read(enclave),
                enclave.flag("heartbeat"),
                limits(enclave),
                read.list("inbound", ParentConfig::inbound),
                outbound(read.section("outbound")),
                served(read.section("config")),
                log(read.section("log")));
        enclave.refuseUnknownKeys();
        return config;
    }

    static BridgeLimits limits(Section section) throws CommandException {
        int connections = section.integer("max-connections", 1, 65_536).orElse(BridgeLimits.DEFAULT.connections());
        Duration idle = section.duration("idle-timeout").orElse(BridgeLimits.DEFAULT.idleTimeout());
        Duration connect = section.duration("connect-timeout").orElse(BridgeLimits.DEFAULT.connectTimeout());
        return BridgeLimits.DEFAULT
                .withConnections(connections)
                .withIdleTimeout(idle)
                .withConnectTimeout(connect);
    }

    private static Inbound inbound(Section section) throws CommandException {
        Address listen = section.address("listen")
                .orElseThrow(() -> section.wrong("listen", "is missing", "say \"0.0.0.0:7443\""));
        Inbound inbound = new Inbound(listen, EnclaveLink.requiredPort(section, "port"));
        section.refuseUnknownKeys();
        return inbound;
    }

    private static Optional<Outbound> outbound(Section section) throws CommandException {
        if (section.isAbsent()) {
            return Optional.empty();
        }
        Set<Target> allow = new HashSet<>();
        for (String text : section.texts("allow")) {
            allow.add(Target.parse(text)
                    .orElseThrow(() -> section.wrong(
                            "allow", "has " + text + ", which is not HOST:PORT", "say \"kms.example.com:443\"")));
        }
        Outbound outbound = new Outbound(EnclaveLink.requiredPort(section, "port"), Set.copyOf(allow));
        section.refuseUnknownKeys();
        return Optional.of(outbound);
    }

    private static Optional<Served> served(Section section) throws CommandException {
        if (section.isAbsent()) {
            return Optional.empty();
        }
        Served served = new Served(EnclaveLink.requiredPort(section, "port"), section.requiredPath("folder"));
        section.refuseUnknownKeys();
        return Optional.of(served);
    }

    private static Optional<Log> log(Section section) throws CommandException {
        return section.isAbsent() ? Optional.empty() : Optional.of(Log.read(section));
    }
}
