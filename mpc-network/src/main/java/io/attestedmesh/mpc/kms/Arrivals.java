package io.attestedmesh.mpc.kms;

import io.attestedmesh.mpc.exchange.Methods;
import io.attestedmesh.mpc.kms.wire.gnetworkingGrpc;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.util.function.LongConsumer;

/**
 * Tells how much of a message has come while the rest of it is still on its way: gRPC keeps all of it, and says no length
 * before it is whole.
 */
final class Arrivals extends ServerStreamTracer {
    private static final Context.Key<Arrivals> OF_CALL = Context.key("amesh-kms-arrivals");

    private volatile LongConsumer counting = bytes -> {};

    /**
     * For a server that takes large messages because of this format. No other service takes such, so theirs are cut off
     * where the limit is without it.
     */
    static ServerStreamTracer.Factory factory() {
        return new ServerStreamTracer.Factory() {
            @Override
            public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
                return gnetworkingGrpc.SERVICE_NAME.equals(MethodDescriptor.extractFullServiceName(fullMethodName))
                        ? new Arrivals()
                        : new OfAnotherService();
            }
        };
    }

    /** Of the call that this thread begins to serve. */
    static Arrivals current() {
        return OF_CALL.get();
    }

    /** Has {@code listener} hear of the bytes, on a thread of gRPC: to be said before a message is asked for. */
    void tell(LongConsumer listener) {
        counting = listener;
    }

    @Override
    public Context filterContext(Context context) {
        return context.withValue(OF_CALL, this);
    }

    @Override
    public void inboundWireSize(long bytes) {
        counting.accept(bytes);
    }

    private static final class OfAnotherService extends ServerStreamTracer {
        private long ofThisMessage;

        @Override
        public void inboundMessage(int number) {
            ofThisMessage = 0;
        }

        @Override
        public void inboundWireSize(long bytes) {
            ofThisMessage += bytes;
            if (ofThisMessage > Methods.MOST_BYTES) {
                // ends the call, as a message over the server's own limit does
                throw Status.RESOURCE_EXHAUSTED
                        .withDescription("a message of more than " + Methods.MOST_BYTES + " bytes")
                        .asRuntimeException();
            }
        }
    }
}
