package io.attestedmesh.releases.envelope;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Keys of which a threshold must sign. Names are for people; what counts is key ids. */
public final class KeySet {
    public static final int MAX_KEYS = 64;

    private final Map<String, NamedKey> byId;
    private final List<NamedKey> keys;
    private final int threshold;

    /**
     * @throws IllegalArgumentException if there are none or more than 64, a key or a name is there twice, or the
     *     threshold is not from 1 to the number of keys
     */
    public KeySet(List<NamedKey> keys, int threshold) {
        this.keys = List.copyOf(keys);
        this.threshold = threshold;
        this.byId = new LinkedHashMap<>();
        if (keys.isEmpty() || keys.size() > MAX_KEYS) {
            throw new IllegalArgumentException("not 1 to " + MAX_KEYS + " keys");
        }
        Set<String> names = new HashSet<>();
        for (NamedKey key : keys) {
            NamedKey same = byId.put(key.keyId(), key);
            if (same != null) {
                throw new IllegalArgumentException(key.name() + " and " + same.name() + " have the same key");
            }
            if (!names.add(key.name())) {
                throw new IllegalArgumentException("two keys are named " + key.name());
            }
        }
        if (threshold < 1 || threshold > keys.size()) {
            throw new IllegalArgumentException("a threshold of " + threshold + " of " + keys.size() + " keys");
        }
    }

    /** In the order given. */
    public List<NamedKey> keys() {
        return keys;
    }

    public int threshold() {
        return threshold;
    }

    public Optional<NamedKey> byId(String keyId) {
        return Optional.ofNullable(byId.get(keyId));
    }

    /** The same keys, whatever their names and order, and the same threshold: nobody gained or lost a say. */
    public boolean sameAuthorityAs(KeySet other) {
        return threshold == other.threshold && byId.keySet().equals(other.byId.keySet());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeySet that && threshold == that.threshold && keys.equals(that.keys);
    }

    @Override
    public int hashCode() {
        return 31 * keys.hashCode() + threshold;
    }

    @Override
    public String toString() {
        return threshold + " of " + keys.stream().map(NamedKey::name).toList();
    }
}
