package io.attestedmesh.mpc.session;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Counts what sessions do (docs/mpc.md, "Metrics"). */
final class SessionMeters {
    /** Why a message that had come was not given to a session. */
    enum Drop {
        /** Sent again, after it had been accepted. */
        REPEATED,
        /** Of a round before the current one. */
        STALE,
        /** The same for the same round, under another number. */
        DUPLICATE,
        /** Another for the same round. */
        EQUIVOCATION,
        /** Waited too long for its session to be opened. */
        PARKED_TOO_LONG,
        /** Parked, and its sender turned out not to belong to the session's context. */
        NOT_IN_CONTEXT,
        /** Its session ended. */
        SESSION_ENDED
    }

    private final MeterRegistry registry;
    private final Map<Drop, Counter> drops = new EnumMap<>(Drop.class);
    private final Map<Acceptance, Counter> answers = new EnumMap<>(Acceptance.class);
    private final Map<SessionState, Counter> ended = new EnumMap<>(SessionState.class);
    private final Timer rounds;

    SessionMeters(MeterRegistry registry) {
        this.registry = registry;
        for (Drop drop : Drop.values()) {
            drops.put(drop, registry.counter("amesh.mpc.dropped", "reason", label(drop)));
        }
        for (Acceptance answer : Acceptance.values()) {
            answers.put(answer, registry.counter("amesh.mpc.answers", "answer", label(answer)));
        }
        for (SessionState state : SessionState.values()) {
            ended.put(state, registry.counter("amesh.mpc.sessions.ended", "how", label(state)));
        }
        this.rounds = registry.timer("amesh.mpc.round");
    }

    private static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    void dropped(Drop why) {
        drops.get(why).increment();
    }

    void answered(Acceptance answer) {
        answers.get(answer).increment();
    }

    void ended(SessionState how) {
        ended.get(how).increment();
    }

    void round(Duration time) {
        rounds.record(time);
    }

    <T> void gauge(String name, T of, ToDoubleFunction<T> value) {
        registry.gauge(name, of, value);
    }
}
