package io.attestedmesh.mpc.exchange;

import com.google.protobuf.InvalidProtocolBufferException;
import io.attestedmesh.mpc.session.Acceptance;
import io.attestedmesh.mpc.session.Origin;
import io.attestedmesh.mpc.session.Refusals;
import io.attestedmesh.mpc.session.SessionId;
import io.attestedmesh.mpc.session.Sessions;
import io.attestedmesh.mpc.session.Tag;
import io.attestedmesh.mpc.wire.Answer;
import io.attestedmesh.mpc.wire.Batch;
import io.attestedmesh.mpc.wire.Message;
import io.attestedmesh.mpc.wire.Refusal;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** One stream of batches from a party. Reads the next batch when the answers to the last one were taken. */
final class IncomingBatches extends ServerCall.Listener<byte[]> {
    private static final int MOST_MESSAGES = 4096;
    /** Messages with a false sender or of no form, after which it is no mistake. */
    private static final int MOST_OFFENCES = 100;

    private final ServerCall<byte[], Answer> call;
    private final Gate gate;
    private final Sessions sessions;
    private final Refusals refusals;
    private final Consumer<SessionId> room = this::hasRoom;
    private final Consumer<IncomingBatches> ended;
    private int offences;
    // below: under the lock of this object, for room comes on any thread
    private final Set<SessionId> rooms = new LinkedHashSet<>();
    private List<Refusal> refused = new ArrayList<>();
    private long answered;
    private long told;
    private boolean closed;
    private boolean paused;

    /** @param ended hears that it is over, on any thread and perhaps more than once */
    IncomingBatches(
            ServerCall<byte[], Answer> call,
            Gate gate,
            Sessions sessions,
            Refusals refusals,
            Consumer<IncomingBatches> ended) {
        this.call = call;
        this.gate = gate;
        this.sessions = sessions;
        this.refusals = refusals;
        this.ended = ended;
    }

    @Override
    public void onMessage(byte[] bytes) {
        Batch batch;
        try {
            batch = Methods.parse(bytes, Batch.parser());
        } catch (InvalidProtocolBufferException e) {
            end(Status.INVALID_ARGUMENT.withDescription("MALFORMED: not a batch"));
            return;
        }
        if (batch.getMessagesCount() > MOST_MESSAGES) {
            end(Status.INVALID_ARGUMENT.withDescription("MALFORMED: more than " + MOST_MESSAGES + " messages"));
            return;
        }
        for (Message message : batch.getMessagesList()) {
            answer(verdict(message));
        }
        if (offences > MOST_OFFENCES) {
            end(Status.UNAUTHENTICATED.withDescription("WRONG_SENDER or MALFORMED, too often"));
            return;
        }
        goOn();
    }

    private Acceptance verdict(Message message) {
        Optional<Origin> from = gate.check(message.getTag().getSender());
        if (from.isEmpty()) {
            offences++;
            return Acceptance.WRONG_SENDER;
        }
        Optional<Tag> tag = Wire.tag(message.getTag());
        if (tag.isEmpty()) {
            offences++;
            refusals.refused(from.get().identity().name(), Acceptance.MALFORMED, "a tag of the wire format", "another");
            return Acceptance.MALFORMED;
        }
        Acceptance verdict =
                sessions.accept(from.get(), tag.get(), message.getValue().toByteArray(), room);
        if (verdict.isRefusal()) {
            refusals.refused(from.get(), tag.get(), verdict);
        }
        return verdict;
    }

    private synchronized void answer(Acceptance verdict) {
        answered++;
        if (verdict != Acceptance.ACCEPTED) {
            refused.add(Wire.refusal(answered, verdict));
        }
    }

    private synchronized void goOn() {
        if (closed) {
            return;
        }
        if (!call.isReady()) {
            paused = true; // its sender does not take answers, so it gets to send nothing more either
            return;
        }
        tell();
        call.request(1);
    }

    private void tell() {
        if (answered == told && rooms.isEmpty()) {
            return;
        }
        Answer.Builder answer = Answer.newBuilder().setAnswered(answered).addAllRefusals(refused);
        rooms.forEach(id -> answer.addRoom(Wire.session(id)));
        call.sendMessage(answer.build());
        told = answered;
        refused = new ArrayList<>();
        rooms.clear();
    }

    private synchronized void hasRoom(SessionId id) {
        if (!closed) {
            rooms.add(id);
            if (call.isReady()) {
                tell();
            }
        }
    }

    @Override
    public synchronized void onReady() {
        if (closed) {
            return;
        }
        tell();
        if (paused) {
            paused = false;
            call.request(1);
        }
    }

    @Override
    public void onHalfClose() {
        end(Status.OK);
    }

    synchronized void end(Status status) {
        if (!closed) {
            tell();
            closed = true;
            call.close(status, new Metadata());
        }
        ended.accept(this);
    }

    @Override
    public void onCancel() {
        over();
    }

    /** Also after gRPC has ended it by itself, because of bytes that are no message. */
    @Override
    public void onComplete() {
        over();
    }

    private synchronized void over() {
        closed = true;
        ended.accept(this);
    }
}
