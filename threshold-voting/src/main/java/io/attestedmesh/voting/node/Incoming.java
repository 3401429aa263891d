package io.attestedmesh.voting.node;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.replica.Message;
import io.attestedmesh.voting.statement.Announcement;
import io.attestedmesh.voting.statement.Committee;
import io.attestedmesh.voting.statement.MalformedStatementException;
import io.attestedmesh.voting.statement.RejectedStatementException;
import io.attestedmesh.voting.statement.StatementReason;
import io.attestedmesh.voting.wire.v1.Accepted;
import io.attestedmesh.voting.wire.v1.Contact;
import io.attestedmesh.voting.wire.v1.Envelope;
import io.attestedmesh.voting.wire.v1.Hello;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What one other node says over the connection that it made. Called by gRPC and by the loop: what they share is behind its lock.
 * One message at a time is verified, on gRPC's thread, and handed to the replica; the next is read after that, so that a node that
 * sends faster than it is heard waits.
 */
final class Incoming implements StreamObserver<Envelope> {
    private static final System.Logger LOG = System.getLogger(Incoming.class.getName());
    private static final int LARGEST_CONTACT = 1024;
    private static final int LARGEST_HELLO = Announcement.LARGEST + LARGEST_CONTACT;

    private final Host host;
    private final Optional<String> proved;
    private final ServerCallStreamObserver<Accepted> answers;
    private Future<?> untilHello = CompletableFuture.completedFuture(null);
    private Optional<String> from = Optional.empty();
    private Optional<Allowance> allowance = Optional.empty();
    private boolean over;

    /** What the streams of a node share. */
    interface Host {
        Envelopes envelopes();

        Refusals refusals();

        Committee committee();

        ScheduledExecutorService timer();

        /** Holds the key of {@code announcement}, on the replica's thread, and then says whether it is accepted. */
        void hello(Incoming stream, Announcement announcement, Optional<Contact> contact);

        /** Gives it to the replica, and runs {@code then} once that has it. */
        void take(Incoming stream, Message message, Runnable then);

        void invalidSignature(Incoming stream, Bytes digest);

        void ended(Incoming stream);
    }

    Incoming(Host host, Optional<String> proved, ServerCallStreamObserver<Accepted> answers) {
        this.host = host;
        this.proved = proved;
        this.answers = answers;
        answers.disableAutoRequest();
        answers.setOnCancelHandler(this::over);
        answers.request(1);
    }

    /** The node at the other end; empty before its hello is accepted. */
    synchronized Optional<String> from() {
        return from;
    }

    /** Who the connection has proved to be; empty where nothing is proved. */
    Optional<String> proved() {
        return proved;
    }

    /** Whether nothing more comes from it. */
    synchronized boolean isOver() {
        return over;
    }

    /** Ends it if nothing is heard for so long. */
    synchronized Incoming within(Duration patience) {
        try {
            untilHello = host.timer().schedule(() -> noHello(patience), patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            end(Status.UNAVAILABLE.withDescription("the node is stopping"));
        }
        return this;
    }

    private void noHello(Duration patience) {
        RefusedMessageException why = new RefusedMessageException(
                NodeReason.HELLO, "a hello within " + patience.toMillis() + " ms", "nothing");
        host.refusals().refused(name(), why);
        end(Status.DEADLINE_EXCEEDED.withDescription(why.getMessage()));
    }

    private String name() {
        return from().or(() -> proved).orElse("somebody");
    }

    @Override
    public void onNext(Envelope envelope) {
        try {
            Optional<String> sender = from();
            if (sender.isEmpty()) {
                hello(envelope);
            } else {
                heard(sender.get(), envelope);
            }
        } catch (RefusedMessageException e) {
            host.refusals().refused(name(), e);
            end(Status.INVALID_ARGUMENT.withDescription(e.getMessage()));
        } catch (RejectedStatementException e) {
            refuse(e, Envelopes.read(envelope.toByteString()));
        } catch (RuntimeException e) { // gRPC would end the call without a word
            LOG.log(System.Logger.Level.ERROR, "event=voting.failed", e);
            end(Status.INTERNAL);
        }
    }

    private void heard(String sender, Envelope envelope) throws RefusedMessageException, RejectedStatementException {
        Duration pause = charged(Envelopes.work(envelope)); // whatever it turns out to be
        Optional<Message> message =
                host.envelopes().read(sender, envelope, why -> host.refusals().refused(sender, why));
        if (message.isPresent()) {
            host.take(this, message.get(), () -> next(pause));
        } else {
            next(pause);
        }
    }

    private synchronized Duration charged(int work) {
        return allowance.orElseThrow().take(work);
    }

    private synchronized void waitNoLonger() {
        var unused = untilHello.cancel(false);
    }

    private void hello(Envelope envelope) throws RefusedMessageException, RejectedStatementException {
        waitNoLonger();
        if (!envelope.hasHello()) {
            throw new RefusedMessageException(
                    NodeReason.HELLO, "a hello first", envelope.getContentCase().name());
        }
        if (envelope.getSerializedSize() > LARGEST_HELLO) {
            throw new RefusedMessageException(
                    NodeReason.TOO_LARGE, LARGEST_HELLO + " bytes", Integer.toString(envelope.getSerializedSize()));
        }
        Hello hello = envelope.getHello();
        try {
            Announcement announcement = Announcement.parse(Envelopes.read(hello.getAnnouncement()));
            if (proved.isPresent() && !proved.get().equals(announcement.node())) {
                throw new RefusedMessageException(
                        NodeReason.WRONG_NODE, "the key of " + proved.get(), "one of " + announcement.node());
            }
            // here, not on the loop: one member could keep that busy by its hellos alone
            var unused = announcement.verify(host.committee());
            host.hello(this, announcement, hello.hasContact() ? Optional.of(hello.getContact()) : Optional.empty());
        } catch (MalformedStatementException e) {
            throw new RefusedMessageException(NodeReason.MALFORMED, "an announcement of a key", e.getMessage());
        }
    }

    /**
     * The node is who it says, and its key is held; what it owes from calls before is waited for.
     *
     * @return false if it has ended
     */
    synchronized boolean accept(String node, Accepted answer, Allowance ofNode) {
        if (!over) {
            from = Optional.of(node);
            allowance = Optional.of(ofNode);
            answers.onNext(answer);
            next(ofNode.take(1));
        }
        return !over;
    }

    /** Its key, or something that it signed or passed on, is not believed. */
    void refuse(RejectedStatementException why, Bytes sent) {
        host.refusals().refused(name(), why);
        if (why.reason() == StatementReason.SIGNATURE && from().isPresent()) {
            host.invalidSignature(this, sent.sha384());
        }
        end(Status.PERMISSION_DENIED.withDescription(why.getMessage()));
    }

    /** Ends the call, if it has not ended. */
    synchronized void end(Status why) {
        if (!over) {
            over();
            answers.onError(why.asRuntimeException());
        }
    }

    private synchronized void over() {
        if (!over) {
            over = true;
            waitNoLonger();
            host.ended(this);
        }
    }

    private void next(Duration pause) {
        if (isOver()) {
            return;
        }
        if (pause.isZero()) {
            answers.request(1);
        } else {
            var unused = host.timer().schedule(() -> answers.request(1), pause.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void onError(Throwable failure) {
        over();
    }

    @Override
    public synchronized void onCompleted() {
        if (!over) {
            over();
            answers.onCompleted();
        }
    }
}
