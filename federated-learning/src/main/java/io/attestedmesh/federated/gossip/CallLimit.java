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

/**
 * Bounds how many calls one caller has at once, before their messages arrive: each may be as large as a model. Nothing is read
 * of a caller that is no member.
 */
final class CallLimit implements ServerInterceptor {
    private final int most;
    private final Callers callers;
    private final Members members;
    private final Refusals refusals;
    private final ConcurrentMap<Object, Integer> open = new ConcurrentHashMap<>();

    CallLimit(int most, Callers callers, Members members, Refusals refusals) {
        this.most = most;
        this.callers = callers;
        this.members = members;
        this.refusals = refusals;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Optional<AttestedPeer> proved = callers.current();
        try {
            members.requireMember(new Caller(proved, false));
        } catch (RefusedMessageException e) {
            return refuse(call, proved, Status.PERMISSION_DENIED, e);
        }
        Object account = proved.isPresent()
                ? proved.get().identity()
                : String.valueOf(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
        if (open.merge(account, 1, Integer::sum) > most) {
            leave(account);
            return refuse(
                    call,
                    proved,
                    Status.RESOURCE_EXHAUSTED,
                    new RefusedMessageException(GossipReason.TOO_MANY, most + " calls at once", "one more"));
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

    private <Q, A> ServerCall.Listener<Q> refuse(
            ServerCall<Q, A> call, Optional<AttestedPeer> proved, Status status, RefusedMessageException why) {
        refusals.refused(new Caller(proved, false).name(), why);
        call.close(status.withDescription(why.getMessage()), new Metadata());
        return new ServerCall.Listener<>() {};
    }

    private void leave(Object account) {
        open.computeIfPresent(account, (key, calls) -> calls == 1 ? null : calls - 1);
    }
}
