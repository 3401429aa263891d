package io.attestedmesh.voting.journal;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.StringDataType;

/**
 * One map of the store, what changes in it, and its failures, which are the journal's: a caller that went on after one could sign
 * twice. A change is written as the map's name, what is done, the key, and the value if there is one.
 */
final class JournalMap<K, V> {
    private static final byte PUT = 1;
    private static final byte REMOVE = 2;

    private final String name;
    private final MVMap<K, V> map;
    private final WriteBuffer changes;
    private final Function<MVStoreException, JournalException> failed;

    /**
     * A map whose changes are added to {@code changes}.
     *
     * @param failed hears of each failure, and says what is thrown
     */
    JournalMap(String name, MVMap<K, V> map, WriteBuffer changes, Function<MVStoreException, JournalException> failed) {
        this.name = name;
        this.map = map;
        this.changes = changes;
        this.failed = failed;
    }

    private <T> T guarded(Supplier<T> work) {
        try {
            return work.get();
        } catch (MVStoreException e) {
            throw failed.apply(e);
        }
    }

    Optional<V> get(K key) {
        return guarded(() -> Optional.ofNullable(map.get(key)));
    }

    /** What was there before. */
    Optional<V> put(K key, V value) {
        changed(PUT, key);
        map.getValueType().write(changes, value);
        return guarded(() -> Optional.ofNullable(map.put(key, value)));
    }

    private void changed(byte what, K key) {
        StringDataType.INSTANCE.write(changes, name);
        var unused = changes.put(what);
        map.getKeyType().write(changes, key);
    }

    /** What was there before, and stays. */
    Optional<V> putIfAbsent(K key, V value) {
        Optional<V> before = get(key);
        return before.isPresent() ? before : put(key, value);
    }

    /** What was there before. */
    Optional<V> remove(K key) {
        Optional<V> before = forget(key);
        if (before.isPresent()) {
            changed(REMOVE, key);
        }
        return before;
    }

    /** Removes it, from any thread, without writing so: after a crash it may be there again. */
    Optional<V> forget(K key) {
        return guarded(() -> Optional.ofNullable(map.remove(key)));
    }

    /** Does once more what was written, from behind the name on. */
    void redo(ByteBuffer in) {
        byte what = in.get();
        K key = map.getKeyType().read(in);
        V unused = what == PUT ? map.put(key, map.getValueType().read(in)) : map.remove(key);
    }

    Optional<K> firstKey() {
        return guarded(() -> Optional.ofNullable(map.firstKey()));
    }

    Optional<K> lastKey() {
        return guarded(() -> Optional.ofNullable(map.lastKey()));
    }

    List<K> keys() {
        return guarded(() -> List.copyOf(map.keySet()));
    }

    List<V> values() {
        return guarded(() -> List.copyOf(map.values()));
    }

    long size() {
        return guarded(map::sizeAsLong);
    }
}
