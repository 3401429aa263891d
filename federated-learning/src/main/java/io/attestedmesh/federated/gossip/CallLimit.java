package io.attestedmesh.federated.gossip;

import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.mpc.exchange.Callers;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** Bounds how many calls one caller has at once, before their messages arrive: each may be as large as a model. */
final class CallLimit implements ServerInterceptor {
    private final int most;
    private final Callers callers;
    private final Refusals refusals;
    private final ConcurrentMap<Object, Integer> open = new ConcurrentHashMap<>();

    CallLimit(int most, Callers callers, Refusals refusals) {
        this.most = most;
        this.callers = callers;
        this.refusals = refusals;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Optional<AttestedPeer> proved = callers.current();
        Object account = proved.isPresent()
                ? proved.get().identity()
                : String.valueOf(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
        if (open.merge(account, 1, Integer::sum) > most) {
            leave(account);
            refusals.refused(
                    proved.map(peer -> peer.identity().name()).orElse("unknown"),
                    new RefusedMessageException(GossipReason.TOO_MANY, most + " calls at once", "one more"));
            call.close(Status.RESOURCE_EXHAUSTED.withDescription("too many calls at once"), new Metadata());
            return new ServerCall.Listener<>() {};
        }
        AtomicBoolean left = new AtomicBoolean();
        Runnable leave = () -> {
            if (left.compareAndSet(false, true)) {
                leave(account);
            }
        };
        ServerCall<Q, A> counted = new SimpleForwardingServerCall<>(call) {
            @Override
            public void close(Status status, Metadata trailers) {
                leave.run(); // before the caller hears that it may call again
                super.close(status, trailers);
            }
        };
        return new SimpleForwardingServerCallListener<>(next.startCall(counted, headers)) {
            @Override
            public void onCancel() {
                leave.run();
                super.onCancel();
            }

            @Override
            public void onComplete() {
                leave.run();
                super.onComplete();
            }
        };
    }

    private void leave(Object account) {
        open.computeIfPresent(account, (key, calls) -> calls == 1 ? null : calls - 1);
    }
}
