package io.attestedmesh.federated.flower;

import io.grpc.Context;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/** What gRPC lets a server know and do with a stream by its tracer alone: see that a message begins to arrive, and reset it. */
final class JoinTracer extends ServerStreamTracer {
    private static final Context.Key<JoinTracer> OF_CALL = Context.key("join-tracer");

    static final Factory FACTORY = new Factory() {
        @Override
        public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
            return new JoinTracer();
        }
    };

    /** Given before anything else is called. */
    private volatile Context.CancellableContext call;

    private volatile Optional<SocketAddress> remote = Optional.empty();
    private volatile Runnable arriving = () -> {};

    private JoinTracer() {}

    /**
     * That of the call that this thread serves.
     *
     * @throws IllegalStateException if the server was made without {@link FlowerService#addTo}
     */
    static JoinTracer current() {
        JoinTracer tracer = OF_CALL.get();
        if (tracer == null) {
            throw new IllegalStateException("a server gets this service by addTo");
        }
        return tracer;
    }

    @Override
    public void serverCallStarted(ServerCallInfo<?, ?> started) {
        remote = Optional.ofNullable(started.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
    }

    /** Where the connection comes from. */
    Optional<SocketAddress> remote() {
        return remote;
    }

    @Override
    public Context filterContext(Context context) {
        call = context.withCancellation();
        return call.withValue(OF_CALL, this);
    }

    /** Has the transport's thread run {@code then} when a message that was asked for begins to arrive. */
    void onArriving(Runnable then) {
        arriving = then;
    }

    @Override
    public void inboundMessage(int number) {
        arriving.run();
    }

    /** Drops the stream with what waits there to be sent, where ending it would have to wait for that. */
    void reset() {
        call.cancel(new TimeoutException("the stream was not ended by its client")); // gRPC resets for no other cause
    }
}
