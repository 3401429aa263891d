package io.attestedmesh.federated.flower;

import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.federated.flower.wire.ClientMessage;
import io.attestedmesh.federated.flower.wire.ClientMessage.MsgCase;
import io.attestedmesh.federated.flower.wire.Code;
import io.attestedmesh.federated.flower.wire.ServerMessage;
import io.attestedmesh.federated.learn.Learner;
import io.attestedmesh.federated.learn.Scalar;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.RejectedModelException;
import io.attestedmesh.federated.server.Participant;
import io.attestedmesh.federated.server.ParticipantException;
import io.attestedmesh.federated.server.ParticipantReason;
import io.attestedmesh.federated.server.Trained;
import io.attestedmesh.transport.tunnel.TunnelledPeer;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * One stream of {@code Join}: the server speaks first, and the client answers each instruction before the next. What
 * arrives unasked, or is not what was asked for, ends the stream.
 *
 * <p>A message is asked of the transport only with a permit. Until then flow control keeps all of it at the client but the
 * first window, which begins with 1 MiB. Whether a client that was given an instruction still works or waits to answer cannot be
 * seen before it is asked: so permits are given in the order of the instructions, and one whose time ran out while others
 * had the permits gets a turn of some seconds to begin.
 */
final class JoinedClient implements Participant, StreamObserver<ClientMessage> {
    /** For a model to go out, or to come in once it has begun to: longer keeps others waiting. */
    private static final Duration TAKING = Duration.ofMinutes(5);
    /** For an answer to begin that must have been there before it was asked for. */
    private static final Duration BEGINNING = Duration.ofSeconds(5);
    /** For a client to see why a stream ended. */
    private static final Duration ENDING = Duration.ofSeconds(5);

    private final String name;
    private final Optional<AttestedPeer> proved;
    private final Optional<TunnelledPeer> tunnelled;
    private final ServerCallStreamObserver<ServerMessage> out;
    private final JoinTracer tracer;
    private final Permits sending;
    private final Permits receiving;
    private final ScheduledExecutorService timer;
    private final Runnable onEnd;

    private Optional<Pending> pending = Optional.empty();
    private boolean sends;
    private boolean receives;
    private boolean answerInUse;
    private boolean ended;
    private boolean closed;

