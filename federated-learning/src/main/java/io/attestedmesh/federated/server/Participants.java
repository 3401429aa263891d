package io.attestedmesh.federated.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Who is connected now. Thread-safe. */
public final class Participants {
    private final int most;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition came = lock.newCondition();
    private final Map<String, Participant> byName = new LinkedHashMap<>();

    /** Of {@code most} at once. */
    public Participants(int most) {
        this.most = most;
    }

    /**
     * Takes one in, in the place of another of the same name if there is one; and where there are as many as there may be,
     * one that proved who it is in the place of the last that did not, or whoever reaches the server could fill it.
     *
     * @return the one whose place it took
     * @throws ParticipantException if there are as many as there may be
     */
    public Optional<Participant> add(Participant participant) throws ParticipantException {
        lock.lock();
        try {
            Participant before = byName.remove(participant.name());
            if (before == null && byName.size() >= most) {
                before = lastStranger(participant);
                byName.remove(before.name());
            }
            byName.put(participant.name(), participant);
            came.signalAll();
            return Optional.ofNullable(before);
        } finally {
            lock.unlock();
        }
    }

    private Participant lastStranger(Participant inItsPlace) throws ParticipantException {
        return byName.values().stream()
                .filter(participant -> isKnown(inItsPlace) && !isKnown(participant))
                .reduce((earlier, later) -> later)
                .orElseThrow(() -> new ParticipantException(
                        ParticipantReason.BUSY, "at most " + most + " participants", "another one"));
    }

    private static boolean isKnown(Participant participant) {
        return participant.proved().isPresent() || participant.tunnelled().isPresent();
    }

    /** Forgets one that left, unless another has its place. */
    public void remove(Participant participant) {
        lock.lock();
        try {
            byName.remove(participant.name(), participant);
        } finally {
            lock.unlock();
        }
    }

    /** All of now, in the order in which they came. */
    public List<Participant> all() {
        lock.lock();
        try {
            return List.copyOf(byName.values());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until there are so many.
     *
     * @return false if there are still fewer after {@code patience}
     */
    public boolean await(int count, Duration patience) throws InterruptedException {
        lock.lock();
        try {
            long left = patience.toNanos();
            while (byName.size() < count) {
                if (left <= 0) {
                    return false;
                }
                left = came.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** So many of them, chosen with equal chances; all if there are not more. */
    List<Participant> sample(int count, Random random) {
        List<Participant> chosen = new ArrayList<>(all());
        Collections.shuffle(chosen, random);
        return chosen.subList(0, Math.min(count, chosen.size()));
    }
}
