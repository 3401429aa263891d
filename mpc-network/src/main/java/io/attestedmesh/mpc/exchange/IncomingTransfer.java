package io.attestedmesh.mpc.exchange;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.attestedmesh.mpc.session.Acceptance;
import io.attestedmesh.mpc.session.Origin;
import io.attestedmesh.mpc.session.Refusals;
import io.attestedmesh.mpc.session.Sessions;
import io.attestedmesh.mpc.session.Tag;
import io.attestedmesh.mpc.wire.Beginning;
import io.attestedmesh.mpc.wire.Part;
import io.attestedmesh.mpc.wire.TransferAnswer;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.Optional;

/** One message from a party in a call of its own: what begins it says whether it is kept whole, or taken as it comes. */
final class IncomingTransfer extends ServerCall.Listener<byte[]> {
    /** What becomes of the parts. */
    interface Parts {
        /** False if it does not belong there. */
        boolean add(ByteString data);

        /** There are no more. */
        void end();

        /** The call has broken. */
        void lost();
    }

    /** Parts that may be on their way while one is taken. */
    private static final int PARTS_AHEAD = 4;

    private final ServerCall<byte[], TransferAnswer> call;
    private final Gate gate;
    private final Sessions sessions;
    private final Refusals refusals;
    private Optional<Parts> parts = Optional.empty();
    private boolean over;

    IncomingTransfer(ServerCall<byte[], TransferAnswer> call, Gate gate, Sessions sessions, Refusals refusals) {
        this.call = call;
        this.gate = gate;
        this.sessions = sessions;
        this.refusals = refusals;
    }

    @Override
    public void onMessage(byte[] bytes) {
        if (isOver()) {
            return;
        }
        Part part;
        try {
            part = Methods.parse(bytes, Part.parser());
        } catch (InvalidProtocolBufferException e) {
            end(Status.INVALID_ARGUMENT.withDescription("MALFORMED: not a part"));
            return;
        }
        if (part.hasBeginning() && parts.isEmpty()) {
            begin(part.getBeginning());
        } else if (part.hasData() && parts.isPresent() && parts.get().add(part.getData())) {
            next();
        } else {
            end(Status.INVALID_ARGUMENT.withDescription("MALFORMED: a part that does not belong there"));
        }
    }

    private void begin(Beginning beginning) {
        Optional<Origin> from = gate.check(beginning.getTag().getSender());
        if (from.isEmpty()) {
            refuse(Acceptance.WRONG_SENDER);
            return;
        }
        Optional<Tag> tag = Wire.tag(beginning.getTag());
        if (tag.isEmpty() || beginning.getSize() < 0) {
            refusals.refused(
                    from.get().identity().name(), Acceptance.MALFORMED, "a beginning of the wire format", "another");
            refuse(Acceptance.MALFORMED);
        } else if (beginning.getStreamed()) {
            StreamedParts streamed = new StreamedParts(this, sessions, from.get(), tag.get(), beginning.getSize());
            parts = Optional.of(streamed);
            streamed.open();
        } else {
            WholeParts whole = new WholeParts(this, sessions, from.get(), tag.get(), beginning.getSize());
            parts = Optional.of(whole);
            whole.open();
        }
    }

    /** A message of a known sender was refused, or may come later. */
    void refuse(Origin from, Tag tag, Acceptance why) {
        if (why.isRefusal()) {
            refusals.refused(from, tag, why);
        }
        refuse(why);
    }

    private void refuse(Acceptance why) {
        answer(TransferAnswer.newBuilder().setRefusal(Wire.refusal(1, why)).build());
    }

    void accepted(long size) {
        answer(TransferAnswer.newBuilder().setAccepted(size).build());
    }

    /** The sender may go on from there. */
    synchronized void from(long offset) {
        if (!over) {
            call.sendMessage(TransferAnswer.newBuilder().setFrom(offset).build());
            call.request(PARTS_AHEAD);
        }
    }

    private synchronized void next() {
        if (!over) {
            call.request(1);
        }
    }

    private synchronized boolean isOver() {
        return over;
    }

    private synchronized void answer(TransferAnswer answer) {
        if (!over) {
            call.sendMessage(answer);
            end(Status.OK);
        }
    }

    synchronized void end(Status status) {
        if (!over) {
            over = true;
            call.close(status, new Metadata());
        }
    }

    @Override
    public void onHalfClose() {
        if (!isOver()) {
            parts.ifPresentOrElse(
                    Parts::end,
                    () -> end(Status.INVALID_ARGUMENT.withDescription("MALFORMED: it ended before it began")));
        }
    }

    @Override
    public void onCancel() {
        synchronized (this) {
            over = true;
        }
        parts.ifPresent(Parts::lost);
    }

    @Override
    public void onComplete() {
        parts.ifPresent(Parts::lost);
    }
}
