package io.attestedmesh.mpc.exchange;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.attestedmesh.mpc.link.Outgoing;
import io.attestedmesh.mpc.session.Acceptance;
import io.attestedmesh.mpc.wire.Beginning;
import io.attestedmesh.mpc.wire.Part;
import io.attestedmesh.mpc.wire.Tag;
import io.attestedmesh.mpc.wire.TransferAnswer;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Optional;
import java.util.UUID;

/** One message in parts, in a call of its own, as fast as the connection takes them. */
final class TransferCall extends ClientCall.Listener<byte[]> {
    private static final int PART_BYTES = 256 << 10;

    /** Hears the verdict, or why there is none. */
    interface Done {
        void done(Optional<Acceptance> verdict, String why);
    }

    private final ClientCall<byte[], byte[]> call;
    private final Outgoing message;
    private final Tag tag;
    private final UUID incarnation;
    private final Done done;
    private Optional<Acceptance> verdict = Optional.empty();
    private int offset;
    private boolean begun;
    private boolean ended;

    TransferCall(Channel channel, Outgoing message, Tag tag, UUID incarnation, Done done) {
        this.call = channel.newCall(Methods.TRANSFER, CallOptions.DEFAULT);
        this.message = message;
        this.tag = tag;
        this.incarnation = incarnation;
        this.done = done;
    }

    Outgoing message() {
        return message;
    }

    void start() {
        call.start(this, Methods.headers(incarnation));
        call.request(2);
        Beginning beginning = Beginning.newBuilder()
                .setTag(tag)
                .setSize(message.value().length)
                .build();
        call.sendMessage(Part.newBuilder().setBeginning(beginning).build().toByteArray());
    }

    @Override
    public void onReady() {
        byte[] value = message.value();
        while (begun && !ended && call.isReady()) {
            int length = Math.min(PART_BYTES, value.length - offset);
            call.sendMessage(Part.newBuilder()
                    .setData(UnsafeByteOperations.unsafeWrap(value, offset, length))
                    .build()
                    .toByteArray());
            offset += length;
            if (offset == value.length) {
                ended = true;
                call.halfClose();
            }
        }
    }

    @Override
    public void onMessage(byte[] bytes) {
        try {
            TransferAnswer answer = Methods.parse(bytes, TransferAnswer.parser());
            switch (answer.getAnswerCase()) {
                case FROM -> begin(answer.getFrom());
                case REFUSAL -> verdict = Optional.of(Wire.reason(answer.getRefusal()));
                case ACCEPTED -> verdict = accepted(answer.getAccepted());
                case ANSWER_NOT_SET -> call.cancel("an empty answer", null);
            }
        } catch (InvalidProtocolBufferException e) {
            call.cancel("an answer that is not one", e);
        }
    }

    private void begin(long from) {
        if (begun || from != 0) {
            call.cancel("a whole message begins at 0, once", null);
            return;
        }
        begun = true;
        onReady();
    }

    private Optional<Acceptance> accepted(long bytes) {
        return ended && bytes == message.value().length ? Optional.of(Acceptance.ACCEPTED) : Optional.empty();
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        done.done(verdict, ExchangeCall.told(status));
    }

    void cancel(String why) {
        call.cancel(why, null);
    }
}
