package io.attestedmesh.voting.node;

import com.google.protobuf.ByteString;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.replica.Message;
import io.attestedmesh.voting.statement.Announcement;
import io.attestedmesh.voting.statement.MalformedStatementException;
import io.attestedmesh.voting.statement.RejectedStatementException;
import io.attestedmesh.voting.statement.StatementReason;
import io.attestedmesh.voting.wire.v1.Accepted;
import io.attestedmesh.voting.wire.v1.Envelope;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What one other node says over the connection that it made. One message at a time is verified and handed to the replica;
 * the next is read after that, so that a node that sends faster than it is heard waits.
 */
final class Incoming implements StreamObserver<Envelope> {
    private final Host host;
    private final Optional<String> proved;
    private final ServerCallStreamObserver<Accepted> answers;
    private final Allowance allowance;
    private Optional<String> from = Optional.empty();

    /** What the streams of a node share. */
    interface Host {
        Envelopes envelopes();

        Refusals refusals();

        /** Where signatures are verified. */
        Executor verifiers();

        ScheduledExecutorService timer();

        /** Holds the key of {@code announcement}, on the replica's thread, and then says whether it is accepted. */
        void hello(Incoming stream, Announcement announcement, Envelope hello);

        /** Gives it to the replica, and runs {@code then} once that has it. */
        void take(Incoming stream, Message message, Runnable then);

        void invalidSignature(Incoming stream, Bytes digest);

        void ended(Incoming stream);
    }

    Incoming(Host host, Optional<String> proved, ServerCallStreamObserver<Accepted> answers, int rate, Clock clock) {
        this.host = host;
        this.proved = proved;
        this.answers = answers;
        this.allowance = new Allowance(rate, clock);
        answers.disableAutoRequest();
        answers.setOnCancelHandler(() -> host.ended(this));
        answers.request(1);
    }

    /** The node at the other end; empty before its hello. */
    Optional<String> from() {
        return from;
    }

    private String name() {
        return from.or(() -> proved).orElse("somebody");
    }

    @Override
    public void onNext(Envelope envelope) {
        host.verifiers().execute(() -> {
            try {
                if (from.isEmpty()) {
                    hello(envelope);
                } else {
                    Message message = host.envelopes().read(from.get(), envelope);
                    Duration pause = allowance.take(Envelopes.work(envelope));
                    host.take(this, message, () -> next(pause));
                }
            } catch (RefusedMessageException e) {
                host.refusals().refused(name(), e);
                end(Status.INVALID_ARGUMENT.withDescription(e.getMessage()));
            } catch (RejectedStatementException e) {
                refuse(e, Envelopes.read(envelope.toByteString()));
            }
        });
    }

    private void hello(Envelope envelope) throws RefusedMessageException {
        if (!envelope.hasHello()) {
            throw new RefusedMessageException(
                    NodeReason.HELLO, "a hello first", envelope.getContentCase().name());
        }
        ByteString announced = envelope.getHello().getAnnouncement();
        if (announced.size() > Announcement.LARGEST) {
            throw new RefusedMessageException(
                    NodeReason.TOO_LARGE, Announcement.LARGEST + " bytes", Integer.toString(announced.size()));
        }
        try {
            Announcement announcement = Announcement.parse(Envelopes.read(announced));
            if (proved.isPresent() && !proved.get().equals(announcement.node())) {
                throw new RefusedMessageException(
                        NodeReason.WRONG_NODE, "the key of " + proved.get(), "one of " + announcement.node());
            }
            host.hello(this, announcement, envelope);
        } catch (MalformedStatementException e) {
            throw new RefusedMessageException(NodeReason.MALFORMED, "an announcement of a key", e.getMessage());
        }
    }

    /** The node is who it says, and its key is held. */
    void accept(String node, Accepted answer) {
        from = Optional.of(node);
        answers.onNext(answer);
        next(Duration.ZERO);
    }

    /** Its key, or something that it signed or passed on, is not believed. */
    void refuse(RejectedStatementException why, Bytes sent) {
        host.refusals().refused(name(), why);
        if (why.reason() == StatementReason.SIGNATURE && from.isPresent()) {
            host.invalidSignature(this, sent.sha384());
        }
        end(Status.PERMISSION_DENIED.withDescription(why.getMessage()));
    }

    /** Ends the call. */
    void end(Status why) {
        host.ended(this);
        answers.onError(why.asRuntimeException());
    }

    private void next(Duration pause) {
        if (pause.isZero()) {
            answers.request(1);
        } else {
            var unused = host.timer().schedule(() -> answers.request(1), pause.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void onError(Throwable failure) {
        host.ended(this);
    }

    @Override
    public void onCompleted() {
        host.ended(this);
        answers.onCompleted();
    }
}
