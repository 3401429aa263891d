package io.attestedmesh.mpc.exchange;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.attestedmesh.mpc.link.Outgoing;
import io.attestedmesh.mpc.session.Acceptance;
import io.attestedmesh.mpc.wire.Beginning;
import io.attestedmesh.mpc.wire.NetworkGrpc;
import io.attestedmesh.mpc.wire.Part;
import io.attestedmesh.mpc.wire.Tag;
import io.attestedmesh.mpc.wire.TransferAnswer;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/**
 * One message in parts, in a call of its own, as fast as the connection takes them. What is read while it is sent is read on
 * a thread of {@code readers}, which may block.
 */
final class TransferCall extends ClientCall.Listener<byte[]> {
    private static final System.Logger LOG = System.getLogger(TransferCall.class.getName());
    /** Less than half a region of a small heap: larger arrays cost the collector more. */
    private static final int PART_BYTES = 256 << 10;

    /** How much may wait in the connection, so that reading and sending go side by side. */
    private static final int AHEAD = 1 << 20;

    static final CallOptions OPTIONS = CallOptions.DEFAULT.withOnReadyThreshold(AHEAD);

    /** Hears the verdict, or why there is none. */
    interface Done {
        void done(Optional<Acceptance> verdict, String why);
    }

    static final MethodDescriptor<Part, byte[]> TRANSFER = Methods.forCaller(NetworkGrpc.getTransferMethod());

    private final ClientCall<Part, byte[]> call;
    private final Executor readers;
    private final Outgoing message;
    private final Tag tag;
    private final UUID incarnation;
    private final Predicate<Metadata> sameServer;
    private final Done done;
    private Optional<Acceptance> verdict = Optional.empty();
    private Optional<InputStream> reading = Optional.empty();
    private long offset;
    private boolean begun;
    private boolean ended;
    private boolean sending;
    private boolean again;

    /**
     * @param readers threads that may block
     * @param sameServer whether headers are of the process to which the message is to go
     */
    TransferCall(
            ClientCall<Part, byte[]> call,
            Outgoing message,
            Tag tag,
            UUID incarnation,
            Executor readers,
            Predicate<Metadata> sameServer,
            Done done) {
        this.call = call;
        this.sameServer = sameServer;
        this.readers = readers;
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
                .setSize(message.size())
                .setStreamed(message.source().isPresent())
                .build();
        call.sendMessage(Part.newBuilder().setBeginning(beginning).build());
        message.onAbandon(() -> call.cancel("its session has ended", null));
    }

    /** Before any byte of the message is sent: the channel may have connected anew. */
    @Override
    public void onHeaders(Metadata headers) {
        if (!sameServer.test(headers)) {
            call.cancel("another process answers, or one that proved something else", null);
        }
    }

    @Override
    public void onReady() {
        synchronized (this) {
            again = true;
            if (sending || !begun) {
                return;
            }
            sending = true;
        }
        if (message.source().isPresent()) {
            readers.execute(this::send);
        } else {
            send();
        }
    }

    /** By one thread at a time. */
    private void send() {
        try {
            while (goOn()) {
                while (!ended && call.isReady()) {
                    call.sendMessage(Part.newBuilder().setData(next()).build());
                    if (offset == message.size()) {
                        ended = true;
                        call.halfClose();
                    }
                }
            }
        } catch (IOException e) {
            call.cancel("the source failed", e);
        } catch (RuntimeException e) { // of the source, or because the call has ended
            call.cancel("it cannot go on", e);
        }
    }

    private synchronized boolean goOn() {
        sending = again;
        again = false;
        return sending;
    }

    private ByteString next() throws IOException {
        int most = (int) Math.min(PART_BYTES, message.size() - offset);
        if (message.source().isEmpty()) {
            ByteString part = UnsafeByteOperations.unsafeWrap(message.value(), (int) offset, most);
            offset += most;
            return part;
        }
        if (reading.isEmpty()) {
            reading = Optional.of(message.source().get().from(offset));
        }
        byte[] part = reading.get().readNBytes(most);
        if (part.length < most) {
            throw new EOFException("the source has fewer bytes than it said");
        }
        offset += part.length;
        return UnsafeByteOperations.unsafeWrap(part);
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
        boolean fits = from == 0 || (message.source().isPresent() && from > 0 && from <= message.size());
        if (begun || !fits) {
            call.cancel("an offset that does not belong there", null);
            return;
        }
        offset = from;
        begun = true;
        onReady();
    }

    private Optional<Acceptance> accepted(long bytes) {
        return bytes == message.size() ? Optional.of(Acceptance.ACCEPTED) : Optional.empty();
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        message.onAbandon(() -> {});
        reading.ifPresent(stream -> readers.execute(() -> close(stream)));
        done.done(verdict, ExchangeCall.told(status));
    }

    private static void close(InputStream stream) {
        try {
            stream.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "event=mpc.source.close.failed", e);
        }
    }

    void cancel(String why) {
        call.cancel(why, null);
    }
}
