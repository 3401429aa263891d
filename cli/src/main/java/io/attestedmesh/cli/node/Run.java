package io.attestedmesh.cli.node;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.config.Address;
import io.attestedmesh.cli.config.ConfigOptions;
import io.attestedmesh.cli.config.ConfigSource;
import io.attestedmesh.cli.config.MeshConfig;
import io.attestedmesh.cli.logging.LogLevel;
import io.attestedmesh.cli.telemetry.Telemetry;
import io.attestedmesh.enclave.nsm.NsmDevice;
import io.attestedmesh.mpc.kms.KmsLimits;
import io.attestedmesh.mpc.network.MpcNetwork;
import io.attestedmesh.transport.AttestedTls;
import io.attestedmesh.transport.grpc.AttestedGrpc;
import io.attestedmesh.transport.grpc.TransportLimits;
import io.grpc.Server;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code amesh node run}: serves until SIGTERM or SIGINT, then lets calls end. */
@Command(name = "run", description = "Run a node: a gRPC server with attested TLS, until SIGTERM.")
final class Run implements Verb {
    private static final long DRAIN_SECONDS = 10;

    private final Terminal terminal;

    private final Consumer<Address> onListening;

    private final NsmSource nsms;

    private final boolean ownsProcess;

    @Mixin
    private ConfigOptions configuration;

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    Run(Terminal terminal) {
        this.terminal = terminal;
        this.onListening = address -> {};
        this.nsms = NsmDevice::open;
        this.ownsProcess = true;
    }

    /** One that serves until its thread is interrupted, in a process that has more to do. */
    Run(Terminal terminal, ConfigOptions configuration, NsmSource nsms, Consumer<Address> onListening) {
        this.terminal = terminal;
        this.configuration = configuration;
        this.onListening = onListening;
        this.nsms = nsms;
        this.ownsProcess = false;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException, GeneralSecurityException {
        LogLevel.informByDefault();
        ConfigSource source = configuration.source(terminal);
        MeshConfig config = source.load();
        try (NodeParts parts = NodeParts.ofNode(config, source, terminal.clock(), nsms)) {
            AttestedTls tls = parts.server();
            try (AttestedGrpc grpc = new AttestedGrpc(tls, limits(config), terminal.clock());
                    Parties parties = Parties.of(config, parts, terminal.clock())) {
                parts.onChange(grpc::recheck);
                Server server = start(config, grpc, parties);
                Address listening = new Address(config.node().listen().host(), server.getPort());
                Telemetry telemetry = parts.telemetry();
                telemetry.add(TransportPart.counted(listening, tls.engine().name(), grpc, telemetry.meters()));
                parties.network().ifPresent(telemetry::add);
                telemetry.serving();
                report(config, parts, tls, listening);
                onListening.accept(listening);
                serve(server, telemetry, parties);
            }
        }
        return ExitStatus.DONE;
    }

    /**
     * Parties send in parts of bounded size, so that what all of them can make a node hold is bounded too; in the KMS
     * format they send whole messages, which the network counts for each party.
     */
    static TransportLimits limits(MeshConfig config) {
        if (config.mpc().isEmpty()) {
            return TransportLimits.DEFAULT;
        }
        int kms = config.mpc().get().kms().map(KmsLimits::inboundBytes).orElse(0);
        return TransportLimits.DEFAULT.withMessageBytes(Math.max(MpcNetwork.MESSAGE_BYTES, kms));
    }

    static Server start(MeshConfig config, AttestedGrpc grpc, Parties parties) throws CommandException, IOException {
        Address listen = config.node().listen();
        try {
            return parties.addTo(grpc.server(listen.socket()))
                    .addService(new NodeService(config.node().name()))
                    .build()
                    .start();
        } catch (IOException e) {
            throw CommandException.cannotListen(listen, "[node] listen", e);
        }
    }

    private void report(MeshConfig config, NodeParts parts, AttestedTls tls, Address listening) {
        parts.warnings().forEach(terminal::warn);
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("listening", listening);
        state.put("identity", config.node().name());
        state.put("mode", config.node().modeName());
        state.put("engine", tls.engine().name());
        state.put("certificateEnds", tls.credentials().current().notAfter());
        parts.list().ifPresent(list -> {
            state.put("releases", list.list().name());
            state.put("releasesVersion", list.version());
            state.put("releasesEnd", list.list().expiresAt());
        });
        state.put("health", parts.telemetry().failing().isEmpty() ? "ok" : "failing");
        parts.telemetry().address().ifPresent(address -> state.put("telemetry", address));
        terminal.report(state, json);
    }

    private void serve(Server server, Telemetry telemetry, Parties parties) {
        Thread hook = new Thread(() -> drainAndHalt(server, telemetry, parties), "amesh-shutdown");
        if (ownsProcess) {
            Runtime.getRuntime().addShutdownHook(hook);
        }
        try {
            server.awaitTermination();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            forget(hook);
            drain(server, telemetry, parties);
        }
    }

    private void drainAndHalt(Server server, Telemetry telemetry, Parties parties) {
        terminal.say("amesh: stopping: no new calls, " + DRAIN_SECONDS + " s for those under way");
        drain(server, telemetry, parties);
        // an orderly stop is exit 0, where the JVM would give 128 + the signal's number
        Runtime.getRuntime().halt(ExitStatus.DONE.code());
    }

    private static void drain(Server server, Telemetry telemetry, Parties parties) {
        boolean interrupted = Thread.interrupted();
        telemetry.draining();
        parties.close(); // while the server still answers those that we wait for
        server.shutdown();
        try {
            if (!server.awaitTermination(DRAIN_SECONDS, TimeUnit.SECONDS)) {
                server.shutdownNow();
            }
        } catch (InterruptedException e) {
            interrupted = true;
            server.shutdownNow();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // the hook is running, and ends the process
        }
    }
}
