package io.attestedmesh.mpc.session;

import java.util.Optional;
import java.util.function.Consumer;

/** What the table of sessions holds for one id. Thread-safe. */
interface Entry {
    /**
     * Answers a message.
     *
     * @param room is told once there is room after {@link Acceptance#later}, on any thread; it must not block
     * @return empty if this is no longer the entry of its id: look it up again
     */
    Optional<Acceptance> accept(Origin from, Tag tag, byte[] value, Consumer<SessionId> room);

    /** What would be said of a message of that size whatever is in it; empty if that depends, or nothing speaks against it. */
    Optional<Acceptance> preview(Origin from, Tag tag, int size);

    /** As {@link #preview}, where there is no room to look into it. */
    Optional<Acceptance> judge(Origin from, Tag tag, int size);

    /** As {@link #accept}, of a streamed message; {@code coming} hears of it before {@code stream} does. */
    Optional<Acceptance> open(Origin from, Tag tag, long size, Arriving.Stream stream, Consumer<Arriving> coming);

    /** What remains of a session that has ended. */
    record Ended(SessionState how) implements Entry {
        @Override
        public Optional<Acceptance> accept(Origin from, Tag tag, byte[] value, Consumer<SessionId> room) {
            return Optional.of(answer());
        }

        @Override
        public Optional<Acceptance> preview(Origin from, Tag tag, int size) {
            return Optional.of(answer());
        }

        @Override
        public Optional<Acceptance> judge(Origin from, Tag tag, int size) {
            return Optional.of(answer());
        }

        @Override
        public Optional<Acceptance> open(
                Origin from, Tag tag, long size, Arriving.Stream stream, Consumer<Arriving> coming) {
            return Optional.of(answer());
        }

        private Acceptance answer() {
            return how == SessionState.COMPLETED ? Acceptance.COMPLETED : Acceptance.SESSION_ABORTED;
        }
    }
}
