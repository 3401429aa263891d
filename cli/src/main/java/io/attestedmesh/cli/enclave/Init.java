package io.attestedmesh.cli.enclave;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.nsm.NsmException;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Failure;
import io.attestedmesh.cli.command.Stop;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.config.EnclaveLink;
import io.attestedmesh.cli.config.InitConfig;
import io.attestedmesh.cli.logging.LogLevel;
import io.attestedmesh.cli.node.NsmSource;
import io.attestedmesh.enclave.machine.Machine;
import io.attestedmesh.enclave.machine.PowerSwitch;
import io.attestedmesh.enclave.nsm.NsmDevice;
import io.attestedmesh.enclave.parent.ConfigArchive;
import io.attestedmesh.enclave.parent.ConfigService;
import io.attestedmesh.enclave.parent.Heartbeat;
import io.attestedmesh.enclave.parent.LogShipper;
import io.attestedmesh.enclave.vsock.Bridge;
import io.attestedmesh.enclave.vsock.EventLoop;
import io.attestedmesh.enclave.vsock.StreamAddress;
import io.attestedmesh.enclave.vsock.TcpAddress;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code amesh enclave init}: sets an enclave up, from the first process on, and runs its node until SIGTERM. */
@Command(
        name = "init",
        description = "Set an enclave up, fetch the node's configuration from the parent and run the node.")
final class Init implements Verb {
    private static final Duration PARENT_TIMEOUT = Duration.ofSeconds(30);

