package io.attestedmesh.mpc.party;

import io.attestedmesh.attest.tls.PeerIdentity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A named set of parties that compute together. Immutable. */
public final class MpcContext {
    private static final int LONGEST_NAME = 64;
    public static final int MOST_PARTIES = 1024;

    private final String name;
    private final Map<Integer, Party> byId = new TreeMap<>();
    private final Map<PeerIdentity, Party> byIdentity = new HashMap<>();

    /**
     * @param name 1 to 64 letters, digits, dots, hyphens and underscores
     * @throws IllegalArgumentException if two parties have one id or one identity, or there are none
     */
    public MpcContext(String name, List<Party> parties) {
        if (!isName(name)) {
            throw new IllegalArgumentException("the name of a context is 1 to 64 letters, digits, dots and hyphens");
        }
        if (parties.isEmpty() || parties.size() > MOST_PARTIES) {
            throw new IllegalArgumentException("context " + name + " has " + parties.size() + " parties");
        }
        this.name = name;
        for (Party party : parties) {
            if (byId.put(party.id(), party) != null) {
                throw new IllegalArgumentException("context " + name + ": two parties with id " + party.id());
            }
            if (byIdentity.put(party.identity(), party) != null) {
                throw new IllegalArgumentException("context " + name + ": two parties are " + party.identity());
            }
        }
    }

    /** Whether a context may be called so. */
    public static boolean isName(String text) {
        return text.matches("[A-Za-z0-9._-]{1," + LONGEST_NAME + "}");
    }

    public String name() {
        return name;
    }

    /** In the order of their ids. */
    public List<Party> parties() {
        return List.copyOf(byId.values());
    }

    public Optional<Party> party(int id) {
        return Optional.ofNullable(byId.get(id));
    }

    public Optional<Party> party(PeerIdentity identity) {
        return Optional.ofNullable(byIdentity.get(identity));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MpcContext context && name.equals(context.name) && byId.equals(context.byId);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name + " " + byId.values();
    }
}
