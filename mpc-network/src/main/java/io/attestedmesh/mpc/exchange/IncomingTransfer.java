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
import java.util.Arrays;
import java.util.Optional;

/** One large message from a party, kept whole: its room is set aside before its bytes come. */
final class IncomingTransfer extends ServerCall.Listener<byte[]> {
    private static final int FIRST_ROOM = 1 << 20;

    private final ServerCall<byte[], byte[]> call;
    private final Gate gate;
    private final Sessions sessions;
    private final Refusals refusals;
    private Optional<Coming> coming = Optional.empty();
    private boolean over;

    /** What is known once it has begun. */
    private static final class Coming {
        private final Origin from;
        private final Tag tag;
        private final int size;
        private byte[] value;
        private int received;

        Coming(Origin from, Tag tag, int size) {
            this.from = from;
            this.tag = tag;
            this.size = size;
            this.value = new byte[Math.min(size, FIRST_ROOM)];
        }

        /** False if there is more than was announced. */
        boolean add(ByteString data) {
            if (data.size() > size - received) {
                return false;
            }
            if (data.size() > value.length - received) {
                long doubled = Math.max(2L * value.length, (long) received + data.size());
                value = Arrays.copyOf(value, (int) Math.min(size, doubled));
            }
            data.copyTo(value, received);
            received += data.size();
            return true;
        }
    }

    IncomingTransfer(ServerCall<byte[], byte[]> call, Gate gate, Sessions sessions, Refusals refusals) {
        this.call = call;
        this.gate = gate;
        this.sessions = sessions;
        this.refusals = refusals;
    }

    @Override
    public void onMessage(byte[] bytes) {
        if (over) {
            return;
        }
        Part part;
        try {
            part = Methods.parse(bytes, Part.parser());
        } catch (InvalidProtocolBufferException e) {
            end(Status.INVALID_ARGUMENT.withDescription("MALFORMED: not a part"));
            return;
        }
        if (part.hasBeginning() && coming.isEmpty()) {
            begin(part.getBeginning());
        } else if (part.hasData() && coming.isPresent() && coming.get().add(part.getData())) {
            call.request(1);
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
        if (tag.isEmpty() || !beginning.hasSize()) {
            refusals.refused(
                    from.get().identity().name(), Acceptance.MALFORMED, "a beginning of the wire format", "another");
            refuse(Acceptance.MALFORMED);
            return;
        }
        long size = beginning.getSize();
        int bounded = size < 0 || size > Integer.MAX_VALUE ? Integer.MAX_VALUE : (int) size;
        Optional<Acceptance> early = sessions.reserve(from.get(), tag.get(), bounded);
        if (early.isPresent()) {
            if (early.get().isRefusal()) {
                refusals.refused(from.get(), tag.get(), early.get());
            }
            refuse(early.get());
            return;
        }
        coming = Optional.of(new Coming(from.get(), tag.get(), bounded));
        call.sendMessage(TransferAnswer.newBuilder().setFrom(0).build().toByteArray());
        call.request(1);
    }

    private void refuse(Acceptance why) {
        answer(TransferAnswer.newBuilder().setRefusal(Wire.refusal(1, why)).build());
    }

    private void answer(TransferAnswer answer) {
        call.sendMessage(answer.toByteArray());
        end(Status.OK);
    }

    @Override
    public void onHalfClose() {
        if (over) {
            return;
        }
        if (coming.isEmpty() || coming.get().received < coming.get().size) {
            end(Status.INVALID_ARGUMENT.withDescription("MALFORMED: it ended early"));
            return;
        }
        Coming whole = coming.get();
        letGo();
        Acceptance verdict = sessions.accept(whole.from, whole.tag, whole.value, id -> {});
        if (verdict.isRefusal()) {
            refusals.refused(whole.from, whole.tag, verdict);
        }
        if (verdict == Acceptance.ACCEPTED) {
            answer(TransferAnswer.newBuilder().setAccepted(whole.size).build());
        } else {
            refuse(verdict);
        }
    }

    private void letGo() {
        coming.ifPresent(one -> sessions.giveBack(one.from.identity(), one.size));
        coming = Optional.empty();
    }

    private void end(Status status) {
        over = true;
        letGo();
        call.close(status, new Metadata());
    }

    @Override
    public void onCancel() {
        over = true;
        letGo();
    }
}
