package io.attestedmesh.federated.flower;

import io.attestedmesh.federated.flower.wire.ClientMessage;
import io.attestedmesh.federated.flower.wire.FlowerServiceGrpc;
import io.attestedmesh.federated.flower.wire.ServerMessage;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The client's end of a stream of {@code Join}, for a thread that takes one instruction after the other. */
final class Conversation implements ClientResponseObserver<ClientMessage, ServerMessage>, AutoCloseable {
    private static final int END_SECONDS = 5;

    private ClientCallStreamObserver<ClientMessage> out;
    private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();

    /** An instruction, or how the stream ended. */
    private sealed interface Event {
        record Instruction(ServerMessage message) implements Event {}

        record End(Status status) implements Event {}
    }

    Conversation(FlowerServiceGrpc.FlowerServiceStub stub) {
        stub.join(this);
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<ClientMessage> requests) {
        out = requests;
        requests.disableAutoRequestWithInitial(1);
    }

    /**
     * Waits for an instruction, without a limit: how long rounds take is the server's business, and a connection that is
     * dead is found by its keepalive.
     */
    ServerMessage next() throws StatusException, InterruptedException {
        Event event = events.take();
        if (event instanceof Event.End end) {
            // a stream that the server ended well, but without saying that the rounds are over
            throw end.status().isOk()
                    ? Status.UNAVAILABLE
                            .withDescription("the server ended the stream")
                            .asException()
                    : end.status().asException();
        }
        return ((Event.Instruction) event).message();
    }

    void answer(ClientMessage message) {
        out.onNext(message);
        out.request(1);
    }

    /** Waits a little until the server has seen the end. */
    void finish() throws InterruptedException {
        out.onCompleted();
        var unused = events.poll(END_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void onNext(ServerMessage message) {
        events.add(new Event.Instruction(message));
    }

    @Override
    public void onError(Throwable failure) {
        events.add(new Event.End(Status.fromThrowable(failure)));
    }

    @Override
    public void onCompleted() {
        events.add(new Event.End(Status.OK));
    }

    /** Ends the stream if it has not ended. */
    @Override
    public void close() {
        out.cancel("the client is done", null);
    }
}
