package io.attestedmesh.federated.secure;

import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.mpc.session.SessionId;
import io.attestedmesh.mpc.session.SessionReason;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;

/** What is counted and logged of runs. */
final class SecureMeters {
    private static final System.Logger LOG = System.getLogger(SecureMeters.class.getName());

    private final MeterRegistry registry;

    SecureMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    void refused(SessionId session, List<Refused> all) {
        for (Refused one : all) {
            registry.counter("amesh.fl.secure.refused", "reason", one.reason().name())
                    .increment();
            LOG.log(
                    System.Logger.Level.WARNING,
                    () -> "event=fl.secure.refused session=" + session + " party=" + one.party() + " reason="
                            + one.reason() + " expected=\"" + OneLine.of(one.expected()) + "\" actual=\""
                            + OneLine.of(one.actual()) + "\"");
        }
    }

    /** A client's update did not come. */
    void lost(SessionId session, int client, SessionReason reason) {
        LOG.log(
                System.Logger.Level.WARNING,
                () -> "event=fl.secure.dropped session=" + session + " party=" + client + " reason=" + reason);
    }

    /** @param result {@code completed}, or the reason why not */
    void ended(String role, String result) {
        registry.counter("amesh.fl.secure.runs", "role", role, "result", result).increment();
    }

    void clipped(long numbers) {
        registry.counter("amesh.fl.secure.clipped").increment((double) numbers);
    }
}
