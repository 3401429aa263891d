package io.attestedmesh.voting.simulation;

import io.attestedmesh.voting.replica.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/** Virtual time, and connections that lose, repeat and reorder what goes over them. */
final class Network {
    private static final int SLOWEST_MILLIS = 400;

    private final Schedule schedule;
    private final Random random;
    private final Map<String, Member> members = new TreeMap<>();
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparing(Event::at).thenComparing(Event::order));
    private final Set<String> cut = new HashSet<>();
    private final Set<String> up = new HashSet<>();
    private final Map<String, Integer> incarnations = new HashMap<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private boolean calm;
    private long count;
    private long delivered;

    private record Event(Instant at, long order, Runnable what) {}

    Network(Schedule schedule, Random random) {
        this.schedule = schedule;
        this.random = random;
    }

    void add(Member member) {
        members.put(member.name(), member);
    }

    Instant now() {
        return now;
    }

    long delivered() {
        return delivered;
    }

    void after(Duration delay, Runnable what) {
        events.add(new Event(now.plus(delay), count++, what));
    }

    /** Runs all that happens until then. */
    void runUntil(Instant end) {
        while (!events.isEmpty() && !events.peek().at().isAfter(end)) {
            Event next = events.poll();
            now = next.at();
            next.what().run();
        }
        now = end;
    }

    /** From now on nothing is lost, repeated or cut, and all are connected. */
    void heal() {
        calm = true;
        cut.clear();
        connectAll();
    }

    /** Parts the members at random, or joins them again. */
    void part() {
        cut.clear();
        if (random.nextInt(3) > 0) {
            List<String> names = new ArrayList<>(members.keySet());
            Collections.shuffle(names, random);
            int side = random.nextInt(names.size());
            for (String a : names.subList(0, side)) {
                for (String b : names.subList(side, names.size())) {
                    cut.add(link(a, b));
                    cut.add(link(b, a));
                }
            }
        }
        members.keySet()
                .forEach(a -> members.keySet().stream()
                        .filter(b -> cut.contains(link(a, b)))
                        .forEach(b -> disconnect(a, b)));
        connectAll();
    }

    private static String link(String from, String to) {
        return from + ">" + to;
    }

    void connectAll() {
        for (Member from : members.values()) {
            for (Member to : members.values()) {
                String link = link(from.name(), to.name());
                if (from != to && from.isUp() && to.isUp() && !cut.contains(link) && up.add(link)) {
                    to.called(from.name(), true);
                    from.connected(to.name());
                }
            }
        }
    }

    private void disconnect(String from, String to) {
        if (up.remove(link(from, to))) {
            incarnations.merge(link(from, to), 1, Integer::sum);
            members.get(from).disconnected(to);
            members.get(to).called(from, false);
        }
    }

    /** All connections of {@code name} break. */
    void crashed(String name) {
        for (String other : members.keySet()) {
            disconnect(name, other);
            disconnect(other, name);
        }
    }

    void send(String from, String to, Message message) {
        String link = link(from, to);
        if (!up.contains(link)) {
            return;
        }
        if (!calm && random.nextDouble() < schedule.loss()) {
            if (!schedule.lossy()) {
                disconnect(from, to);
                after(Duration.ofMillis(1 + random.nextInt(SLOWEST_MILLIS)), this::connectAll);
            }
            return;
        }
        int copies = !calm && random.nextDouble() < schedule.repeated() ? 2 : 1;
        int incarnation = incarnations.getOrDefault(link, 0);
        for (int i = 0; i < copies; i++) {
            after(Duration.ofMillis(1 + random.nextInt(SLOWEST_MILLIS)), () -> {
                if (incarnation == incarnations.getOrDefault(link, 0)
                        && members.get(to).isUp()) {
                    delivered++;
                    members.get(to).receive(from, message);
                }
            });
        }
    }
}
