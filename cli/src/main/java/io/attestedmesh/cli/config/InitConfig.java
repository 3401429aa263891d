package io.attestedmesh.cli.config;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.enclave.nsm.NsmDevice;
import io.attestedmesh.enclave.vsock.BridgeLimits;
import io.attestedmesh.enclave.vsock.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What {@code amesh enclave init} does, from its TOML file, which is measured; environment variables change nothing. */
public record InitConfig(
        Parent parent,
        Machine machine,
        Optional<Nsm> nsm,
        Node node,
        Optional<SecretsSection> secrets,
        BridgeLimits limits,
        List<Inbound> inbound,
        List<Outbound> outbound) {
    private static final Set<String> SECTIONS =
            Set.of("parent", "machine", "nsm", "node", "kms", "secrets", "inbound", "outbound");
    private static final Pattern NUMBER = Pattern.compile("[0-9.]+|.*:.*");
    private static final int NOBODY = 65_534;
    private static final int FIRST_FREE_PCR = 16;
    private static final int LAST_PCR = 31;

    /**
     * {@code [parent]}: where it is and what it serves.
     *
     * @param heartbeatPort where a heartbeat is sent first; 9000 is nitro-cli
     */
    public record Parent(
            EnclaveLink link,
            Optional<Long> heartbeatPort,
            Optional<Long> outboundPort,
            Optional<Long> configPort,
            Optional<Long> logPort) {
        static Parent read(Section section) throws CommandException {
            return new Parent(
                    EnclaveLink.read(section),
                    EnclaveLink.port(section, "heartbeat-port"),
                    EnclaveLink.port(section, "outbound-port"),
                    EnclaveLink.port(section, "config-port"),
                    EnclaveLink.port(section, "log-port"));
        }
    }

    /**
     * {@code [machine]}.
     *
     * @param user whom root becomes; 0 stays root
     * @param hosts file that the outbound names are written to, in a machine that init sets up
     */
    public record Machine(int user, Path hosts) {
        static Machine read(Section section) throws CommandException {
            Machine machine = new Machine(
                    section.integer("user", 0, Integer.MAX_VALUE - 1).orElse(NOBODY),
                    section.path("hosts").orElse(Path.of("/etc/hosts")));
            section.refuseUnknownKeys();
            return machine;
        }
    }

    /**
     * {@code [nsm]}: without it, there is none.
     *
     * @param device the driver's, unless it is simulated
     * @param simulated state folder of a software Nitro, whose root is trusted for the clock
     * @param maxClockError how far the system clock may be from the time that the NSM signs; not checked if absent
     * @param configPcr register that the digest of the configuration goes to, and that is locked then
     */
    public record Nsm(
            Path device, Optional<Path> simulated, Optional<Duration> maxClockError, Optional<Integer> configPcr) {
        static Optional<Nsm> read(Section section) throws CommandException {
            if (section.isAbsent()) {
                return Optional.empty();
            }
            Nsm nsm = new Nsm(
                    section.path("device").orElse(NsmDevice.PATH),
                    AttestationSection.simulated(section),
                    section.duration("max-clock-error"),
                    section.integer("config-pcr", FIRST_FREE_PCR, LAST_PCR));
            section.refuseUnknownKeys();
            return Optional.of(nsm);
        }
    }

    /**
     * {@code [node]}: which node is run.
     *
     * @param folder where the fetched configuration is unpacked; new at every start
     * @param config its amesh.toml, in that folder where the parent serves one
     */
    public record Node(Path folder, Path config) {
        static Node read(Section section) throws CommandException {
            Path folder = section.path("folder").orElse(Path.of("/run/amesh"));
            Node node = new Node(folder, folder.resolve(section.text("config").orElse("amesh.toml")));
            section.refuseUnknownKeys();
            return node;
        }
    }

    /** Connections that the parent brings: a port of the enclave's vsock, and where it leads, on loopback. */
    public record Inbound(long port, Address to) {}

    /**
     * A name that this enclave reaches through the parent.
     *
     * @param listen where it does, on loopback; if absent an address of 127.0.64.0/18 that stands for the name; never
     *     absent where the target is no name
     */
    public record Outbound(Target target, Optional<Address> listen) {}

    /** Throws as {@link MeshConfig#load}. */
    public static InitConfig load(Path file) throws IOException, CommandException {
        ConfigFile read = ConfigFile.read(file, SECTIONS, Overrides.NONE);
        Section parent = read.section("parent");
        Node node = Node.read(read.section("node"));
        InitConfig config = new InitConfig(
                Parent.read(parent),
                Machine.read(read.section("machine")),
                Nsm.read(read.section("nsm")),
                node,
                SecretsSection.read(read, node.folder()),
                ParentConfig.limits(parent),
                read.list("inbound", InitConfig::inbound),
                read.list("outbound", InitConfig::outbound));
        parent.refuseUnknownKeys();
        config.refuseContradictions();
        return config;
    }

    private static Inbound inbound(Section section) throws CommandException {
        Address to = section.address("to")
                .filter(Address::isLoopback)
                .orElseThrow(() -> section.wrong("to", "is no loopback address", "say \"127.0.0.1:7443\""));
        Inbound inbound = new Inbound(EnclaveLink.requiredPort(section, "port"), to);
        section.refuseUnknownKeys();
        return inbound;
    }

    private static Outbound outbound(Section section) throws CommandException {
        Target target = Target.parse(section.requiredText("target"))
                .orElseThrow(() -> section.wrong("target", "is not HOST:PORT", "say \"kms.example.com:443\""));
        Optional<Address> listen = section.address("listen");
        if (listen.isPresent() && !listen.get().isLoopback()) {
            throw section.wrong("listen", "is no loopback address", "leave it out, or say \"127.0.0.1:8443\"");
        }
        if (listen.isEmpty() && NUMBER.matcher(target.host()).matches()) {
            throw section.wrong(
                    "target",
                    "is an IP address, which no hosts file leads anywhere else",
                    "say where programs reach it: listen = \"127.0.0.1:8443\"");
        }
        section.refuseUnknownKeys();
        return new Outbound(target, listen);
    }

    private void refuseContradictions() throws CommandException {
        if (secrets.isPresent() && nsm.isEmpty()) {
            throw CommandException.usage("[kms] needs [nsm]", "KMS gives a secret to code that can prove what it is");
        }
        if (!outbound.isEmpty() && parent.outboundPort().isEmpty()) {
            throw CommandException.usage(
                    "[[outbound]] needs [parent] outbound-port", "the port of [outbound] in the parent's file");
        }
        Set<Target> targets = new HashSet<>();
        for (Outbound each : outbound) {
            if (!targets.add(each.target())) {
                throw CommandException.usage("two [[outbound]] have the target " + each.target(), "give each once");
            }
        }
        if (nsm.flatMap(Nsm::configPcr).isPresent() && parent.configPort().isEmpty()) {
            throw CommandException.usage(
                    "[nsm] config-pcr needs [parent] config-port", "there is no other configuration to measure");
        }
    }
}
