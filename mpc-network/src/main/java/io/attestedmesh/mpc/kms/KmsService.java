package io.attestedmesh.mpc.kms;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.mpc.exchange.Callers;
import io.attestedmesh.mpc.exchange.Gate;
import io.attestedmesh.mpc.kms.wire.HealthCheckRequest;
import io.attestedmesh.mpc.kms.wire.HealthCheckResponse;
import io.attestedmesh.mpc.kms.wire.SendValueRequest;
import io.attestedmesh.mpc.kms.wire.SendValueResponse;
import io.attestedmesh.mpc.kms.wire.SessionStatus;
import io.attestedmesh.mpc.kms.wire.gnetworkingGrpc;
import io.attestedmesh.mpc.session.Acceptance;
import io.attestedmesh.mpc.session.Origin;
import io.attestedmesh.mpc.session.Refusals;
import io.attestedmesh.mpc.session.Sessions;
import io.attestedmesh.mpc.session.Tag;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerBuilder;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

/** The service {@code ddec_networking.gnetworking} of one party. */
public final class KmsService {
    private final KmsLimits limits;
    private final Sessions sessions;
    private final Callers callers;
    private final Refusals refusals;
    private final Intake intake;
    private final Whole whole;

    public KmsService(KmsLimits limits, Sessions sessions, Callers callers, Refusals refusals) {
        this.limits = limits;
        this.sessions = sessions;
        this.callers = callers;
        this.refusals = refusals;
        this.intake = new Intake(limits);
        this.whole = new Whole(limits.inboundBytes());
    }

    /** Adds it to a server, which must take messages of {@link KmsLimits#inboundBytes}. */
    public void addTo(ServerBuilder<?> server) {
        server.addStreamTracerFactory(Arrivals.factory())
                .addService(ServerServiceDefinition.builder(gnetworkingGrpc.SERVICE_NAME)
                        .addMethod(
                                whole(gnetworkingGrpc.getSendValueMethod()),
                                begin(SendValueRequest.parser(), this::sendValue))
                        .addMethod(
                                whole(gnetworkingGrpc.getHealthCheckMethod()),
                                begin(HealthCheckRequest.parser(), this::healthCheck))
                        .build());
    }

    private <A> MethodDescriptor<InputStream, A> whole(MethodDescriptor<?, A> method) {
        return method.toBuilder(whole, method.getResponseMarshaller()).build();
    }

    /** Answers a request of a caller; the caller is empty without TLS. */
    private interface Answering<Q, A> {
        A answer(Q request, Optional<AttestedPeer> caller) throws StatusException;
    }

    private <Q extends MessageLite, A> ServerCallHandler<InputStream, A> begin(
            Parser<Q> parser, Answering<Q, A> method) {
        return (call, headers) -> {
            Optional<AttestedPeer> caller = callers.current();
            Optional<Intake.Place> place = intake.enter(account(call, caller));
            if (place.isEmpty()) {
                refused(caller, Acceptance.NO_ROOM);
                call.close(Verdicts.status(Acceptance.NO_ROOM), new Metadata());
                return new ServerCall.Listener<>() {};
            }
            IncomingCall<Q, A> incoming = new IncomingCall<>(
                    call,
                    whole,
                    parser,
                    request -> method.answer(request, caller),
                    why -> refused(caller, why),
                    place.get());
            incoming.start(Arrivals.current());
            return incoming;
        };
    }

    private void refused(Optional<AttestedPeer> caller, Acceptance why) {
        String expected = why == Acceptance.NO_ROOM
                ? limits.callsAtOnce() + " calls and " + limits.bytesAtOnce() + " bytes coming in at once, at most"
                : "one request of " + limits.inboundBytes() + " bytes at most";
        refusals.refused(name(caller), why, expected, why == Acceptance.NO_ROOM ? "more" : "another");
    }

    /** To whom a call is charged before its message says who sent it: without TLS, to the connection. */
    private static Object account(ServerCall<?, ?> call, Optional<AttestedPeer> caller) {
        return caller.isPresent()
                ? caller.get().identity()
                : String.valueOf(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
    }

    private SendValueResponse sendValue(SendValueRequest request, Optional<AttestedPeer> caller)
            throws StatusException {
        KmsTag tag = decode(request.getTag(), KmsTag::decode, caller);
        Origin from = origin(tag.sender(), caller);
        Tag place = new Tag(tag.session(), tag.round(), Tag.NO_SEQUENCE);
        Acceptance verdict = request.getValue().size() > limits.messageBytes()
                ? Acceptance.TOO_LARGE
                : sessions.accept(from, place, request.getValue().toByteArray(), id -> {});
        if (verdict.isRefusal()) {
            refusals.refused(from, place, verdict);
        }
        return switch (verdict) {
            case ACCEPTED -> answer(sessions.isOpen(tag.session()) ? SessionStatus.ACTIVE : SessionStatus.INACTIVE);
            case COMPLETED -> answer(SessionStatus.COMPLETED);
            default -> throw Verdicts.status(verdict).asException();
        };
    }

    private static SendValueResponse answer(SessionStatus status) {
        return SendValueResponse.newBuilder().setStatus(status).build();
    }

    private HealthCheckResponse healthCheck(HealthCheckRequest request, Optional<AttestedPeer> caller)
            throws StatusException {
        origin(decode(request.getTag(), HealthTag::decode, caller).sender(), caller);
        return HealthCheckResponse.getDefaultInstance();
    }

    private static String name(Optional<AttestedPeer> caller) {
        return caller.map(proved -> proved.identity().name()).orElse("unknown");
    }

    private interface Decoding<T> {
        T decode(ByteString bytes) throws MalformedTagException;
    }

    private <T> T decode(ByteString bytes, Decoding<T> as, Optional<AttestedPeer> caller) throws StatusException {
        try {
            return as.decode(bytes);
        } catch (MalformedTagException e) {
            refusals.refused(name(caller), Acceptance.MALFORMED, "a tag of the KMS format", e.getMessage());
            throw Status.ABORTED
                    .withDescription("malformed tag: " + e.getMessage())
                    .withCause(e)
                    .asException();
        }
    }

    private Origin origin(String sender, Optional<AttestedPeer> caller) throws StatusException {
        return new Gate(caller, incarnation(sender), refusals)
                .check(sender)
                .orElseThrow(() -> Status.UNAUTHENTICATED
                        .withDescription("wrong sender: expected "
                                + caller.map(proved -> proved.identity().name()).orElse("an identity"))
                        .asException());
    }

    /** Processes do not say who they are in this format: all that have one name count as one, and no restart is noticed. */
    static UUID incarnation(PeerIdentity identity) {
        return incarnation(identity.name());
    }

    private static UUID incarnation(String name) {
        return UUID.nameUUIDFromBytes(("kms:" + name).getBytes(StandardCharsets.UTF_8));
    }
}
