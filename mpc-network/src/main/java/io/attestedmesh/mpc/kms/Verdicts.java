package io.attestedmesh.mpc.kms;

import io.attestedmesh.mpc.session.Acceptance;
import io.grpc.Status;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What status of a call says of a message that was not accepted, and back. */
final class Verdicts {
    private static final Map<Status.Code, Acceptance> REFUSALS = new EnumMap<>(Status.Code.class);
    /** Codes of calls whose connection broke; they are verdicts only with the name of one. */
    private static final Set<Status.Code> SAID_BY_GRPC_TOO = EnumSet.of(Status.Code.CANCELLED, Status.Code.INTERNAL);

    static {
        for (Acceptance verdict : Acceptance.values()) {
            if (verdict.isRefusal()) {
                REFUSALS.put(verdict.code(), verdict);
            }
        }
        REFUSALS.put(Status.Code.ABORTED, Acceptance.MALFORMED); // as this format has it
    }

    private Verdicts() {}

    /** What a caller is told of a message that is not kept. */
    static Status status(Acceptance verdict) {
        return Status.fromCode(verdict.code()).withDescription(verdict.name());
    }

    /** What a server said of the message; empty if it said nothing, and it may have arrived or not. */
    static Optional<Acceptance> of(Status status) {
        if (status.getCode() == Status.Code.RESOURCE_EXHAUSTED) {
            return Optional.of(Acceptance.NO_ROOM); // whatever is full: the answer to it is to wait
        }
        Optional<Acceptance> verdict = Optional.ofNullable(REFUSALS.get(status.getCode()));
        return SAID_BY_GRPC_TOO.contains(status.getCode())
                ? verdict.filter(one -> one.name().equals(status.getDescription()))
                : verdict;
    }
}
