package io.attestedmesh.voting.coordination;

import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** One question to etcd, repeated at the next server while it is not answered and there is time. */
final class EtcdCall<Q, A> {
    private static final long AGAIN_MILLIS = 100;

    private final EtcdCalls calls;
    private final Optional<EtcdLogin> login;
    private final MethodDescriptor<Q, A> method;
    private final Q request;
    private final Duration timeout;
    private final long end;
    private final CompletableFuture<A> answer = new CompletableFuture<>();
    private volatile boolean repeated;
    private volatile boolean renewed;

    EtcdCall(EtcdCalls calls, Optional<EtcdLogin> login, MethodDescriptor<Q, A> method, Q request, Duration timeout) {
        this.calls = calls;
        this.login = login;
        this.method = method;
        this.request = request;
        this.timeout = timeout;
        this.end = System.nanoTime() + timeout.toNanos();
    }

    /** Fails with a {@link CoordinationException}. */
    CompletableFuture<A> answer() {
        return answer;
    }

    /** Whether it was asked before, without an answer: then etcd may have done it already. */
    boolean repeated() {
        return repeated;
    }

    EtcdCall<Q, A> begin() {
        CompletableFuture<Metadata> headers =
                login.map(one -> one.headers(calls)).orElseGet(() -> CompletableFuture.completedFuture(new Metadata()));
        var unused = headers.whenComplete((sent, failure) -> {
            if (failure != null) {
                answer.completeExceptionally(Answers.failure(failure));
            } else {
                ask(sent);
            }
        });
        return this;
    }

    private void ask(Metadata headers) {
        EtcdEndpoint at = calls.current();
        long left = end - System.nanoTime();
        long patience = calls.alone() ? left : left / 2;
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(patience, TimeUnit.NANOSECONDS);
        ClientCalls.asyncUnaryCall(
                EtcdCalls.channel(at, headers).newCall(method, options), request, new StreamObserver<A>() {
                    private A received;

                    @Override
                    public void onNext(A message) {
                        received = message;
                    }

                    @Override
                    public void onError(Throwable failure) {
                        failed(at, headers, failure);
                    }

                    @Override
                    public void onCompleted() {
                        answer.complete(received);
                    }
                });
    }

    private void failed(EtcdEndpoint at, Metadata headers, Throwable failure) {
        Status status = Status.fromThrowable(failure);
        if (!renewed && login.isPresent() && login.get().helps(status)) {
            renewed = true;
            login.get().forget(headers);
            begin();
            return;
        }
        if (EtcdCalls.isAway(status) && !calls.isClosed()) {
            calls.failed(at);
            repeated = true;
            if (end - System.nanoTime() > TimeUnit.MILLISECONDS.toNanos(2 * AGAIN_MILLIS)) {
                Executor later = CompletableFuture.delayedExecutor(AGAIN_MILLIS, TimeUnit.MILLISECONDS);
                later.execute(this::begin);
                return;
            }
        }
        String within = EtcdCalls.isAway(status) ? " within " + timeout : "";
        answer.completeExceptionally(new CoordinationException(
                "etcd at " + at + ": no " + method.getBareMethodName() + within + ": " + EtcdCalls.why(status),
                failure));
    }
}
