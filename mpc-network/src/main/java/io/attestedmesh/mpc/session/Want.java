package io.attestedmesh.mpc.session;

import io.attestedmesh.mpc.party.Party;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a receiver waits for. Used under the lock of the mailbox. */
interface Want<T> {
    /**
     * Takes it if it is there.
     *
     * @throws SessionException if it cannot come any more
     */
    Optional<T> poll() throws SessionException;

    /** Those that it waits for. */
    List<Party> missing();

    /** Nobody waits any more. */
    default void givenUp() {}

    /** The message of one party. */
    record One(SessionId id, Correspondent from) implements Want<byte[]> {
        @Override
        public Optional<byte[]> poll() throws SessionException {
            if (from.inbox.hasCurrent()) {
                return Optional.of(from.inbox.take());
            }
            if (from.inbox.wasTaken()) {
                throw taken(id, List.of(from.party));
            }
            if (from.inbox.streamed().isPresent()) {
                throw wrongKind(id, from, "bytes", "a stream");
            }
            if (from.failure != null) {
                throw from.failure;
            }
            return Optional.empty();
        }

        @Override
        public List<Party> missing() {
            return List.of(from.party);
        }
    }

    /** The message of one party, as it comes; the number of its bytes. */
    record Streamed(SessionId id, Correspondent from, MessageSink sink) implements Want<Long> {
        @Override
        public Optional<Long> poll() throws SessionException {
            if (from.inbox.hasCurrent()) {
                throw wrongKind(id, from, "a stream", "bytes");
            }
            if (from.inbox.wasTaken()) {
                throw taken(id, List.of(from.party));
            }
            Optional<Arriving> coming = from.inbox.streamed();
            if (coming.isEmpty()) {
                if (from.failure != null) {
                    throw from.failure;
                }
                return Optional.empty();
            }
            Arriving message = coming.get();
            if (!message.into(sink) || message.isRefused()) {
                from.inbox.failStreamed();
                throw new SessionException(
                        SessionReason.STREAM_FAILED,
                        id,
                        List.of(from.party),
                        "a sink that takes every byte",
                        "it did not");
            }
            if (!message.isComplete()) {
                return Optional.empty();
            }
            from.inbox.takeStreamed();
            return Optional.of(message.size());
        }

        @Override
        public List<Party> missing() {
            return List.of(from.party);
        }

        @Override
        public void givenUp() {
            from.inbox.streamed().ifPresent(message -> message.refuse(Acceptance.SINK_FAILED));
        }
    }

    private static SessionException wrongKind(SessionId id, Correspondent from, String expected, String actual) {
        return new SessionException(SessionReason.WRONG_KIND, id, List.of(from.party), expected, actual);
    }

    /** The messages of all that have not been received yet; either all of them or none are taken. */
    record All(SessionId id, List<Correspondent> from) implements Want<Map<Integer, byte[]>> {
        @Override
        public Optional<Map<Integer, byte[]>> poll() throws SessionException {
            List<Correspondent> open = untaken(from);
            if (open.isEmpty() && !from.isEmpty()) {
                throw taken(id, List.of());
            }
            boolean whole = true;
            for (Correspondent one : open) {
                if (!one.inbox.hasCurrent()) {
                    if (one.inbox.streamed().isPresent()) {
                        throw wrongKind(id, one, "bytes", "a stream");
                    }
                    if (one.failure != null) {
                        throw one.failure;
                    }
                    whole = false;
                }
            }
            if (!whole) {
                return Optional.empty();
            }
            Map<Integer, byte[]> messages = new TreeMap<>();
            open.forEach(one -> messages.put(one.party.id(), one.inbox.take()));
            return Optional.of(messages);
        }

        @Override
        public List<Party> missing() {
            return absent(from);
        }
    }

    /** Whichever message comes next. */
    record Any(SessionId id, List<Correspondent> from) implements Want<Received> {
        @Override
        public Optional<Received> poll() throws SessionException {
            List<Correspondent> open = untaken(from);
            if (open.isEmpty()) {
                throw taken(id, List.of());
            }
            SessionException hopeless = null;
            boolean hope = false;
            for (Correspondent one : open) {
                if (one.inbox.hasCurrent()) {
                    return Optional.of(new Received(one.party, one.inbox.take()));
                }
                if (one.inbox.streamed().isPresent()) {
                    hopeless = wrongKind(id, one, "bytes", "a stream");
                } else {
                    hope |= one.failure == null;
                    hopeless = hopeless == null ? one.failure : hopeless;
                }
            }
            if (!hope) {
                throw hopeless;
            }
            return Optional.empty();
        }

        @Override
        public List<Party> missing() {
            return absent(from);
        }
    }

    private static List<Correspondent> untaken(List<Correspondent> from) {
        List<Correspondent> open = new ArrayList<>(from.size());
        for (Correspondent one : from) {
            if (!one.inbox.wasTaken()) {
                open.add(one);
            }
        }
        return open;
    }

    private static List<Party> absent(List<Correspondent> from) {
        return from.stream()
                .filter(one -> !one.inbox.wasTaken() && !one.inbox.hasCurrent())
                .map(one -> one.party)
                .toList();
    }

    private static SessionException taken(SessionId id, List<Party> parties) {
        return new SessionException(
                SessionReason.ALREADY_RECEIVED,
                id,
                parties,
                "one receive a round and party",
                "it was received before; nextRound() is next");
    }
}
