package io.attestedmesh.mpc.kms;

import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.mpc.exchange.Reach;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** One request and its answer; nothing of the request is sent before it is known who will get it. */
final class UnaryCall<Q, A> extends ClientCall.Listener<A> {
    /** Answers are a few bytes. */
    private static final int LARGEST_ANSWER = 4096;

    private final Reach reach;
    private final ClientCall<Q, A> call;
    private final Q request;
    private final Predicate<Optional<AttestedPeer>> mayGo;
    private final BiConsumer<Optional<A>, Status> done;
    private Optional<A> answer = Optional.empty();
    private boolean sent;

    /**
     * @param mayGo is asked once, with what the server has proved, which is nothing without TLS
     * @param done hears the answer, or why there is none
     */
    UnaryCall(
            Reach reach,
            MethodDescriptor<Q, A> method,
            CallOptions options,
            Q request,
            Predicate<Optional<AttestedPeer>> mayGo,
            BiConsumer<Optional<A>, Status> done) {
        this.reach = reach;
        // the same on the wire, but callers of unary methods do not hear when there is a connection
        this.call = reach.channel()
                .newCall(
                        method.toBuilder().setType(MethodType.BIDI_STREAMING).build(),
                        options.withMaxInboundMessageSize(LARGEST_ANSWER));
        this.request = request;
        this.mayGo = mayGo;
        this.done = done;
    }

    void start() {
        call.start(this, new Metadata());
        call.request(2); // the second so that there being one is noticed
    }

    @Override
    public void onReady() {
        if (sent) {
            return;
        }
        sent = true;
        if (mayGo.test(reach.server(call))) {
            call.sendMessage(request);
            call.halfClose();
        } else {
            call.cancel("the connection is another one than before", null);
        }
    }

    @Override
    public void onMessage(A message) {
        if (answer.isPresent()) {
            call.cancel("two answers to one request", null);
        }
        answer = Optional.of(message);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        if (!status.isOk()) {
            done.accept(Optional.empty(), status);
        } else if (answer.isEmpty()) {
            done.accept(answer, Status.INTERNAL.withDescription("a call that ended well, without an answer"));
        } else {
            done.accept(answer, status);
        }
    }

    void cancel(String why) {
        call.cancel(why, null);
    }
}
