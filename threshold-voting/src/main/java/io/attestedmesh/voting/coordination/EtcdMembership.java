package io.attestedmesh.voting.coordination;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A lease and the record that hangs on it; a thread of its own renews both. */
final class EtcdMembership implements Membership {
    private static final System.Logger LOG = System.getLogger(EtcdMembership.class.getName());
    private static final long AGAIN_MILLIS = 500;
    private static final long GOODBYE_MILLIS = 1000;

    private final EtcdCalls calls;
    private final ByteString key;
    private final ByteString value;
    private final Duration ttl;
    private final Consumer<EtcdMembership> onClose;
    private final Thread thread = new Thread(this::run, "amesh-coordination-member");
    private long lease; // 0 for none
    private long revision; // of the record that was written last
    private boolean complained;
    private volatile boolean held;
    private volatile boolean closed;

    EtcdMembership(EtcdCalls calls, ByteString key, ByteString value, Duration ttl, Consumer<EtcdMembership> onClose) {
        if (ttl.toSeconds() < 1) {
            throw new IllegalArgumentException("a lease lasts a second at least, not " + ttl);
        }
        this.calls = calls;
        this.key = key;
        this.value = value;
        this.ttl = ttl;
        this.onClose = onClose;
    }

    void begin() {
        renew();
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        while (!closed) {
            try {
                Thread.sleep(held ? ttl.toMillis() / 3 : Math.min(AGAIN_MILLIS, ttl.toMillis() / 3));
            } catch (InterruptedException e) {
                return;
            }
            renew();
        }
    }

    private synchronized void renew() {
        if (closed) {
            return;
        }
        boolean before = held;
        try {
            if (lease == 0 || !keepAlive()) {
                lease = calls.await(
                                LeaseGrpc.getLeaseGrantMethod(),
                                LeaseGrantRequest.newBuilder()
                                        .setTTL(ttl.toSeconds())
                                        .build())
                        .getID();
                revision = 0;
            }
            writeUnlessThere();
            held = true;
            complained = false;
            if (!before) {
                LOG.log(System.Logger.Level.INFO, "event=voting.coordination.member.held");
            }
        } catch (CoordinationException e) {
            held = false;
            if (!complained && !closed) {
                complained = true;
                LOG.log(
                        System.Logger.Level.WARNING,
                        () -> "event=voting.coordination.member.away reason=\"" + e.getMessage() + "\"");
            }
        }
    }

    private void writeUnlessThere() throws CoordinationException {
        TxnRequest request = TxnRequest.newBuilder()
                .addCompare(Compare.newBuilder()
                        .setKey(key)
                        .setTarget(Compare.CompareTarget.MOD)
                        .setResult(Compare.CompareResult.EQUAL)
                        .setModRevision(Math.max(revision, 1)))
                .addFailure(RequestOp.newBuilder()
                        .setRequestPut(PutRequest.newBuilder()
                                .setKey(key)
                                .setValue(value)
                                .setLease(lease)))
                .build();
        TxnResponse answer = calls.await(KVGrpc.getTxnMethod(), request);
        if (!answer.getSucceeded()) {
            revision = answer.getHeader().getRevision();
        }
    }

    /** Whether etcd still knows the lease. */
    private boolean keepAlive() throws CoordinationException {
        Metadata headers = calls.headers();
        EtcdEndpoint at = calls.current();
        CompletableFuture<Long> left = new CompletableFuture<>();
        StreamObserver<LeaseKeepAliveRequest> requests = EtcdCalls.stream(
                at,
                headers,
                LeaseGrpc.getLeaseKeepAliveMethod(),
                CallOptions.DEFAULT.withDeadlineAfter(calls.timeout().toMillis(), TimeUnit.MILLISECONDS),
                new StreamObserver<LeaseKeepAliveResponse>() {
                    @Override
                    public void onNext(LeaseKeepAliveResponse answer) {
                        left.complete(answer.getTTL());
                    }

                    @Override
                    public void onError(Throwable failure) {
                        Status status = Status.fromThrowable(failure);
                        if (EtcdCalls.isAway(status)) {
                            calls.failed(at);
                        } else {
                            calls.refused(headers);
                        }
                        left.completeExceptionally(new CoordinationException(
                                "etcd at " + at + ": the lease is not renewed: " + EtcdCalls.why(status), failure));
                    }

                    @Override
                    public void onCompleted() {
                        left.complete(0L);
                    }
                });
        requests.onNext(LeaseKeepAliveRequest.newBuilder().setID(lease).build());
        try {
            return Answers.of(left) > 0;
        } finally {
            requests.onCompleted();
        }
    }

    @Override
    public boolean held() {
        return held;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        thread.interrupt();
        onClose.accept(this);
        synchronized (this) {
            held = false;
            if (lease != 0) {
                revoke();
            }
        }
    }

    private void revoke() {
        try {
            Answers.of(calls.call(
                            LeaseGrpc.getLeaseRevokeMethod(),
                            LeaseRevokeRequest.newBuilder().setID(lease).build())
                    .answer()
                    .copy()
                    .orTimeout(GOODBYE_MILLIS, TimeUnit.MILLISECONDS));
        } catch (CoordinationException e) {
            LOG.log(System.Logger.Level.DEBUG, "event=voting.coordination.member.expires", e);
        }
    }
}
