package io.attestedmesh.federated.gossip;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/**
 * How nodes of this implementation know each other: by a header of every request and every answer, which P2PFL neither
 * sends nor looks at.
 */
final class OwnNodes implements ServerInterceptor {
    private static final Metadata.Key<String> HEADER =
            Metadata.Key.of("amesh-gossip", Metadata.ASCII_STRING_MARSHALLER);
    private static final String VALUE = "1";
    private static final Context.Key<Boolean> OWN = Context.keyWithDefault("amesh-gossip", false);

    static Metadata headers() {
        Metadata headers = new Metadata();
        headers.put(HEADER, VALUE);
        return headers;
    }

    static boolean isOwn(Metadata headers) {
        return VALUE.equals(headers.get(HEADER));
    }

    /** Whether the call that this thread serves is of such a node. */
    static boolean calls() {
        return OWN.get();
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        ServerCall<Q, A> marking = new SimpleForwardingServerCall<>(call) {
            @Override
            public void sendHeaders(Metadata answer) {
                answer.merge(headers());
                super.sendHeaders(answer);
            }
        };
        return Contexts.interceptCall(Context.current().withValue(OWN, isOwn(headers)), marking, headers, next);
    }
}
