package io.attestedmesh.mpc.exchange;

import com.google.protobuf.ByteString;
import io.attestedmesh.mpc.session.Acceptance;
import io.attestedmesh.mpc.session.Arriving;
import io.attestedmesh.mpc.session.Origin;
import io.attestedmesh.mpc.session.Sessions;
import io.attestedmesh.mpc.session.Tag;
import java.io.IOException;

/** A message that its receiver takes as it comes. The call waits until there is one. */
final class StreamedParts implements IncomingTransfer.Parts, Arriving.Stream {
    private static final System.Logger LOG = System.getLogger(StreamedParts.class.getName());

    private final IncomingTransfer call;
    private final Sessions sessions;
    private final Origin from;
    private final Tag tag;
    private final long size;
    private volatile Arriving message;

    StreamedParts(IncomingTransfer call, Sessions sessions, Origin from, Tag tag, long size) {
        this.call = call;
        this.sessions = sessions;
        this.from = from;
        this.tag = tag;
        this.size = size;
    }

    void open() {
        Acceptance verdict = sessions.open(from, tag, size, this, coming -> message = coming);
        if (verdict != Acceptance.ACCEPTED) {
            call.refuse(from, tag, verdict);
        } else if (message == null) {
            call.accepted(size); // it was received before, or its round has passed
        }
    }

    @Override
    public void begin(long offset) {
        call.from(offset);
    }

    @Override
    public void refuse(Acceptance why) {
        call.refuse(from, tag, why);
    }

    @Override
    public boolean add(ByteString data) {
        try {
            message.add(this, data.asReadOnlyByteBuffer());
            return true;
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, () -> "event=mpc.sink.failed session=" + tag.session(), e);
            sessions.failed(tag);
            return true; // refused, with its reason
        } catch (IllegalStateException e) {
            return false;
        }
    }

    @Override
    public void end() {
        if (sessions.finish(from, tag, message, this)) {
            call.accepted(size);
        } else {
            call.refuse(from, tag, Acceptance.SINK_FAILED);
        }
    }

    @Override
    public void lost() {
        Arriving coming = message;
        if (coming != null) {
            coming.lost(this);
        }
    }
}
