package io.attestedmesh.mpc.party;

import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.attest.tls.Roster;
import io.attestedmesh.attest.tls.RosterEntry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The contexts that a node takes part in, which come and go while it runs. One identity may be in several, and then has
 * one address, one wire format and one roster entry in all of them. Thread-safe.
 */
public final class Contexts {
    private final List<RosterEntry> others;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Snapshot snapshot;

    /** One state of all contexts, which a reader may look at more than once. */
    private record Snapshot(Map<String, MpcContext> byName, Map<PeerIdentity, List<Party>> byIdentity, Roster roster) {}

    /** None yet. */
    public Contexts() {
        this(List.of());
    }

    /** None yet; {@code others} may connect too, though they are no parties. */
    public Contexts(List<RosterEntry> others) {
        this.others = List.copyOf(others);
        this.snapshot = snapshotOf(Map.of());
    }

    /**
     * Adds a context.
     *
     * @throws IllegalArgumentException if there is one of that name, or one of its parties has another address, another
     *     wire format or another roster entry in another context
     */
    public synchronized void add(MpcContext context) {
        Map<String, MpcContext> next = new LinkedHashMap<>(snapshot.byName());
        if (next.putIfAbsent(context.name(), context) != null) {
            throw new IllegalArgumentException("there is a context " + context.name() + " already");
        }
        change(next);
    }

    /** Removes a context; its sessions fail, and those of others do not notice. */
    public synchronized void remove(String name) {
        Map<String, MpcContext> next = new LinkedHashMap<>(snapshot.byName());
        if (next.remove(name) == null) {
            throw new IllegalArgumentException("there is no context " + name);
        }
        change(next);
    }

    private void change(Map<String, MpcContext> next) {
        snapshot = snapshotOf(next);
        listeners.forEach(Runnable::run);
    }

    private Snapshot snapshotOf(Map<String, MpcContext> byName) {
        Map<PeerIdentity, List<Party>> byIdentity = new HashMap<>();
        Map<PeerIdentity, RosterEntry> trust = new LinkedHashMap<>();
        others.forEach(entry -> trust.put(entry.identity(), entry));
        for (MpcContext context : byName.values()) {
            for (Party party : context.parties()) {
                List<Party> same = byIdentity.computeIfAbsent(party.identity(), key -> new ArrayList<>());
                same.forEach(other -> requireOneAddress(party, other));
                same.add(party);
                party.trust().ifPresent(entry -> requireOneEntry(party, trust.put(party.identity(), entry)));
            }
        }
        return new Snapshot(byName, byIdentity, Roster.of(trust.values()));
    }

    private static void requireOneAddress(Party a, Party b) {
        if (!a.host().equals(b.host()) || a.port() != b.port()) {
            throw new IllegalArgumentException(a.identity() + " has two addresses: " + a.host() + ":" + a.port()
                    + " and " + b.host() + ":" + b.port());
        }
        if (a.format() != b.format()) {
            throw new IllegalArgumentException(a.identity() + " has two wire formats");
        }
    }

    private static void requireOneEntry(Party party, RosterEntry before) {
        if (before != null && !before.equals(party.trust().orElseThrow())) {
            throw new IllegalArgumentException(party.identity() + " has two roster entries");
        }
    }

    /**
     * Makes these the contexts, at once: those that are as they were go on, and sessions of the others fail.
     *
     * @throws IllegalArgumentException as {@link #add}, and then nothing has changed
     */
    public synchronized void set(Collection<MpcContext> all) {
        Map<String, MpcContext> next = new LinkedHashMap<>();
        for (MpcContext context : all) {
            if (next.putIfAbsent(context.name(), context) != null) {
                throw new IllegalArgumentException("two contexts are called " + context.name());
            }
        }
        if (!next.equals(snapshot.byName())) {
            change(next);
        }
    }

    /**
     * Runs {@code listener} after each change: time to look at connections and sessions again. It must not block.
     *
     * @return to be run when it need not hear of changes any more
     */
    public Runnable onChange(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** All of them. */
    public Collection<MpcContext> all() {
        return List.copyOf(snapshot.byName().values());
    }

    /** Everybody who may connect, one object until something changes. */
    public Roster roster() {
        return snapshot.roster();
    }

    public Optional<MpcContext> context(String name) {
        return Optional.ofNullable(snapshot.byName().get(name));
    }

    /** What this identity is in the contexts that it is in; empty if in none. */
    public List<Party> partiesOf(PeerIdentity identity) {
        return snapshot.byIdentity().getOrDefault(identity, List.of());
    }
}
