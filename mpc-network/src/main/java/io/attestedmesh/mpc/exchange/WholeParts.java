package io.attestedmesh.mpc.exchange;

import com.google.protobuf.ByteString;
import io.attestedmesh.mpc.session.Acceptance;
import io.attestedmesh.mpc.session.Origin;
import io.attestedmesh.mpc.session.Sessions;
import io.attestedmesh.mpc.session.Tag;
import io.grpc.Status;
import java.util.Arrays;
import java.util.Optional;

/** A message that is kept whole: its room is set aside before its bytes come. Used by one thread at a time. */
final class WholeParts implements IncomingTransfer.Parts {
    private static final int FIRST_ROOM = 1 << 20;

    private final IncomingTransfer call;
    private final Sessions sessions;
    private final Origin from;
    private final Tag tag;
    private final int size;
    private byte[] value = {};
    private int received;
    private boolean reserved;

    /** @param announced bytes in all */
    WholeParts(IncomingTransfer call, Sessions sessions, Origin from, Tag tag, long announced) {
        this.call = call;
        this.sessions = sessions;
        this.from = from;
        this.tag = tag;
        this.size = (int) Math.min(announced, Integer.MAX_VALUE);
    }

    void open() {
        Optional<Acceptance> early = sessions.reserve(from, tag, size);
        if (early.isPresent()) {
            answer(early.get());
            return;
        }
        reserved = true;
        value = new byte[Math.min(size, FIRST_ROOM)];
        call.from(0);
    }

    private void answer(Acceptance verdict) {
        if (verdict == Acceptance.ACCEPTED) {
            call.accepted(size);
        } else {
            call.refuse(from, tag, verdict);
        }
    }

    @Override
    public boolean add(ByteString data) {
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

    @Override
    public void end() {
        if (received < size) {
            call.end(Status.INVALID_ARGUMENT.withDescription("MALFORMED: it ended early"));
            return;
        }
        lost();
        answer(sessions.accept(from, tag, value, id -> {}));
    }

    @Override
    public void lost() {
        if (reserved) {
            reserved = false;
            sessions.giveBack(from.identity(), size);
        }
    }
}
