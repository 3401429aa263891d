package io.attestedmesh.cli.enclave;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Stop;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.config.EnclaveLink;
import io.attestedmesh.cli.config.ParentConfig;
import io.attestedmesh.cli.logging.LogLevel;
import io.attestedmesh.enclave.parent.ConfigService;
import io.attestedmesh.enclave.parent.LogFile;
import io.attestedmesh.enclave.parent.LogSink;
import io.attestedmesh.enclave.vsock.Bridge;
import io.attestedmesh.enclave.vsock.EventLoop;
import io.attestedmesh.enclave.vsock.NameResolver;
import io.attestedmesh.enclave.vsock.StreamAddress;
import io.attestedmesh.enclave.vsock.StreamServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code amesh enclave parent}: serves an enclave until SIGTERM or SIGINT. */
@Command(
        name = "parent",
        description = "Serve an enclave: connections both ways, its log, its configuration; until SIGTERM.")
final class Parent implements Verb {
    private static final int HEARTBEAT_PORT = 9000;
    private static final int CONNECTIONS_OF_A_SERVICE = 4;
    private static final Duration SERVICE_TIMEOUT = Duration.ofSeconds(30);

    /** A quiet enclave is no broken one. */
    private static final Duration LOG_TIMEOUT = Duration.ofDays(7);

    private final Terminal terminal;

    @Option(names = "--config", paramLabel = "FILE", required = true, description = "What to serve: parent.toml.")
    private Path file;

    Parent(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws Exception {
        LogLevel.informByDefault();
        ParentConfig config = ParentConfig.load(file);
        try (Stop stop = Stop.onSignal();
                OpenParts parts = new OpenParts()) {
            EventLoop loop = parts.add(EventLoop.start("amesh-parent"), EventLoop::close);
            loop.failed().thenRun(stop::fail);
            openServices(config, loop, parts);
            Bridges bridges = parts.add(new Bridges(terminal), Bridges::close);
            openBridges(config, loop, bridges);
            terminal.print("serving");
            ExitStatus status = stop.await();
            terminal.say("amesh: stopping");
            return status;
        }
    }

    private void openBridges(ParentConfig config, EventLoop loop, Bridges bridges) throws CommandException {
        EnclaveLink link = config.enclave();
        for (ParentConfig.Inbound inbound : config.inbound()) {
            StreamAddress listen = Bridges.tcp(inbound.listen());
            bridges.open(
                    "inbound " + inbound.listen() + " to port " + inbound.port(),
                    events -> Bridge.forward(loop, listen, link.toEnclave(inbound.port()), config.limits(), events));
        }
        if (config.outbound().isPresent()) {
            ParentConfig.Outbound outbound = config.outbound().get();
            bridges.open(
                    "outbound to " + outbound.allow().size() + " names",
                    events -> Bridge.toAllowed(
                            loop,
                            link.onParent(outbound.port()),
                            outbound.allow(),
                            NameResolver.SYSTEM,
                            config.limits(),
                            events));
        }
    }

    private void openServices(ParentConfig config, EventLoop loop, OpenParts parts) throws IOException {
        EnclaveLink link = config.enclave();
        if (config.log().isPresent()) {
            ParentConfig.Log log = config.log().get();
            LogSink.Lines lines = line -> terminal.err().println("enclave: " + line);
            if (log.file().isPresent()) {
                lines = parts.add(new LogFile(log.file().get(), log.maxBytes()), LogFile::close);
            }
            LogSink sink = parts.add(new LogSink(lines, log.linesPerSecond(), terminal.clock()), this::sayDropped);
            serve("log", loop, link.onParent(log.port()), LOG_TIMEOUT, sink, parts);
        }
        if (config.config().isPresent()) {
            ParentConfig.Served served = config.config().get();
            ConfigService service = new ConfigService(served.folder());
            serve("configuration", loop, link.onParent(served.port()), SERVICE_TIMEOUT, service, parts);
        }
        if (config.heartbeat()) {
            StreamServer.Service echo =
                    connection -> connection.output().write(connection.input().read());
            serve("heartbeat", loop, link.onParent(HEARTBEAT_PORT), SERVICE_TIMEOUT, echo, parts);
        }
    }

    private void sayDropped(LogSink sink) {
        if (sink.dropped() > 0) {
            terminal.say("amesh: log: " + sink.dropped() + " lines were too many and were not written");
        }
    }

    private void serve(
            String name,
            EventLoop loop,
            StreamAddress listen,
            Duration timeout,
            StreamServer.Service service,
            OpenParts parts)
            throws IOException {
        StreamServer server = parts.add(
                new StreamServer(loop, listen, CONNECTIONS_OF_A_SERVICE, timeout, service), StreamServer::close);
        terminal.say("amesh: " + name + ": listening at " + server.address());
    }
}
