package io.attestedmesh.voting.coordination;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Questions and streams to etcd: one server at a time, the next one when it fails. */
final class EtcdCalls implements AutoCloseable {
    private final List<EtcdEndpoint> endpoints;
    private final AtomicInteger current = new AtomicInteger();
    private final EtcdLogin login;
    private final Duration timeout;
    private volatile boolean closed;

    private EtcdCalls(List<EtcdEndpoint> endpoints, EtcdLogin login, Duration timeout) {
        this.endpoints = endpoints;
        this.login = login;
        this.timeout = timeout;
    }

    static EtcdCalls open(EtcdSettings settings) throws CoordinationException {
        ChannelCredentials credentials = EtcdEndpoint.credentials(settings);
        List<EtcdEndpoint> endpoints = settings.endpoints().stream()
                .map(endpoint -> new EtcdEndpoint(endpoint, credentials, settings.timeout()))
                .toList();
        return new EtcdCalls(endpoints, new EtcdLogin(settings.login()), settings.timeout());
    }

    <Q, A> EtcdCall<Q, A> call(MethodDescriptor<Q, A> method, Q request) {
        return new EtcdCall<>(this, Optional.of(login), method, request, timeout).begin();
    }

    <Q, A> A await(MethodDescriptor<Q, A> method, Q request) throws CoordinationException {
        return Answers.of(call(method, request).answer());
    }

    <Q, A> EtcdCall<Q, A> withoutLogin(MethodDescriptor<Q, A> method, Q request) {
        return new EtcdCall<>(this, Optional.empty(), method, request, timeout).begin();
    }

    /** What is sent with streams. */
    Metadata headers() throws CoordinationException {
        return Answers.of(login.headers(this));
    }

    /** A token of these was refused. */
    void refused(Metadata headers) {
        login.forget(headers);
    }

    static <Q, A> StreamObserver<Q> stream(
            EtcdEndpoint at,
            Metadata headers,
            MethodDescriptor<Q, A> method,
            CallOptions options,
            StreamObserver<A> answers) {
        return ClientCalls.asyncBidiStreamingCall(channel(at, headers).newCall(method, options), answers);
    }

    static Channel channel(EtcdEndpoint at, Metadata headers) {
        return ClientInterceptors.intercept(at.channel(), MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    EtcdEndpoint current() {
        return endpoints.get(Math.floorMod(current.get(), endpoints.size()));
    }

    /** Whether there is no other server. */
    boolean alone() {
        return endpoints.size() == 1;
    }

    /** That server did not answer; whoever says so first turns to the next. */
    void failed(EtcdEndpoint at) {
        int before = current.get();
        if (endpoints.get(Math.floorMod(before, endpoints.size())) == at) {
            current.compareAndSet(before, before + 1);
        }
        at.reconnect();
    }

    Duration timeout() {
        return timeout;
    }

    /**
     * Whether the server did not answer, or the connection to it broke. A connection that closes while a call is being
     * written to it is reported by grpc-java as UNKNOWN, a code that etcd itself sends too: the cause tells them apart.
     */
    static boolean isAway(Status status) {
        return switch (status.getCode()) {
            case UNAVAILABLE, DEADLINE_EXCEEDED -> true;
            case UNKNOWN -> status.getCause() instanceof IOException;
            default -> false;
        };
    }

    /** Code, the description's first line, and the innermost reason. */
    static String why(Status status) {
        StringBuilder text = new StringBuilder(status.getCode().name());
        if (status.getDescription() != null) {
            text.append(' ').append(status.getDescription().lines().findFirst().orElse(""));
        }
        Throwable innermost = status.getCause();
        while (innermost != null && innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        if (innermost != null) {
            text.append(": ").append(innermost.getMessage());
        }
        return text.toString();
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        endpoints.forEach(EtcdEndpoint::close);
    }
}
