package io.attestedmesh.mpc.exchange;

import com.google.protobuf.InvalidProtocolBufferException;
import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.mpc.session.Refusals;
import io.attestedmesh.mpc.session.Sessions;
import io.attestedmesh.mpc.wire.Answer;
import io.attestedmesh.mpc.wire.NetworkGrpc;
import io.attestedmesh.mpc.wire.PingReply;
import io.attestedmesh.mpc.wire.PingRequest;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;

/** The service {@code amesh.mpc.v1.Network} of one party. */
public final class ExchangeService {
    private static final Status STOPPING = Status.UNAVAILABLE.withDescription("the party is stopping");

    private final PeerIdentity self;
    private final UUID incarnation;
    private final Sessions sessions;
    private final Callers callers;
    private final Refusals refusals;
    private final Clock clock;
    private final Set<IncomingBatches> streams = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    public ExchangeService(
            PeerIdentity self, UUID incarnation, Sessions sessions, Callers callers, Refusals refusals, Clock clock) {
        this.self = self;
        this.incarnation = incarnation;
        this.sessions = sessions;
        this.callers = callers;
        this.refusals = refusals;
        this.clock = clock;
    }

    /**
     * Where calls run: streams of batches on the threads of the network, for what is done there is short and never waits;
     * all else where the server likes.
     */
    public static ServerCallExecutorSupplier executors() {
        String exchange = NetworkGrpc.getExchangeMethod().getFullMethodName();
        return new ServerCallExecutorSupplier() {
            @Override
            public <Q, A> Executor getExecutor(ServerCall<Q, A> call, Metadata headers) {
                return call.getMethodDescriptor().getFullMethodName().equals(exchange) ? Runnable::run : null;
            }
        };
    }

    /** What a server is given. */
    public ServerServiceDefinition definition() {
        return ServerServiceDefinition.builder(NetworkGrpc.SERVICE_NAME)
                .addMethod(Methods.forServer(NetworkGrpc.getExchangeMethod()), begin(this::stream))
                .addMethod(
                        Methods.forServer(NetworkGrpc.getTransferMethod()),
                        begin((call, gate) -> new IncomingTransfer(call, gate, sessions, refusals)))
                .addMethod(Methods.forServer(NetworkGrpc.getPingMethod()), begin(IncomingPing::new))
                .build();
    }

    private IncomingBatches stream(ServerCall<byte[], Answer> call, Gate gate) {
        IncomingBatches stream = new IncomingBatches(call, gate, sessions, refusals, streams::remove);
        streams.add(stream);
        if (closed) { // looked at after it is in the set, where whoever closes it finds it
            stream.end(STOPPING);
        }
        return stream;
    }

    /** How many streams of other parties are open. */
    public int streams() {
        return streams.size();
    }

    /** Ends the streams of other parties, which stay open otherwise, and those that begin from now on. */
    public void close() {
        closed = true;
        streams.forEach(stream -> stream.end(STOPPING));
    }

    private <A> ServerCallHandler<byte[], A> begin(
            BiFunction<ServerCall<byte[], A>, Gate, ServerCall.Listener<byte[]>> method) {
        return (call, headers) -> {
            Optional<UUID> caller = Methods.incarnation(headers);
            if (caller.isEmpty()) {
                call.close(
                        Status.INVALID_ARGUMENT.withDescription("MALFORMED: the header amesh-incarnation is no UUID"),
                        new Metadata());
                return new ServerCall.Listener<>() {};
            }
            call.sendHeaders(Methods.headers(incarnation));
            call.request(1);
            return method.apply(call, new Gate(callers.current(), caller.get(), refusals));
        };
    }

    private final class IncomingPing extends ServerCall.Listener<byte[]> {
        private final ServerCall<byte[], PingReply> call;
        private final Gate gate;

        IncomingPing(ServerCall<byte[], PingReply> call, Gate gate) {
            this.call = call;
            this.gate = gate;
        }

        @Override
        public void onMessage(byte[] bytes) {
            try {
                PingRequest request = Methods.parse(bytes, PingRequest.parser());
                if (gate.check(request.getSender()).isEmpty()) {
                    call.close(Status.UNAUTHENTICATED.withDescription("WRONG_SENDER"), new Metadata());
                    return;
                }
                Instant now = clock.instant();
                call.sendMessage(PingReply.newBuilder()
                        .setReceiver(self.name())
                        .setPayload(request.getPayload())
                        .setMicroseconds(ChronoUnit.MICROS.between(Instant.EPOCH, now))
                        .build());
                call.close(Status.OK, new Metadata());
            } catch (InvalidProtocolBufferException e) {
                call.close(Status.INVALID_ARGUMENT.withDescription("MALFORMED"), new Metadata());
            }
        }
    }
}
