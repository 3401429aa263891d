package io.attestedmesh.federated.gossip;

import com.google.protobuf.Empty;
import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.federated.gossip.wire.HandShakeRequest;
import io.attestedmesh.federated.gossip.wire.NodeServicesGrpc;
import io.attestedmesh.federated.gossip.wire.ResponseMessage;
import io.attestedmesh.federated.gossip.wire.RootMessage;
import io.attestedmesh.mpc.exchange.Reach;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Calls to one node. What is posted goes one after the other, so that it arrives in order, our own messages before those that
 * are passed on; the rest goes at once. Used by the node's loop; futures end on threads of the transport.
 */
final class PeerLink implements AutoCloseable {
    private static final int MOST_RELAYED_BYTES = 1 << 20;

    private final Reach reach;
    private final Executor loop;
    private final Duration deadline;
    private final int mostQueued;
    private final Members members;
    private final Counter dropped;
    private final Deque<RootMessage> own = new ArrayDeque<>();
    private final Deque<RootMessage> relayed = new ArrayDeque<>();
    private int relayedBytes;
    private boolean sending;
    private volatile Optional<AttestedPeer> proved = Optional.empty();
    private volatile boolean ofOurKind;
    private volatile boolean answered;
    private volatile boolean closed;

    PeerLink(Reach reach, Executor loop, Members members, Duration deadline, int mostQueued, Counter dropped) {
        this.reach = reach;
        this.loop = loop;
        this.members = members;
        this.deadline = deadline;
        this.mostQueued = mostQueued;
        this.dropped = dropped;
    }

    /** Sends when what was posted before has been answered, or not. */
    void post(RootMessage message) {
        post(own, message, own.size() < mostQueued);
    }

    /** The same of another node's message: it waits for ours. */
    void relay(RootMessage message) {
        int bytes = message.getSerializedSize();
        boolean room = relayed.size() < mostQueued && relayedBytes + bytes <= MOST_RELAYED_BYTES;
        if (room) {
            relayedBytes += bytes;
        }
        post(relayed, message, room);
    }

    private void post(Deque<RootMessage> queue, RootMessage message, boolean room) {
        if (room && !closed) {
            queue.add(message);
            sendNext();
        } else {
            dropped.increment();
        }
    }

    private void sendNext() {
        if (sending || (own.isEmpty() && relayed.isEmpty())) {
            return;
        }
        sending = true;
        RootMessage next;
        if (own.isEmpty()) {
            next = relayed.remove();
            relayedBytes -= next.getSerializedSize();
        } else {
            next = own.remove();
        }
        var unused = send(next, deadline)
                .whenCompleteAsync(
                        (answer, failure) -> {
                            sending = false;
                            sendNext();
                        },
                        loop);
    }

    CompletableFuture<ResponseMessage> send(RootMessage message, Duration within) {
        if (message.hasWeights() && !mayGetModels()) {
            return CompletableFuture.failedFuture(Status.PERMISSION_DENIED
                    .withDescription("a model is sent only to a node that has proved what it must")
                    .asException());
        }
        return call(NodeServicesGrpc.getSendMethod(), message, within);
    }

    CompletableFuture<ResponseMessage> handshake(String self) {
        return call(
                NodeServicesGrpc.getHandshakeMethod(),
                HandShakeRequest.newBuilder().setAddr(self).build(),
                deadline);
    }

    CompletableFuture<Empty> disconnect(String self, Duration within) {
        return call(
                NodeServicesGrpc.getDisconnectMethod(),
                HandShakeRequest.newBuilder().setAddr(self).build(),
                within);
    }

    private <Q, A> CompletableFuture<A> call(MethodDescriptor<Q, A> method, Q request, Duration within) {
        CompletableFuture<A> outcome = new CompletableFuture<>();
        try {
            reach.reconnect();
            ClientCall<Q, A> call = reach.channel()
                    .newCall(method, CallOptions.DEFAULT.withDeadlineAfter(within.toMillis(), TimeUnit.MILLISECONDS));
            call.start(new Answer<>(call, outcome), OwnNodes.headers());
            call.request(2);
            call.sendMessage(request);
            call.halfClose();
        } catch (RuntimeException e) { // whoever waits for the outcome must have one
            outcome.completeExceptionally(e);
        }
        return outcome;
    }

    private final class Answer<A> extends ClientCall.Listener<A> {
        private final ClientCall<?, A> call;
        private final CompletableFuture<A> outcome;
        private A message;

        Answer(ClientCall<?, A> call, CompletableFuture<A> outcome) {
            this.call = call;
            this.outcome = outcome;
        }

        @Override
        public void onHeaders(Metadata headers) {
            proved = reach.server(call);
            ofOurKind = OwnNodes.isOwn(headers);
            answered = true;
            if (!members.accepts(proved)) {
                call.cancel("the server proves not what it runs", null);
            }
        }

        @Override
        public void onMessage(A answer) {
            message = answer;
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            if (status.isOk() && message != null) {
                outcome.complete(message);
            } else {
                outcome.completeExceptionally(status.asException());
            }
        }
    }

    /** True once it has answered and proved what it must. */
    boolean mayGetModels() {
        return answered && members.accepts(proved);
    }

    /** A node of this implementation, as far as is known by now. */
    boolean own() {
        return ofOurKind;
    }

    Optional<AttestedPeer> proved() {
        return proved;
    }

    boolean isClosed() {
        return closed;
    }

    /** May come from another thread. */
    @Override
    public void close() {
        closed = true;
        loop.execute(() -> {
            own.clear();
            relayed.clear();
        });
        reach.close();
    }
}
