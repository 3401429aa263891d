package io.attestedmesh.mpc.kms;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.attestedmesh.mpc.exchange.Methods;
import io.attestedmesh.mpc.session.Acceptance;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Consumer;

/** One unary call: takes its one message, answers when the caller has said that it is the only one. */
final class IncomingCall<Q extends MessageLite, A> extends ServerCall.Listener<InputStream> {
    /** Answers a request. */
    interface Answering<Q, A> {
        A answer(Q request) throws StatusException;
    }

    private final ServerCall<InputStream, A> call;
    private final Whole whole;
    private final Parser<Q> parser;
    private final Answering<Q, A> service;
    private final Consumer<Acceptance> refused;
    private final Intake.Place place;
    /** Of all its messages; on the thread of gRPC that brings them. */
    private long arrived;
    // below: under the lock of this object, for a call without room is ended while its message is coming
    private byte[] request;
    private boolean ended;

    /**
     * @param refused hears of a request that is none, or has no room
     * @param place is left when the call is complete: until then gRPC may keep what has come
     */
    IncomingCall(
            ServerCall<InputStream, A> call,
            Whole whole,
            Parser<Q> parser,
            Answering<Q, A> service,
            Consumer<Acceptance> refused,
            Intake.Place place) {
        this.call = call;
        this.whole = whole;
        this.parser = parser;
        this.service = service;
        this.refused = refused;
        this.place = place;
    }

    void start(Arrivals arrivals) {
        arrivals.tell(this::arrived);
        call.request(2); // the second so that there being one is noticed
    }

    private void arrived(long bytes) {
        arrived += bytes;
        if (arrived > whole.most()) {
            refuse(Acceptance.TOO_LARGE);
        } else {
            take(bytes);
        }
    }

    private boolean take(long bytes) {
        boolean fits = place.take(bytes);
        if (!fits) {
            refuse(Acceptance.NO_ROOM);
        }
        return fits;
    }

    @Override
    public void onMessage(InputStream message) {
        if (request().isPresent()) {
            refuse(Acceptance.MALFORMED);
        }
        if (isEnded()) {
            return;
        }
        Optional<byte[]> read = whole.read(message, this::take);
        if (read.isPresent()) {
            keep(read.get());
        } else {
            refuse(Acceptance.TOO_LARGE);
        }
    }

    private synchronized boolean isEnded() {
        return ended;
    }

    private synchronized void keep(byte[] bytes) {
        if (!ended) {
            request = bytes;
        }
    }

    private synchronized Optional<byte[]> request() {
        return Optional.ofNullable(request);
    }

    @Override
    public void onHalfClose() {
        Optional<byte[]> bytes = request();
        if (bytes.isEmpty()) {
            refuse(Acceptance.MALFORMED);
            return;
        }
        try {
            A answer = service.answer(Methods.parse(bytes.get(), parser));
            call.sendHeaders(new Metadata());
            call.sendMessage(answer);
            end(Status.OK);
        } catch (InvalidProtocolBufferException e) {
            refuse(Acceptance.MALFORMED);
        } catch (StatusException e) {
            end(e.getStatus());
        }
    }

    private void refuse(Acceptance why) {
        if (end(Verdicts.status(why))) {
            refused.accept(why);
        }
    }

    private boolean end(Status status) {
        boolean first = forget();
        if (first) {
            call.close(status, new Metadata());
        }
        return first;
    }

    /** False if it was forgotten before. */
    private synchronized boolean forget() {
        boolean first = !ended;
        ended = true;
        request = null;
        return first;
    }

    @Override
    public void onCancel() {
        over();
    }

    @Override
    public void onComplete() {
        over();
    }

    /** Now gRPC has let go of what came, too. */
    private void over() {
        forget();
        place.leave();
    }
}
