package io.attestedmesh.cli.federated;

import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import io.attestedmesh.cli.command.Causes;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Stop;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.config.Address;
import io.attestedmesh.cli.config.ConfigOptions;
import io.attestedmesh.cli.config.ConfigSource;
import io.attestedmesh.cli.config.FederatedSection;
import io.attestedmesh.cli.config.MeshConfig;
import io.attestedmesh.cli.logging.LogLevel;
import io.attestedmesh.cli.node.ConnectionFailures;
import io.attestedmesh.cli.node.NodeParts;
import io.attestedmesh.enclave.nsm.NsmDevice;
import io.attestedmesh.federated.flower.FlowerClient;
import io.attestedmesh.federated.flower.SecureFit;
import io.attestedmesh.federated.learn.Learner;
import io.attestedmesh.federated.learn.LearnerException;
import io.attestedmesh.federated.model.RejectedModelException;
import io.attestedmesh.transport.AttestedTls;
import io.attestedmesh.transport.grpc.AttestedChannel;
import io.attestedmesh.transport.grpc.AttestedGrpc;
import io.attestedmesh.transport.grpc.TransportLimits;
import io.grpc.Status;
import io.grpc.StatusException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code amesh fl client}: takes part in the rounds of a server until they are over. */
@Command(
        name = "client",
        description = {
            "Take part in the rounds of a server, with a learner of this machine, until they are over.",
            "The server proves which code it runs before it sees anything, and so does this client.",
            "A connection that breaks is made again.",
            "With secure = true in [federated], updates go into sums of several clients and nowhere else: this client then",
            "listens for the others, and refuses a server that asks for its update in clear."
        },
        footer = {
            "",
            "Exit status: 0 the rounds are over, or it was stopped, 1 server or client was refused, 2 the command line is"
                    + " wrong, 3 the learner failed.",
            "",
            "Example:",
            "  amesh fl client --config amesh.toml --server 10.0.0.7:7443 --name fl.example -- python3 learner.py"
        })
final class ClientVerb implements Verb {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final long FIRST_WAIT_SECONDS = 1;
    private static final long LONGEST_WAIT_SECONDS = 60;

    private final Terminal terminal;

    @Mixin
    private ConfigOptions configuration;

    @Option(names = "--server", paramLabel = "HOST:PORT", required = true, description = "Where the server listens.")
    private String server;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "What its certificate must prove; by default the host of --server.")
    private Optional<String> name = Optional.empty();

    @Option(
            names = "--message-bytes",
            paramLabel = "N",
            description = "Of the largest message of the server; by default 536870912, as of its own limit.")
    private int messageBytes = 512 << 20;

    @Mixin
    private LearnerOptions learning;

    ClientVerb(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException, GeneralSecurityException {
        LogLevel.informByDefault();
        Address address = Address.parse(server)
                .orElseThrow(() -> CommandException.usage(server + " is not HOST:PORT", "say 10.0.0.7:7443"));
        ConfigSource source = configuration.source(terminal);
        MeshConfig config = source.load();
        try (Stop stop = Stop.onSignal()) {
            stop.status(ExitStatus.DONE);
            return run(config, source, address);
        } catch (InterruptedException e) {
            terminal.say("amesh: stopped");
            return ExitStatus.DONE;
        } catch (LearnerException e) {
            throw CommandException.failed(
                    "the learner failed: " + e.getMessage(), "docs/learners.md says how it is spoken to", e);
        }
    }

    private ExitStatus run(MeshConfig config, ConfigSource source, Address address)
            throws CommandException, IOException, GeneralSecurityException, LearnerException, InterruptedException {
        TransportLimits limits = TransportLimits.DEFAULT.withMessageBytes(messageBytes);
        try (LearnerOptions.Opened learner = learning.open();
                NodeParts parts = NodeParts.ofNode(config, source, terminal.clock(), NsmDevice::open)) {
            parts.warnings().forEach(terminal::warn);
            AttestedTls tls = parts.client();
            try (AttestedGrpc grpc = new AttestedGrpc(tls, limits, terminal.clock());
                    AttestedChannel channel =
                            grpc.channel(address.host(), address.port(), name.orElse(address.host()))) {
                parts.onChange(grpc::recheck);
                parts.telemetry().serving();
                Optional<FederatedSection> secure =
                        config.federated().filter(section -> section.secure().isPresent());
                if (secure.isEmpty()) {
                    return takePart(channel, tls, learner.learner(), Optional.empty());
                }
                PeerIdentity identity = new PeerIdentity(name.orElse(address.host()));
                int least = secure.get().settings().minFitClients();
                try (Reachable reachable = Reachable.open(config, parts, terminal.clock())) {
                    SecureFit fit =
                            reachable.fit(identity, least, parts.telemetry().meters());
                    return takePart(channel, tls, learner.learner(), Optional.of(fit));
                }
            }
        }
    }

    private ExitStatus takePart(AttestedChannel channel, AttestedTls tls, Learner learner, Optional<SecureFit> secure)
            throws CommandException, LearnerException, InterruptedException {
        FlowerClient client = new FlowerClient(channel.channel(), learner, secure, this::tell);
        long wait = FIRST_WAIT_SECONDS;
        while (true) {
            try {
                var proved = channel.peer(PATIENCE);
                terminal.say("amesh: joining " + proved.identity());
                wait = FIRST_WAIT_SECONDS;
                FlowerClient.Ended ended = client.join();
                if (!ended.again()) {
                    terminal.say("amesh: the rounds are over");
                    return ExitStatus.DONE;
                }
                wait = ended.reconnectAfter().toSeconds();
            } catch (RejectedModelException e) {
                throw CommandException.rejected(
                        "the server's model was refused",
                        e.reason().name(),
                        e.expected(),
                        e.actual(),
                        "server and learner need the same model");
            } catch (IOException e) {
                if (Causes.first(e, RejectedCertificateException.class).isPresent()) {
                    throw ConnectionFailures.notConnected(
                            e, tls.credentials().current().correlationId());
                }
                terminal.say("amesh: " + e.getMessage());
            } catch (StatusException e) {
                refuseFinal(e);
                terminal.say("amesh: the connection ended: " + e.getStatus().getCode());
            }
            terminal.say("amesh: trying again in " + wait + " s");
            TimeUnit.SECONDS.sleep(wait);
            wait = Math.min(2 * wait, LONGEST_WAIT_SECONDS);
        }
    }

    /** What another attempt would not change. */
    private static void refuseFinal(StatusException e) throws CommandException {
        if (e.getStatus().getCode() == Status.Code.ABORTED) {
            throw CommandException.rejected(
                    "another client has this one's place",
                    "REPLACED",
                    "one client of this identity",
                    String.valueOf(e.getStatus().getDescription()),
                    "each client needs a name of its own in [node] name");
        }
        if (e.getStatus().getCode() == Status.Code.UNIMPLEMENTED) {
            throw CommandException.failed(
                    "the server has no rounds to join", "is it 'amesh fl server' that listens there?", e);
        }
    }

    private void tell(FlowerClient.Did did) {
        terminal.say(
                switch (did) {
                    case GAVE_PARAMETERS -> "amesh: gave the parameters to begin with";
                    case TRAINED -> "amesh: trained";
                    case REFUSED -> "amesh: gave nothing, for the server asked for what this client does not give";
                    case EVALUATED -> "amesh: evaluated";
                });
    }
}
