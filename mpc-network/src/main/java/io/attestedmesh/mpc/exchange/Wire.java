package io.attestedmesh.mpc.exchange;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.mpc.link.Outgoing;
import io.attestedmesh.mpc.session.Acceptance;
import io.attestedmesh.mpc.session.SessionId;
import io.attestedmesh.mpc.session.TraceContext;
import io.attestedmesh.mpc.wire.Message;
import io.attestedmesh.mpc.wire.Refusal;
import io.attestedmesh.mpc.wire.Tag;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Our types and those of the protocol file. */
final class Wire {
    private static final Map<String, Acceptance> REASONS = new HashMap<>();

    static {
        for (Acceptance reason : Acceptance.values()) {
            REASONS.put(reason.name(), reason);
        }
    }

    private Wire() {}

    static Message message(Outgoing from, PeerIdentity sender) {
        return Message.newBuilder()
                .setTag(tag(from, sender))
                .setValue(UnsafeByteOperations.unsafeWrap(from.value()))
                .build();
    }

    static Tag tag(Outgoing from, PeerIdentity sender) {
        Tag.Builder tag = Tag.newBuilder()
                .setSession(session(from.session()))
                .setSender(sender.name())
                .setRound(from.round())
                .setSequence(from.sequence());
        from.trace().ifPresent(trace -> tag.setTrace(UnsafeByteOperations.unsafeWrap(trace.toByteArray())));
        return tag.build();
    }

    static ByteString session(SessionId id) {
        return UnsafeByteOperations.unsafeWrap(id.toByteArray());
    }

    /** Empty if there are not exactly 16 bytes. */
    static Optional<SessionId> session(ByteString bytes) {
        return bytes.size() == SessionId.SIZE
                ? Optional.of(SessionId.of(bytes.asReadOnlyByteBuffer()))
                : Optional.empty();
    }

    /** Empty if a number is out of range, the session id has another size, or the trace is none. */
    static Optional<io.attestedmesh.mpc.session.Tag> tag(Tag tag) {
        if (tag.getRound() < 0 || tag.getSequence() <= 0) {
            return Optional.empty();
        }
        try {
            Optional<TraceContext> trace = tag.getTrace().isEmpty()
                    ? Optional.empty()
                    : Optional.of(TraceContext.of(tag.getTrace().asReadOnlyByteBuffer()));
            return session(tag.getSession())
                    .map(id -> new io.attestedmesh.mpc.session.Tag(id, tag.getRound(), tag.getSequence(), trace));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    static Refusal refusal(long message, Acceptance why) {
        return Refusal.newBuilder()
                .setMessage(message)
                .setCode(why.code().value())
                .setReason(why.name())
                .build();
    }

    /** What a refusal says; a reason that this version does not know is one that can be tried again, or none. */
    static Acceptance reason(Refusal refusal) {
        Acceptance known = REASONS.get(refusal.getReason());
        if (known != null && known != Acceptance.ACCEPTED) {
            return known;
        }
        return refusal.getCode() == Acceptance.NO_ROOM.code().value() ? Acceptance.NO_ROOM : Acceptance.MALFORMED;
    }
}
