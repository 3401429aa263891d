package io.attestedmesh.voting.journal;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStoreException;

/** One map of the store, whose failures are the journal's: a caller that went on after one could sign twice. */
final class JournalMap<K, V> {
    private final MVMap<K, V> map;
    private final Function<MVStoreException, JournalException> failed;

    /** @param failed hears of each failure, and says what is thrown */
    JournalMap(MVMap<K, V> map, Function<MVStoreException, JournalException> failed) {
        this.map = map;
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
        return guarded(() -> Optional.ofNullable(map.put(key, value)));
    }

    /** What was there before, and stays. */
    Optional<V> putIfAbsent(K key, V value) {
        return guarded(() -> Optional.ofNullable(map.putIfAbsent(key, value)));
    }

    /** What was there before. */
    Optional<V> remove(K key) {
        return guarded(() -> Optional.ofNullable(map.remove(key)));
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
