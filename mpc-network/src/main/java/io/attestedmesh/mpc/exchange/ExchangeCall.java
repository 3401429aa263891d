package io.attestedmesh.mpc.exchange;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.mpc.link.Carrier;
import io.attestedmesh.mpc.link.Outgoing;
import io.attestedmesh.mpc.session.Acceptance;
import io.attestedmesh.mpc.wire.Answer;
import io.attestedmesh.mpc.wire.Batch;
import io.attestedmesh.mpc.wire.NetworkGrpc;
import io.attestedmesh.mpc.wire.Part;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;

/**
 * One stream of batches to a party, and calls beside it for messages that are too large for one. Its listener gets every
 * message back: answered, or when the stream breaks.
 */
public final class ExchangeCall implements Carrier {
    private static final MethodDescriptor<Batch, byte[]> EXCHANGE = Methods.forCaller(NetworkGrpc.getExchangeMethod());

    private final PeerIdentity self;
    private final UUID incarnation;
    private final Reach reach;
    private final Executor readers;
    private final Listener listener;
    private final ClientCall<Batch, byte[]> call;
    private final ArrayDeque<Outgoing> underway = new ArrayDeque<>();
    private final Set<TransferCall> transfers = new HashSet<>();
    private volatile Optional<UUID> process = Optional.empty();
    private volatile Optional<AttestedPeer> proved = Optional.empty();
    private long answered;
    private boolean closed;

    private ExchangeCall(PeerIdentity self, UUID incarnation, Reach reach, Executor readers, Listener listener) {
        this.self = self;
        this.incarnation = incarnation;
        this.reach = reach;
        this.readers = readers;
        this.listener = listener;
        this.call = reach.channel().newCall(EXCHANGE, CallOptions.DEFAULT);
    }

    /**
     * Makes carriers over {@code reach}, for the party {@code self} whose process is {@code incarnation}.
     *
     * @param readers threads that may block, for what is read while it is sent
     */
    public static Carrier.Factory over(Reach reach, PeerIdentity self, UUID incarnation, Executor readers) {
        return listener -> {
            ExchangeCall carrier = new ExchangeCall(self, incarnation, reach, readers, listener);
            carrier.start();
            return carrier;
        };
    }

    private void start() {
        call.start(new Answers(), Methods.headers(incarnation));
        call.request(1);
    }

    @Override
    public boolean isReady() {
        return call.isReady();
    }

    @Override
    public void carry(List<Outgoing> messages) {
        if (messages.size() == 1 && messages.get(0).isLarge()) {
            transfer(messages.get(0));
            return;
        }
        Batch.Builder batch = Batch.newBuilder();
        for (Outgoing message : messages) {
            batch.addMessages(Wire.message(message, self));
        }
        if (hold(messages)) {
            call.sendMessage(batch.build());
        }
    }

    private boolean hold(List<Outgoing> messages) {
        synchronized (underway) {
            if (!closed) {
                underway.addAll(messages);
                return true;
            }
        }
        // whoever closed it has reported all that was under way, so these are reported here
        listener.closed("closed", messages);
        return false;
    }

    private void transfer(Outgoing message) {
        TransferCall[] made = new TransferCall[1];
        ClientCall<Part, byte[]> own = reach.channel().newCall(TransferCall.TRANSFER, TransferCall.OPTIONS);
        made[0] = new TransferCall(
                own,
                message,
                Wire.tag(message, self),
                incarnation,
                readers,
                headers -> Methods.incarnation(headers).equals(process)
                        && reach.server(own).equals(proved),
                (verdict, why) -> end(made[0], verdict));
        synchronized (underway) {
            if (!closed) {
                transfers.add(made[0]);
                made[0].start(); // before whoever closes this can cancel it
                return;
            }
        }
        listener.closed("closed", List.of(message));
    }

    /** A transfer that breaks while the stream does not is tried again as one for which there was no room. */
    private void end(TransferCall transfer, Optional<Acceptance> verdict) {
        synchronized (underway) {
            transfers.remove(transfer);
        }
        listener.answered(List.of(new Answered(transfer.message(), verdict.orElse(Acceptance.NO_ROOM))));
    }

    @Override
    public void cancel(String why) {
        call.cancel(why, null);
    }

    private final class Answers extends ClientCall.Listener<byte[]> {
        private boolean open;

        @Override
        public void onHeaders(Metadata headers) {
            process = Methods.incarnation(headers);
            if (process.isEmpty()) {
                call.cancel("the answer does not name its process", null);
                return;
            }
            open = true;
            proved = reach.server(call);
            listener.opened(process.get(), proved);
        }

        @Override
        public void onReady() {
            if (open) {
                listener.ready();
            }
        }

        @Override
        public void onMessage(byte[] message) {
            try {
                take(Methods.parse(message, Answer.parser()));
                call.request(1);
            } catch (InvalidProtocolBufferException e) {
                call.cancel("an answer that is not one", e);
            }
        }

        private void take(Answer answer) {
            List<Answered> news = new ArrayList<>();
            synchronized (underway) {
                int refusal = 0;
                while (answered < answer.getAnswered() && !underway.isEmpty()) {
                    answered++;
                    Acceptance verdict = Acceptance.ACCEPTED;
                    if (refusal < answer.getRefusalsCount()
                            && answer.getRefusals(refusal).getMessage() == answered) {
                        verdict = Wire.reason(answer.getRefusals(refusal));
                        refusal++;
                    }
                    news.add(new Answered(underway.remove(), verdict));
                }
                if (answered != answer.getAnswered() || refusal != answer.getRefusalsCount()) {
                    call.cancel("an answer to messages that were not sent", null);
                }
            }
            if (!news.isEmpty()) {
                listener.answered(news);
            }
            for (ByteString id : answer.getRoomList()) {
                Wire.session(id).ifPresent(listener::room);
            }
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            List<Outgoing> unanswered;
            synchronized (underway) {
                closed = true;
                unanswered = new ArrayList<>(underway);
                underway.clear();
            }
            transfersNow().forEach(transfer -> transfer.cancel("its connection broke")); // each reports for itself
            listener.closed(told(status), unanswered);
        }
    }

    private List<TransferCall> transfersNow() {
        synchronized (underway) {
            return List.copyOf(transfers);
        }
    }

    /** What a status says, of whose text the peer may have written any part. */
    public static String told(Status status) {
        String description = status.getDescription() == null ? "" : ": " + status.getDescription();
        Throwable cause = status.getCause();
        String reason = cause == null || cause.getMessage() == null ? "" : " (" + cause.getMessage() + ")";
        return OneLine.of(status.getCode() + description + reason);
    }
}
