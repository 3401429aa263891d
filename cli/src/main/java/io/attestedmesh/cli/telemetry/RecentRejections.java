package io.attestedmesh.cli.telemetry;

import io.attestedmesh.transport.ConnectionLog.Rejection;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The last refusals of peers, in memory. One certificate from one address keeps few of them, and where all are too many the
 * address that has the most gives one up: a loud peer pushes out its own, not those of others.
 */
final class RecentRejections implements Consumer<Rejection> {
    static final int KEPT = 256;
    static final int KEPT_OF_A_PEER = 16;

    private final Clock clock;
    private final Deque<RecentRejection> newestFirst = new ArrayDeque<>();

    RecentRejections(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void accept(Rejection rejection) {
        add(RecentRejection.of(rejection, clock.instant().truncatedTo(ChronoUnit.MILLIS)));
    }

    synchronized void add(RecentRejection recent) {
        newestFirst.addFirst(recent);
        Predicate<RecentRejection> ofPeer =
                other -> other.id().equals(recent.id()) && other.host().equals(recent.host());
        if (newestFirst.stream().filter(ofPeer).count() > KEPT_OF_A_PEER) {
            forgetOldest(ofPeer);
        } else if (newestFirst.size() > KEPT) {
            String loudest = loudestHost();
            forgetOldest(other -> other.host().equals(loudest));
        }
    }

    private String loudestHost() {
        Map<String, Integer> byHost = new HashMap<>();
        newestFirst.forEach(rejection -> byHost.merge(rejection.host(), 1, Integer::sum));
        return byHost.entrySet().stream()
                .max(Comparator.comparingInt(Map.Entry::getValue))
                .orElseThrow()
                .getKey();
    }

    private void forgetOldest(Predicate<RecentRejection> which) {
        Iterator<RecentRejection> oldestFirst = newestFirst.descendingIterator();
        while (oldestFirst.hasNext()) {
            if (which.test(oldestFirst.next())) {
                oldestFirst.remove();
                return;
            }
        }
    }

    synchronized List<RecentRejection> newestFirst() {
        return List.copyOf(newestFirst);
    }
}
