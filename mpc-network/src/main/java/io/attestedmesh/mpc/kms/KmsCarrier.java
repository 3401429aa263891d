package io.attestedmesh.mpc.kms;

import com.google.protobuf.UnsafeByteOperations;
import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.mpc.exchange.ExchangeCall;
import io.attestedmesh.mpc.exchange.Reach;
import io.attestedmesh.mpc.kms.wire.HealthCheckRequest;
import io.attestedmesh.mpc.kms.wire.HealthCheckResponse;
import io.attestedmesh.mpc.kms.wire.SendValueRequest;
import io.attestedmesh.mpc.kms.wire.SendValueResponse;
import io.attestedmesh.mpc.kms.wire.gnetworkingGrpc;
import io.attestedmesh.mpc.link.Carrier;
import io.attestedmesh.mpc.link.Outgoing;
import io.attestedmesh.mpc.session.Acceptance;
import io.grpc.CallOptions;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A call for each message, so many at once, after one that asks whether the party is there. All of them are to a server of
 * which the same was proved: when the channel has made another connection, this ends, and the next carrier looks again who
 * answers.
 */
public final class KmsCarrier implements Carrier {
    private static final int CALLS_AT_ONCE = 64;

    private final PeerIdentity self;
    private final PeerIdentity to;
    private final Reach reach;
    private final Listener listener;
    private final UnaryCall<HealthCheckRequest, HealthCheckResponse> health;
    // below: under the lock of this object, which is not held while others are called
    private final ArrayDeque<Outgoing> waiting = new ArrayDeque<>();
    private final Map<Outgoing, UnaryCall<?, ?>> underway = new LinkedHashMap<>();
    private Optional<AttestedPeer> proved = Optional.empty();
    private boolean closed;

    private KmsCarrier(Reach reach, PeerIdentity self, PeerIdentity to, Listener listener) {
        this.self = self;
        this.to = to;
        this.reach = reach;
        this.listener = listener;
        this.health = new UnaryCall<>(
                reach,
                gnetworkingGrpc.getHealthCheckMethod(),
                CallOptions.DEFAULT,
                HealthCheckRequest.newBuilder()
                        .setTag(new HealthTag(self.name()).encode())
                        .build(),
                this::meet,
                this::checked);
    }

    /** Makes carriers over {@code reach} from the party {@code self} to the party {@code to}. */
    public static Carrier.Factory over(Reach reach, PeerIdentity self, PeerIdentity to) {
        return listener -> {
            KmsCarrier carrier = new KmsCarrier(reach, self, to, listener);
            carrier.health.start();
            return carrier;
        };
    }

    private synchronized boolean meet(Optional<AttestedPeer> server) {
        proved = server;
        return !closed;
    }

    private synchronized boolean isSame(Optional<AttestedPeer> server) {
        return !closed && proved.equals(server);
    }

    private void checked(Optional<HealthCheckResponse> answer, Status status) {
        if (answer.isEmpty()) {
            close(ExchangeCall.told(status));
            return;
        }
        Optional<AttestedPeer> server;
        synchronized (this) {
            server = proved;
        }
        listener.opened(KmsService.incarnation(to), server);
    }

    /** There are no numbers in this format by which a receiver could tell that one is missing. */
    @Override
    public boolean keepsOrder() {
        return false;
    }

    @Override
    public synchronized boolean isReady() {
        return !closed && waiting.size() + underway.size() < CALLS_AT_ONCE;
    }

    @Override
    public void carry(List<Outgoing> messages) {
        boolean late;
        synchronized (this) {
            late = closed;
            if (!late) {
                waiting.addAll(messages);
            }
        }
        if (late) {
            // whoever closed it has reported all that it had then, so these are reported here
            listener.closed("closed", messages);
        }
        startNext();
    }

    private void startNext() {
        for (Optional<UnaryCall<?, ?>> next = next(); next.isPresent(); next = next()) {
            next.get().start();
        }
    }

    private synchronized Optional<UnaryCall<?, ?>> next() {
        if (closed || waiting.isEmpty() || underway.size() >= CALLS_AT_ONCE) {
            return Optional.empty();
        }
        Outgoing message = waiting.remove();
        UnaryCall<?, ?> call = new UnaryCall<>(
                reach,
                gnetworkingGrpc.getSendValueMethod(),
                CallOptions.DEFAULT,
                SendValueRequest.newBuilder()
                        .setTag(new KmsTag(message.session(), self.name(), message.round()).encode())
                        .setValue(UnsafeByteOperations.unsafeWrap(message.value()))
                        .build(),
                this::isSame,
                (answer, status) -> answered(message, answer, status));
        underway.put(message, call);
        return Optional.of(call);
    }

    private void answered(Outgoing message, Optional<SendValueResponse> answer, Status status) {
        Optional<Acceptance> verdict = answer.isPresent() ? Optional.of(verdict(answer.get())) : Verdicts.of(status);
        if (verdict.isEmpty()) {
            close(ExchangeCall.told(status));
            return;
        }
        synchronized (this) {
            if (underway.remove(message) == null) {
                return; // reported when this closed
            }
        }
        listener.answered(List.of(new Answered(message, verdict.get())));
        startNext();
    }

    private static Acceptance verdict(SendValueResponse answer) {
        return switch (answer.getStatus()) {
            case ACTIVE, INACTIVE -> Acceptance.ACCEPTED;
            case COMPLETED -> Acceptance.COMPLETED;
            case UNRECOGNIZED -> Acceptance.MALFORMED;
        };
    }

    @Override
    public void cancel(String why) {
        close(why);
    }

    private void close(String why) {
        List<Outgoing> unanswered;
        List<UnaryCall<?, ?>> calls;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            unanswered = new ArrayList<>(underway.keySet());
            unanswered.addAll(waiting);
            calls = new ArrayList<>(underway.values());
            underway.clear();
            waiting.clear();
        }
        health.cancel(why);
        calls.forEach(call -> call.cancel(why));
        listener.closed(why, unanswered);
    }
}
