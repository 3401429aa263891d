package io.attestedmesh.federated.gossip;

import com.google.protobuf.Empty;
import io.attestedmesh.federated.gossip.wire.HandShakeRequest;
import io.attestedmesh.federated.gossip.wire.NodeServicesGrpc;
import io.attestedmesh.federated.gossip.wire.ResponseMessage;
import io.attestedmesh.federated.gossip.wire.RootMessage;
import io.attestedmesh.mpc.exchange.Callers;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;

/** What others call. Bounds and the caller's proof are looked at here; the rest is done on the node's loop. */
final class GossipService extends NodeServicesGrpc.NodeServicesImplBase {
    private final Setup setup;
    private final Callers callers;
    private final Incoming incoming;
    private final Refusals refusals;
    private final Executor loop;
    private final ConcurrentMap<String, RateLimit> rates = new ConcurrentHashMap<>();

    GossipService(Setup setup, Callers callers, Incoming incoming, Refusals refusals, Executor loop) {
        this.setup = setup;
        this.callers = callers;
        this.incoming = incoming;
        this.refusals = refusals;
        this.loop = loop;
    }

    private interface Change {
        void make(Caller caller) throws RefusedMessageException;
    }

    @Override
    public void handshake(HandShakeRequest request, StreamObserver<ResponseMessage> out) {
        change(
                request,
                out,
                ResponseMessage.getDefaultInstance(),
                caller -> incoming.handshake(caller, request.getAddr()));
    }

    @Override
    public void disconnect(HandShakeRequest request, StreamObserver<Empty> out) {
        change(request, out, Empty.getDefaultInstance(), caller -> incoming.disconnect(caller, request.getAddr()));
    }

    private <A> void change(HandShakeRequest request, StreamObserver<A> out, A answer, Change change) {
        Caller caller = caller();
        CompletableFuture<A> outcome = checked(caller, request.getAddr())
                .thenApplyAsync(
                        checked -> {
                            try {
                                change.make(caller);
                                return answer;
                            } catch (RefusedMessageException e) {
                                throw new CompletionException(e);
                            }
                        },
                        loop);
        var unused = outcome.whenComplete((done, failure) -> {
            if (failure == null) {
                answer(out, done);
            } else {
                RefusedMessageException why = refused(caller, request.getAddr(), failure);
                out.onError(Status.PERMISSION_DENIED
                        .withDescription(why.getMessage())
                        .asException());
            }
        });
    }

    @Override
    public void send(RootMessage request, StreamObserver<ResponseMessage> out) {
        Caller caller = caller();
        CompletableFuture<Optional<String>> outcome = checked(caller, request.getSource())
                .thenComposeAsync(
                        checked -> {
                            try {
                                return incoming.message(caller, Bounds.bounded(request, setup.limits()));
                            } catch (RefusedMessageException e) {
                                return CompletableFuture.failedFuture(e);
                            }
                        },
                        loop);
        var unused = outcome.whenComplete((text, failure) -> {
            ResponseMessage.Builder answer = ResponseMessage.newBuilder();
            if (failure == null) {
                text.ifPresent(answer::setResponse);
            } else {
                answer.setError(refused(caller, request.getSource(), failure).getMessage());
            }
            answer(out, answer.build());
        });
    }

    private static <A> void answer(StreamObserver<A> out, A answer) {
        out.onNext(answer);
        out.onCompleted();
    }

    private Caller caller() {
        return new Caller(callers.current(), OwnNodes.calls());
    }

    /** Everything that can be refused without knowing what the node is doing. */
    private CompletableFuture<Void> checked(Caller caller, String claimed) {
        try {
            setup.members().require(claimed); // which also bounds the accounts below, where nothing is proved
            String account = caller.proved().map(peer -> peer.identity().name()).orElse(claimed);
            RateLimit rate = rates.computeIfAbsent(
                    account, key -> new RateLimit(setup.limits().perSecond(), setup.clock()));
            if (!rate.allows()) {
                throw new RefusedMessageException(
                        GossipReason.TOO_MANY, setup.limits().perSecond() + " messages a second", "more");
            }
            return CompletableFuture.completedFuture(null);
        } catch (RefusedMessageException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private RefusedMessageException refused(Caller caller, String claimed, Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (!(cause instanceof RefusedMessageException)) {
            System.getLogger(GossipService.class.getName())
                    .log(System.Logger.Level.ERROR, "event=federated.gossip.failed", cause);
        }
        RefusedMessageException why = cause instanceof RefusedMessageException refusal
                ? refusal
                : new RefusedMessageException(GossipReason.MALFORMED, "a message that can be handled", "another");
        refusals.refused(caller.proved().isPresent() ? caller.name() : claimed, why);
        return why;
    }
}
