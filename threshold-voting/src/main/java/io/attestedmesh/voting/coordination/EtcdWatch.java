package io.attestedmesh.voting.coordination;

import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Follows etcd's revisions. A thread opens one stream after another, each where the last one ended; if etcd compacted that
 * away, it reads what changed since. Events are told on gRPC's thread, which asks for the next ones only afterwards.
 */
final class EtcdWatch implements Watch {
    private enum Ending {
        /** Goes on where it was. */
        AGAIN,
        /** What changed has to be read. */
        READ,
        /** The store is an older one than it was: all of it has to be read. */
        READ_ALL
    }

    private static final System.Logger LOG = System.getLogger(EtcdWatch.class.getName());
    private static final long SOONEST_MILLIS = 100;
    private static final long LATEST_MILLIS = 2_000;

    private final EtcdCalls calls;
    private final EtcdKeys keys;
    private final EtcdRows rows;
    private final WatchDelivery delivery;
    private final Consumer<EtcdWatch> onClose;
    private final Thread thread = new Thread(this::run, "amesh-coordination-watch");
    private volatile long next; // revision: all before it was told
    private volatile boolean behind;
    private volatile boolean broken;

    EtcdWatch(EtcdCalls calls, EtcdKeys keys, EtcdRows rows, WatchDelivery delivery, Consumer<EtcdWatch> onClose) {
        this.calls = calls;
        this.keys = keys;
        this.rows = rows;
        this.delivery = delivery;
        this.onClose = onClose;
        thread.setDaemon(true);
    }

    void beginAt(EtcdRows.Members members) {
        delivery.know(members.members());
        next = members.revision() + 1;
        thread.start();
    }

    void beginWithAll() {
        behind = true;
        thread.start();
    }

    private void run() {
        long pause = SOONEST_MILLIS;
        while (!delivery.isClosed()) {
            long before = next;
            try {
                if (behind) {
                    read();
                }
                end(follow());
            } catch (CoordinationException e) {
                broke(e.getMessage());
            }
            pause = next > before ? SOONEST_MILLIS : Math.min(2 * pause, LATEST_MILLIS);
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void read() throws CoordinationException {
        EtcdRows.Members members = rows.members();
        rows.changedFrom(next, delivery);
        delivery.members(members.members());
        next = members.revision() + 1; // what changed while rows were read is told again
        behind = false;
    }

    private void end(Ending ending) {
        behind = ending != Ending.AGAIN;
        if (ending == Ending.READ_ALL) {
            next = 0;
        }
    }

    private void broke(String why) {
        if (!broken && !delivery.isClosed()) {
            broken = true;
            LOG.log(System.Logger.Level.WARNING, () -> "event=voting.coordination.watch.away reason=\"" + why + "\"");
        }
    }

    private Ending follow() throws CoordinationException {
        Metadata headers = calls.headers();
        EtcdEndpoint at = calls.current();
        Follower follower = new Follower(at, headers);
        StreamObserver<WatchRequest> requests =
                EtcdCalls.stream(at, headers, WatchGrpc.getWatchMethod(), CallOptions.DEFAULT, follower);
        try {
            requests.onNext(WatchRequest.newBuilder()
                    .setCreateRequest(WatchCreateRequest.newBuilder()
                            .setKey(keys.all())
                            .setRangeEnd(EtcdKeys.end(keys.all()))
                            .setStartRevision(next)
                            .setProgressNotify(true))
                    .build());
            return Answers.of(follower.ended);
        } finally {
            requests.onError(new CancellationException("the watch goes on by another stream, or was closed"));
        }
    }

    private final class Follower implements StreamObserver<WatchResponse> {
        private final EtcdEndpoint at;
        private final Metadata headers;
        private final CompletableFuture<Ending> ended = new CompletableFuture<>();

        Follower(EtcdEndpoint at, Metadata headers) {
            this.at = at;
            this.headers = headers;
        }

        @Override
        public void onNext(WatchResponse response) {
            if (ended.isDone()) {
                return;
            }
            if (response.getCanceled()) {
                canceled(response);
            } else if (response.getCreated()) {
                created(response.getHeader().getRevision());
            } else if (response.getEventsCount() == 0) {
                next = Math.max(next, response.getHeader().getRevision() + 1);
            } else {
                response.getEventsList().forEach(EtcdWatch.this::tell);
                next = response.getEvents(response.getEventsCount() - 1).getKv().getModRevision() + 1;
            }
        }

        private void created(long revision) {
            if (revision + 1 < next) {
                ended.complete(Ending.READ_ALL);
            } else if (broken) {
                broken = false;
                LOG.log(System.Logger.Level.INFO, "event=voting.coordination.watch.back");
            }
        }

        private void canceled(WatchResponse response) {
            if (response.getCompactRevision() != 0) {
                ended.complete(Ending.READ);
                return;
            }
            calls.refused(headers); // of the reasons that etcd has, only this one is ours to mend
            ended.completeExceptionally(
                    new CoordinationException("etcd at " + at + ": watch canceled: " + response.getCancelReason()));
        }

        @Override
        public void onError(Throwable failure) {
            Status status = Status.fromThrowable(failure);
            if (status.getCode() == Status.Code.RESOURCE_EXHAUSTED) {
                ended.complete(Ending.READ); // more at once than a message may have
                return;
            }
            if (EtcdCalls.isAway(status)) {
                calls.failed(at);
            } else {
                calls.refused(headers);
            }
            ended.completeExceptionally(
                    new CoordinationException("etcd at " + at + ": watch ended: " + EtcdCalls.why(status), failure));
        }

        @Override
        public void onCompleted() {
            ended.complete(Ending.AGAIN);
        }
    }

    private void tell(Event event) {
        boolean gone = event.getType() == Event.EventType.DELETE;
        if (!gone) {
            keys.transaction(event.getKv().getKey())
                    .filter(delivery::wants)
                    .ifPresent(transaction -> delivery.outcome(transaction, EtcdRows.row(event.getKv())));
        }
        keys.member(event.getKv().getKey())
                .ifPresent(node -> (gone ? Optional.<MemberRecord>empty() : rows.member(event.getKv()))
                        .ifPresentOrElse(delivery::member, () -> delivery.left(node)));
    }

    @Override
    public void close() {
        delivery.close();
        onClose.accept(this);
        thread.interrupt();
    }
}
