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
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Calls to one node. What is {@linkplain #post posted} goes one after the other, so that it arrives in order; the rest at
 * once. Used by the node's loop; futures end on threads of the transport.
 */
final class PeerLink implements AutoCloseable {
    private final Reach reach;
    private final Executor loop;
    private final Duration deadline;
    private final int mostQueued;
    private final Members members;
    private final Deque<RootMessage> queue = new ArrayDeque<>();
    private boolean sending;
    private long dropped;
    private volatile Optional<AttestedPeer> proved = Optional.empty();
    private volatile boolean own;
    private volatile boolean answered;

    PeerLink(Reach reach, Executor loop, Members members, Duration deadline, int mostQueued) {
        this.reach = reach;
        this.loop = loop;
        this.members = members;
        this.deadline = deadline;
        this.mostQueued = mostQueued;
    }

    /** Sends when what was posted before has been answered, or not. */
    void post(RootMessage message) {
        if (queue.size() >= mostQueued) {
            dropped++;
            return;
        }
        queue.add(message);
        sendNext();
    }

    private void sendNext() {
        if (sending || queue.isEmpty()) {
            return;
        }
        sending = true;
        var unused = send(queue.remove(), deadline)
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
        reach.reconnect();
        CompletableFuture<A> outcome = new CompletableFuture<>();
        ClientCall<Q, A> call = reach.channel()
                .newCall(method, CallOptions.DEFAULT.withDeadlineAfter(within.toMillis(), TimeUnit.MILLISECONDS));
        call.start(new Answer<>(call, outcome), OwnNodes.headers());
        call.request(2);
        call.sendMessage(request);
        call.halfClose();
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
            own = OwnNodes.isOwn(headers);
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
        return own;
    }

    Optional<AttestedPeer> proved() {
        return proved;
    }

    long dropped() {
        return dropped;
    }

    int queued() {
        return queue.size();
    }

    @Override
    public void close() {
        queue.clear();
        reach.close();
    }
}
