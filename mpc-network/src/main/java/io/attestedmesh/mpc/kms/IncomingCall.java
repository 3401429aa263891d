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
import java.util.Optional;
import java.util.function.Consumer;

/** One unary call: takes its one message, answers when the caller has said that it is the only one. */
final class IncomingCall<Q extends MessageLite, A> extends ServerCall.Listener<Optional<byte[]>> {
    /** Answers a request. */
    interface Answering<Q, A> {
        A answer(Q request) throws StatusException;
    }

    private final ServerCall<Optional<byte[]>, A> call;
    private final Parser<Q> parser;
    private final Answering<Q, A> service;
    private final Consumer<Acceptance> refused;
    private final Runnable over;
    private byte[] request;
    private boolean ended;

    /**
     * @param refused hears of a request that is none
     * @param over runs once, when it holds nothing of the caller any more
     */
    IncomingCall(
            ServerCall<Optional<byte[]>, A> call,
            Parser<Q> parser,
            Answering<Q, A> service,
            Consumer<Acceptance> refused,
            Runnable over) {
        this.call = call;
        this.parser = parser;
        this.service = service;
        this.refused = refused;
        this.over = over;
        call.request(2); // the second so that there being one is noticed
    }

    @Override
    public void onMessage(Optional<byte[]> bytes) {
        if (ended) {
            return;
        }
        if (bytes.isEmpty()) {
            refuse(Acceptance.TOO_LARGE);
        } else if (request != null) {
            refuse(Acceptance.MALFORMED);
        } else {
            request = bytes.get();
        }
    }

    @Override
    public void onHalfClose() {
        if (ended) {
            return;
        }
        if (request == null) {
            refuse(Acceptance.MALFORMED);
            return;
        }
        try {
            A answer = service.answer(Methods.parse(request, parser));
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
        refused.accept(why);
        end(Verdicts.status(why));
    }

    private void end(Status status) {
        letGo();
        call.close(status, new Metadata());
    }

    @Override
    public void onCancel() {
        letGo();
    }

    private void letGo() {
        if (!ended) {
            ended = true;
            request = null;
            over.run();
        }
    }
}
