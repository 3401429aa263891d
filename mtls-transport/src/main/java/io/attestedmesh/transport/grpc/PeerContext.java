package io.attestedmesh.transport.grpc;

import io.attestedmesh.attest.tls.AttestedPeer;
import io.grpc.Attributes;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import java.util.Optional;
import javax.net.ssl.SSLSession;

/** The authenticated peer of a call. */
public final class PeerContext {
    private static final Context.Key<AttestedPeer> PEER = Context.key("attested-peer");
    private static final Attributes.Key<AttestedPeer> OF_CONNECTION = Attributes.Key.create("attested-peer");

    private PeerContext() {}

    /**
     * The caller, inside the handler of a call.
     *
     * @throws IllegalStateException outside of one, or where {@link #interceptor} is not installed
     */
    public static AttestedPeer current() {
        AttestedPeer peer = PEER.get();
        if (peer == null) {
            throw new IllegalStateException("no attested peer: this thread serves no call of an attested connection");
        }
        return peer;
    }

    /** The server of a call, once the call has a transport: in its listener's {@code onHeaders} at the latest. */
    public static Optional<AttestedPeer> of(ClientCall<?, ?> call) {
        return of(call.getAttributes());
    }

    /** Puts the caller into the context of each call, and refuses calls without one as UNAUTHENTICATED. */
    public static ServerInterceptor interceptor() {
        return new Interceptor();
    }

    /** Takes the peer from the session once a connection, for its calls: the session compares certificates each time. */
    static ServerTransportFilter oncePerConnection() {
        return new ServerTransportFilter() {
            @Override
            public Attributes transportReady(Attributes attributes) {
                Optional<AttestedPeer> peer = of(attributes);
                return peer.isPresent()
                        ? attributes.toBuilder().set(OF_CONNECTION, peer.get()).build()
                        : attributes;
            }
        };
    }

    private static Optional<AttestedPeer> of(Attributes attributes) {
        AttestedPeer known = attributes.get(OF_CONNECTION);
        SSLSession session = attributes.get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        return known != null ? Optional.of(known) : Optional.ofNullable(session).flatMap(AttestedPeer::of);
    }

    private static final class Interceptor implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            Optional<AttestedPeer> peer = of(call.getAttributes());
            if (peer.isEmpty()) {
                call.close(
                        Status.UNAUTHENTICATED.withDescription("the connection has no attested peer"), new Metadata());
                return new ServerCall.Listener<>() {};
            }
            return Contexts.interceptCall(Context.current().withValue(PEER, peer.get()), call, headers, next);
        }
    }
}
