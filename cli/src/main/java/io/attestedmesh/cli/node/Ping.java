package io.attestedmesh.cli.node;

import io.attestedmesh.attest.evidence.PcrBank;
import io.attestedmesh.attest.policy.AttestationResult;
import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.config.Address;
import io.attestedmesh.cli.config.ConfigOptions;
import io.attestedmesh.cli.config.MeshConfig;
import io.attestedmesh.cli.node.proto.HelloReply;
import io.attestedmesh.cli.node.proto.HelloRequest;
import io.attestedmesh.cli.node.proto.NodeGrpc;
import io.attestedmesh.transport.AttestedTls;
import io.attestedmesh.transport.grpc.AttestedChannel;
import io.attestedmesh.transport.grpc.AttestedGrpc;
import io.attestedmesh.transport.grpc.TransportLimits;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh node ping}: connects to a node, shows what it proved and how long a call takes. */
@Command(
        name = "ping",
        description = "Reach a node: show what it proved, what it saw of us, and how long a call takes.",
        footer = {"", "Exit status: 0 both accept each other, 1 one refused the other, 3 not reached."})
final class Ping implements Verb {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Terminal terminal;

    @Parameters(paramLabel = "HOST:PORT", description = "Where the node listens.")
    private String target;

    @Mixin
    private ConfigOptions configuration;

    @Option(names = "--name", paramLabel = "NAME", description = "Who must answer; by default HOST.")
    private Optional<String> name = Optional.empty();

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    Ping(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException, GeneralSecurityException, InterruptedException {
        Address address = Address.parse(target)
                .orElseThrow(() -> CommandException.usage(target + " is not HOST:PORT", "say 127.0.0.1:7443"));
        MeshConfig config = configuration.load(terminal);
        try (NodeParts parts = NodeParts.ofCommand(config, terminal.clock())) {
            parts.warnings().forEach(terminal::warn);
            AttestedTls tls = parts.client();
            try (AttestedGrpc grpc = new AttestedGrpc(tls, TransportLimits.DEFAULT, terminal.clock());
                    AttestedChannel channel =
                            grpc.channel(address.host(), address.port(), name.orElse(address.host()))) {
                ping(channel, config.node().name().name(), tls);
            }
        }
        return ExitStatus.DONE;
    }

    private void ping(AttestedChannel channel, String self, AttestedTls tls)
            throws CommandException, InterruptedException {
        AttestedPeer peer;
        try {
            peer = channel.peer(TIMEOUT);
        } catch (IOException e) {
            throw ConnectionFailures.notConnected(e, tls.credentials().current().correlationId());
        }
        try {
            hello(channel, self);
            long start = System.nanoTime();
            HelloReply reply = hello(channel, self);
            print(proved(peer, reply, (System.nanoTime() - start) / 1e6));
        } catch (StatusRuntimeException e) {
            throw ConnectionFailures.refusedByPeer(
                    e, tls.credentials().current().correlationId(), peer.freshness());
        }
    }

    private static HelloReply hello(AttestedChannel channel, String self) {
        return NodeGrpc.newBlockingStub(channel.channel())
                .withDeadlineAfter(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .hello(HelloRequest.newBuilder().setSender(self).build());
    }

    private static Map<String, Object> proved(AttestedPeer peer, HelloReply reply, double milliseconds) {
        Map<String, Object> proved = new LinkedHashMap<>();
        proved.put("peer", peer.identity());
        proved.put("release", peer.attestation().map(AttestationResult::releaseName));
        proved.put("pcr0", peer.attestation().flatMap(result -> register(result.pcrs(), 0)));
        proved.put("moduleId", peer.attestation().map(AttestationResult::moduleId));
        proved.put("level", peer.freshness().label());
        proved.put("simulated", peer.simulated());
        proved.put("evidenceEnds", peer.attestation().map(AttestationResult::expiresAt));
        proved.put("certificateEnds", peer.certificateExpiresAt());
        proved.put("sawUsAs", reply.getCaller());
        proved.put("sawRelease", Optional.of(reply.getCallerRelease()).filter(release -> !release.isEmpty()));
        proved.put("milliseconds", Double.valueOf(String.format(Locale.ROOT, "%.2f", milliseconds)));
        return proved;
    }

    private static Optional<String> register(PcrBank pcrs, int index) {
        return pcrs.get(index).map(value -> value.hex());
    }

    private void print(Map<String, Object> proved) {
        if (json) {
            terminal.json(proved);
            return;
        }
        proved.forEach((key, value) -> terminal.print(key + " "
                + (value instanceof Optional<?> o ? o.map(Object::toString).orElse("(none)") : value)));
    }
}
