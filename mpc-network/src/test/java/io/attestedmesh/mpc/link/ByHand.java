package io.attestedmesh.mpc.link;

import io.attestedmesh.mpc.session.Acceptance;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A connection that does what the test says. */
final class ByHand implements Carrier {
    final List<List<Outgoing>> batches = new ArrayList<>();
    final ArrayDeque<Outgoing> unanswered = new ArrayDeque<>();
    Optional<String> cancelled = Optional.empty();
    boolean ready = true;
    Runnable whileCarrying = () -> {};
    private final Listener listener;

    ByHand(Listener listener) {
        this.listener = listener;
    }

    /** The sequence numbers of all that was carried, in order. */
    List<Long> sequences() {
        return batches.stream().flatMap(List::stream).map(Outgoing::sequence).toList();
    }

    void open(UUID process) {
        listener.opened(process, Optional.empty());
    }

    void becomeReady() {
        ready = true;
        listener.ready();
    }

    void answer(Acceptance... verdicts) {
        List<Answered> answers = new ArrayList<>();
        for (Acceptance verdict : verdicts) {
            answers.add(new Answered(unanswered.remove(), verdict));
        }
        listener.answered(answers);
    }

    void acceptAll() {
        while (!unanswered.isEmpty()) {
            answer(Acceptance.ACCEPTED);
        }
    }

    void room(io.attestedmesh.mpc.session.SessionId session) {
        listener.room(session);
    }

    void breakDown() {
        List<Outgoing> lost = new ArrayList<>(unanswered);
        unanswered.clear();
        listener.closed("broken", lost);
    }

    @Override
    public boolean isReady() {
        return ready;
    }

    @Override
    public void carry(List<Outgoing> messages) {
        batches.add(List.copyOf(messages));
        unanswered.addAll(messages);
        whileCarrying.run();
    }

    @Override
    public void cancel(String why) {
        cancelled = Optional.of(why);
    }
}