    private final Terminal console;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "What to set up (default: ${DEFAULT-VALUE}).",
            defaultValue = "/etc/amesh/enclave.toml")
    private Path file;

    @Option(
            names = "--system",
            description =
                    "Mount file systems, take loopback up and write the hosts file, as the first process does anyway.")
    private boolean system;

    Init(Terminal console) {
        this.console = console;
    }

    /** As the first process it says itself what failed: once the machine is off, nobody does. */
    @Override
    public ExitStatus run() throws Exception {
        boolean first = Machine.isFirstProcess();
        Optional<PowerSwitch> power = first ? Optional.of(PowerSwitch.arm()) : Optional.empty();
        ExitStatus status = ExitStatus.FAILED;
        try (Stop stop = Stop.onSignal()) {
            try {
                status = live(first || system, power, stop);
            } catch (Exception e) {
                status = new Failure(console, false, false).print(e);
            } finally {
                stop.status(status);
                // while Stop is open: once it is closed a signal's hook ends the process, and the kernel panics
                if (power.isPresent()) {
                    console.say("amesh: init: exit status " + status.code() + ", turning the machine off");
                    power.get().press();
                }
            }
        }
        return status;
    }

    private ExitStatus live(boolean ownsMachine, Optional<PowerSwitch> power, Stop stop) throws Exception {
        StartLog toConsole = new StartLog(console);
        if (ownsMachine) {
            Machine.mountFileSystems();
            Machine.loopbackUp();
            toConsole.step("file systems mounted, loopback up");
        }
        InitConfig config = InitConfig.load(file);
        PrintStream before = System.err;
        try (OpenParts parts = new OpenParts()) {
            Terminal terminal = terminal(config, parts);
            LogLevel.informByDefault();
            try {
                return start(config, ownsMachine, power, terminal, toConsole.to(terminal), parts, stop);
            } catch (Exception e) {
                // Said while the log still leads to the parent, which may be the only one who sees it.
                return new Failure(terminal, false, false).print(e);
            }
        } finally {
            System.setErr(before);
        }
    }

    /** What is said from here on goes to the parent too, also by libraries. */
    private Terminal terminal(InitConfig config, OpenParts parts) {
        Optional<Long> port = config.parent().logPort();
        if (port.isEmpty()) {
            return console;
        }
        LogShipper shipper =
                parts.add(LogShipper.start(config.parent().link().toParent(port.get())), LogShipper::close);
        PrintStream err = ShippedLines.of(console.err(), shipper);
        System.setErr(err);
        return new Terminal(console.in(), console.out(), err, console.environment(), console.clock(), console.person());
    }

    private ExitStatus start(
            InitConfig config,
            boolean ownsMachine,
            Optional<PowerSwitch> power,
            Terminal terminal,
            StartLog log,
            OpenParts parts,
            Stop stop)
            throws Exception {
        EnclaveLink link = config.parent().link();
        if (config.parent().heartbeatPort().isPresent()) {
            Heartbeat.send(link.toParent(config.parent().heartbeatPort().get()), PARENT_TIMEOUT);
            log.step("heartbeat answered");
        }
        Optional<OwnNsm> nsm = Optional.empty();
        if (config.nsm().isPresent()) {
            nsm = Optional.of(parts.add(OwnNsm.open(config.nsm().get(), terminal.clock()), OwnNsm::close));
            useNsm(nsm.get(), config.nsm().get(), terminal, log);
        } else {
            log.warn("no [nsm]: no entropy, registers or time of it");
        }
        Optional<ConfigArchive> archive = fetch(config, nsm, log);
        if (archive.isPresent()) {
            archive.get().unpack(config.node().folder());
            log.step(archive.get().files().size() + " files in " + config.node().folder());
        }
        openBridges(config, ownsMachine, terminal, parts, stop);
        if (config.secrets().isPresent()) {
            nsm.orElseThrow().open(new SealedFiles(config.secrets().get()), log);
        }
        if (config.machine().user() != 0) {
            becomeUser(config, power, log);
        }
        NsmSource nsms = nsm.<NsmSource>map(own -> own::at).orElse(NsmDevice::open);
        NodeThread node = NodeThread.start(terminal, config.node().config(), nsms, log::listening);
        ExitStatus status = node.await();
        log.step("the node has ended: " + status);
        return stop.hasFailed() ? ExitStatus.FAILED : status;
    }

    private static void useNsm(OwnNsm nsm, InitConfig.Nsm config, Terminal terminal, StartLog log) throws Exception {
        nsm.seed(log);
        nsm.describe(log);
        if (config.maxClockError().isPresent()) {
            nsm.checkClock(terminal.clock(), config.maxClockError().get(), log);
        } else {
            log.warn("[nsm] max-clock-error is not set: the clock is whatever the parent says");
        }
    }

    private static Optional<ConfigArchive> fetch(InitConfig config, Optional<OwnNsm> nsm, StartLog log)
            throws CommandException, NsmException {
        Optional<Long> port = config.parent().configPort();
        if (port.isEmpty()) {
            return Optional.empty();
        }
        StreamAddress from = config.parent().link().toParent(port.get());
        ConfigArchive archive;
        try {
            archive = ConfigService.fetch(from, PARENT_TIMEOUT);
        } catch (IOException e) {
            throw CommandException.failed(
                    "no configuration from " + from + ": " + e.getMessage(),
                    "does 'amesh enclave parent' run there, with [config]?",
                    e);
        }
        Bytes digest = archive.encoded().sha384();
        log.step("configuration of " + archive.encoded().size() + " bytes, SHA-384 " + digest.hex());
        Optional<Integer> pcr = config.nsm().flatMap(InitConfig.Nsm::configPcr);
        if (pcr.isPresent()) {
            nsm.orElseThrow().record(pcr.get(), digest, log);
        }
        return Optional.of(archive);
    }

    private static void openBridges(
            InitConfig config, boolean ownsMachine, Terminal terminal, OpenParts parts, Stop stop)
            throws CommandException, IOException {
        EnclaveLink link = config.parent().link();
        EventLoop loop = parts.add(EventLoop.start("amesh-bridge"), EventLoop::close);
        loop.failed().thenRun(stop::fail);
        Bridges bridges = parts.add(new Bridges(terminal), Bridges::close);
        OutboundNames names = new OutboundNames(config.outbound());
        for (InitConfig.Outbound outbound : config.outbound()) {
            TcpAddress listen = names.listen(outbound);
            StreamAddress parent = link.toParent(config.parent().outboundPort().orElseThrow());
            bridges.open(
                    "outbound to " + outbound.target(),
                    events -> Bridge.toTarget(loop, listen, parent, outbound.target(), config.limits(), events));
        }
        for (InitConfig.Inbound inbound : config.inbound()) {
            TcpAddress to = Bridges.tcp(inbound.to());
            bridges.open(
                    "inbound from port " + inbound.port() + " to " + inbound.to(),
                    events -> Bridge.forward(loop, link.inEnclave(inbound.port()), to, config.limits(), events));
        }
        if (ownsMachine) {
            names.writeHosts(config.machine().hosts());
        }
    }

    private static void becomeUser(InitConfig config, Optional<PowerSwitch> power, StartLog log)
            throws IOException, InterruptedException {
        int user = config.machine().user();
        if (!Machine.isRoot()) {
            log.step("not root: the user stays");
            return;
        }
        if (config.parent().configPort().isPresent()) {
            Machine.give(config.node().folder(), user);
        }
        Machine.become(user);
        if (power.isPresent()) {
            power.get().narrow();
        }
        log.step("user " + user);
    }
}
