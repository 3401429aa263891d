package io.attestedmesh.federated.flower;

import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.federated.flower.wire.ClientMessage;
import io.attestedmesh.federated.flower.wire.FlowerServiceGrpc;
import io.attestedmesh.federated.flower.wire.ServerMessage;
import io.attestedmesh.federated.model.ModelMessages;
import io.attestedmesh.federated.server.Participant;
import io.attestedmesh.federated.server.ParticipantException;
import io.attestedmesh.federated.server.Participants;
import io.attestedmesh.transport.tunnel.TunnelledPeer;
import io.attestedmesh.transport.tunnel.TunnelledPeers;
import io.grpc.BindableService;
import io.grpc.ServerBuilder;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;

/** Lets clients that speak Flower's protocol take part in rounds: stock ones, and {@link FlowerClient}. */
public final class FlowerService implements BindableService, FlowerServiceGrpc.AsyncService {
    private static final System.Logger LOG = System.getLogger(FlowerService.class.getName());

    private final Participants participants;
    private final Supplier<Optional<AttestedPeer>> caller;
    private final Function<JoinTracer, Optional<TunnelledPeer>> tunnelled;
    private final Permits sending;
    private final Permits receiving;
    private final ScheduledExecutorService timer;

    /**
     * Adds whoever joins to {@code participants}.
     *
     * @param caller who calls, asked in the call: {@code () -> Optional.of(PeerContext.current())} behind attested TLS
     * @param transfers how many models are being sent at once, and how many received; each takes memory, until the network
     *     has it or the rounds have taken it
     * @param timer ends what takes too long
     */
    public FlowerService(
            Participants participants,
            Supplier<Optional<AttestedPeer>> caller,
            int transfers,
            ScheduledExecutorService timer) {
        this(participants, caller, call -> Optional.empty(), new Permits(transfers), new Permits(transfers), timer);
    }

    private FlowerService(
            Participants participants,
            Supplier<Optional<AttestedPeer>> caller,
            Function<JoinTracer, Optional<TunnelledPeer>> tunnelled,
            Permits sending,
            Permits receiving,
            ScheduledExecutorService timer) {
        this.participants = participants;
        this.caller = caller;
        this.tunnelled = tunnelled;
        this.sending = sending;
        this.receiving = receiving;
        this.timer = timer;
    }

    /** The same for a server that knows nothing of its callers; both together send and receive no more models at once. */
    public FlowerService forUnknownCallers() {
        return new FlowerService(participants, Optional::empty, call -> Optional.empty(), sending, receiving, timer);
    }

    /**
     * The same for a server behind the end of a tunnel, which says who is at the other.
     *
     * @param peers is given each of the server's connections
     */
    public FlowerService forTunnelledCallers(TunnelledPeers peers) {
        return new FlowerService(
                participants,
                Optional::empty,
                call -> Optional.of(call.remote()
                        .flatMap(peers::at)
                        .orElseThrow(() -> new IllegalStateException("a connection without a PROXY header"))),
                sending,
                receiving,
                timer);
    }

    /** Has a server serve this. */
    public <B extends ServerBuilder<B>> B addTo(B server) {
        return server.addService(this).addStreamTracerFactory(JoinTracer.FACTORY);
    }

    @Override
    public ServerServiceDefinition bindService() {
        return ModelMessages.of(FlowerServiceGrpc.bindService(this));
    }

    @Override
    public StreamObserver<ClientMessage> join(StreamObserver<ServerMessage> responses) {
        ServerCallStreamObserver<ServerMessage> out = (ServerCallStreamObserver<ServerMessage>) responses;
        Optional<AttestedPeer> proved = caller.get();
        JoinTracer call = JoinTracer.current();
        Optional<TunnelledPeer> behind = tunnelled.apply(call);
        String name = proved.map(AttestedPeer::identity)
                .or(() -> behind.map(TunnelledPeer::identity))
                .map(PeerIdentity::name)
                .orElseGet(() -> UUID.randomUUID().toString());
        AtomicReference<Participant> joined = new AtomicReference<>();
        JoinedClient client =
                new JoinedClient(name, proved, behind, out, call, sending, receiving, timer, () -> left(joined.get()));
        joined.set(client);
        try {
            Optional<Participant> before = participants.add(client);
            LOG.log(System.Logger.Level.INFO, () -> "event=federated.joined participant=" + OneLine.of(name));
            before.ifPresent(Participant::replaced);
        } catch (ParticipantException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    () -> "event=federated.refused participant=" + OneLine.of(name) + " " + e.getMessage());
            client.close(Status.RESOURCE_EXHAUSTED.withDescription(e.getMessage()));
        }
        return client;
    }

    private void left(Participant client) {
        participants.remove(client);
        LOG.log(System.Logger.Level.INFO, () -> "event=federated.left participant=" + OneLine.of(client.name()));
    }
}