    JoinedClient(
            String name,
            Optional<AttestedPeer> proved,
            Optional<TunnelledPeer> tunnelled,
            ServerCallStreamObserver<ServerMessage> out,
            JoinTracer tracer,
            Permits sending,
            Permits receiving,
            ScheduledExecutorService timer,
            Runnable onEnd) {
        this.name = name;
        this.proved = proved;
        this.tunnelled = tunnelled;
        this.out = out;
        this.tracer = tracer;
        this.sending = sending;
        this.receiving = receiving;
        this.timer = timer;
        this.onEnd = onEnd;
        out.disableAutoRequest();
        out.setOnReadyHandler(this::sent);
        tracer.onArriving(this::arriving);
        out.setOnCancelHandler(() -> end(ParticipantReason.LEFT, "a connection", "it ended"));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Optional<AttestedPeer> proved() {
        return proved;
    }

    @Override
    public Optional<TunnelledPeer> tunnelled() {
        return tunnelled;
    }

    @Override
    public CompletableFuture<Model> parameters(Map<String, Scalar> config, Duration timeout) {
        ServerMessage message = ServerMessage.newBuilder()
                .setGetParametersIns(
                        ServerMessage.GetParametersIns.newBuilder().putAllConfig(FlowerWire.scalars(config)))
                .build();
        // a client that has none to give may say so by its status and send what it has: that is then no model
        return instruct(message, MsgCase.GET_PARAMETERS_RES, timeout)
                .thenCompose(answer -> read(
                        answer.getGetParametersRes().getStatus(),
                        () -> FlowerWire.model(answer.getGetParametersRes().getParameters())));
    }

    @Override
    public CompletableFuture<Trained> fit(Model model, Map<String, Scalar> config, Duration timeout) {
        ServerMessage message = ServerMessage.newBuilder()
                .setFitIns(ServerMessage.FitIns.newBuilder()
                        .setParameters(FlowerWire.parameters(model))
                        .putAllConfig(FlowerWire.scalars(config)))
                .build();
        return instruct(message, MsgCase.FIT_RES, timeout)
                .thenCompose(answer -> read(answer.getFitRes().getStatus(), () -> trained(answer.getFitRes())));
    }

    private static Trained trained(ClientMessage.FitRes result) throws RejectedModelException {
        return new Trained(
                FlowerWire.model(result.getParameters()),
                new Learner.Fit(result.getNumExamples(), FlowerWire.read(result.getMetricsMap())));
    }

    @Override
    public CompletableFuture<Learner.Evaluation> evaluate(Model model, Map<String, Scalar> config, Duration timeout) {
        ServerMessage message = ServerMessage.newBuilder()
                .setEvaluateIns(ServerMessage.EvaluateIns.newBuilder()
                        .setParameters(FlowerWire.parameters(model))
                        .putAllConfig(FlowerWire.scalars(config)))
                .build();
        return instruct(message, MsgCase.EVALUATE_RES, timeout)
                .thenCompose(
                        answer -> read(answer.getEvaluateRes().getStatus(), () -> evaluation(answer.getEvaluateRes())));
    }

    private static Learner.Evaluation evaluation(ClientMessage.EvaluateRes result) throws RejectedModelException {
        return new Learner.Evaluation(
                result.getLoss(), result.getNumExamples(), FlowerWire.read(result.getMetricsMap()));
    }

    @Override
    public CompletableFuture<Void> dismiss(Duration timeout) {
        ServerMessage message = ServerMessage.newBuilder()
                .setReconnectIns(ServerMessage.ReconnectIns.getDefaultInstance())
                .build();
        // whatever reason it gives, and even if it just leaves
        return instruct(message, MsgCase.DISCONNECT_RES, timeout).handle((answer, failure) -> {
            taken();
            complete();
            return null;
        });
    }

    /** What reads an answer. */
    private interface Reading<T> {
        T read() throws RejectedModelException;
    }

    private static <T> CompletableFuture<T> read(
            io.attestedmesh.federated.flower.wire.Status status, Reading<T> reading) {
        if (status.getCode() != Code.OK) {
            return CompletableFuture.failedFuture(new ParticipantException(
                    ParticipantReason.NOT_IMPLEMENTED, "status OK", status.getCode() + " " + status.getMessage()));
        }
        try {
            return CompletableFuture.completedFuture(reading.read());
        } catch (RejectedModelException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletableFuture<ClientMessage> instruct(ServerMessage message, MsgCase wanted, Duration timeout) {
        taken(); // or it would not be asked again
        Pending asked = new Pending(wanted);
        synchronized (this) {
            if (ended || pending.isPresent()) {
                return CompletableFuture.failedFuture(
                        ended
                                ? new ParticipantException(ParticipantReason.LEFT, "a connection", "it ended")
                                : new ParticipantException(
                                        ParticipantReason.BUSY, "one instruction at a time", "another one"));
            }
            pending = Optional.of(asked);
        }
        sending.acquire(() -> send(message, asked, timeout));
        return asked.answer();
    }

    /** With a permit, which goes back once the transport has taken the message, or the stream has ended. */
    private void send(ServerMessage message, Pending asked, Duration timeout) {
        boolean open;
        synchronized (this) {
            open = !ended;
            sends = open;
        }
        if (!open) {
            sending.release();
            return;
        }
        // its time runs from here: how long others keep the permits is not its fault
        asked.timeoutAfter(timeout, timer, () -> timeIsUp(asked, timeout));
        asked.timeoutAfter(TAKING, timer, () -> notTaken(asked));
        try {
            synchronized (this) {
                out.onNext(message);
            }
        } catch (RuntimeException e) { // the call is over, and says so in its own way too
            end(ParticipantReason.LEFT, "a connection", "it ended");
            return;
        }
        if (out.isReady()) {
            sent();
        }
        receiving.acquire(() -> receive(asked, timeout));
    }

    /** With a permit, which goes back once the answer is in use no longer, or the stream has ended without one. */
    private void receive(Pending asked, Duration timeout) {
        boolean open;
        synchronized (this) {
            open = !ended;
            receives = open;
        }
        if (!open) {
            receiving.release();
            return;
        }
        Duration turn = timeout.compareTo(BEGINNING) < 0 ? timeout : BEGINNING;
        asked.timeoutAfter(turn, timer, () -> turnIsUp(asked, timeout));
        out.request(1);
    }

    private void timeIsUp(Pending asked, Duration timeout) {
        asked.endTime();
        if (asked.hadTurn()) {
            late(asked, "an answer within " + timeout, timeout);
        }
    }

    private void turnIsUp(Pending asked, Duration timeout) {
        asked.endTurn();
        if (asked.timeIsUp() && !asked.arrives()) {
            late(asked, "an answer within " + timeout, timeout);
        }
    }

    /** The transport has the first bytes of a message. */
    private void arriving() {
        Optional<Pending> answered;
        synchronized (this) {
            answered = pending;
        }
        answered.ifPresent(asked -> {
            asked.begin();
            asked.timeoutAfter(TAKING, timer, () -> late(asked, "an answer that arrives within " + TAKING, TAKING));
        });
    }

    private void notTaken(Pending asked) {
        boolean taken;
        synchronized (this) {
            taken = !sends;
        }
        if (!taken) {
            late(asked, "a message taken within " + TAKING, TAKING);
        }
    }

    private void late(Pending asked, String expected, Duration timeout) {
        if (!asked.answer().isDone()) {
            end(ParticipantReason.TIMEOUT, expected, "none");
            close(Status.DEADLINE_EXCEEDED.withDescription("Timeout of " + timeout.toSeconds() + "sec was exceeded."));
        }
    }

    /** The transport has taken what there was to send. */
    private void sent() {
        boolean held;
        synchronized (this) {
            held = sends;
            sends = false;
        }
        if (held) {
            sending.release();
        }
    }

    @Override
    public void taken() {
        release(true);
    }

    /** Gives the permit to receive back, if {@code inUse} says what has become of it. */
    private void release(boolean inUse) {
        boolean held;
        synchronized (this) {
            held = receives && answerInUse == inUse;
            receives = receives && !held;
            answerInUse = answerInUse && !held;
        }
        if (held) {
            receiving.release();
        }
    }

    @Override
    public void onNext(ClientMessage message) {
        Optional<Pending> answered;
        synchronized (this) {
            // what answers an instruction that has not gone out answers something else
            boolean unread = sends && !out.isReady();
            answered = unread ? Optional.empty() : pending.filter(asked -> asked.wanted() == message.getMsgCase());
            if (answered.isPresent()) {
                pending = Optional.empty();
                answerInUse = true;
            }
        }
        if (answered.isPresent()) {
            sent();
            answered.get().complete(message);
            return;
        }
        String expected = pendingName();
        end(ParticipantReason.PROTOCOL, expected, message.getMsgCase().toString());
        close(Status.FAILED_PRECONDITION.withDescription("expected " + expected + ", not " + message.getMsgCase()));
    }

    private synchronized String pendingName() {
        return pending.map(asked -> asked.wanted().toString()).orElse("nothing before an instruction");
    }

    @Override
    public void onError(Throwable failure) {
        end(ParticipantReason.LEFT, "a connection", String.valueOf(failure.getMessage()));
    }

    @Override
    public void onCompleted() {
        end(ParticipantReason.LEFT, "a connection", "the client ended it");
        complete();
    }

    @Override
    public void replaced() {
        String expected =
                proved.isPresent() || tunnelled.isPresent() ? "one connection of " + name : "a place for strangers";
        end(ParticipantReason.REPLACED, expected, "another one took it");
        close(Status.ABORTED.withDescription("another connection took the place of this one"));
    }

    private void end(ParticipantReason reason, String expected, String actual) {
        Optional<Pending> unanswered;
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            unanswered = pending;
            pending = Optional.empty();
        }
        onEnd.run();
        unanswered.ifPresent(asked -> asked.fail(new ParticipantException(reason, expected, actual)));
        release(false);
        sent(); // last: it has others send
    }

    private synchronized void complete() {
        if (!out.isCancelled()) {
            closeOnce(out::onCompleted);
        }
    }

    /** Ends the stream; whoever it was is told why. */
    synchronized void close(Status status) {
        closeOnce(() -> {
            out.onError(status.asRuntimeException());
            var unused = timer.schedule(tracer::reset, ENDING.toMillis(), TimeUnit.MILLISECONDS);
        });
    }

    private void closeOnce(Runnable closing) {
        if (!closed) {
            closed = true;
            closing.run();
        }
    }
}
